"""What no read shows: the ledger is the only witness, and whoever reads a plan or a report is told so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.address import Address
from reconciler.model.drift import Unreadable
from reconciler.model.ledger import Entry, Ledger
from reconciler.model.plan import Forget, Move, Record, desired_of
from reconciler.model.policy import Policy
from reconciler.model.recording import entry_for
from reconciler.model.resource import Resource
from reconciler.model.scope import Scope
from reconciler.model.selector import Selector
from reconciler.planner.draft import draft
from reconciler.planner.drifting import drift_of, selected
from reconciler.planner.lookups import collections, unseen
from reconciler.planner.planning import finish
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    INVITE,
    SALT,
    drafted,
    intends,
    invite,
    invited,
    pinned,
    profile,
    profiles,
    protected,
    recorded,
    situation,
)

ANNA, BERTA = invite(), invite("berta", phone_number="+15125550143")
KNOWN = invited(ANNA)
SECRET = frozenset({("phone_number",)})
HIDDEN = replace(ANNA, secrets=SECRET)
SEALED = invited(HIDDEN)
ELSEWHERE = Scope(whole=False, prune=False, loaded_files=frozenset({"other.yaml"}))

ROWS: dict[str, tuple[Situation, list[str]]] = {
    "desired, not recorded": (
        situation([ANNA]),
        ["create RcsTestNumber/anna new", "cannot-be-read-back RcsTestNumber/anna"],
    ),
    "desired, recorded": (situation([ANNA], [KNOWN]), ["noop RcsTestNumber/anna unchanged"]),
    "desired, recorded, and protected since": (
        situation([invite(lifecycle=protected())], [KNOWN]),
        ["record RcsTestNumber/anna ledger-outdated"],
    ),
    "desired, recorded, to be another": (
        situation([invite(phone_number="+15125550143")], [KNOWN]),
        ["immutable-field RcsTestNumber/anna"],
    ),
    "desired, recorded under another name": (
        situation([invite("a.1")], [KNOWN]),
        ["move RcsTestNumber/a.1 renamed from RcsTestNumber/anna"],
    ),
    "desired, recorded by another project": (
        situation([invite("a.1")], [replace(KNOWN, project="other")]),
        ["claimed-twice RcsTestNumber/a.1"],
    ),
    "desired, an intent: perhaps sent, and sent again": (
        situation([ANNA], intents=[intends(ANNA)]),
        ["create RcsTestNumber/anna interrupted-create", "cannot-be-read-back RcsTestNumber/anna"],
    ),
    "pinned": (situation([pinned(ANNA, "i1")]), ["no-such-remote RcsTestNumber/anna"]),
    "not desired, recorded": (situation((), [KNOWN]), ["forget RcsTestNumber/anna cannot-take-back"]),
    "not desired, recorded, not ours to prune": (situation((), [KNOWN], scope=ELSEWHERE), []),
    "not desired, an intent: perhaps sent": (
        situation((), intents=[intends(ANNA)]),
        ["forget RcsTestNumber/anna cannot-take-back"],
    ),
    "one forgotten, another new": (
        situation([BERTA], [KNOWN]),
        [
            "forget RcsTestNumber/anna cannot-take-back",
            "create RcsTestNumber/berta new",
            "cannot-be-read-back RcsTestNumber/berta",
        ],
    ),
    "a secret, recorded": (situation([HIDDEN], [SEALED]), ["noop RcsTestNumber/anna unchanged"]),
    "a secret, recorded, to be another": (
        situation([replace(invite(phone_number="+15125550143"), secrets=SECRET)], [SEALED]),
        ["immutable-field RcsTestNumber/anna"],
    ),
    "a secret, recorded, spelt out since": (
        situation([ANNA], [SEALED]),
        ["record RcsTestNumber/anna ledger-outdated"],
    ),
    "recorded openly, a secret since": (
        situation([HIDDEN], [KNOWN]),
        ["record RcsTestNumber/anna ledger-outdated"],
    ),
    "two with one key": (
        situation([ANNA, invite("zoe")]),
        ["claimed-twice RcsTestNumber/anna", "claimed-twice RcsTestNumber/zoe"],
    ),
    "a secret, and another that states the same": (
        situation([HIDDEN, invite("zoe")], [SEALED]),
        ["noop RcsTestNumber/anna unchanged", "claimed-twice RcsTestNumber/zoe"],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_table(row: str) -> None:
    """Matching, changes and removals."""
    here, expected = ROWS[row]
    assert drafted(here) == expected


def test_nothing_is_read() -> None:
    """No list, and no read by id: of what is recorded, desired, pinned or intended."""
    here = situation([pinned(ANNA, "i7"), BERTA], [KNOWN], intents=[intends(BERTA)])
    assert [one.kind for one in collections(here)] == []
    assert [kind for kind, _ in unseen(here)] == ["RcsAgent"]  # which the manifests name by its id


def _recorded_again(entry: Entry, manifest: Resource) -> Entry:
    """What a Record writes over ``entry``."""
    here = situation([manifest], [entry])
    [change] = draft(here).changes
    observed = here.world.find(INVITE.name, entry.remote.id)
    goal = desired_of(change)
    assert isinstance(change, Record)
    assert observed is not None
    assert goal is not None
    return entry_for(INVITE, goal, observed, origin=entry.origin, project=entry.project, salt=SALT, before=entry)


def test_a_seal_is_no_value() -> None:
    """Once the manifest spells a number out, the ledger holds the number; and the other way round."""
    opened = _recorded_again(SEALED, ANNA)
    assert (opened.applied, opened.answered, opened.secrets) == (KNOWN.applied, KNOWN.answered, ())
    hidden = _recorded_again(KNOWN, HIDDEN)
    assert (hidden.applied, hidden.answered, hidden.secrets) == (SEALED.applied, SEALED.answered, SEALED.secrets)
    assert "555" not in str(hidden.answered["phone_number"])
    assert drafted(situation([ANNA], [opened])) == ["noop RcsTestNumber/anna unchanged"]


def test_what_is_known_by_its_seal_moves_with_renamed_from() -> None:
    """By its natural key alone it cannot be found: then it is forgotten, and sent again."""
    told = replace(HIDDEN, address=Address(INVITE.name, "a.1"), renamed_from="anna")
    assert drafted(situation([told], [SEALED])) == ["move RcsTestNumber/a.1 renamed from RcsTestNumber/anna"]
    [change] = draft(situation([told], [SEALED])).changes
    assert isinstance(change, Move)
    untold = replace(told, renamed_from=None)
    assert [type(one) for one in draft(situation([untold], [SEALED])).changes][1:] == [Forget]


def test_drift_says_that_nobody_knows() -> None:
    """It is in no count of what drifted or was not looked at, with the ledger and without."""
    here = situation([ANNA, BERTA], [KNOWN])
    report = drift_of(here, reads=0)
    assert (report.found, report.unmanaged, report.unapplied) == ((), (), ())
    assert report.unreadable == (Unreadable(kind="RcsTestNumber", addresses=(ANNA.address,)),)
    assert "RcsTestNumber" not in report.not_looked_at
    assert drift_of(replace(here, ledger=Ledger()), reads=0).found == ()
    assert selected(report, here, Selector(kinds=frozenset({"RcsAgent"}))).unreadable == ()
    assert selected(report, here, Selector(labels=(("team", "x"),))).unreadable == (Unreadable(kind="RcsTestNumber"),)


def test_it_neither_vanishes_nor_tells_whose_account_this_is() -> None:
    """Fifty invites that cannot vanish make no room for a fifth of the profiles."""
    lost = profiles(8, gone=2)
    many = {f"n{i}": invite(f"n{i}", phone_number=f"+151255501{i:02}") for i in range(50)}
    entries = {one.address: invited(one, f"i-{name}") for name, one in many.items()}
    here = replace(
        lost,
        resources=(*lost.resources, *many.values()),
        ledger=replace(lost.ledger, entries={**lost.ledger.entries, **entries}),
    )
    codes = {one.code for one in finish(draft(here), {}, here, Policy(), reads=0, rate=1).diagnostics}
    assert "mass-vanish" in codes
    gone = recorded(profile(), profiles(1).world.objects["MessagingProfile"]["id-k0"])
    nobody = situation([], [gone, KNOWN], gone=[("MessagingProfile", gone.remote.id)])
    header = replace(nobody.ledger.header, organization_id="org-1")
    nobody = replace(nobody, ledger=replace(nobody.ledger, header=header))
    assert "mass-vanish" in {
        one.code for one in finish(draft(nobody), {}, nobody, Policy(), reads=0, rate=1).diagnostics
    }


@pytest.mark.parametrize(
    ("wanted", "known", "agents", "told"),
    [
        (20, 0, 1, []),
        (21, 0, 1, ["this plan invites 21 test numbers, and only 20 a day are taken"]),
        (21, 0, 2, ["this plan invites 21 test numbers, and only 20 a day are taken"]),
        (21, 1, 1, []),
        (200, 200, 1, []),
        (201, 201, 1, ["this agent is to have 201 test numbers, and may have 200"]),
        (201, 201, 2, []),
    ],
)
def test_too_many_are_warned_of(wanted: int, known: int, agents: int, told: list[str]) -> None:
    """Twenty a day, whatever the agents; two hundred of one agent."""
    many = [
        invite(f"n{i:03}", phone_number=f"+1512555{i:04}", agent={"id": f"agent-{1 + i % agents}"})
        for i in range(wanted)
    ]
    entries = [invited(one, f"i{i}", agent=f"agent-{1 + i % agents}") for i, one in enumerate(many[:known])]
    found = [one for one in draft(situation(many, entries)).diagnostics if one.code == "rcs-test-number-limit"]
    assert [one.summary for one in found] == told
    assert all(one.source is not None and one.severity.value == "warning" for one in found)
