"""Laws of plans, over random small worlds: whatever is desired, recorded and observed (design §10)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from reconciler.model.address import Address
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Observed
from reconciler.model.paths import dotted
from reconciler.model.plan import Action, Adopt, Delete, Forget, Replace, Update
from reconciler.model.reference import ById
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.model.scope import Scope
from reconciler.planner.draft import Draft, draft
from reconciler.planner.lookups import children, unseen
from reconciler.planner.situation import Situation
from tests.planner.simulator import Simulated
from tests.planner.worlds import (
    KINDS,
    answer,
    live_answer,
    live_profile,
    live_sender,
    profile,
    recorded,
    sender,
    situation,
)

NAMES, IDS = st.sampled_from("abc"), st.sampled_from(["p1", "p2", "p3"])
LOCAL = {"a": "p1", "b": "p2", "c": "p3"}
COUNTRIES = st.sampled_from(["US", "CA", "*"])
WORDS = st.sampled_from(
    [list(some) for size in (1, 2, 3) for some in permutations(["STOP", "END", "QUIT"], size) for _ in range(6 // size)]
)
LIFECYCLES = st.sampled_from(
    [
        Lifecycle(prevent_destroy=kept, ignore_changes=ignored, on_remove=removed)
        for removed in (None, *OnRemove)
        for ignored in (frozenset(), frozenset({("enabled",)}), frozenset({("keywords",)}))
        for kept in (False, True)
    ]
)
PARENTS = st.sampled_from([*LOCAL, *({"id": remote_id} for remote_id in LOCAL.values())])
FALLBACKS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"us_long_code_fallback": None}, {"us_long_code_fallback": "+15125550142"}]
)
POOL = {"long_code_weight": 1, "toll_free_weight": 1, "skip_unhealthy": True}
FIELDS: dict[str, list[Any]] = {
    "name": [*LOCAL],
    "enabled": [False, True],
    "webhook_url": [None, "https://x.example"],
    "number_pool_settings": [POOL],
}
STATED: list[st.SearchStrategy[dict[str, Any]]] = [
    st.sampled_from([*({} for _ in some), *({field: value} for value in some)])  # half of them do not state it
    for field, some in FIELDS.items()
]
"""A strategy is one choice wherever it can be: what draws a world is made once, and few choices make a world."""
PINS = st.sampled_from([(pin, was) for pin in (None, None, None, "p1", "p2") for was in (None, None, None, "a", "b")])


@st.composite
def profiles(draw: st.DrawFn) -> Resource:
    """A profile that may have any remote name, and any of its fields."""
    stated = {field: value for strategy in STATED for field, value in draw(strategy).items()}
    pin, renamed_from = draw(PINS)
    made = profile(draw(NAMES), lifecycle=draw(LIFECYCLES), **stated)
    return replace(made, remote_id=pin, renamed_from=renamed_from)


@st.composite
def answers(draw: st.DrawFn) -> Resource:
    """An answer of any profile, declared or not."""
    stated = {"messaging_profile": draw(PARENTS), "country_code": draw(COUNTRIES), "keywords": draw(WORDS)}
    return answer(draw(NAMES), lifecycle=draw(LIFECYCLES), **stated)


SENDER_NAMES = st.sampled_from(["ACME", "OTHER"])


@st.composite
def senders(draw: st.DrawFn) -> Resource:
    """A sender of any profile."""
    name = draw(SENDER_NAMES)
    stated = {"messaging_profile": draw(PARENTS), "alphanumeric_sender_id": name, **draw(FALLBACKS)}
    return sender(draw(NAMES), lifecycle=draw(LIFECYCLES), **stated)


SOME_IDS, BELOW = st.lists(IDS, unique=True), st.integers(0, 2)


@st.composite
def rows(draw: st.DrawFn) -> list[Observed]:
    """Live profiles and what hangs on them."""
    found = []
    for remote_id in draw(SOME_IDS):
        found.append(live_profile(remote_id, draw(NAMES), enabled=draw(st.booleans()), webhook_url=None))
        for number in range(draw(BELOW)):
            stated = {"country_code": draw(COUNTRIES), "keywords": draw(WORDS), "resp_text": "By hand, in the portal."}
            found.append(live_answer(f"r-{remote_id}-{number}", remote_id, **stated))
        if draw(st.booleans()):
            found.append(live_sender(f"s-{remote_id}", remote_id))
    return found


STRATEGIES = {"MessagingProfile": profiles(), "AutoResponse": answers(), "AlphanumericSenderId": senders()}
MANIFESTS = st.lists(st.one_of(*STRATEGIES.values()), max_size=6, unique_by=lambda r: r.address)
ROWS, ORIGINS = rows(), st.sampled_from(Origin)
PROJECTS = st.sampled_from(["default", "default", "default", "other"])


@cache
def picks(many: int, most: int | None = None) -> st.SearchStrategy[list[int]]:
    """Some of so many, by their positions."""
    return st.lists(st.sampled_from(range(many)), unique=True, max_size=most) if many else st.just([])


def _entry(res: Resource, row: Observed, origin: Origin, project: str) -> Entry:
    parents = {leaf.path: "p1" for leaf in KINDS[row.kind].references}
    plain = replace(res, values={**res.values, **{path: ById(id=one) for path, one in parents.items()}})
    references = tuple(recorded(profile(name), live_profile()).address for name in LOCAL if LOCAL[name] == _above(row))
    return replace(recorded(plain, row, project=project, origin=origin), references=references)


def _above(row: Observed) -> Any:
    return row.remote.parent_id or row.attributes.get("messaging_profile_id")


@st.composite
def worlds(draw: st.DrawFn) -> Situation:
    """Desired, recorded and observed that know of each other, more or less."""
    manifests = draw(MANIFESTS)
    objects = draw(ROWS)
    entries: dict[Any, Entry] = {}
    for row in (objects[at] for at in draw(picks(len(objects)))):
        entry = _entry(draw(STRATEGIES[row.kind]), row, draw(ORIGINS), draw(PROJECTS))
        entries.setdefault(entry.address, entry)
    lost = [objects[at] for at in draw(picks(len(objects), 1))]
    dead = {one.remote.id for one in lost} | {o.remote.id for o in objects if _above(o) in {x.remote.id for x in lost}}
    alive = [one for one in objects if one.remote.id not in dead]
    missing = [*((o.kind, o.remote.id) for o in objects if o.remote.id in dead)]
    missing += [("MessagingProfile", i) for i in LOCAL.values() if i not in {o.remote.id for o in alive}]
    return situation(manifests, entries.values(), alive, gone=missing, allow_adopt=True)


def cleared(here: Situation) -> Situation | None:
    """The situation without the manifests that the plan refuses; None where nothing can be planned."""
    bad = {finding.address for finding in draft(here).diagnostics if finding.severity.value == "error"}
    if not bad:
        return here
    kept = tuple(one for one in here.resources if one.address not in bad)
    return cleared(replace(here, resources=kept)) if None not in bad and len(kept) < len(here.resources) else None


pytestmark = pytest.mark.slow
law = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
EMPTY = situation()


def tell(drafted: Draft) -> list[str]:
    """What the plan does."""
    quiet = (Action.NOOP, Action.PROTECTED)
    return [f"{c.action.value} {c.address} {c.reason}" for c in drafted.changes if c.action not in quiet]


@law
@given(worlds())
@example(EMPTY)
def test_a_plan_after_its_apply_is_empty(here: Situation) -> None:
    """Convergence: one run is enough, and nothing is deleted while something hangs on it."""
    start = cleared(here)
    if start is None or _hangs(start):
        return
    after = Simulated(start).apply(draft(start).changes)
    again = draft(after)
    assert not [one for one in again.diagnostics if one.severity.value == "error"]
    assert tell(again) == []


@law
@given(worlds(), st.integers(0, 8))
def test_a_run_that_was_killed_anywhere_ends_as_if_it_had_not_been(here: Situation, after: int) -> None:
    """Crash safety: the next plan finishes it, and nothing is there twice or left behind."""
    start = cleared(here)
    if start is None or _hangs(start):
        return
    changes = draft(start).changes
    whole = Simulated(start).apply(changes)
    interrupted = Simulated(start).killed(changes, after)
    resumed = draft(interrupted)
    assert not [one for one in resumed.diagnostics if one.severity.value == "error"]
    ended = Simulated(interrupted).apply(resumed.changes)
    assert tell(draft(ended)) == []
    assert _inventory(ended) == _inventory(whole)
    assert ended.ledger.entries.keys() == whole.ledger.entries.keys()
    assert not ended.ledger.intents


def _inventory(here: Situation) -> Counter[str]:
    """What exists; ids of what is new are all alike."""
    return Counter(_described(row) for kind in KINDS for row in here.world.of_kind(kind))


def _described(row: Observed) -> str:
    fields = {key: value for key, value in row.attributes.items() if value is not None}
    return re.sub(r"new-\d+", "new", f"{row.kind} {row.remote.id} {sorted(fields.items())}")


def _hangs(here: Situation) -> bool:
    """Whether something that this plan leaves alone hangs on what it deletes: for guards with facts to refuse."""
    changes = draft(here).changes
    deleted = {c.remote.id for c in changes if isinstance(c, Delete)}
    leaving = {c.remote.id for c in changes if isinstance(c, Delete | Replace)}
    return any(
        _above(row) in deleted and row.remote.id not in leaving for kind in KINDS for row in here.world.of_kind(kind)
    )


@law
@given(worlds())
def test_nothing_is_touched_that_is_neither_desired_nor_recorded(here: Situation) -> None:
    """Ownership: deletes and replaces are of our own project's entries alone; one change names one object."""
    changes = draft(here).changes
    ours = {(a.kind, e.remote.id) for a, e in here.ledger.entries.items() if e.project == here.project}
    for change in changes:
        if isinstance(change, Delete | Replace):
            assert (change.address.kind, change.remote.id) in ours
        if change.address not in here.desired:
            assert here.ledger.entries[change.address].project == here.project
    named = [(c.address.kind, c.remote.id) for c in changes if c.remote is not None and not isinstance(c, Forget)]
    assert len(named) == len(set(named))


