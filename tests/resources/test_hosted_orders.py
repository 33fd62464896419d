"""The life of a hosted order: when it is ordered again, what people must do, when it may be deleted."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.diagnostic import Severity
from reconciler.model.observed import Observed
from reconciler.model.standing import Known, notices_of
from reconciler.resources.values.hosting import OVER, STEPS

from .stating import PROFILE_ID, delete, kind, observed, resource, update

ORDER = "HostedNumberOrder"
ONE, TWO, OTHER = "+15125550100", "+15125550101", "+15125550199"
SPEC = {"phone_numbers": [ONE, TWO]}

# Guide 10, order statuses: what the API documents, and one that it does not.
IN_PROGRESS = ["pending", "loa_file_successful", "provisioning", "ownership_successful"]
HUMAN = ["loa_file_invalid", "incomplete_documentation", "incorrect_billing_information", "compliance_review_failed"]
FAILED = ["carrier_rejected", "ineligible_carrier", "failed", "deleted"]


def order(status: str | None, *numbers: str, state: str = "pending", **fields: Any) -> Observed:
    """A listed order."""
    listed = [{"id": number, "phone_number": number, "status": state} for number in numbers]
    return observed(ORDER, {"status": status, "phone_numbers": listed, **fields})


@pytest.mark.parametrize("status", [*IN_PROGRESS, *HUMAN, "successful", None])
def test_an_order_that_may_still_come_to_something_exists(status: str | None) -> None:
    """Statuses that nobody has documented are work in progress."""
    assert kind(ORDER).live(order(status, ONE))


@pytest.mark.parametrize("status", FAILED)
def test_an_order_that_came_to_nothing_does_not(status: str) -> None:
    """It is history."""
    assert not kind(ORDER).live(order(status, ONE))


HOLDS: list[tuple[str, int | None, int | None, list[Observed], int | None]] = [
    ("the first order", None, None, [], None),
    ("orders of other numbers do not count", None, None, [order("failed", OTHER)], None),
    ("live orders do not count", None, None, [order("pending", ONE)], None),
    ("one failed before, and the ledger knows nothing", None, None, [order("failed", ONE)], 2),
    ("one was deleted before", None, None, [order("deleted", TWO, OTHER)], 2),
    ("the second attempt after one failure", 2, None, [order("failed", ONE)], None),
    ("the second attempt after two", 2, None, [order("failed", ONE), order("carrier_rejected", TWO)], 3),
    ("the third attempt after two", 3, 2, [order("failed", ONE), order("carrier_rejected", TWO)], None),
    ("ours is gone without a trace", None, 1, [], 2),
    ("ours is gone, and tried again", 2, 1, [], None),
    ("the ledger remembers more than is listed", 2, 3, [order("failed", ONE)], 4),
]


@pytest.mark.parametrize(("reason", "attempt", "recorded", "orders", "suggested"), HOLDS, ids=[row[0] for row in HOLDS])
def test_what_failed_is_ordered_again_only_on_request(
    reason: str, attempt: int | None, recorded: int | None, orders: list[Observed], suggested: int | None
) -> None:
    """The table in the kind's docstring."""
    options = {} if attempt is None else {"attempt": attempt}
    held = kind(ORDER).hold(resource(ORDER, SPEC, **options), recorded, orders)
    if suggested is None:
        assert held is None
    else:
        assert held is not None
        assert (held.code, held.severity) == ("hosted-failed-retry", Severity.WARNING)
        assert held.hint == f"put the cause right, then write options: {{attempt: {suggested}}}"
        assert str(held.source) == "it.yaml:3:1"


def test_a_held_order_says_how_the_earlier_ones_ended() -> None:
    """Order and number by number."""
    past = order("ineligible_carrier", ONE, state="failed_ineligible_carrier")
    held = kind(ORDER).hold(resource(ORDER, SPEC), None, [past])
    assert held is not None
    assert held.summary == "not ordered again: 1 earlier attempt came to nothing"
    assert held.detail == (
        "id-1 is ineligible_carrier: that carrier's numbers cannot be hosted\n"
        "  +15125550100  failed_ineligible_carrier: its carrier's numbers cannot be hosted: port it instead"
    )


