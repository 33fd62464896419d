"""Laws of drift over random small worlds: silence after an apply, and every edit told as what it is, alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from reconciler.model.drift import Changed, DriftReport, FieldState
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.model.paths import dotted, overlaid, undotted
from reconciler.planner.draft import draft
from reconciler.planner.drifting import drift_of, put_right
from reconciler.planner.situation import Situation
from tests.planner.simulator import Simulated
from tests.planner.test_laws import cleared, worlds
from tests.planner.worlds import KINDS

pytestmark = pytest.mark.slow
law = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

EDITS: dict[str, Callable[[Any], Any]] = {
    "enabled": lambda value: not value,
    "webhook_url": lambda _: "https://elsewhere.example",
    "whitelisted_destinations": lambda _: ["GB"],
    "keywords": lambda _: ["ELSEWHERE"],
    "us_long_code_fallback": lambda _: "+15125550199",
    "number_pool_settings.toll_free_weight": lambda value: (value or 0) + 7,
}
"""By field: what somebody in the portal makes of a value."""
WISHES: dict[str, Callable[[Any], Any]] = {**EDITS, "webhook_url": lambda _: "https://wish.example"}
"""And what somebody makes of it in the manifest: sometimes the same."""


def applied(here: Situation) -> Situation | None:
    """The situation once everything in it was applied; None where that cannot be."""
    start = cleared(here)
    if start is None:
        return None
    try:
        return Simulated(start).apply(draft(start).changes)
    except AssertionError:  # something that is not ours hangs on what would go: facts and guards are not part of this
        return None


def states(report: DriftReport) -> dict[tuple[str, str], FieldState]:
    """Each field of what is desired, and who moved it."""
    objects = (one for one in (*report.found, *report.unapplied) if isinstance(one, Changed))
    return {(str(one.address), dotted(field.path)): field.state for one in objects for field in one.fields}


def ours(here: Situation) -> list[Entry]:
    """The entries that have a manifest."""
    return [entry for address, entry in sorted(here.ledger.entries.items()) if address in here.desired]


def edited(here: Situation, entry: Entry, name: str) -> Situation:
    """Somebody changes this field of an object in the portal."""
    kind, seen = KINDS[entry.address.kind], here.world.find(entry.address.kind, entry.remote.id)
    assert seen is not None
    leaf = kind.leaves[undotted(name)]
    changed = overlaid(seen.attributes, leaf.field, EDITS[name](entry.answered[name]))
    rows: dict[str, dict[str, Observed]] = {each: dict(found) for each, found in here.world.objects.items()}
    rows[kind.name][entry.remote.id] = replace(seen, attributes=changed)
    return replace(here, world=replace(here.world, objects=rows))


def rewritten(here: Situation, entry: Entry, name: str) -> Situation:
    """Somebody changes this field of a manifest."""

    def after(one: Any) -> Any:
        if one.address != entry.address:
            return one
        return replace(one, values={**one.values, undotted(name): WISHES[name](entry.answered[name])})

    return replace(here, resources=tuple(map(after, here.resources)))


@law
@given(worlds())
def test_drift_after_an_apply_is_empty(here: Situation) -> None:
    """Of everything that has a manifest."""
    after = applied(here)
    assume(after is not None and after.ledger.entries)
    assert after is not None
    report = drift_of(after, reads=0)
    assert not [one for one in (*report.found, *report.unapplied) if one.address in after.desired]
    assert report.unrecorded == ()


@law
@given(worlds(), st.data())
def test_an_edit_of_one_field_is_told_as_that_and_nothing_else(here: Situation, data: st.DataObject) -> None:
    """In the account, in the manifest, or in both; and the fix plans that object alone."""
    after = applied(here)
    entries = [] if after is None else [one for one in ours(after) if set(one.answered) & set(EDITS)]
    assume(entries)
    assert after is not None
    entry = data.draw(st.sampled_from(entries))
    name = data.draw(st.sampled_from(sorted(set(entry.answered) & set(EDITS))))
    place = (str(entry.address), name)
    before = states(drift_of(after, reads=0))
    outside, waiting = edited(after, entry, name), rewritten(after, entry, name)
    assume(entry.answered[name] not in ("https://elsewhere.example", ["GB"], ["ELSEWHERE"]))
    assert states(drift_of(outside, reads=0)) == {**before, place: FieldState.OUTSIDE}
    assert states(drift_of(waiting, reads=0)) == {**before, place: FieldState.UNAPPLIED}
    both = drift_of(edited(waiting, entry, name), reads=0)
    assert states(both) == {**before, place: FieldState.BOTH}
    report = drift_of(outside, reads=0)
    fix, _ = put_right(outside, replace(report, found=tuple(o for o in report.found if o.address == entry.address)))
    assert {change.address for change in draft(fix).changes} <= {entry.address}
    quiet, _ = put_right(waiting, drift_of(waiting, reads=0))
    assert entry.address not in {change.address for change in draft(quiet).changes}
