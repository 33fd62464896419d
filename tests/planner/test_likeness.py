"""A removal and a create that look alike are pointed out; those that only resemble everything are not."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.ledger import Entry, IntentKind
from reconciler.model.observed import Observed
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.planner.draft import draft
from reconciler.planner.likeness import SHARED_BY_MANY, renames_missed
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    HERE,
    ORDER,
    P1,
    A,
    answer,
    intends,
    live,
    live_answer,
    live_profile,
    live_sender,
    order,
    profile,
    protected,
    recorded,
    sender,
    situation,
)

HOOK = {"webhook_url": "https://hooks.example.com/alerts"}
DEFAULTS = {"enabled": True, "mobile_only": False, "smart_encoding": False, "mms_transcoding": False}
TOKEN = "https://hooks.example.com/t0ken"
TEXT = "Acme: you will receive no more messages."


def found(here: Situation) -> list[Diagnostic]:
    """The warnings of a draft about renames."""
    return [finding for finding in draft(here).diagnostics if finding.code == "likely-rename"]


def of(old: Resource, row: Observed, new: Resource, **entry: Any) -> Situation:
    """One resource removed and one created, profile ``a`` apart."""
    return situation([A, new], [HERE, replace(recorded(old, row), **entry)], [P1, row])


def hooked(local: str, **more: Any) -> Resource:
    """A profile whose remote name is left to its local one, with a webhook of its own."""
    return profile(local, **HOOK, **more)


OLD, ROW = hooked("old"), live_profile("p2", "old", **HOOK)
STOP, STOP_ROW = answer("old", resp_text=TEXT), live_answer("r1", resp_text=TEXT)
ALIKE: dict[str, Situation] = {
    "profile: all but its name": of(OLD, ROW, hooked("new")),
    "profile: all but its name, with another field that is a secret": of(
        OLD, ROW, hooked("new", webhook_failover_url=TOKEN, secrets=frozenset({("webhook_failover_url",)}))
    ),
    "profile: retained, and made a second time": of(OLD, ROW, hooked("new"), on_remove=OnRemove.RETAIN),
    "profile: protected, and made a second time": of(OLD, ROW, hooked("new"), prevent_destroy=True),
    "profile: only the spelling of the name": of(
        profile("old", name="Acme Alerts", whitelisted_destinations=["GB"]),
        live_profile("p2", "Acme Alerts", whitelisted_destinations=["GB"]),
        profile("new", name="acme-alerts", whitelisted_destinations=["FR"]),
    ),
    "profile: only the spelling of the name, with another field that is a secret": of(
        profile("old", name="Acme Alerts", whitelisted_destinations=["GB"]),
        live_profile("p2", "Acme Alerts", whitelisted_destinations=["GB"]),
        profile("new", name="acme-alerts", webhook_url=TOKEN, secrets=frozenset({("webhook_url",)})),
    ),
    "answer: another country": of(STOP, STOP_ROW, answer("new", country_code="CA", resp_text=TEXT)),
    "sender: another spelling": of(sender("old"), live_sender(), sender("new", alphanumeric_sender_id="Acme")),
}
DIFFERENT: dict[str, Situation] = {
    "the allow-list alone, which most profiles have": of(
        profile("old"), live_profile("p2", "old"), profile("new")
    ),
    "defaults alone": of(
        profile("old", **DEFAULTS, whitelisted_destinations=["GB"]),
        live_profile("p2", "old", **DEFAULTS, whitelisted_destinations=["GB"]),
        profile("new", **DEFAULTS, whitelisted_destinations=["FR"]),
    ),
    "half of the fields": of(OLD, ROW, hooked("new", name="New", whitelisted_destinations=["FR"])),
    "a secret webhook": of(OLD, ROW, hooked("new", secrets=frozenset({("webhook_url",)}))),
    "a webhook that was a secret": of(OLD, ROW, hooked("new"), secrets=("webhook_url",)),
    "the allow-list, and what is cleared, as it is by default": of(
        profile("old", webhook_url=None, number_pool_settings=None),
        live_profile("p2", "old"),
        profile("new", webhook_url=None, number_pool_settings=None),
    ),
    "half of the fields, and what it hangs on": of(
        STOP, STOP_ROW, answer("new", country_code="CA", keywords=["END"], resp_text=TEXT)
    ),
    "a name that is a secret": of(
        profile("old", name="Acme Alerts", whitelisted_destinations=["GB"]),
        live_profile("p2", "Acme Alerts", whitelisted_destinations=["GB"]),
        profile("new", name="acme-alerts", whitelisted_destinations=["FR"], secrets=frozenset({("name",)})),
    ),
    "a name that was a secret": of(
        profile("old", name="Acme Alerts", whitelisted_destinations=["GB"]),
        live_profile("p2", "Acme Alerts", whitelisted_destinations=["GB"]),
        profile("new", name="acme-alerts", whitelisted_destinations=["FR"]),
        secrets=("name",),
    ),
    "the same answer on another profile": situation(
        [A, profile("b", name="B"), answer("new", messaging_profile="b", resp_text=TEXT)],
        [HERE, recorded(profile("b", name="B"), live_profile("p2", "B")), recorded(STOP, STOP_ROW)],
        [P1, live_profile("p2", "B"), STOP_ROW],
    ),
    "another kind": of(STOP, STOP_ROW, sender("new")),
    "a rename that is told": of(OLD, ROW, replace(hooked("new"), renamed_from="old")),
    "what is gone": replace(
        of(OLD, ROW, hooked("new")), world=situation(objects=[P1], gone=[("MessagingProfile", "p2")]).world
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ALIKE)
def test_what_looks_like_a_rename_is_pointed_out(row: str) -> None:
    """A warning with both addresses, the line to write, and the place where to write it."""
    here = ALIKE[row]
    [finding] = found(here)
    kind = finding.address.kind if finding.address else ""
    assert finding.severity is Severity.WARNING
    assert f"{kind}/old" in finding.summary
    assert f"{kind}/new" in finding.summary
    assert "renamed_from: old" in finding.hint
    assert finding.source is not None
    [new] = [one for one in here.resources if one.address == finding.address]
    told = replace(new, renamed_from="old")
    others = [one for one in here.resources if one is not new]
    after = draft(replace(here, resources=(*others, told)))
    [change] = [one for one in after.changes if one.address == told.address]
    assert change.moved_from is not None, "what was advised works"


@pytest.mark.parametrize("row", DIFFERENT)
def test_what_only_resembles_everything_is_not(row: str) -> None:
    """A warning that is often wrong is not read."""
    assert found(DIFFERENT[row]) == []


def test_each_is_paired_once_with_the_likeliest_whatever_the_order() -> None:
    """Two removed, two created: one to one, and the same for every order of the input."""
    exact, near = hooked("one", enabled=False, mobile_only=True), hooked("two", enabled=False)
    rows = [
        live_profile("p2", "one", **HOOK, enabled=False, mobile_only=True),
        live_profile("p3", "two", **HOOK, enabled=False),
    ]
    entries = [HERE, recorded(exact, rows[0]), recorded(near, rows[1])]
    wanted = [A, hooked("uno", enabled=False, mobile_only=True), hooked("due", enabled=False)]
    told = set()
    for shuffled in permutations(wanted):
        findings = found(situation(shuffled, reversed(entries), [P1, *reversed(rows)]))
        told.add(tuple(sorted(finding.hint.split(" under")[0] + f" {finding.address}" for finding in findings)))
    assert told == {
        (
            "if it is a rename, write renamed_from: one MessagingProfile/uno",
            "if it is a rename, write renamed_from: two MessagingProfile/due",
        )
    }


def test_one_removed_resource_is_pointed_out_once() -> None:
    """Of two that are like it, it became one at most."""
    both = situation([A, hooked("new"), hooked("newer")], [HERE, recorded(OLD, ROW)], [P1, ROW])
    assert [str(finding.address) for finding in found(both)] == ["MessagingProfile/new"]


def test_what_half_a_replace_left_is_compared_with_nothing() -> None:
    """The object that the ledger knows is gone, and what is removed is the one that the killed run made."""
    was = sender("old")
    here = situation(
        [A, sender("new", alphanumeric_sender_id="NEWS")],
        [HERE, recorded(was, live_sender())],
        [P1, live_sender("s2")],
        gone=[("AlphanumericSenderId", "s1")],
        intents=[intends(was, IntentKind.REPLACE, remote=live_sender().remote, seen=("s1",))],
    )
    assert [change.reason for change in draft(here).changes] == ["interrupted-create", "unchanged", "new"]
    assert found(here) == []


def test_the_larger_share_counts_and_not_the_larger_number() -> None:
    """Four of six are more than five of eight, whichever has the lower name."""
    some = {**HOOK, "enabled": False, "mobile_only": True}
    more = {**some, "mms_transcoding": True}
    most = {**more, "mms_fall_back_to_sms": True, "webhook_failover_url": "https://b.example"}
    rows = [live_profile("p2", "z", **some), live_profile("p3", "b", **most)]
    entries = [HERE, recorded(profile("z", **some), rows[0]), recorded(profile("b", **most), rows[1])]
    [finding] = found(situation([A, profile("new", **more)], entries, [P1, *rows]))
    assert "4 of 6 fields" in finding.summary
    assert "renamed_from: z" in finding.hint


@pytest.mark.parametrize(("number", "told"), [(SHARED_BY_MANY, 1), (SHARED_BY_MANY + 1, 0)])
def test_a_value_that_many_removed_ones_have_points_at_none(number: int, told: int) -> None:
    """Up to sixteen it may still tell one from the other."""
    rows = [live_profile(f"p-{i}", f"old{i}", **HOOK) for i in range(number)]
    entries = [recorded(hooked(f"old{i}"), row) for i, row in enumerate(rows)]
    assert len(found(situation([A, hooked("new")], [HERE, *entries], [P1, *rows]))) == told


def _many(number: int) -> tuple[Sequence[Resource], Sequence[Entry], Sequence[Observed]]:
    rows = [live_answer(f"r{i}", resp_text=TEXT, keywords=[f"W{i}"], country_code="US") for i in range(number)]
    old = [answer(f"old{i}", resp_text=TEXT, keywords=[f"W{i}"]) for i in range(number)]
    new = [answer(f"new{i}", resp_text=TEXT, keywords=[f"V{i}"], country_code="CA") for i in range(number)]
    return new, [recorded(one, row) for one, row in zip(old, rows, strict=True)], rows


def test_the_work_grows_with_the_number_of_changes() -> None:
    """Thousands that all say the same point at nothing in particular, and take no time to say so."""

    def seconds(number: int) -> float:
        new, entries, rows = _many(number)
        here = situation([A, *new], [HERE, *entries], [P1, *rows])
        changes = draft(here).changes
        begun = time.process_time()
        assert renames_missed(changes, here) == []
        return time.process_time() - begun

    small = min(seconds(100) for _ in range(3))
    assert seconds(1000) < 40 * max(small, 0.001)


def test_protected_and_retained_stay_as_they_are() -> None:
    """The rows above are what they say: the removal itself differs, and the warning does not change it."""
    actions = {
        row: [change.action.value for change in draft(here).changes if change.address.name == "old"]
        for row, here in ALIKE.items()
    }
    assert actions["profile: all but its name"] == ["delete"]
    assert actions["profile: retained, and made a second time"] == ["forget"]
    assert actions["profile: protected, and made a second time"] == ["protected"]
    assert Lifecycle(prevent_destroy=True) == protected()


def test_orders_have_no_key_to_be_alike_in() -> None:
    """Another number is another order, and what says nothing points at nobody."""
    numbers = [{"phone_number": "+15125550100", "status": "pending"}]
    placed = live(ORDER, "o1", status="pending", phone_numbers=numbers)
    assert found(situation([order("new", phone_numbers=["+15125550142"])], [recorded(order(), placed)], [placed])) == []
