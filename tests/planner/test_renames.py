"""Every rename: five kinds, keys that are stated or not, hints or none, other changes beside it, several candidates."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from reconciler.model.address import Address
from reconciler.model.diagnostic import has_errors
from reconciler.model.ledger import Entry, IntentKind
from reconciler.model.observed import Observed
from reconciler.model.plan import Noop
from reconciler.model.resource import Resource
from reconciler.model.scope import Scope
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from tests.planner.simulator import Simulated
from tests.planner.worlds import (
    BOT,
    HERE,
    P1,
    A,
    agent,
    answer,
    drafted,
    intends,
    live_answer,
    live_profile,
    live_sender,
    order,
    pinned,
    placed,
    profile,
    protected,
    recorded,
    sender,
    situation,
)

DESK, TWIN_ORDER = placed(), placed("o2")

P, S, R, H, G = "MessagingProfile", "AlphanumericSenderId", "AutoResponse", "HostedNumberOrder", "RcsAgent"
OLD = profile("old", name="Alerts")
ALERTS = live_profile(name="Alerts")
WAITS = f"hosted-action-needed {H}/new"
NAMELESS, CALLED_OLD = profile("old"), live_profile(name="old")


def hinted(new: Resource, old: str = "old") -> Resource:
    """The manifest with ``metadata.renamed_from``."""
    return replace(new, renamed_from=old)


PINNED_GROUP = live_profile(name="Alerts", resource_group_id="x")
BYE, SO_LONG = "Acme: goodbye, and thank you.", "Acme: so long, and thank you."
NEWS_TOO = profile("old", name="News")


def renamed(old: Resource, row: Observed, new: Resource, *others: Observed) -> Situation:
    """One resource under its new name, its entry under the old one, and the profile that children hang on."""
    above = ([A], [HERE], [P1]) if old.address.kind in (R, S) else ([], [], [])
    return situation([*above[0], new], [*above[1], recorded(old, row)], [*above[2], row, *others])


def moved(kind: str, action: str = "move") -> list[str]:
    """What a rename looks like."""
    reason = "cannot-update" if action == "replace" else "renamed"
    above = [f"noop {P}/a unchanged"] if kind in (R, S) else []
    return [*above, f"{action} {kind}/new {reason} from {kind}/old"]


ROWS: dict[str, tuple[Situation, list[str]]] = {
    # a stated key finds it, hint or none
    "profile, stated": (renamed(OLD, ALERTS, profile("new", name="Alerts")), moved(P)),
    "profile, stated, hint": (renamed(OLD, ALERTS, hinted(profile("new", name="Alerts"))), moved(P)),
    "answer": (renamed(answer("old"), live_answer(), answer("new")), moved(R)),
    "answer, hint": (renamed(answer("old"), live_answer(), hinted(answer("new"))), moved(R)),
    "sender": (renamed(sender("old"), live_sender(), sender("new")), moved(S)),
    "sender, hint": (renamed(sender("old"), live_sender(), hinted(sender("new"))), moved(S)),
    "order": (renamed(order("old"), DESK, order("new")), [*moved(H), WAITS]),
    "order, hint": (renamed(order("old"), DESK, hinted(order("new"))), [*moved(H), WAITS]),
    "agent": (renamed(agent("old"), BOT, agent("new")), moved(G)),
    "agent, hint": (renamed(agent("old"), BOT, hinted(agent("new"))), moved(G)),
    # an unstated key is the local name itself: only the hint tells
    "profile, unstated": (
        renamed(NAMELESS, CALLED_OLD, profile("new")),
        [f"create {P}/new new", f"delete {P}/old not-desired"],
    ),
    "profile, unstated, hint: the remote name stays": (
        renamed(NAMELESS, CALLED_OLD, hinted(profile("new"))),
        moved(P),
    ),
    "profile, unstated before and stated now": (renamed(NAMELESS, CALLED_OLD, profile("new", name="old")), moved(P)),
    "profile, stated before and unstated now, hint": (renamed(OLD, ALERTS, hinted(profile("new"))), moved(P)),
    # other fields change too
    "profile, stated, another field": (
        renamed(OLD, ALERTS, profile("new", name="Alerts", enabled=False)),
        moved(P, "update"),
    ),
    "profile, the key itself, hint": (renamed(OLD, ALERTS, hinted(profile("new", name="News"))), moved(P, "update")),
    "profile, the key itself, no hint": (
        renamed(OLD, ALERTS, profile("new", name="News")),
        [f"create {P}/new new", f"delete {P}/old not-desired"],
    ),
    "profile, a field that cannot change": (
        renamed(OLD, PINNED_GROUP, profile("new", name="Alerts", resource_group_id="y")),
        [f"immutable-field {P}/new"],
    ),
    "answer, another field": (
        renamed(answer("old"), live_answer(resp_text=BYE), answer("new", resp_text=SO_LONG)),
        moved(R, "update"),
    ),
    "answer, other words, the only row": (
        renamed(answer("old"), live_answer(), answer("new", keywords=["END"])),
        moved(R, "update"),
    ),
    "answer, the key itself, hint": (
        renamed(answer("old"), live_answer(), hinted(answer("new", country_code="CA"))),
        moved(R, "replace"),
    ),
    "answer, the key itself, no hint": (
        renamed(answer("old"), live_answer(), answer("new", country_code="CA")),
        [
            f"delete {R}/old not-desired",
            f"noop {P}/a unchanged",
            f"create {R}/new new",
            f"likely-rename {R}/new",
        ],
    ),
    "sender, another field": (
        renamed(sender("old"), live_sender(), sender("new", us_long_code_fallback="+15125550142")),
        moved(S, "replace"),
    ),
    "sender, the key itself, hint": (
        renamed(sender("old"), live_sender(), hinted(sender("new", alphanumeric_sender_id="ACME2"))),
        moved(S, "replace"),
    ),
    "sender, protected and replaced": (
        renamed(sender("old"), live_sender(), hinted(sender("new", alphanumeric_sender_id="B", lifecycle=protected()))),
        [f"noop {P}/a unchanged", f"prevent-destroy {S}/new"],
    ),
    "order, other numbers, hint": (
        renamed(order("old"), DESK, hinted(order("new", phone_numbers=["+15125550199"]))),
        [f"immutable-field {H}/new"],
    ),
    "agent, another field": (
        renamed(agent("old"), BOT, agent("new", webhook_url="https://hooks.example.com/rcs")),
        moved(G, "update"),
    ),
    # several objects have the key: what it means is said by a hint, or by a pin
    "profile, several": (
        renamed(OLD, ALERTS, profile("new", name="Alerts"), live_profile("p2", "Alerts")),
        [f"delete {P}/old not-desired", f"ambiguous {P}/new"],
    ),
    "profile, several, hint": (
        renamed(OLD, ALERTS, hinted(profile("new", name="Alerts")), live_profile("p2", "Alerts")),
        moved(P),
    ),
    "profile, several, pinned to its own": (
        renamed(OLD, ALERTS, pinned(profile("new", name="Alerts"), "p1"), live_profile("p2", "Alerts")),
        moved(P),
    ),
    "profile, several, pinned to the stranger": (
        renamed(OLD, ALERTS, pinned(profile("new", name="Alerts"), "p2"), live_profile("p2", "Alerts")),
        [f"adopt {P}/new pinned", f"delete {P}/old not-desired"],
    ),
    "answer, several, one shares a word": (
        renamed(answer("old"), live_answer(), answer("new"), live_answer("r2", keywords=["END"])),
        moved(R),
    ),
    "answer, several, all alike, hint": (
        renamed(answer("old"), live_answer(), hinted(answer("new")), live_answer("r2")),
        moved(R),
    ),
    "order, several, hint": (renamed(order("old"), DESK, hinted(order("new")), TWIN_ORDER), [*moved(H), WAITS]),
    # hints that say nothing
    "hint of what is gone": (
        situation([hinted(profile("new", name="Alerts"))], [recorded(OLD, ALERTS)], gone=[(P, "p1")]),
        [f"create {P}/new new", f"forget {P}/old gone"],
    ),
    "hint, done long ago": (
        situation([hinted(profile("new", name="Alerts"))], [recorded(profile("new", name="Alerts"), ALERTS)], [ALERTS]),
        [f"noop {P}/new unchanged"],
    ),
    "hint, done long ago, and the old name is used again": (
        situation(
            [hinted(profile("new", name="Alerts")), NEWS_TOO],
            [recorded(profile("new", name="Alerts"), ALERTS), recorded(NEWS_TOO, live_profile("p2", "News"))],
            [ALERTS, live_profile("p2", "News")],
        ),
        [f"noop {P}/new unchanged", f"noop {P}/old unchanged"],
    ),
    "hint, done long ago, and the object is gone now: what has the old name is not taken for it": (
        situation(
            [hinted(profile("new", name="Alerts"))],
            [recorded(profile("new", name="Alerts"), ALERTS), recorded(NEWS_TOO, live_profile("p2", "News"))],
            [live_profile("p2", "News")],
            gone=[(P, "p1")],
            scope=Scope(whole=False, prune=False, loaded_files=frozenset({"other.yaml"})),
        ),
        [f"create {P}/new vanished"],
    ),
    "two manifests say that they were one": (
        situation([hinted(profile("new")), hinted(profile("newer"))], [recorded(OLD, ALERTS)], [ALERTS]),
        [f"claimed-twice {P}/new", f"claimed-twice {P}/newer"],
    ),
    "a hint goes before another manifest's natural key": (
        situation(
            [hinted(profile("new", name="News")), profile("b", name="Alerts")], [recorded(OLD, ALERTS)], [ALERTS]
        ),
        [f"create {P}/b new", f"update {P}/new renamed from {P}/old"],
    ),
    "hint of what another project recorded": (
        situation([hinted(profile("new"))], [recorded(OLD, ALERTS, project="x")], [ALERTS]),
        [f"claimed-twice {P}/new"],
    ),
    "begun under the old name, which was its key, and never recorded": (
        situation([hinted(profile("new"))], objects=[CALLED_OLD], intents=[intends(NAMELESS)]),
        moved(P),
    ),
    "replaced in half under the old name": (
        situation(
            [A, hinted(sender("new"))],
            [HERE],
            [P1, live_sender("s2")],
            intents=[intends(sender("old"), IntentKind.REPLACE, remote=live_sender().remote, seen=("s1",))],
        ),
        moved(S),
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_table_of_renames(row: str) -> None:
    """What each rename is, and for those that can be carried out: once done, nothing is left to do."""
    here, expected = ROWS[row]
    assert drafted(here) == expected, row
    made = draft(here)
    if not has_errors(made.diagnostics):
        after = Simulated(here).apply(made.changes)
        assert all(isinstance(change, Noop) for change in draft(after).changes), drafted(after)
        assert not after.ledger.intents


B, C = profile("b", name="News"), profile("c", name="Mail")
NEWS, MAIL = live_profile("p2", "News"), live_profile("p3", "Mail")
FIRST = profile("a", name="Alerts")


def chain(*manifests: Resource, entries: tuple[Entry, ...] = ()) -> Situation:
    """Three profiles, recorded as a, b and c unless told otherwise."""
    known = entries or (recorded(FIRST, ALERTS), recorded(B, NEWS))
    return situation(manifests, known, [ALERTS, NEWS, MAIL])


CHAINED = chain(hinted(profile("b"), "a"), hinted(profile("c"), "b"))
CHAINS: dict[str, tuple[Situation, list[str]]] = {
    "a → b → c, by hints alone": (CHAINED, [f"move {P}/c renamed from {P}/b", f"move {P}/b renamed from {P}/a"]),
    "a → b → c, where the keys change as well": (
        chain(hinted(profile("b", name="One"), "a"), hinted(profile("c", name="Two"), "b")),
        [f"update {P}/c renamed from {P}/b", f"update {P}/b renamed from {P}/a"],
    ),
    "a → b → c, where the keys are exchanged": (
        chain(hinted(profile("b", name="News"), "a"), hinted(profile("c", name="Alerts"), "b")),
        [f"update {P}/c renamed from {P}/b", f"update {P}/b renamed from {P}/a"],
    ),
    "a → b → c, pinned as well": (
        chain(hinted(pinned(profile("b"), "p1"), "a"), hinted(pinned(profile("c"), "p2"), "b")),
        [f"move {P}/c renamed from {P}/b", f"move {P}/b renamed from {P}/a"],
    ),
    "a → b → c → d": (
        chain(
            *(hinted(profile(new), old) for new, old in ("ba", "cb", "dc")),
            entries=(recorded(FIRST, ALERTS), recorded(B, NEWS), recorded(C, MAIL)),
        ),
        [f"move {P}/d renamed from {P}/c", f"move {P}/c renamed from {P}/b", f"move {P}/b renamed from {P}/a"],
    ),
    "the end has an object of its own: the lines are history": (
        chain(
            hinted(profile("b"), "a"),
            hinted(profile("c"), "b"),
            entries=(recorded(FIRST, ALERTS), recorded(profile("b"), NEWS), recorded(profile("c"), MAIL)),
        ),
        [f"delete {P}/a not-desired", f"noop {P}/b unchanged", f"noop {P}/c unchanged"],
    ),
    "two lines name it, and one of the new names has an object already: its line is history": (
        chain(hinted(profile("b", name="News"), "a"), hinted(profile("c"), "a")),
        [f"noop {P}/b unchanged", f"move {P}/c renamed from {P}/a"],
    ),
    "the object in the middle is gone": (
        situation(
            [hinted(profile("b"), "a"), hinted(profile("c"), "b")],
            [recorded(FIRST, ALERTS), recorded(B, NEWS)],
            [ALERTS],
            gone=[(P, "p2")],
        ),
        [f"create {P}/c new", f"move {P}/b renamed from {P}/a"],
    ),
    "a ↔ b": (
        chain(hinted(profile("b"), "a"), hinted(profile("a"), "b")),
        [f"claimed-twice {P}/a", f"claimed-twice {P}/b"],
    ),
    "a → b → c → a": (
        chain(
            *(hinted(profile(new), old) for new, old in ("ba", "cb", "ac")),
            entries=(recorded(FIRST, ALERTS), recorded(B, NEWS), recorded(C, MAIL)),
        ),
        [f"claimed-twice {P}/{name}" for name in "abc"],
    ),
    "a ↔ b in two applies, the second: the lines of the first are history": (
        chain(
            hinted(profile("b"), "t"),
            hinted(profile("a"), "b"),
            entries=(recorded(profile("t"), ALERTS), recorded(profile("a"), NEWS)),
        ),
        [f"noop {P}/a unchanged", f"move {P}/b renamed from {P}/t"],
    ),
}


@pytest.mark.parametrize("row", CHAINS)
def test_chains_of_renames(row: str) -> None:
    """Each object keeps its id under its new name, or the plan refuses."""
    here, expected = CHAINS[row]
    for order_of_input in permutations(here.resources):
        assert drafted(replace(here, resources=order_of_input)) == expected, row


@pytest.mark.parametrize("row", [row for row, (_, told) in CHAINS.items() if "twice" not in told[0]])
def test_a_chain_killed_at_any_line_goes_on(row: str) -> None:
    """Whatever was recorded and whatever was not: the next run ends where this one would have."""
    here, _ = CHAINS[row]
    changes = draft(here).changes
    whole = {address: entry.remote.id for address, entry in Simulated(here).apply(changes).ledger.entries.items()}
    for after in range(len(changes)):
        killed = Simulated(here).killed(changes, after)
        done = Simulated(killed).apply(draft(killed).changes)
        assert {address: entry.remote.id for address, entry in done.ledger.entries.items()} == whole, after
        assert all(isinstance(change, Noop) for change in draft(done).changes)


def test_what_hangs_on_a_renamed_object_goes_on_protecting_it() -> None:
    """The child has no manifest any more, so that only the ledger says what it hangs on."""
    child = replace(recorded(sender(), live_sender()), prevent_destroy=True)
    here = situation([hinted(profile("b"), "a")], [HERE, child], [P1, live_sender()])
    after = Simulated(here).apply(draft(here).changes)
    assert after.ledger.entries[child.address].references == (Address(P, "b"),)
    assert drafted(replace(after, resources=())) == [
        f"protected {S}/acme prevent-destroy",
        f"protected {P}/b protected-child",
    ]


def test_to_move_a_manifest_to_another_file_is_nothing() -> None:
    """No change, no exit code 2; which file it was is brought up to date by whoever writes next."""
    here = situation([profile("a", file="other.yaml")], [HERE], [P1])
    assert drafted(here) == [f"noop {P}/a unchanged"]


def test_two_protected_children_shield_one_parent() -> None:
    """Each of them is enough, and both say so once."""
    children = (recorded(answer(), live_answer()), recorded(sender(), live_sender()))
    kept = [replace(child, prevent_destroy=True) for child in children]
    here = situation(
        (), [recorded(profile("a"), live_profile()), *kept], [live_profile(), live_answer(), live_sender()]
    )
    assert {str(change.address): change.reason for change in draft(here).changes} == {
        "MessagingProfile/a": "protected-child",
        "AutoResponse/stop": "prevent-destroy",
        "AlphanumericSenderId/acme": "prevent-destroy",
    }
