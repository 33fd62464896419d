"""A plan for people: by kind, every change with its fields, then the findings, then one line to remember."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.address import Address
from reconciler.model.consequence import Consequence
from reconciler.model.listed import listed
from reconciler.model.plan import Adopt, Change, Noop, Plan
from reconciler.render.escape import visible
from reconciler.render.grouping import Group, grouped
from reconciler.render.impact_words import impact_words
from reconciler.render.paint import ACTION_HUES, Hue, painted
from reconciler.render.stakes_words import HEADINGS, alike, price_words
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.layout import cells, headed, sentence, wrapped
from reconciler.render.text.values import field_lines
from reconciler.render.unassigning_words import unassigning_words
from reconciler.render.view import PLAIN, View
from reconciler.render.words import WORDS, adoption_words, reason_words, verdict

_ACTION_WIDTH = len("-/+ replace")
_WIDEST_NAME = 40
_NAMED = 10
"""So many of a group are named; JSON has them all."""


def _remarks(group: Group) -> Iterator[str]:
    """What stands beside the name: where it came from, why, which object, where in the manifests."""
    change = group.first
    if adoption := adoption_words(change):
        yield adoption
    if change.moved_from:
        yield f"was {visible(str(change.moved_from))}"
    if reason := reason_words(change.reason):
        yield visible(reason)
    if group.alone and change.remote and change.remote.id:
        yield f"id {visible(change.remote.id)}"
    if group.alone and change.source:
        yield visible(str(change.source))


def _name(group: Group) -> str:
    names = [visible(change.address.name) for change in group.changes]
    return names[0] if group.alone else f"{len(names)} alike: {listed(names, _NAMED)}"


def _change_lines(group: Group, name_width: int, view: View) -> Iterator[str]:
    """One change, or several that are alike: a heading, why it may not run, what it touches, its fields."""
    change, color = group.first, view.color
    action = f"{WORDS[change.action].sign} {change.action.value}"
    lead = painted(f"{action:<{_ACTION_WIDTH}}", ACTION_HUES[change.action], color=color)
    at = _ACTION_WIDTH + len("    ")
    remarks = list(_remarks(group))
    yield from headed(f"  {lead}  ", at, _name(group), remarks, name_width=name_width, indent="      ", view=view)
    if change.blocked_by:
        yield f"      {painted(f'blocked by {visible(change.blocked_by)}', Hue.RED, color=color)}"
    if isinstance(change, Adopt) and change.needs_consent:
        what = "a live object" if group.alone else "live objects"
        yield f"      {painted(f'changes {what}: needs consent (--allow-adopt)', Hue.YELLOW, color=color)}"
    if group.unassigned:
        for line in wrapped(unassigning_words(group.unassigned), width=view.width - len("      ")):
            yield f"      {painted(line, Hue.RED, color=color)}"
    if group.impact is not None:
        for line in wrapped(impact_words(group.impact), width=view.width - len("      ")):
            yield f"      {painted(line, Hue.YELLOW, color=color)}"
    yield from field_lines(change.diffs, change.action, indent="      ", view=view)


def _by_kind(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """In the order in which the plan comes to each kind."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.address.kind, []).append(change)
    return groups


def _kind_lines(plan: Plan, changes: Sequence[Change], view: View) -> Iterator[str]:
    groups = grouped(changes, plan.impact, plan.unassigned)
    width = min(_WIDEST_NAME, max(cells(_name(group)) for group in groups))
    for position, group in enumerate(groups):
        # Fields belong to their change: a blank line sets off what has them, one-liners stay together.
        if position and (group.first.diffs or groups[position - 1].first.diffs):
            yield ""
        yield from _change_lines(group, width, view)


def consequence_lines(consequences: Mapping[Address, Sequence[Consequence]], view: View) -> Iterator[str]:
    """What cannot be undone, then what costs money; alike ones once, with as many names as a group has."""
    before = None
    for one in alike(consequences):
        if one.sort is not before:
            yield painted(HEADINGS[one.sort], Hue.RED, color=view.color)
            before = one.sort
        named = listed([visible(address.name) for address in one.addresses], _NAMED)
        yield from wrapped(f"  {visible(one.kind)} {named}: {visible(one.text)}", width=view.width, indent="    ")
    if before is not None:
        yield ""


def plan_lines(plan: Plan, view: View = PLAIN) -> Iterator[str]:
    """Everything but what is unchanged."""
    color = view.color
    for kind, changes in _by_kind([c for c in plan.changes if not isinstance(c, Noop)]).items():
        yield painted(visible(kind), Hue.BOLD, color=color)
        yield from _kind_lines(plan, changes, view)
        yield ""
    findings = diagnostics_lines(plan.diagnostics, view)
    yield from findings
    if findings:
        yield ""
    yield from consequence_lines(plan.consequences, view)
    if plan.lifted:
        yield from wrapped(f"Guards lifted: {', '.join(map(visible, plan.lifted))}", width=view.width, indent="  ")
    yield from (painted(line, Hue.BOLD, color=color) for line in sentence(verdict(plan), view))
    if plan.requests.writes:
        told = wrapped(price_words(plan.requests), width=view.width, indent="  ")
        yield from (painted(line, Hue.DIM, color=color) for line in told)
    if plan.fingerprint and plan.pending:
        yield painted(f"Fingerprint {visible(plan.fingerprint)}", Hue.DIM, color=color)


def plan(plan: Plan, *, view: View = PLAIN) -> str:
    """A plan."""
    return "".join(f"{line}\n" for line in plan_lines(plan, view))