@pytest.mark.parametrize("status", [*IN_PROGRESS, *HUMAN, *FAILED])
def test_every_status_says_what_comes_next(status: str) -> None:
    """Information while Telnyx works, a warning while it waits for people."""
    (notice,) = notices_of(kind(ORDER), resource(ORDER, SPEC), order(status, ONE), Known(), "default")
    waiting = status in {"loa_file_successful", "provisioning", "ownership_successful"}
    assert notice.severity is (Severity.INFO if waiting else Severity.WARNING)
    assert notice.code == ("hosted-waiting" if waiting else "hosted-action-needed")
    assert notice.summary.startswith(f"order id-1 is {status}: ")
    assert notice.hint


def test_a_successful_order_has_nothing_to_say() -> None:
    """Silence is success."""
    live = order("successful", ONE, state="successful")
    assert notices_of(kind(ORDER), resource(ORDER, SPEC), live, Known(), "default") == []


def test_numbers_of_a_mixed_order_are_named_one_by_one() -> None:
    """Some numbers can fail while the order succeeds."""
    mixed = observed(
        ORDER,
        {
            "status": "successful",
            "phone_numbers": [
                {"phone_number": ONE, "status": "successful"},
                {"phone_number": TWO, "status": "failed_timeout"},
            ],
        },
    )
    (notice,) = kind(ORDER).notices(resource(ORDER, SPEC), mixed)
    assert notice.code == "hosted-numbers-failed"
    assert notice.summary == "1 of 2 numbers failed: +15125550101 (failed_timeout)"


def test_the_statuses_are_the_documented_ones() -> None:
    """A status without a next step would be silence about something that waits."""
    assert STEPS.keys() == {*IN_PROGRESS, *HUMAN, *FAILED, "successful"} - {"ownership_successful"}
    assert set(FAILED) == OVER


def test_the_profile_of_a_successful_order_belongs_to_its_numbers() -> None:
    """Until then it is compared."""
    of = kind(ORDER)
    assert of.uncompared(order("provisioning", ONE, messaging_profile_id=PROFILE_ID)) == set()
    assert of.uncompared(order("successful", ONE, messaging_profile_id=PROFILE_ID)) == {("messaging_profile",)}


ENDS = "it would end texting for +15125550100; undoing that takes a whole new order"
STARTS_OVER = "the order for +15125550100 is {} and may be live any time; deleting it starts everything over"

DELETES = [
    ("live numbers", "successful", "successful", ENDS),
    ("a failed order with a live number", "failed", "successful", ENDS),
    ("nearly there", "provisioning", "provisioning", STARTS_OVER.format("provisioning")),
    ("just placed", "pending", "pending", STARTS_OVER.format("pending")),
    ("waiting for people", "loa_file_invalid", "pending", STARTS_OVER.format("loa_file_invalid")),
    ("a status of tomorrow", "ownership_successful", "pending", STARTS_OVER.format("ownership_successful")),
    ("failed", "failed", "failed", None),
    ("refused", "carrier_rejected", "failed_carrier_rejected", None),
]


@pytest.mark.parametrize(("reason", "status", "state", "said"), DELETES, ids=[row[0] for row in DELETES])
def test_an_order_in_good_standing_is_not_deleted_unasked(
    reason: str, status: str, state: str, said: str | None
) -> None:
    """A digest holds no status, so an order that is pending at review can be live at apply."""
    (guard,) = kind(ORDER).guards
    attributes = order(status, ONE, state=state).attributes
    assert guard.refuses(delete(ORDER, **attributes), {}) == said
    assert guard.refuses(update(ORDER, SPEC), {}) is None


def test_an_order_of_which_nothing_is_known_is_not_deleted() -> None:
    """The safe reading of an empty answer."""
    (guard,) = kind(ORDER).guards
    assert guard.refuses(delete(ORDER), {}) == (
        "the order for its numbers is unknown and may be live any time; deleting it starts everything over"
    )
