"""``drift.ignore``: what a rule covers, until when, and what is said of one that does nothing."""

from __future__ import annotations

from datetime import date

import pytest

from reconciler.model.address import Address
from reconciler.model.drift import Changed, DriftReport, FieldDrift, FieldState, Ignored, Missing, Unmanaged
from reconciler.model.drift_rule import IgnoreRule
from reconciler.model.observed import Remote
from reconciler.model.source import Source
from reconciler.planner.ignoring import ignoring

TODAY = date(2026, 12, 31)
A, B = Address("MessagingProfile", "a"), Address("MessagingProfile", "b")
URL = FieldDrift(path=("webhook_url",), recorded="x", observed="y")
WEIGHT = FieldDrift(path=("number_pool_settings", "long_code_weight"), recorded=1, observed=2, state=FieldState.BOTH)
WAITS = FieldDrift(path=("enabled",), recorded=True, observed=True, desired=False, state=FieldState.UNAPPLIED)
CHANGED = Changed(address=A, remote=Remote("p1"), fields=(URL, WEIGHT))
GONE = Missing(address=B, remote=Remote("p2"))
STRANGER = Unmanaged(kind="AutoResponse", remote=Remote("r1", "p1"))
REPORT = DriftReport(account="default", found=(CHANGED, GONE), counted_unmanaged=(STRANGER,))


def rule(
    address: str | None = None, field: str | None = None, expires: date | None = None, line: int = 3
) -> IgnoreRule:
    """A rule at some line."""
    source = Source("reconciler.yaml", line, 7)
    return IgnoreRule(address=address, field=field, reason="known", expires=expires, source=source)


def left(*rules: IgnoreRule, report: DriftReport = REPORT) -> tuple[set[str], set[str]]:
    """What still counts, and what is ignored: ``Kind/name field``, or the address alone."""
    after = ignoring(report, rules, TODAY, whole=True)
    assert after.has_drift is bool(after.found or after.counted_unmanaged)
    counted = {_named(one) for one in (*after.found, *after.counted_unmanaged)}
    return set().union(*counted), set().union(*(_named(one.what) for one in after.ignored))


def _named(one: Changed | Missing | Unmanaged) -> frozenset[str]:
    match one:
        case Changed(address=address, fields=fields):
            return frozenset(f"{address} {'.'.join(field.path)}" for field in fields)
        case Missing(address=address):
            return frozenset({str(address)})
        case Unmanaged(kind=kind, remote=remote):
            return frozenset({f"{kind}/{remote.id}"})


FIRST, SECOND = f"{A} webhook_url", f"{A} number_pool_settings.long_code_weight"
THIRD, FOURTH = str(B), "AutoResponse/r1"


@pytest.mark.parametrize(
    ("one", "covered"),
    [
        (rule("MessagingProfile/a", "webhook_url"), {FIRST}),
        (rule("MessagingProfile/b", "webhook_url"), set()),
        (rule("MessagingProfile/a"), {FIRST, SECOND}),
        (rule("MessagingProfile/b"), {THIRD}),
        (rule("MessagingProfile/*"), {FIRST, SECOND, THIRD}),
        (rule("*/a"), {FIRST, SECOND}),
        (rule("messagingprofile/a"), set()),
        (rule("AutoResponse/r1"), {FOURTH}),
        (rule("AutoResponse/r1", "*"), set()),
        (rule("*"), {FIRST, SECOND, THIRD, FOURTH}),
        (rule(field="webhook_url"), {FIRST}),
        (rule(field="webhook_*"), {FIRST}),
        (rule(field="url"), set()),
        (rule(field="*"), {FIRST, SECOND}),
        (rule(field="number_pool_settings"), {SECOND}),
        (rule(field="number_pool_settings.*_weight"), {SECOND}),
        (rule(field="long_code_weight"), set()),
    ],
    ids=lambda value: f"{value.address} {value.field}" if isinstance(value, IgnoreRule) else f"{len(value)} covered",
)
def test_what_a_rule_covers(one: IgnoreRule, covered: set[str]) -> None:
    """Addresses and fields as patterns; a field covers its inner ones, and nothing that has no fields."""
    assert left(one) == ({FIRST, SECOND, THIRD, FOURTH} - covered, covered)


def test_the_first_rule_that_matches_gives_the_reason() -> None:
    """Fields of one object that two rules cover are told under each."""
    first, second = rule("*/a", "webhook_url", line=3), rule("*/a", line=4)
    assert ignoring(REPORT, [first, second], TODAY, whole=True).ignored == (
        Ignored(what=Changed(address=A, remote=Remote("p1"), fields=(URL,)), rule=first),
        Ignored(what=Changed(address=A, remote=Remote("p1"), fields=(WEIGHT,)), rule=second),
    )


@pytest.mark.parametrize(("expires", "holds"), [(date(2027, 1, 1), True), (TODAY, False), (date(2026, 12, 30), False)])
def test_a_rule_holds_until_the_day_it_names(expires: date, holds: bool) -> None:
    """On that day it ignores nothing any more, and says so with its place."""
    after = ignoring(REPORT, [rule("*/a", expires=expires)], TODAY, whole=False)
    assert bool(after.ignored) is holds
    assert (CHANGED in after.found) is not holds
    assert [(one.code, one.severity, str(one.source)) for one in after.diagnostics] == (
        [] if holds else [("drift-rule-expired", "warning", "reconciler.yaml:3:7")]
    )


@pytest.mark.parametrize("whole", [True, False])
def test_a_rule_without_a_match_is_told_where_everything_was_looked_at(whole: bool) -> None:
    """One that is covered by an earlier rule does match; what only waits for an apply is no match."""
    report = DriftReport(account="default", found=(GONE, Changed(address=A, remote=Remote("p1"), fields=(URL, WAITS))))
    rules = [rule("*/a"), rule(field="webhook_url", line=4), rule(field="enabled", line=5), rule("*/c", line=6)]
    after = ignoring(report, rules, TODAY, whole=whole)
    unused = [str(one.source) for one in after.diagnostics if one.code == "drift-rule-unused"]
    assert unused == (["reconciler.yaml:5:7", "reconciler.yaml:6:7"] if whole else [])


def test_what_only_waits_is_not_ignored_and_no_drift_for_that() -> None:
    """Once the rest of its object is ignored, it stands among what waits."""
    mixed = Changed(address=A, remote=Remote("p1"), fields=(URL, WAITS))
    waiting = Changed(address=B, remote=Remote("p2"), fields=(WAITS,))
    report = DriftReport(account="default", found=(mixed,), unapplied=(waiting,))
    after = ignoring(report, [rule(field="*")], TODAY, whole=True)
    assert (after.has_drift, after.found) == (False, ())
    assert after.unapplied == (Changed(address=A, remote=Remote("p1"), fields=(WAITS,)), waiting)
    assert [one.what for one in after.ignored] == [Changed(address=A, remote=Remote("p1"), fields=(URL,))]


def test_without_rules_a_report_is_as_it_was() -> None:
    """The very one."""
    assert ignoring(REPORT, [], TODAY, whole=True) is REPORT
