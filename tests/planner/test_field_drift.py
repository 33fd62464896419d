"""Who moved a field: every row of the table, then the cases that are easily taken for another row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.drift import Changed, DriftReport, FieldDrift, FieldState, Unrecorded
from reconciler.model.ledger import Ledger
from reconciler.model.plan import SENSITIVE
from reconciler.model.reference import Unknown
from reconciler.model.resource import Lifecycle, Resource
from reconciler.planner.drifting import drift_of
from reconciler.planner.situation import Situation
from tests.planner.worlds import live_profile, live_sender, profile, recorded, sender, situation

URL, ENABLED = ("webhook_url",), ("enabled",)
OLD, NEW, THIRD = "https://old.example", "https://new.example", "https://third.example"
UNSTATED: dict[str, Any] = {}


def fields(report: DriftReport) -> tuple[FieldDrift, ...]:
    """The fields of the only object that is told of."""
    told = [one for one in (*report.found, *report.unapplied) if isinstance(one, Changed)]
    return told[0].fields if told else ()


def told(report: DriftReport) -> list[tuple[str, str, Any, Any, Any]]:
    """Each field in short: path, state, recorded, observed, desired."""
    return [(".".join(f.path), f.state.value, f.recorded, f.observed, f.desired) for f in fields(report)]


def world(recorded_as: str | None, observed: str | None, desired: str | None, **also: Any) -> Situation:
    """One profile whose webhook has these three values; None in the ledger or manifest: it is not stated there."""
    then = profile("a", **({} if recorded_as is None else {"webhook_url": recorded_as}))
    now = profile("a", **({} if desired is None else {"webhook_url": desired}), **also)
    entry = recorded(then, live_profile(webhook_url=recorded_as))
    return situation([now], [entry], [live_profile(webhook_url=observed)])


TABLE = [
    # recorded, observed, desired, state, is it drift
    (OLD, OLD, OLD, None, False),
    (OLD, NEW, OLD, FieldState.OUTSIDE, True),
    (OLD, OLD, NEW, FieldState.UNAPPLIED, False),
    (OLD, THIRD, NEW, FieldState.BOTH, True),
    (OLD, NEW, NEW, FieldState.BOTH, True),
    (None, OLD, OLD, None, False),
    (None, OLD, NEW, FieldState.UNAPPLIED, False),
    (OLD, OLD, None, None, False),
    (OLD, NEW, None, FieldState.OUTSIDE, True),
]


@pytest.mark.parametrize(("then", "now", "wish", "state", "is_drift"), TABLE)
def test_the_table(then: str | None, now: str, wish: str | None, state: FieldState | None, is_drift: bool) -> None:
    """Each row of the module's docstring."""
    here = world(then, now, wish)
    report = drift_of(here, reads=0)
    assert report.has_drift is is_drift
    assert [field.is_drift for field in fields(report)] == ([is_drift] if state else [])
    if state is None:
        assert (report.found, report.unapplied) == ((), ())
        return
    [resource] = here.resources
    source = None if wish is None else resource.place_of(URL)
    assert fields(report) == (
        FieldDrift(path=URL, recorded=then, observed=now, desired=wish, state=state, source=source),
    )
    assert bool(report.found) is is_drift
    assert bool(report.unapplied) is not is_drift


@pytest.mark.parametrize(("now", "state"), [(OLD, None), (NEW, FieldState.OUTSIDE)])
def test_without_a_manifest_recorded_is_held_against_observed(now: str, state: FieldState | None) -> None:
    """There is no wish that could have moved, nor a place."""
    here = replace(world(OLD, now, OLD), resources=())
    found = fields(drift_of(here, reads=0))
    assert [(f.state, f.desired, f.source) for f in found] == ([(state, None, None)] if state else [])


def test_a_field_is_ours_until_an_apply_has_let_go_of_it() -> None:
    """Who only writes ``ignore_changes`` has not heard yet what was changed outside; nothing waits if nothing was."""
    ignoring = Lifecycle(ignore_changes=frozenset({URL}))
    moved = drift_of(world(OLD, NEW, OLD, lifecycle=ignoring), reads=0)
    assert told(moved) == [("webhook_url", "changed_outside", OLD, NEW, None)]
    assert fields(moved)[0].source is None
    quiet = drift_of(world(OLD, OLD, NEW, lifecycle=ignoring), reads=0)
    assert (quiet.found, quiet.unapplied) == ((), ())


def test_what_the_server_made_of_the_wish_is_no_edit() -> None:
    """Neither the wish that was applied, nor the answer written into the manifest, waits for an apply."""
    asked, answered = profile("a", daily_spend_limit="25"), live_profile(daily_spend_limit="20")
    entry = recorded(asked, answered)
    for stated in ("25", "20"):
        now = profile("a", daily_spend_limit=stated)
        assert drift_of(situation([now], [entry], [answered]), reads=0) == drift_of(
            situation([asked], [entry], [answered]), reads=0
        )
        assert not fields(drift_of(situation([now], [entry], [answered]), reads=0))
    third = profile("a", daily_spend_limit="30")
    moved = situation([asked], [entry], [live_profile(daily_spend_limit="5")])
    assert told(drift_of(situation([third], [entry], [answered]), reads=0)) == [
        ("daily_spend_limit", "not_applied_yet", "20", "20", "30")
    ]
    assert told(drift_of(moved, reads=0)) == [("daily_spend_limit", "changed_outside", "20", "5", "25")]


