"""What to know before saying yes, where the plan may have scrolled away: a few lines, however long the plan is.

What cannot be undone, what was made elsewhere and changes, and which guards do not hold. A plan without any of that
has no stakes, and no text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.consequence import Sort
from reconciler.model.listed import listed
from reconciler.model.plan import Action, Adopt, Change, Plan
from reconciler.render.escape import visible
from reconciler.render.impact_words import impact_words
from reconciler.render.paint import Hue, painted
from reconciler.render.stakes_words import HEADINGS, alike
from reconciler.render.text.layout import cells, wrapped
from reconciler.render.view import PLAIN, View
from reconciler.render.words import counted

_MOST_NAMED = 20
"""Names on a line, if they fit."""

_MOST_TOUCHING = 2
"""Changes whose impact is told; the plan has the others'."""


def _named(lead: str, names: Sequence[str], view: View) -> list[str]:
    """As many of the names as fit beside ``lead``, then how many more there are."""
    lines = (f"{lead}{listed(names, most)}" for most in range(min(len(names), _MOST_NAMED), 0, -1))
    shortest = lead
    for shortest in lines:
        if cells(shortest) <= view.width:
            return [shortest]
    return wrapped(shortest, width=view.width, indent="    ")


def _touching(changes: Sequence[tuple[str, Plan, Change]], view: View) -> Iterator[str]:
    """What numbers, opt-outs and traffic hang on what is lost, where the plan knows of any."""
    told = [(name, plan.impact[one.address]) for name, plan, one in changes if one.address in plan.impact]
    graver = [(name, impact) for name, impact in told if impact.touched or impact.opt_outs or impact.unknown]
    for name, impact in graver[:_MOST_TOUCHING]:
        yield from wrapped(f"  {name}: {impact_words(impact)}", width=view.width, indent="    ")
    if len(graver) > _MOST_TOUCHING:
        yield f"  and {len(graver) - _MOST_TOUCHING} more touch something: see the plan"


def stakes_lines(plans: Sequence[Plan], view: View = PLAIN) -> Iterator[str]:
    """Of the plans that would be carried out; with several accounts, each name stands behind its account's."""
    several = len(plans) > 1
    applied = [plan for plan in plans if plan.applicable and plan.pending]

    def owned(plan: Plan, text: str) -> str:
        return f"{visible(plan.account)}: {visible(text)}" if several else visible(text)

    pending = [(owned(plan, str(one.address)), plan, one) for plan in applied for one in plan.pending]
    deletes = [each for each in pending if each[2].action is Action.DELETE]
    replaces = [each for each in pending if each[2].action is Action.REPLACE]
    lost = {
        address: tuple(one for one in said if one.sort is Sort.IRREVERSIBLE)
        for plan in applied
        for address, said in plan.consequences.items()
    }
    told = list(alike(lost))
    if deletes or replaces or told:
        yield painted(HEADINGS[Sort.IRREVERSIBLE], Hue.RED, color=view.color)
    if deletes:
        yield from _named(f"  {counted(len(deletes), 'delete')}: ", [name for name, *_ in deletes], view)
    if replaces:
        lead = f"  {counted(len(replaces), 'replace')}, gone until made again: "
        yield from _named(lead, [name for name, *_ in replaces], view)
    unassigned = [visible(one.label) for plan in applied for these in plan.unassigned.values() for one in these]
    if unassigned:
        yield from _named(f"  {len(unassigned):,} unassigned first: ", unassigned, view)
    for one in told:
        yield from wrapped(f"  {visible(one.kind)}: {visible(one.text)}", width=view.width, indent="    ")
    yield from _touching([*deletes, *replaces], view)
    adopted = [name for name, _, one in pending if isinstance(one, Adopt) and one.diffs]
    if adopted:
        yield from _named(f"Made elsewhere, and changed by this ({len(adopted)}): ", adopted, view)
    lifted = [owned(plan, guard) for plan in applied for guard in plan.lifted]
    if lifted:
        yield from _named("Guards lifted: ", lifted, view)


def stakes(plans: Sequence[Plan], *, view: View = PLAIN) -> str:
    """What stands above the question; nothing where a mistake could be put right."""
    lines = list(stakes_lines(plans, view))
    return "".join(f"{line}\n" for line in ["", *lines]) if lines else ""
