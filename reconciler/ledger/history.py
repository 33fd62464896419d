"""The history's lines as JSON, and back: in local files and shared places alike. Strict in both directions.

Each line carries the version of its form: a program that is too old says so, and one that cannot read the history can
still add to it, as nobody reads a history before writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from reconciler.errors import LedgerError
from reconciler.model.fields import Fields, Unreadable, parsed, spelled
from reconciler.model.history import (
    Actor,
    ChangeEnded,
    Ending,
    FieldChange,
    HistoryLine,
    Lift,
    PlannedChange,
    RunBegun,
    RunEnded,
)
from reconciler.model.plan import Action
from reconciler.model.reference import Unknown

VERSION = 1
"""Of a line. Raised by every change that this version would refuse."""


def history_bytes(lines: Iterable[HistoryLine], *, where: str) -> bytes:
    """The lines as they are kept, newlines included. Raises LedgerError for what no reader would take."""
    content = b"".join(spelled(_document(line)) + b"\n" for line in lines)
    try:
        for text in content.splitlines():
            history_line(parsed(text), "a new line")
    except Unreadable as error:
        raise LedgerError(
            f'cannot write "{where}": {error}',
            hint="this is a defect of the program: please report it",
        ) from None
    return content


def history_lines(texts: Sequence[bytes], *, where: str) -> tuple[HistoryLine, ...]:
    """The reverse, from whole lines. Raises LedgerError, which says which of them cannot be read."""
    found: list[HistoryLine] = []
    for number, text in enumerate(texts, 1):
        try:
            found.append(history_line(parsed(text), f"line {number}"))
        except ValueError:
            raise LedgerError(f'"{where}", line {number}, is not JSON', hint=_HINT) from None
        except Unreadable as error:
            hint = "a newer version may have written it: upgrade this program; otherwise " + _HINT
            raise LedgerError(f'cannot understand "{where}": {error}', hint=hint) from None
    return tuple(found)


_HINT = "repair that line or move the history away: it is a record for people, and nothing depends on it"


def _document(line: HistoryLine) -> dict[str, Any]:
    match line:
        case RunBegun():
            return {
                "version": VERSION,
                "line": "begun",
                "run": line.run,
                "started": line.started,
                "command": line.command,
                "tool": line.tool,
                "actor": {"name": line.actor.name, "system": line.actor.system, "run": line.actor.run},
                "commit": line.commit,
                "dirty": line.dirty,
                "plan_saved": line.plan_saved,
                "fingerprint": line.fingerprint,
                "lifted": [{"guard": lift.guard, "by": lift.by} for lift in line.lifted],
                "changes": [_planned(change) for change in line.changes],
            }
        case RunEnded():
            return {
                "version": VERSION,
                "line": "ended",
                "run": line.run,
                "finished": line.finished,
                "interrupted": line.interrupted,
                "changes": [_ended(change) for change in line.changes],
            }


def _planned(change: PlannedChange) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "action": change.action.value,
        "remote_id": change.remote_id,
        "moved_from": None if change.moved_from is None else str(change.moved_from),
        "fields": [
            {
                "path": field.path,
                "before": field.before,
                "after": None if field.id_of is not None else field.after,
                "sensitive": field.sensitive,
                "id_of": None if field.id_of is None else str(field.id_of),
            }
            for field in change.fields
        ],
    }


def _ended(change: ChangeEnded) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "ending": change.ending.value,
        "remote_id": change.remote_id,
        "written": change.written,
        "error": change.error,
    }


def history_line(value: Any, place: str) -> HistoryLine:
    """One line, from a parsed value. Raises Unreadable, for an unknown version or sort too."""
    fields = Fields(value, place)
    version = fields.count("version")
    if version > VERSION:
        raise Unreadable(f"{place} has version {version}; this program knows versions up to {VERSION}")
    sort = fields.text("line")
    line: HistoryLine
    match sort:
        case "begun":
            line = _begun_from(fields, place)
        case "ended":
            line = RunEnded(
                run=fields.text("run"),
                finished=fields.text("finished"),
                interrupted=fields.flag("interrupted"),
                changes=tuple(_ended_from(each) for each in _inner(fields, "changes", place)),
            )
        case _:
            raise Unreadable(f'{place} is of a sort that this version does not know: "{sort}"')
    fields.done()
    return line


def _inner(fields: Fields, name: str, place: str) -> list[Fields]:
    return [Fields(item, f"{name} {number} of {place}") for number, item in enumerate(fields.items(name), 1)]


def _begun_from(fields: Fields, place: str) -> RunBegun:
    who = fields.inner("actor")
    actor = Actor(name=who.text("name"), system=who.text_or_none("system"), run=who.text_or_none("run"))
    who.done()
    return RunBegun(
        run=fields.text("run"),
        started=fields.text("started"),
        command=fields.text("command"),
        tool=fields.text("tool"),
        actor=actor,
        commit=fields.text_or_none("commit"),
        dirty=fields.flag("dirty"),
        plan_saved=fields.text_or_none("plan_saved"),
        fingerprint=fields.text_or_none("fingerprint"),
        lifted=tuple(_lift_from(each) for each in _inner(fields, "lifted", place)),
        changes=tuple(_planned_from(each, place) for each in _inner(fields, "changes", place)),
    )


def _lift_from(fields: Fields) -> Lift:
    lift = Lift(guard=fields.text("guard"), by=fields.text("by"))
    fields.done()
    return lift


def _planned_from(fields: Fields, place: str) -> PlannedChange:
    change = PlannedChange(
        address=fields.address("address"),
        action=fields.one_of("action", Action),
        remote_id=fields.text_or_none("remote_id"),
        moved_from=fields.address_or_none("moved_from"),
        fields=tuple(_field_from(each) for each in _inner(fields, "fields", f"a change of {place}")),
    )
    fields.done()
    return change


def _field_from(fields: Fields) -> FieldChange:
    field = FieldChange(
        path=fields.text("path"),
        before=fields.anything("before"),
        after=fields.anything("after"),
        sensitive=fields.flag("sensitive"),
        id_of=fields.address_or_none("id_of"),
    )
    fields.done()
    return field if field.id_of is None else replace(field, after=Unknown(field.id_of))


def _ended_from(fields: Fields) -> ChangeEnded:
    change = ChangeEnded(
        address=fields.address("address"),
        ending=fields.one_of("ending", Ending),
        remote_id=fields.text_or_none("remote_id"),
        written=fields.flag("written"),
        error=fields.text_or_none("error"),
    )
    fields.done()
    return change
