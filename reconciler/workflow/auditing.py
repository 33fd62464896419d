"""``history --audit``: what others did to our objects between our runs, and who made the commits. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from reconciler.api import connect
from reconciler.attribution.commits import commits_of
from reconciler.attribution.events import AuditEvent
from reconciler.attribution.log import LONGEST, read, unreadable
from reconciler.attribution.runs import SLACK, spans_of
from reconciler.attribution.timeline import Object, outside_changes
from reconciler.errors import ApiError
from reconciler.model.address import Address
from reconciler.model.attribution import OutsideChange
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.history import HistoryReport, PastRun
from reconciler.model.ledger import Ledger
from reconciler.model.paths import dotted
from reconciler.workflow.connecting import target
from reconciler.workflow.setting import Setting


async def with_audit(
    report: HistoryReport, setting: Setting, runs: Sequence[PastRun], names: set[Address] | None, *, limit: int | None
) -> HistoryReport:
    """The report with the changes of others since the oldest run that it shows.

    ``runs`` are all that are recorded; ``names`` every name of what was asked about, None for everything.
    ``limit``: so many runs and changes of others together, the newest; older ones are left out.
    Raises UsageError for a key that is not set, and LedgerError.
    """
    cut = limit is not None
    ledger = (await setting.ledger.snapshot()).ledger
    spans = spans_of(runs)
    objects = {one.remote_id: one for one in _objects(setting, ledger, runs) if names is None or one.address in names}
    shown = spans_of(report.runs)
    now = setting.around.now()
    since = max(now - LONGEST, shown[-1].begin - SLACK) if shown and cut else now - LONGEST
    events, notes = await _events(setting, since)
    began = min((span.begin for span in spans), default=now)
    if began < since and not cut:
        notes = (*notes, _window(since))
    outside = _narrowed(outside_changes(events, objects, spans), report.field)
    kept = _newest(replace(report, outside=tuple(outside)), limit)
    commits = commits_of((run.begun.commit for run in kept.runs if run.begun.commit), folder=setting.project.root)
    return replace(kept, commits=commits, notes=(*report.notes, *notes))


def _newest(report: HistoryReport, limit: int | None) -> HistoryReport:
    """The newest ``limit`` of all that is listed."""
    ours, others = report.runs, report.outside or ()
    times = [_instant(run.begun.started) for run in ours] + [_instant(one.when) for one in others]
    if limit is None or len(times) <= limit:
        return report
    kept = set(sorted(range(len(times)), key=lambda index: times[index], reverse=True)[:limit])
    return replace(
        report,
        runs=tuple(run for index, run in enumerate(ours) if index in kept),
        outside=tuple(one for index, one in enumerate(others, len(ours)) if index in kept),
    )


def _instant(stamp: str) -> float:
    try:
        found = datetime.fromisoformat(stamp)
    except ValueError:  # by another hand
        return 0.0
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


async def _events(setting: Setting, since: datetime) -> tuple[Sequence[AuditEvent], tuple[Diagnostic, ...]]:
    events: Sequence[AuditEvent] = ()
    whole, until = True, None
    try:
        async with connect(target(setting)) as session:
            async for pages in read(session, since=since, people=setting.project.people):
                events, whole, until = pages.events, pages.whole, pages.until
    except ApiError as error:
        return events, unreadable(error)[1]
    return events, () if whole or until is None else (_window(until),)


def _window(since: datetime) -> Diagnostic:
    return Diagnostic(
        code="audit-window",
        severity=Severity.INFO,
        summary=f"the audit log was read back to {since:%Y-%m-%d %H:%M:%S} UTC; what others did before is not shown",
        hint="look at older events in the portal",
    )


def _objects(setting: Setting, ledger: Ledger, runs: Sequence[PastRun]) -> Iterator[Object]:
    """Everything that ever was ours, newer names last."""
    secrets = _secrets(ledger, runs)
    for address, remote_id in [*_past(runs), *((a, entry.remote.id) for a, entry in ledger.entries.items())]:
        kind = setting.kinds.get(address.kind)
        if kind is not None:
            hidden = secrets.get(address.kind, frozenset()).union(map(dotted, kind.masked))
            yield Object(address, remote_id, kind, hidden)


def _past(runs: Sequence[PastRun]) -> Iterator[tuple[Address, str]]:
    for run in reversed(runs):
        for change in run.changes:
            for remote_id in {change.remote_id, change.change.remote_id} - {None}:
                yield change.address, str(remote_id)


def _secrets(ledger: Ledger, runs: Iterable[PastRun]) -> Mapping[str, frozenset[str]]:
    """By kind, the fields that are secret in any of its objects: what others put there may be one, too."""
    found: dict[str, set[str]] = {}
    for address, entry in ledger.entries.items():
        found.setdefault(address.kind, set()).update(entry.secrets)
    for run in runs:
        for change in run.changes:
            fields = {field.path for field in change.change.fields if field.sensitive}
            found.setdefault(change.address.kind, set()).update(fields)
    return {kind: frozenset(fields) for kind, fields in found.items()}


def _narrowed(changes: Iterable[OutsideChange], field: str | None) -> Iterator[OutsideChange]:
    if field is None:
        yield from changes
        return
    for change in changes:
        fields = tuple(one for one in change.fields if one.path == field or one.path.startswith(f"{field}."))
        if fields:
            yield replace(change, fields=fields, others=())
