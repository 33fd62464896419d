"""Where each thing that takes days stands: every status of guide §10 and §13, and whose turn it is then."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.digest import sealed
from reconciler.model.observed import Observed
from reconciler.model.standing import Known, Part, Standing, Turn, Underway
from reconciler.resources.values.hosted_failures import why

from .stating import kind, observed, resource

ORDER, REQUEST, NUMBER = "HostedNumberOrder", "TollfreeVerification", "HostedNumber"
ONE, TWO = "+15125550100", "+15125550101"
ADDRESS = Address(ORDER, "it")
CODES, PAPERS = ("hosted send-codes", "hosted verify"), "hosted documents"

YOU, TELNYX, DONE, FAILED = Turn.YOU, Turn.TELNYX, Turn.DONE, Turn.FAILED

ORDERS: list[tuple[str, Turn, str, tuple[str, ...]]] = [
    ("pending", YOU, "", (*CODES, PAPERS)),
    ("loa_file_successful", TELNYX, "1 to 3 business days", ()),
    ("provisioning", TELNYX, "", ()),
    ("successful", DONE, "", ()),
    ("loa_file_invalid", YOU, "", (PAPERS,)),
    ("incomplete_documentation", YOU, "", (PAPERS,)),
    ("incorrect_billing_information", YOU, "", (PAPERS,)),
    ("compliance_review_failed", YOU, "", ()),
    ("carrier_rejected", FAILED, "", ()),
    ("ineligible_carrier", FAILED, "", ()),
    ("failed", FAILED, "", ()),
    ("deleted", FAILED, "", ()),
    ("of_tomorrow", TELNYX, "", ()),
]


def order(status: str, **numbers: str) -> Observed:
    """A listed order, its numbers by their last digit."""
    listed = [{"phone_number": f"+1512555010{name[-1]}", "status": state} for name, state in numbers.items()]
    return observed(ORDER, {"status": status, "phone_numbers": listed})


def standing(of: str, row: Observed, known: Known = Known()) -> Standing:  # noqa: B008 - frozen
    """What the kind says."""
    stand = kind(of).standing
    assert stand is not None
    return stand(row, known)


def typed(found: Standing, account: str = "default") -> tuple[str, ...]:
    """The commands, without what all of them have."""
    words = found.typed(ADDRESS, account)
    return tuple(word.removeprefix("reconciler ").removesuffix(f" {ADDRESS}") for word in words)


@pytest.mark.parametrize(("status", "turn", "usual", "commands"), ORDERS, ids=[row[0] for row in ORDERS])
def test_every_status_of_an_order(status: str, turn: Turn, usual: str, commands: tuple[str, ...]) -> None:
    """Whose turn it is, for how long as a rule, and the exact commands where it is yours."""
    found = standing(ORDER, order(status, n0="pending"))
    assert (found.status, found.turn, found.usual, typed(found)) == (status, turn, usual, commands)
    assert bool(found.waits_for) is (turn is TELNYX)
    assert found.words
    assert bool(found.hint) is (turn is not DONE)


NUMBERS: list[tuple[str, str, Turn, str]] = [
    ("pending", "pending", YOU, "it wants a verification code"),
    ("pending", "ownership_successful", YOU, "it is verified"),
    ("pending", "of_tomorrow", YOU, ""),
    ("loa_file_invalid", "ownership_successful", YOU, "it is verified"),
    ("provisioning", "provisioning", TELNYX, ""),
    ("successful", "successful", DONE, ""),
    ("successful", "provisioning", TELNYX, ""),
    ("successful", "of_tomorrow", TELNYX, ""),
    ("failed", "pending", FAILED, ""),
    ("failed", "successful", DONE, ""),
    *[
        ("provisioning", state, FAILED, "")
        for state in (
            "deleted",
            "failed",
            "failed_activation",
            "failed_carrier_rejected",
            "failed_ineligible_carrier",
            "failed_number_already_hosted",
            "failed_number_not_found",
            "failed_ownership_verification",
            "failed_timeout",
        )
    ],
]


@pytest.mark.parametrize(("status", "state", "turn", "words"), NUMBERS, ids=[f"{row[0]}-{row[1]}" for row in NUMBERS])
def test_every_status_of_a_number(status: str, state: str, turn: Turn, words: str) -> None:
    """It goes with its order, unless it has come to an end of its own."""
    [part] = standing(ORDER, order(status, n0=state)).parts
    assert part == Part(ONE, state, turn, words or why(state))


def test_a_mixed_order_is_neither_done_nor_only_waiting() -> None:
    """Number by number: what failed stays failed, and what is on its way is waited for."""
    mixed = _underway(standing(ORDER, order("successful", n0="successful", n1="failed_timeout")))
    assert (mixed.done, mixed.waits) == (False, False)
    assert mixed.standing.turns == {DONE, FAILED}
    late = _underway(standing(ORDER, order("successful", n0="successful", n1="provisioning")))
    assert (late.done, late.waits) == (False, True)
    assert _underway(standing(ORDER, order("successful", n0="successful"))).done
    human = _underway(standing(ORDER, order("pending", n0="pending", n1="of_tomorrow")))
    assert (human.done, human.waits) == (False, False)


def _underway(found: Standing) -> Underway:
    return Underway(address=ADDRESS, remote_id="id-1", standing=found)


def test_numbers_that_were_verified_from_here_want_no_code() -> None:
    """The API tells of none, so the ledger remembers; once all are verified the documents come next."""
    some = standing(ORDER, order("pending", n0="pending", n1="pending"), Known(proven=[ONE]))
    assert [part.words for part in some.parts] == ["it is verified", "it wants a verification code"]
    assert typed(some) == (*CODES, PAPERS)
    every = standing(ORDER, order("pending", n0="pending", n1="pending"), Known(proven=[ONE, TWO]))
    assert typed(every) == (PAPERS,)
    rest = standing(ORDER, order("pending", n0="ownership_successful", n1="failed_timeout"))
    assert typed(rest) == (PAPERS,)


def test_an_order_whose_owner_has_done_everything_only_waits() -> None:
    """Its status does not say so, but we know what was handed in from here."""
    row = order("pending", n0="pending")
    papers = standing(ORDER, row, Known(papers=["loa", "bill"]))
    assert (papers.turn, typed(papers)) == (YOU, CODES)
    assert typed(standing(ORDER, row, Known(papers=["loa"], proven=[ONE]))) == (PAPERS,)
    done = standing(ORDER, row, Known(papers=["loa", "bill"], proven=[ONE]))
    assert (done.turn, done.waits_for, done.usual, typed(done)) == (TELNYX, "Telnyx", "1 to 3 business days", ())
    refused = standing(ORDER, order("loa_file_invalid", n0="pending"), Known(papers=["loa", "bill"], proven=[ONE]))
    assert (refused.turn, typed(refused)) == (YOU, (PAPERS,))


def test_secret_numbers_stay_out_of_sight() -> None:
    """And are recognised by their seals all the same."""
    known = Known({("phone_numbers",)}, [sealed(ONE, "salt")], salt="salt")
    found = standing(ORDER, order("pending", n0="pending"), known)
    assert found.parts == (Part("(sensitive)", "pending", YOU, "it is verified"),)
    assert ONE not in repr(found)
    assert "salt" not in repr(known)


def test_a_command_names_the_account_that_a_bare_one_would_not_mean() -> None:
    """It is to be typed as it stands."""
    found = standing(ORDER, order("loa_file_invalid", n0="pending"))
    assert found.typed(ADDRESS, "default") == ("reconciler hosted documents HostedNumberOrder/it",)
    assert found.typed(ADDRESS, "us prod") == ("reconciler hosted documents HostedNumberOrder/it --account 'us prod'",)


REQUESTS = [
    ("In Progress", TELNYX, "Telnyx"),
    ("Waiting For Telnyx", TELNYX, "Telnyx"),
    ("Waiting For Vendor", TELNYX, "the carriers"),
    ("Waiting For Customer", YOU, ""),
    ("Verified", DONE, ""),
    ("Rejected", FAILED, ""),
    ("Of Tomorrow", TELNYX, "Telnyx"),
]


@pytest.mark.parametrize(("status", "turn", "waits_for"), REQUESTS, ids=[row[0] for row in REQUESTS])
def test_every_status_of_a_verification(status: str, turn: Turn, waits_for: str) -> None:
    """A review takes 5 business days to 2 weeks; what the reviewers want is corrected and applied."""
    found = standing(REQUEST, observed(REQUEST, {"verificationStatus": status, "reason": "No such site."}))
    assert (found.status, found.turn, found.waits_for) == (status, turn, waits_for)
    assert found.usual == ("5 business days to 2 weeks" if turn is TELNYX else "")
    assert typed(found) == (("apply",) if turn in {YOU, FAILED} else ())
    assert found.reason == "No such site."


ARRIVALS: list[tuple[str, list[Observed], Turn, str]] = [
    ("no order", [], YOU, "absent"),
    ("an order of other numbers", [order("pending", n1="pending")], YOU, "absent"),
    ("an order that came to nothing", [order("failed", n0="failed")], YOU, "absent"),
    ("an order that waits for people", [order("pending", n0="pending")], YOU, "pending"),
    ("an order on its way", [order("provisioning", n0="provisioning")], TELNYX, "provisioning"),
    ("an order whose number failed", [order("provisioning", n0="failed_timeout")], FAILED, "failed_timeout"),
    ("live, and not listed yet", [order("successful", n0="successful")], TELNYX, "successful"),
]


@pytest.mark.parametrize(("reason", "orders", "turn", "status"), ARRIVALS, ids=[row[0] for row in ARRIVALS])
def test_a_number_that_is_not_there_yet_stands_where_its_order_does(
    reason: str, orders: list[Observed], turn: Turn, status: str
) -> None:
    """Whoever placed that; without one it is never waited for."""
    arrival = kind(NUMBER).arrival
    assert arrival is not None
    assert arrival.source == ORDER
    found = arrival.standing(resource(NUMBER, {"phone_number": ONE}), orders)
    assert (found.turn, found.status) == (turn, status), reason


def test_what_takes_days_says_so() -> None:
    """The kinds whose statuses the guide knows; the messaging view of RCS agents has none (guide §12.1)."""
    from reconciler.resources import kinds  # noqa: PLC0415 - used here alone

    found: dict[str, Any] = {name: each for name, each in kinds().items() if each.standing or each.arrival}
    assert set(found) == {ORDER, REQUEST, NUMBER}
