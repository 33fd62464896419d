"""``drift.ignore``: drift that somebody knows of and minds for a reason is told, and does not count. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.model.drift import Changed, DriftedObject, DriftReport, FieldDrift, Ignored, Missing, Unmanaged
from reconciler.model.drift_rule import IgnoreRule
from reconciler.model.paths import Path

Part = tuple[str, Path | None]
"""An address and a field of it; None for an object as a whole, that is gone or not managed."""


def ignoring(report: DriftReport, rules: Sequence[IgnoreRule], today: date, *, whole: bool) -> DriftReport:
    """The report without what rules cover, which is listed apart; the first rule that does gives the reason.

    ``whole`` tells that all manifests and all of the account's drift were looked at, so that a rule without a match is
    of no use. ``today`` is a day in UTC.
    """
    if not rules:
        return report
    held = [rule for rule in rules if not rule.expired(today)]
    ignored: list[Ignored] = []
    found: list[DriftedObject] = []
    unapplied = list(report.unapplied)
    for one in report.found:
        match one:
            case Missing():
                rule = _first(held, (str(one.address), None))
                found += [one] if rule is None else []
                ignored += [] if rule is None else [Ignored(what=one, rule=rule)]
            case Changed():  # pragma: no branch - the last one
                left, apart = _parted(one, held)
                ignored += apart
                if any(field.is_drift for field in left):
                    found.append(replace(one, fields=left))
                elif left:
                    unapplied.append(replace(one, fields=left))
    known = {one: rule for one in report.counted_unmanaged if (rule := _first(held, (_named(one), None)))}
    ignored += [Ignored(what=one, rule=rule) for one, rule in known.items()]
    return replace(
        report,
        found=tuple(found),
        unapplied=tuple(sorted(unapplied, key=lambda one: one.address)),
        counted_unmanaged=tuple(one for one in report.counted_unmanaged if one not in known),
        ignored=tuple(ignored),
        diagnostics=tuple(by_place([*report.diagnostics, *_remarks(rules, list(_parts(report)), today, whole=whole)])),
    )


def _parted(one: Changed, rules: Sequence[IgnoreRule]) -> tuple[tuple[FieldDrift, ...], list[Ignored]]:
    """The fields that stay, and for each rule those that it covers. What only waits for an apply is no drift."""
    left: list[FieldDrift] = []
    covered: dict[IgnoreRule, list[FieldDrift]] = {}
    for field in one.fields:
        rule = _first(rules, (str(one.address), field.path)) if field.is_drift else None
        if rule is None:
            left.append(field)
        else:
            covered.setdefault(rule, []).append(field)
    apart = [Ignored(what=replace(one, fields=tuple(fields)), rule=rule) for rule, fields in covered.items()]
    return tuple(left), apart


def _remarks(rules: Iterable[IgnoreRule], parts: Sequence[Part], today: date, *, whole: bool) -> Iterator[Diagnostic]:
    for rule in rules:
        if rule.expired(today):
            yield Diagnostic(
                code="drift-rule-expired",
                severity=Severity.WARNING,
                summary=f"this rule of drift.ignore has expired ({rule.expires}) and ignores nothing any more",
                detail=rule.reason,
                hint="take it out, or give it a later day",
                source=rule.source,
            )
        elif whole and not any(rule.covers(*part) for part in parts):
            yield Diagnostic(
                code="drift-rule-unused",
                severity=Severity.INFO,
                summary="this rule of drift.ignore matches no drift",
                detail=rule.reason,
                hint="take it out if its reason is gone; else see how address and field are spelled",
                source=rule.source,
            )


def _parts(report: DriftReport) -> Iterator[Part]:
    for one in report.found:
        if isinstance(one, Changed):
            yield from ((str(one.address), field.path) for field in one.fields if field.is_drift)
        else:
            yield str(one.address), None
    yield from ((_named(one), None) for one in report.counted_unmanaged)


def _named(one: Unmanaged) -> str:
    return f"{one.kind}/{one.remote.id}"


def _first(rules: Iterable[IgnoreRule], part: Part) -> IgnoreRule | None:
    return next((rule for rule in rules if rule.covers(*part)), None)
