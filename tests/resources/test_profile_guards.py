"""When a change of a messaging profile is refused: truth tables."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.kind import Attached, Facts
from reconciler.model.plan import SENSITIVE, Change

from .stating import adopt, create, delete, diff, kind, replace, update

PROFILE = "MessagingProfile"
SPEC: dict[str, Any] = {"whitelisted_destinations": ["US"]}
LIMIT, SWITCH, WHERE = "daily_spend_limit", "daily_spend_limit_enabled", "whitelisted_destinations"


def refusals(change: Change, facts: Facts | None = None) -> dict[str, str]:
    """What each guard of the kind says, by its name."""
    said = {guard.name: guard.refuses(change, facts or {}) for guard in kind(PROFILE).guards}
    return {name: reason for name, reason in said.items() if reason}


CHANGES = [
    ("nothing about money or places", [diff("name", "a", "b")], set()),
    ("a limit where there was none", [diff(LIMIT, None, "10")], set()),
    ("a lower limit", [diff(LIMIT, "10", "9.99")], set()),
    ("a higher limit", [diff(LIMIT, "10", "10.01")], {"spend-limit-raised"}),
    ("higher by value, though not by spelling", [diff(LIMIT, "9", "10")], {"spend-limit-raised"}),
    ("amounts that are secret", [diff(LIMIT, SENSITIVE, SENSITIVE)], {"spend-limit-raised"}),
    ("an amount that is none", [diff(LIMIT, "unlimited", "10")], {"spend-limit-raised"}),
    ("no longer enforced", [diff(SWITCH, True, False)], {"spend-limit-raised"}),
    ("no longer enforced, though lower", [diff(LIMIT, "9", "1"), diff(SWITCH, True, False)], {"spend-limit-raised"}),
    ("enforced from now on, whatever the amount", [diff(LIMIT, "5", "9"), diff(SWITCH, False, True)], set()),
    ("one country more", [diff(WHERE, ["US"], ["US", "CA"])], set()),
    ("everywhere", [diff(WHERE, ["US"], ["*"])], {"destinations-widened"}),
    ("everywhere, after a legacy null", [diff(WHERE, None, ["*"])], {"destinations-widened"}),
    ("no longer everywhere", [diff(WHERE, ["*"], ["US"])], set()),
    ("places that are secret", [diff(WHERE, SENSITIVE, SENSITIVE)], {"destinations-widened"}),
]


@pytest.mark.parametrize(("reason", "diffs", "guards"), CHANGES, ids=[row[0] for row in CHANGES])
def test_updates_and_adoptions_are_guarded_alike(reason: str, diffs: list[Any], guards: set[str]) -> None:
    """By what differs, whoever made the object."""
    assert refusals(update(PROFILE, SPEC, *diffs)).keys() == guards
    assert refusals(adopt(PROFILE, SPEC, *diffs)).keys() == guards


@pytest.mark.parametrize(("reason", "diffs", "guards"), CHANGES, ids=[row[0] for row in CHANGES])
def test_a_new_profile_raises_and_widens_nothing(reason: str, diffs: list[Any], guards: set[str]) -> None:
    """There was nothing to raise from."""
    assert refusals(create(PROFILE, SPEC, *diffs)) == {}


NUMBER = Attached("phone number", "1", "+15125550100")
STOP = Attached("AutoResponse", "2", "stop for US")
AGENT = Attached("RcsAgent", "3", "Acme")

DELETES: list[tuple[str, Facts, dict[str, str]]] = [
    ("nothing attached", {"phone_numbers": (), "agents": ()}, {}),
    (
        "a number",
        {"phone_numbers": (NUMBER,)},
        {"children-attached": "1 attached: phone number +15125550100; move or remove them first"},
    ),
    (
        "a number and an auto-response",
        {"phone_numbers": (NUMBER,), "auto_responses": (STOP,)},
        {
            "children-attached": "2 attached: AutoResponse stop for US, phone number +15125550100; "
            "move or remove them first"
        },
    ),
    (
        "an agent only warns",
        {"agents": (AGENT,)},
        {"still-referenced": "1 will point at a profile that is gone: RcsAgent Acme; give them another profile"},
    ),
    (
        "seven numbers: five are named",
        {"phone_numbers": tuple(Attached("phone number", str(i), f"+1512555010{i}") for i in range(7))},
        {
            "children-attached": "7 attached: phone number +15125550100, phone number +15125550101, "
            "phone number +15125550102, phone number +15125550103, phone number +15125550104 and 2 more; "
            "move or remove them first"
        },
    ),
]


@pytest.mark.parametrize(("reason", "facts", "said"), DELETES, ids=[row[0] for row in DELETES])
def test_a_delete_says_what_still_hangs_on_the_profile(reason: str, facts: Facts, said: dict[str, str]) -> None:
    """Children block, pointers warn."""
    assert refusals(delete(PROFILE), facts) == said


def test_what_is_attached_stops_nothing_but_deletes() -> None:
    """Facts are fetched for deletes alone, and mean nothing elsewhere."""
    facts: Facts = {"phone_numbers": (NUMBER,), "agents": (AGENT,)}
    assert refusals(update(PROFILE, SPEC), facts) == {}
    assert all(fact.needed(delete(PROFILE)) for fact in kind(PROFILE).facts)
    assert not any(fact.needed(update(PROFILE, SPEC)) for fact in kind(PROFILE).facts)


def test_only_pointers_warn() -> None:
    """The others block."""
    assert [guard.name for guard in kind(PROFILE).guards if guard.warns] == ["still-referenced"]


def test_the_gap_of_a_replaced_sender_is_announced() -> None:
    """As a warning, on a replace and on nothing else."""
    (guard,) = kind("AlphanumericSenderId").guards
    spec = {"alphanumeric_sender_id": "ACME", "messaging_profile": "p"}
    assert guard.warns
    assert guard.refuses(replace("AlphanumericSenderId", spec), {}) == (
        'sends from "ACME" fail while it is deleted and created again; apply when traffic is low'
    )
    assert guard.refuses(create("AlphanumericSenderId", spec), {}) is None
