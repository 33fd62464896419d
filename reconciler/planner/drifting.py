"""What moved behind our back: what the server last answered to us, what it says now, and what the manifests say.

Without a ledger the manifests stand in for it, and nobody can tell which side moved; the report says so (promise 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import (
    Changed,
    DriftedObject,
    DriftReport,
    FieldDrift,
    FieldState,
    Missing,
    Unmanaged,
    Unrecorded,
)
from reconciler.model.ledger import IntentKind
from reconciler.model.observed import Listing, Remote
from reconciler.model.paper import names_paper
from reconciler.model.paths import dotted
from reconciler.model.plan import Adopt, Change, Create, Desired, Requests
from reconciler.model.selector import Selector
from reconciler.planner.causes import with_causes
from reconciler.planner.draft import draft
from reconciler.planner.field_drift import changed_outside, drifted_fields
from reconciler.planner.situation import Situation
from reconciler.planner.unmanaged import hanging_on_ours, not_looked_at, unlisted, unmanaged, unreadable


def children_of_managed(situation: Situation) -> list[Listing]:
    """The lists below every recorded parent, declared children or not: an unknown child there is drift."""
    nested = [kind for kind in situation.kinds.values() if kind.parent is not None]
    return sorted(
        Listing(kind.name, entry.remote.id)
        for kind in nested
        for entry in situation.ledger.entries.values()
        if kind.parent and kind.parent.reference and entry.address.kind == kind.parent.reference.kind
    )


def drift_of(situation: Situation, *, reads: int) -> DriftReport:
    """Compare. ``situation`` has been looked at, the lists of ``children_of_managed`` included; nothing narrows it."""
    lost = not situation.ledger.entries
    drafted = draft(situation)
    objects = list(
        _unplanned(situation, drafted.changes) if lost else _recorded(situation, {**drafted.wanted, **drafted.stated})
    )
    strangers = list(unmanaged(situation, drafted.changes))
    counted = frozenset(hanging_on_ours(situation, strangers))
    told = drafted.diagnostics if lost else _doubts(situation, drafted.diagnostics, objects)
    return DriftReport(
        account=situation.account,
        found=tuple(one for one in objects if is_drift(one)),
        unapplied=tuple(one for one in objects if isinstance(one, Changed) and not is_drift(one)),
        unrecorded=() if lost else tuple(_unrecorded(situation)),
        unmanaged=tuple(one for one in strangers if one not in counted),
        counted_unmanaged=tuple(one for one in strangers if one in counted),
        not_looked_at=tuple(not_looked_at(situation)),
        unlisted=tuple(unlisted(situation)),
        unreadable=tuple(unreadable(situation)),
        can_tell_who=not lost,
        diagnostics=tuple(told),
        requests=Requests(reads=reads),
    )


def is_drift(one: DriftedObject) -> bool:
    """Whether the account moved, and not only the manifest."""
    return isinstance(one, Missing) or any(field.is_drift for field in one.fields)


def moved(situation: Situation) -> list[tuple[str, Remote]]:
    """Recorded objects that were seen and differ from what they answered to us last."""
    salt, world = situation.ledger.header.salt, situation.world
    return [
        (address.kind, entry.remote)
        for address, entry in sorted(situation.ledger.entries.items())
        if (seen := world.find(address.kind, entry.remote.id)) is not None
        and changed_outside(situation.kinds[address.kind], entry, seen, salt)
    ]


def selected(report: DriftReport, situation: Situation, selector: Selector) -> DriftReport:
    """The part of a report that is asked for. An object that is not managed has the labels of the one it hangs on."""
    labels = {resource.address: resource.labels for resource in situation.resources}
    parents = {entry.remote.id: labels.get(address) for address, entry in situation.ledger.entries.items()}

    def ours(address: Address) -> bool:
        return selector.selects(address, labels.get(address))

    refused = frozenset(one.address for one in report.diagnostics if one.address is not None)
    told = with_causes(filter(ours, refused), refused, situation.resources, situation.kinds)

    def strangers(some: Iterable[Unmanaged]) -> tuple[Unmanaged, ...]:
        meant = (one for one in some if selector.has_kind(one.kind))
        return tuple(one for one in meant if selector.has_labels(parents.get(one.remote.parent_id or "")))

    return replace(
        report,
        found=tuple(one for one in report.found if ours(one.address)),
        unapplied=tuple(one for one in report.unapplied if ours(one.address)),
        unrecorded=tuple(one for one in report.unrecorded if ours(one.address)),
        unmanaged=strangers(report.unmanaged),
        counted_unmanaged=strangers(report.counted_unmanaged),
        not_looked_at=tuple(kind for kind in report.not_looked_at if selector.has_kind(kind)),
        unlisted=tuple(one for one in report.unlisted if selector.has_kind(one.kind)),
        unreadable=tuple(
            replace(one, addresses=tuple(filter(ours, one.addresses)))
            for one in report.unreadable
            if selector.has_kind(one.kind)
        ),
        diagnostics=tuple(one for one in report.diagnostics if one.address is None or one.address in told),
        narrowed=bool(selector),
    )


def put_right(situation: Situation, report: DriftReport) -> tuple[Situation, tuple[Diagnostic, ...]]:
    """The situation narrowed to the addresses that drifted, and what is to be said of them.

    ``situation`` may be narrowed already; then to those that are meant by both. What a run was killed in the middle of
    replacing comes along: that run may have been the fix.
    """
    scope, ledger = situation.scope, situation.ledger
    halves = {a for a, one in ledger.intents.items() if one.action is IntentKind.REPLACE and a not in ledger.entries}
    renamed = {
        change.moved_from: change.address
        for change in draft(replace(situation, scope=replace(scope, only=None))).changes
        if change.moved_from is not None
    }
    meant = {one.address: renamed.get(one.address, one.address) for one in report.found}
    drifted = halves.union(meant.values())
    chosen = frozenset(drifted if scope.only is None else scope.only & drifted)
    findings = [
        finding
        for one in report.found
        if scope.only is None or meant[one.address] in scope.only
        for finding in _remarks(one, declared=meant[one.address] in situation.desired)
    ]
    return replace(situation, scope=replace(scope, only=chosen, fixes_drift=True)), tuple(findings)


def _remarks(one: DriftedObject, *, declared: bool) -> Iterable[Diagnostic]:
    said = Diagnostic(code="", severity=Severity.INFO, summary="", address=one.address, source=one.source)
    waiting = [field for field in one.fields if not field.is_drift] if isinstance(one, Changed) else []
    if not declared:
        yield replace(
            said,
            code="drift-undeclared",
            summary=f"{one.address} drifted, and no manifest that was read says how it should be",
            hint="plan without --drifted to see what becomes of it, or write its manifest",
        )
    elif waiting:
        names = ", ".join(dotted(field.path) for field in waiting)
        yield replace(
            said,
            code="drift-and-unapplied",
            summary=f"{one.address} is planned as a whole: what was not applied yet comes along ({names})",
            hint="to put back what drifted alone, undo these changes of the manifest first",
        )


def _doubts(
    situation: Situation, findings: Iterable[Diagnostic], objects: Iterable[DriftedObject]
) -> Iterable[Diagnostic]:
    """Why what is told of some object is not planned: warnings, as the account's drift is known all the same."""
    errors = [one for one in findings if one.severity is Severity.ERROR]
    refused = frozenset(one.address for one in errors if one.address is not None)
    about = with_causes((one.address for one in objects), refused, situation.resources, situation.kinds)
    return (replace(one, severity=Severity.WARNING) for one in errors if one.address in about)


