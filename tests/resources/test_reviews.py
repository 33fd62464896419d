"""The review of a toll-free verification: what each status asks of people, what may be deleted, whose number it is."""

from __future__ import annotations

from dataclasses import replace as but
from typing import Any

import pytest

from reconciler.model.diagnostic import Severity
from reconciler.model.kind import Attached, Claim, Guard
from reconciler.model.standing import Known, notices_of
from reconciler.resources.values.reviewing import STEPS

from .stating import adopt, cases, create, delete, diff, entry, kind, observed, resource, update

NAME = "TollfreeVerification"
ONE, TWO = "+18885550100", "+18885550101"
SPEC: dict[str, Any] = {**cases("tollfree_verification.yaml")[0]["spec"], "phoneNumbers": [{"phoneNumber": ONE}]}
KIND = kind(NAME)
GUARDS: dict[str, Guard] = {guard.name: guard for guard in KIND.guards}
DIFF = diff("useCase", "2FA", "Chatbot")
WAITING = ["In Progress", "Waiting For Telnyx", "Waiting For Vendor", "Of Tomorrow"]
ASKING = ["Waiting For Customer", "Rejected"]


@pytest.mark.parametrize("status", [*WAITING, *ASKING])
def test_every_status_says_what_comes_next(status: str) -> None:
    """Information while others work, a warning with the reason while it waits for us."""
    row = observed(NAME, {"verificationStatus": status, "reason": "No such site."})
    (notice,) = notices_of(KIND, resource(NAME, SPEC), row, Known(), "default")
    asking = status in ASKING
    assert (notice.code, notice.severity) == (
        ("tfv-action-needed", Severity.WARNING) if asking else ("tfv-waiting", Severity.INFO)
    )
    assert notice.summary.startswith(f"request id-1 is {status}: ")
    assert notice.detail == "the reviewers say: No such site."
    assert ("reconciler apply" in notice.hint) is asking


def test_a_verified_request_has_nothing_to_say_and_all_others_are_known() -> None:
    """Silence is success."""
    verified = observed(NAME, {"verificationStatus": "Verified"})
    assert notices_of(KIND, resource(NAME, SPEC), verified, Known(), "default") == []
    assert set(STEPS) == {*WAITING, *ASKING, "Verified"} - {"Of Tomorrow"}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("Rejected", None),
        ("Verified", "the request is Verified, and Telnyx deletes only what is Rejected"),
        ("In Progress", "the request is In Progress, and Telnyx deletes only what is Rejected"),
        (None, "the request is of an unknown status, and Telnyx deletes only what is Rejected"),
    ],
)
def test_only_what_was_rejected_is_deleted(status: str | None, said: str | None) -> None:
    """The API would answer 400."""
    refused = GUARDS["tfv-delete-not-rejected"].refuses(delete(NAME, verificationStatus=status), {})
    assert refused is None if said is None else str(refused).startswith(said)
    assert GUARDS["tfv-delete-not-rejected"].refuses(update(NAME, SPEC, DIFF), {}) is None


def test_a_verified_number_is_guarded_in_every_change_that_sends_something() -> None:
    """An adoption that only records sends nothing, nor does a create, which is held back elsewhere."""
    facts = {"verified": (Attached("verified number", "id-1", ONE), Attached("verified number", "id-2", ONE))}
    refuses = GUARDS["tfv-resubmit-verified"].refuses
    for change in (update(NAME, SPEC, DIFF), adopt(NAME, SPEC, DIFF)):
        assert refuses(change, facts) == (
            f"{ONE} would be unverified, and could not send, until the request is reviewed again"
        )
        assert refuses(change, {"verified": ()}) is None
    for quiet in (adopt(NAME, SPEC), create(NAME, SPEC), delete(NAME, verificationStatus="Rejected")):
        assert refuses(quiet, facts) is None


def test_a_number_of_another_request_is_guarded() -> None:
    """Those that are not wanted do not matter."""
    facts = {"listed": (Attached("listed number", "id-2", ONE), Attached("listed number", "id-3", TWO))}
    refuses = GUARDS["tfv-number-listed"].refuses
    assert refuses(update(NAME, SPEC, DIFF), facts) == f"{ONE}: listed by another request already (id-2)"
    assert refuses(update(NAME, {**SPEC, "phoneNumbers": [{"phoneNumber": "+18885550102"}]}, DIFF), facts) is None
    assert refuses(create(NAME, SPEC), facts) is None


def test_numbers_that_are_secret_are_not_said() -> None:
    """By no guard, and not where a create is held back."""
    change = update(NAME, SPEC, DIFF)
    hidden = but(change.desired.resource, secrets=frozenset({("phoneNumbers",)}))
    change = but(change, desired=but(change.desired, resource=hidden), entry=entry(NAME, "phoneNumbers"))
    facts = {"verified": (Attached("x", "id-1", ONE),), "listed": (Attached("x", "id-2", ONE),)}
    held = KIND.hold(hidden, None, [observed(NAME, {**SPEC, "verificationStatus": "Verified"})])
    assert held is not None
    said = f"{[guard.refuses(change, facts) for guard in KIND.guards]} {held}"
    assert "(sensitive) would be unverified" in said
    assert ONE not in said


def test_a_number_belongs_to_one_manifest() -> None:
    """Two that name it are refused when they are loaded."""
    values: dict[tuple[str, ...], Any] = {("phoneNumbers",): [{"phoneNumber": ONE}, {"phoneNumber": TWO}]}
    assert KIND.exclusive(values) == {Claim(("toll-free number", ONE)), Claim(("toll-free number", TWO))}
    assert KIND.exclusive({}) == frozenset()


def test_a_delete_touches_the_numbers_of_the_request() -> None:
    """For whoever reviews it."""
    (things,) = KIND.impact(delete(NAME, verificationStatus="Rejected", phoneNumbers=SPEC["phoneNumbers"]))
    assert [each.label for each in things.some] == [ONE]  # type: ignore[union-attr]  # the kind asks nothing
    assert KIND.impact(update(NAME, SPEC, DIFF)) == ()