def test_the_spelling_of_a_wish_is_no_edit() -> None:
    """Both sides are normalised."""
    entry = recorded(
        profile("a", whitelisted_destinations=["US", "CA"]), live_profile(whitelisted_destinations=["US", "CA"])
    )
    now = profile("a", whitelisted_destinations=["CA", "US"])
    assert not fields(
        drift_of(situation([now], [entry], [live_profile(whitelisted_destinations=["CA", "US"])]), reads=0)
    )


def test_each_field_stands_alone_and_has_its_place() -> None:
    """One object, all three states, in the order in which the kind declares them."""
    then = profile("a", webhook_url=OLD, enabled=True, mobile_only=False)
    entry = recorded(then, live_profile(webhook_url=OLD, enabled=True, mobile_only=False))
    now = profile("a", webhook_url=NEW, enabled=True, mobile_only=True)
    seen = live_profile(webhook_url=OLD, enabled=False, mobile_only=True)
    report = drift_of(situation([now], [entry], [seen]), reads=0)
    states = {f.path[0]: (f.state, f.source) for f in fields(report)}
    assert states == {
        "enabled": (FieldState.OUTSIDE, now.place_of(ENABLED)),
        "webhook_url": (FieldState.UNAPPLIED, now.place_of(URL)),
        "mobile_only": (FieldState.BOTH, now.place_of(("mobile_only",))),
    }
    [one] = report.found
    assert one.source == fields(report)[0].source


def _hidden(res: Resource) -> Resource:
    return replace(res, secrets=frozenset({URL}))


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (_hidden(profile("a", webhook_url=OLD)), profile("a", webhook_url=NEW)),
        (profile("a", webhook_url=OLD), _hidden(profile("a", webhook_url=NEW))),
        (_hidden(profile("a", webhook_url=OLD)), _hidden(profile("a", webhook_url=NEW))),
    ],
    ids=["was secret", "became secret", "is secret"],
)
@pytest.mark.parametrize(
    ("seen", "state"), [(OLD, FieldState.UNAPPLIED), (NEW, FieldState.BOTH), (THIRD, FieldState.BOTH)]
)
def test_secrets_are_compared_and_never_shown(then: Resource, now: Resource, seen: str, state: FieldState) -> None:
    """By their seals where the ledger has them; masked by path on whichever side they are secret."""
    entry = recorded(then, live_profile(webhook_url=OLD))
    report = drift_of(situation([now], [entry], [live_profile(webhook_url=seen)]), reads=0)
    assert told(report) == [("webhook_url", state.value, SENSITIVE, SENSITIVE, SENSITIVE)]
    assert not any(secret in repr(report) for secret in (OLD, NEW, THIRD))


def test_a_new_secret_has_nothing_recorded() -> None:
    """None says so; a mask would claim that something was."""
    now = _hidden(profile("a", webhook_url=NEW))
    report = drift_of(situation([now], [recorded(profile("a"), live_profile())], [live_profile()]), reads=0)
    assert told(report) == [("webhook_url", "not_applied_yet", None, SENSITIVE, SENSITIVE)]


P1, S1 = live_profile(), live_sender()
PARENT, CHILD = recorded(profile("a"), P1), recorded(sender(), S1)


def test_a_reference_whose_object_is_gone_is_as_it_was() -> None:
    """Its parent is drift; that the child is to get a new one is a consequence, and no edit."""
    here = situation([profile("a"), sender()], [PARENT, CHILD], [S1], gone=[("MessagingProfile", "p1")])
    report = drift_of(here, reads=0)
    assert [str(one.address) for one in report.found] == ["MessagingProfile/a"]
    assert report.unapplied == ()


def test_a_reference_to_what_was_never_applied_waits() -> None:
    """Its id is not known yet; nor does a reference that means nothing claim to be an edit."""
    beside = profile("b")
    moved = sender(messaging_profile="b")
    report = drift_of(situation([profile("a"), beside, moved], [PARENT, CHILD], [P1, S1]), reads=0)
    assert told(report) == [
        ("messaging_profile", "not_applied_yet", "p1", "p1", Unknown(beside.address)),
    ]
    assert report.unrecorded == (Unrecorded(address=beside.address, source=beside.source),)
    nameless = drift_of(
        situation([profile("a"), sender(messaging_profile={"name": "x"})], [PARENT, CHILD], [P1, S1]), reads=0
    )
    assert (nameless.found, nameless.unapplied) == ((), ())


def test_without_a_ledger_nothing_is_unrecorded() -> None:
    """Everything would be."""
    report = drift_of(replace(situation([profile("a")]), ledger=Ledger()), reads=0)
    assert (report.unrecorded, [str(one.address) for one in report.found]) == ((), ["MessagingProfile/a"])