def _recorded(situation: Situation, wanted: Mapping[Address, Desired]) -> Iterable[DriftedObject]:
    resources = {resource.address: resource for resource in situation.resources}
    for address, entry in sorted(situation.ledger.entries.items()):
        kind, resource = situation.kinds[address.kind], resources.get(address)
        observed = situation.world.find(kind.name, entry.remote.id)
        if observed is None or not kind.live(observed):
            yield Missing(address=address, remote=entry.remote, source=resource.source if resource else None)
            continue
        fields = drifted_fields(kind, entry, observed, situation.ledger, resource, wanted.get(address))
        if fields:
            place = next((field.source for field in fields if field.source is not None), None)
            yield Changed(address=address, remote=entry.remote, fields=fields, source=place)


def _unrecorded(situation: Situation) -> Iterable[Unrecorded]:
    for resource in sorted(situation.resources, key=lambda one: one.address):
        if resource.address not in situation.ledger.entries:
            yield Unrecorded(address=resource.address, source=resource.source)


def _unplanned(situation: Situation, changes: Iterable[Change]) -> Iterable[DriftedObject]:
    """Without a ledger: what an apply would create or change is what differs from the manifests.

    What no read shows may be there: its create says nothing.
    """
    for change in changes:
        match change:
            case Create() if not situation.kinds[change.address.kind].write_only:
                yield Missing(address=change.address, remote=None, source=change.source)
            case Adopt() if any(not names_paper(diff.path) for diff in change.diffs):
                fields = tuple(
                    FieldDrift(
                        path=diff.path,
                        recorded=None,
                        observed=diff.before,
                        desired=diff.after,
                        state=FieldState.CANNOT_TELL,
                        sensitive=diff.sensitive,
                        source=diff.source,
                    )
                    for diff in change.diffs
                    if not names_paper(diff.path)  # the API does not show papers: nothing tells who moved them
                )
                yield Changed(address=change.address, remote=change.remote, fields=fields, source=change.source)
