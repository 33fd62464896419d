"""A plan where the whole is too long: the verdict, what will be deleted or replaced, and where the rest is."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.saved.plan import SavedPlan
from reconciler.render.escape import code, visible
from reconciler.render.saved import saved_facts
from reconciler.render.view import PLAIN, View
from reconciler.render.words import DESTRUCTIVE, WORDS, counted, verdict

_LONGEST = 40_000
"""Characters of deletes and replaces. What exceeds them is counted; it may well be a mistake in itself."""


def abridged(saved: SavedPlan, *, view: View = PLAIN) -> str:
    """In Markdown."""
    return "\n".join(_lines(saved, view)).rstrip("\n") + "\n"


def _lines(saved: SavedPlan, view: View) -> Iterator[str]:
    plan = saved.plan
    yield from (f"- {name} {code(visible(value))}" for name, value in saved_facts(saved))
    yield ""
    yield from (f"### Account {code(visible(plan.account))}", "", f"**{verdict(plan)}**", "")
    destructive = [change for change in plan.changes if change.action in DESTRUCTIVE]
    left = _LONGEST
    for number, change in enumerate(destructive):
        blocked = f", blocked by {code(visible(change.blocked_by))}" if change.blocked_by else ""
        line = f"- {change.action.value} {code(visible(str(change.address)))}{blocked}"
        left -= len(line)
        if left < 0:
            yield f"- and {counted(len(destructive) - number, 'more object')} to delete or replace"
            break
        yield line
    if not destructive:
        yield f"Nothing is to be deleted ({WORDS[DESTRUCTIVE[0]].sign}) or replaced ({WORDS[DESTRUCTIVE[1]].sign})."
    web = view.whole.startswith(("https://", "http://"))
    where = f"[The run]({view.whole})" if web else "The job that made it"
    yield from ("", f"The plan is too long to be shown here. {where} has it whole.", "")
    if plan.fingerprint and plan.pending:
        yield f"Fingerprint {code(visible(plan.fingerprint))}"
