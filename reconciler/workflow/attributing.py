"""Who moved what drifted: the audit log and our history for the account's side, git for ours.

Asks nothing where nothing drifted. Whatever cannot be read is said, and is no reason to fail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.api import Client
from reconciler.attribution.blame import blamed
from reconciler.attribution.joining import FieldNow, Wanted
from reconciler.attribution.log import attributions
from reconciler.attribution.runs import Span, last_touch, spans_of
from reconciler.errors import LedgerError
from reconciler.model.address import Address
from reconciler.model.answers import field_of
from reconciler.model.attribution import Attribution, Attributions, Blame, Subject, Told
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.digest import sealed
from reconciler.model.drift import Changed, DriftReport
from reconciler.model.history import past_runs
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.model.paths import Path, dotted
from reconciler.model.source import Source
from reconciler.model.spec import Leaf
from reconciler.planner.situation import Situation
from reconciler.workflow.setting import Setting


async def attributed(report: DriftReport, seen: Situation, setting: Setting, session: Client) -> DriftReport:
    """The report with what can be told of its findings, and what that cost. Raises nothing of its own.

    Without a ledger nobody knows which side moved, so nobody is asked who moved it.
    """
    if not report.found or not report.can_tell_who:
        return report
    spans, unread = await _spans(setting)
    wanted = dict(_wanted(report, seen, spans))
    found, notes = await attributions(
        session, [*wanted.values()], spans=spans, people=setting.project.people, now=setting.around.now()
    )
    who = {subject: found[place] for place, subject in enumerate(wanted)}
    lines = _lines(report, seen)
    blames = blamed(lines.values(), folder=setting.around.folder)
    told = {subject: _told(subject, who, lines, blames) for subject in {**who, **lines}}
    return replace(
        report,
        attributions=Attributions(told),
        diagnostics=(*report.diagnostics, *unread, *notes),
        requests=replace(report.requests, reads=session.requests.reads),
    )


async def _spans(setting: Setting) -> tuple[Sequence[Span], tuple[Diagnostic, ...]]:
    try:
        return spans_of(past_runs((await setting.ledger.history()).lines)), ()
    except LedgerError as error:
        return (), (
            Diagnostic(
                code="history-not-read",
                severity=Severity.INFO,
                summary=f"the history could not be read ({error.code}), so no change is known to be ours",
                detail=error.summary,
                hint=error.hint,
            ),
        )


def _wanted(report: DriftReport, seen: Situation, spans: Sequence[Span]) -> Iterator[tuple[Subject, Wanted]]:
    for one in report.found:
        entry = seen.ledger.entries.get(one.address)
        if entry is None:
            continue
        kind = seen.kinds[one.address.kind]
        about = Wanted(
            address=one.address,
            remote_id=entry.remote.id,
            alternate_id=_alternate_id(kind, entry),
            applied=last_touch(spans, one.address, entry.remote.id),
        )
        observed = seen.world.find(kind.name, entry.remote.id)
        if not isinstance(one, Changed) or observed is None:
            yield (one.address, None), about
            continue
        for field in one.fields:
            now = _field_now(kind.leaves[field.path], entry, observed, seen.ledger.header.salt)
            if now is not None:
                yield (one.address, field.path), replace(about, now=now)


def _alternate_id(kind: ResourceKind, entry: Entry) -> str | None:
    """A name that an object has from its creation to its end, as a phone number: the log may know it by that."""
    if len(kind.identity) != 1 or not kind.leaves[kind.identity].create_only or kind.identity[0] in entry.secrets:
        return None
    value = entry.answered.get(kind.identity[0])
    return value if isinstance(value, str) else None


def _field_now(leaf: Leaf, entry: Entry, observed: Observed, salt: str) -> FieldNow | None:
    """None for a field that is as it was left: nobody moved it."""
    name = dotted(leaf.path)
    now, recorded = leaf.canonical(field_of(leaf, observed)), entry.answered.get(name)
    secret = name in entry.secrets

    def canonical(value: Any) -> Any:
        try:
            return leaf.canonical(value)
        except (AttributeError, TypeError, ValueError):  # the log may hold anything
            return value

    def was_recorded(value: Any) -> bool:
        kept = canonical(value)
        return bool((sealed(kept, salt) if secret else kept) == recorded)

    if was_recorded(now):
        return None
    return FieldNow(
        path=leaf.path,
        field=leaf.field,
        is_now=lambda value: bool(canonical(value) == now),
        was_recorded=was_recorded,
        canonical=canonical,
    )


def _lines(report: DriftReport, seen: Situation) -> Mapping[Subject, Source]:
    """Where our side of each finding is written, as far as a manifest says anything of it."""
    resources = {resource.address: resource for resource in seen.resources}
    found: dict[tuple[Address, Path | None], Source] = {}
    for one in report.found:
        resource = resources.get(one.address)
        if resource is None:
            continue
        if isinstance(one, Changed):
            found.update(
                {
                    (one.address, field.path): resource.place_of(field.path)
                    for field in one.fields
                    if field.path in resource.values
                }
            )
        else:
            found[one.address, None] = resource.source
    return found


def _told(
    subject: Subject,
    who: Mapping[Subject, Attribution],
    lines: Mapping[Subject, Source],
    blames: Mapping[Source, Blame],
) -> Told:
    place = lines.get(subject)
    return Told(who.get(subject), None if place is None else blames[place])
