"""Where an account stands, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model.status import Status
from reconciler.render.escape import shown, visible
from reconciler.render.paint import Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.layout import cells, headed
from reconciler.render.text.underway import underway_lines
from reconciler.render.view import PLAIN, View

MOST_LISTED = 20
"""Objects; of more, people are told how many there are."""


def _facts(status: Status) -> Iterator[tuple[str, str]]:
    yield "account", visible(status.account)
    if status.endpoint:
        yield "endpoint", visible(status.endpoint)
    if status.organization_id:
        yield "organization", visible(status.organization_id)
    yield "ledger", visible(status.ledger)
    recorded = ", ".join(f"{number} {visible(kind)}" for kind, number in sorted(status.recorded.items()))
    yield "recorded", recorded or "nothing"
    free = "free" if status.lock_known else "not known: the place of this ledger cannot be asked"
    yield "lock", f"held by {visible(str(status.holder))}" if status.holder else free
    yield from _last_run(status.last_run, under_way=status.holder is not None)


def _last_run(run: Mapping[str, Any] | None, *, under_way: bool) -> Iterator[tuple[str, str]]:
    """When, how it ended, and what was typed."""
    if run is None:
        yield "last run", "none"
        return
    outcomes = run.get("outcomes", {})
    counts = ", ".join(f"{shown(number)} {visible(str(word))}" for word, number in sorted(outcomes.items()))
    stopped = ", interrupted" if run.get("interrupted") else ""
    if "finished" in run and run["finished"] is None:
        how = "under way" if under_way else "no end is recorded, it was cut short: history tells what it had begun"
        yield "last run", f"began {visible(str(run.get('started')))}: {how}"
    else:
        yield "last run", f"{visible(str(run.get('finished', 'at an unknown time')))}: {counts or 'nothing'}{stopped}"
    yield "", visible(str(run.get("command", "")))


def status_lines(status: Status, view: View = PLAIN) -> Iterator[str]:
    """Facts, then what is unfinished, then what waits for a human."""
    color = view.color
    facts = list(_facts(status))
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        yield f"{painted(f'{name:<{width}}', Hue.DIM, color=color)}  {value}"
    if 0 < len(status.entries) <= MOST_LISTED:
        yield ""
        yield painted("Ours", Hue.BOLD, color=color)
        names = {visible(str(address)): visible(remote_id) for address, remote_id in sorted(status.entries.items())}
        widest = max(map(cells, names))
        for name, it in names.items():
            yield from headed("  ", 2, name, [f"id {it}"], name_width=widest, indent="    ", view=view)
    if status.intents:
        yield ""
        yield painted("Unfinished: a run began this; the next apply looks what became of it", Hue.BOLD, color=color)
        for intent in sorted(status.intents, key=lambda intent: intent.address):
            yield f"  {intent.action.value:<7}  {visible(str(intent.address))}"
    yield from underway_lines(status.underway, view)
    if status.notices:
        yield ""
        yield from diagnostics_lines(status.notices, view)


def status(status: Status, *, view: View = PLAIN) -> str:
    """Where an account stands."""
    return "".join(f"{line}\n" for line in status_lines(status, view))
