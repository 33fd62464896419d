"""One line of the journal as JSON, and back.

Each line carries the lineage and the serial of the ledger file that it applies to: a line that a compaction
has already taken up is recognised by its older serial, and a journal beside a foreign ledger by its lineage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.ledger.document import intent_document, intent_from
from reconciler.model.address import Address
from reconciler.model.entries import entry_document, entry_from
from reconciler.model.fields import Fields, Unreadable, spelled
from reconciler.model.ledger import (
    Begun,
    HalfReplaced,
    Header,
    Identified,
    Intended,
    Line,
    Recorded,
    Refiled,
    Removed,
    Rotated,
    Rotating,
    Settled,
)

_SORTS: Mapping[type[Removed | HalfReplaced | Settled | Rotated], str] = {
    Removed: "removed",
    HalfReplaced: "half-replaced",
    Settled: "settled",
    Rotated: "rotated",
}
"""The lines that hold an address and nothing else."""
_LINES = {sort: line for line, sort in _SORTS.items()}


@dataclass(frozen=True, slots=True)
class Stamped:
    """A line and the ledger file that it applies to."""

    lineage: str
    serial: int
    line: Line


def _body(line: Line) -> dict[str, Any]:
    body: dict[str, Any]
    match line:
        case Intended(intents=intents):
            body = {"line": "intended", "intents": [intent_document(intent) for intent in intents]}
        case Recorded(entry=entry, instead_of=old):
            old_address = None if old is None else str(old)
            body = {"line": "recorded", "entry": entry_document(entry), "instead_of": old_address}
        case Refiled(files=files):
            body = {"line": "refiled", "files": [{"address": str(one), "file": file} for one, file in files.items()]}
        case Removed() | HalfReplaced() | Settled() | Rotated():
            body = {"line": _SORTS[type(line)], "address": str(line.address)}
        case Begun(fingerprint=fingerprint):
            body = {"line": "begun", "fingerprint": fingerprint}
        case Rotating(address=address, seal=seal):
            body = {"line": "rotating", "address": str(address), "seal": seal}
        case Identified(endpoint=endpoint, organization_id=organization_id):
            body = {"line": "identified", "endpoint": endpoint, "organization_id": organization_id}
    return body


def encoded(line: Line, header: Header) -> bytes:
    """The line as bytes, newline included."""
    return spelled({"lineage": header.lineage, "serial": header.serial, **_body(line)}) + b"\n"


def decoded(value: Any, place: str) -> Stamped:
    """The reverse of ``encoded``, from a parsed value. Raises Unreadable, for an unknown sort too."""
    fields = Fields(value, place)
    lineage, serial = fields.text("lineage"), fields.count("serial")
    line = _line(fields.text("line"), fields, place)
    fields.done()
    return Stamped(lineage, serial, line)


def _line(sort: str, fields: Fields, place: str) -> Line:
    line: Line
    match sort:
        case "intended":
            items = fields.items("intents")
            line = Intended(tuple(intent_from(Fields(item, f"an intent of {place}")) for item in items))
        case "recorded":
            line = Recorded(entry_from(fields.inner("entry")), fields.address_or_none("instead_of"))
        case "refiled":
            line = Refiled(_files(fields.items("files"), place))
        case "removed" | "half-replaced" | "settled" | "rotated":
            line = _LINES[sort](fields.address("address"))
        case "begun":
            line = Begun(fields.text("fingerprint"))
        case "rotating":
            line = Rotating(fields.address("address"), fields.text("seal"))
        case "identified":
            line = Identified(fields.text("endpoint"), fields.text_or_none("organization_id"))
        case _:
            raise Unreadable(f'{place} is of a sort that this version does not know: "{sort}"')
    return line


def _files(items: Sequence[Any], place: str) -> dict[Address, str]:
    files: dict[Address, str] = {}
    for item in items:
        fields = Fields(item, f"a file of {place}")
        files[fields.address("address")] = fields.text("file")
        fields.done()
    return files