@law
@given(worlds())
def test_no_change_precedes_what_it_refers_to(here: Situation) -> None:
    """Order: every dependency stands before its dependant, and each address once."""
    seen: set[Address] = set()
    changes = draft(here).changes
    for change in changes:
        assert set(change.depends_on) <= seen
        seen.add(change.address)
    assert len(seen) == len(changes)


@law
@given(worlds())
def test_no_field_differs_that_is_not_stated(here: Situation) -> None:
    """Minimality: a difference is in a stated leaf that is not ignored, and its body changes nothing else."""
    for change in draft(here).changes:
        if isinstance(change, Update | Adopt | Replace):
            stated = change.desired.compared()
            assert {diff.path for diff in change.diffs} <= stated.keys(), [dotted(d.path) for d in change.diffs]


@law
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_manifests_entries_and_rows_means_nothing(here: Situation, chance: Any) -> None:
    """Determinism."""
    resources, entries = list(here.resources), list(here.ledger.entries.items())
    objects = {kind: list(rows.items()) for kind, rows in here.world.objects.items()}
    for part in (resources, entries, *objects.values()):
        chance.shuffle(part)
    world = replace(here.world, objects={kind: dict(objects[kind]) for kind in reversed(objects)})
    ledger = replace(here.ledger, entries=dict(entries))
    assert draft(replace(here, resources=tuple(resources), ledger=ledger, world=world)) == draft(here)


@law
@given(worlds())
def test_what_is_not_loaded_is_left_alone(here: Situation) -> None:
    """Pruning: with paths given, no entry without a manifest goes, unless it was renamed."""
    narrow = replace(here, scope=Scope(whole=False, prune=False, loaded_files=frozenset({"m.yaml"})))
    for change in draft(narrow).changes:
        assert change.address in here.desired


@law
@given(worlds())
def test_every_list_that_matters_is_looked_at(here: Situation) -> None:
    """Whatever a plan without a list below a parent would create there is not planned from what was not seen."""
    looked_at = {collection.parent_id for collection in children(here)}
    for change in draft(here).changes:
        if change.address.kind == "AutoResponse" and isinstance(change, Adopt | Update | Replace):
            assert change.remote.parent_id in looked_at
    assert unseen(here) == []
