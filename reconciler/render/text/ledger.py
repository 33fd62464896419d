"""What the ledger records, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.inventory import EntryReport, Inventory
from reconciler.model.ledger import Entry, Intent
from reconciler.model.paths import MISSING, undotted
from reconciler.model.resource import OnRemove
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.layout import cells, headed, padded
from reconciler.render.text.values import value_text
from reconciler.render.view import PLAIN, View
from reconciler.render.words import counted

_SEAL = len("hmac:") + 12
"""Characters of a seal that are shown: enough to see whether two are equal."""


def _protections(entry: Entry) -> str:
    words = ["prevent_destroy"] * entry.prevent_destroy + ["retain"] * (entry.on_remove is OnRemove.RETAIN)
    return ", ".join(words)


def _table(rows: Sequence[Sequence[str]], view: View) -> Iterator[str]:
    """A row on a line each; where these would be broken, every row by itself, with the heads as words."""
    head, *others = rows
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(padded, row, widths)).rstrip() for row in rows]
    if max(map(cells, lines)) <= view.width:
        yield painted(lines[0], Hue.DIM, color=view.color)
        yield from lines[1:]
        return
    for address, *row in others:
        told = [f"{name.lower()} {cell}" for name, cell in zip(head[1:], row, strict=True) if cell]
        yield from headed("", 0, address, told, name_width=view.width, indent="    ", view=view)


def _pending(intents: Sequence[Intent]) -> str:
    return f"{counted(len(intents), 'change')} begun and not finished: see reconciler status"


def inventory_lines(inventory: Inventory, view: View = PLAIN) -> Iterator[str]:
    """A row for each entry, then where all this is."""
    rows: list[tuple[str, ...]] = [("ADDRESS", "REMOTE ID", "ORIGIN", "PROJECT", "FILE", "PROTECTED BY")]
    for entry in inventory.entries:
        cells = (str(entry.address), entry.remote.id, entry.origin.value, entry.project, entry.file)
        rows.append((*(visible(cell) for cell in cells), _protections(entry)))
    if inventory.entries:
        yield from _table(rows, view)
        yield ""
    yield f"{counted(len(inventory.entries), 'object')} recorded in {visible(inventory.ledger)}"
    if inventory.intents:
        yield _pending(inventory.intents)
    if inventory.notes:
        yield ""
        yield from diagnostics_lines(inventory.notes, view)


def _value(entry: Entry, path: str, value: object) -> str:
    if path in entry.secrets:
        return f"(secret, sealed as {visible(str(value)[:_SEAL])}…)"
    return value_text(undotted(path), value, sensitive=False)


def _fields(entry: Entry) -> Iterator[str]:
    """What was applied; what the server made of it only where that is something else."""
    paths = list(dict.fromkeys([*entry.applied, *entry.answered]))
    width = max((len(visible(path)) for path in paths), default=0)
    for path in paths:
        sent, heard = entry.applied.get(path, MISSING), entry.answered.get(path, MISSING)
        shown = "(nothing)" if sent is MISSING else _value(entry, path, sent)
        made = (
            ""
            if heard == sent
            else f"  (the API made of it: {'nothing' if heard is MISSING else _value(entry, path, heard)})"
        )
        yield f"  {visible(path):<{width}}  {shown}{made}"


def _facts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "remote id", visible(entry.remote.id)
    if entry.remote.parent_id:
        yield "parent id", visible(entry.remote.parent_id)
    yield "origin", entry.origin.value
    yield "project", visible(entry.project)
    yield "file", visible(entry.file)
    yield "on remove", entry.on_remove.value
    yield "prevent_destroy", "yes" if entry.prevent_destroy else "no"
    if entry.references:
        yield "refers to", ", ".join(visible(str(address)) for address in entry.references)
    if entry.attempt > 1:
        yield "attempt", str(entry.attempt)


def entry_lines(report: EntryReport, view: View = PLAIN) -> Iterator[str]:
    """Facts, fields, then what is pending."""
    color = view.color
    entry, intent = report.entry, report.intent
    if entry is not None:
        yield painted(visible(str(entry.address)), Hue.BOLD, color=color)
        facts = list(_facts(entry))
        width = max(len(name) for name, _ in facts)
        for name, value in facts:
            yield f"{painted(f'{name:<{width}}', Hue.DIM, color=color)}  {value}"
        if entry.applied or entry.answered:
            yield ""
            yield painted("Applied", Hue.BOLD, color=color)
            yield from _fields(entry)
    if intent is not None:
        if entry is not None:
            yield ""
        yield painted("Unfinished: a run began this; the next apply looks what became of it", Hue.BOLD, color=color)
        of = f"  id {visible(intent.remote.id)}" if intent.remote else ""
        yield f"  {intent.action.value:<7}  {visible(str(intent.address))}{of}"
    if report.notes:
        yield ""
        yield from diagnostics_lines(report.notes, view)


def inventory(inventory: Inventory, *, view: View = PLAIN) -> str:
    """Everything that is recorded."""
    return "".join(f"{line}\n" for line in inventory_lines(inventory, view))


def entry(report: EntryReport, *, view: View = PLAIN) -> str:
    """One address."""
    return "".join(f"{line}\n" for line in entry_lines(report, view))
