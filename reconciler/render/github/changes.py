"""A plan as annotations: what destroys something on its manifest, every other change on the line of each field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from reconciler.model.address import Address
from reconciler.model.diagnostic import Severity
from reconciler.model.paths import dotted
from reconciler.model.plan import Action, Adopt, Change, FieldDiff, Noop, Plan
from reconciler.render.escape import visible
from reconciler.render.github.annotation import Annotation, Level, finding
from reconciler.render.impact_words import impact_words
from reconciler.render.text.values import NEVER_SHORTENED, elements_text, whole_text
from reconciler.render.unassigning_words import unassigning_words
from reconciler.render.words import DESTRUCTIVE, adoption_words, reason_words


def _field(diff: FieldDiff, action: Action = Action.UPDATE) -> str:
    name = visible(dotted(diff.path))
    before = whole_text(diff.before, sensitive=diff.sensitive)
    after = whole_text(diff.after, sensitive=diff.sensitive)
    if action is Action.CREATE:
        return f"{name}: {after}"
    if action is Action.DELETE:
        return f"{name}: {before}"
    elements = elements_text(diff)
    return f"{name}: {before} → {after}" + (f"  ({elements})" if elements else "")


def _remarks(change: Change) -> Iterator[str]:
    if change.action in DESTRUCTIVE:
        yield "cannot be undone"
    if adoption := adoption_words(change):
        yield adoption
    if isinstance(change, Adopt) and change.needs_consent:
        yield "needs consent (--allow-adopt): it was made elsewhere"
    if change.moved_from:
        yield f"was {visible(str(change.moved_from))}"
    if reason := reason_words(change.reason):
        yield visible(reason)
    if change.blocked_by:
        yield f"blocked by {visible(change.blocked_by)}"
    if change.remote and change.remote.id:
        yield f"id {visible(change.remote.id)}"


def _reviewed(diffs: Iterable[FieldDiff]) -> bool:
    return any(diff.path[-1] in NEVER_SHORTENED for diff in diffs)


def _change(change: Change, plan: Plan, spoken_of: Collection[Address]) -> Iterator[Annotation]:
    """A change on the line of each field; what makes or removes an object stands on its manifest, with all fields."""
    title = f"{change.action.value} {visible(str(change.address))}"
    impact, unassigned = plan.impact.get(change.address), plan.unassigned.get(change.address, ())
    touched = [unassigning_words(unassigned)] * bool(unassigned)
    touched += [impact_words(impact)] if impact is not None else []
    remarks = " · ".join((*_remarks(change), *touched))
    if change.action in (*DESTRUCTIVE, Action.CREATE) or not change.diffs:
        whole = [_field(diff, change.action) for diff in change.diffs]
        destructive = change.action in DESTRUCTIVE
        yield Annotation(
            level=Level.WARNING if destructive or change.blocked_by else Level.NOTICE,
            title=title,
            lines=tuple([remarks] * bool(remarks) + whole) or (title,),
            source=change.source,
            weight=0 if destructive or _reviewed(change.diffs) else 2,
        )
        return
    consent = isinstance(change, Adopt) and change.needs_consent
    looked_at = change.blocked_by or consent or impact is not None or change.address in spoken_of
    for diff in change.diffs:
        yield Annotation(
            level=Level.WARNING if looked_at else Level.NOTICE,
            title=title,
            lines=(_field(diff), *([remarks] if remarks else [])),
            source=diff.source or change.source,
            weight=0 if not looked_at and _reviewed([diff]) else 1,
        )


def plan_annotations(plan: Plan) -> Iterator[Annotation]:
    """Findings, then changes; those that a finding is about, or whose impact was looked at, as warnings."""
    spoken_of = {f.address for f in plan.diagnostics if f.address and f.severity is not Severity.INFO}
    yield from map(finding, plan.diagnostics)
    for change in plan.changes:
        if not isinstance(change, Noop):
            yield from _change(change, plan, spoken_of)
