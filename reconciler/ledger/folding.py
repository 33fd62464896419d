"""From what a place holds to the ledger that it means: the document, and the journal lines that apply to it.

The same rules wherever the bytes come from. Does no I/O: the caller says which place it was, for messages.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from reconciler.errors import LedgerError
from reconciler.ledger.document import TooNew, ledger_document, ledger_from
from reconciler.ledger.lines import Stamped, decoded, encoded
from reconciler.model.fields import Unreadable, parsed, spelled
from reconciler.model.ledger import Header, Ledger, Line

TokenHex = Callable[[int], str]

_RESTORE = (
    "restore it from a backup, or move it away to start with an empty ledger: plans still find every "
    "object by natural key, only pruning waits until it is recorded again"
)


def new_header(account: str, token_hex: TokenHex = secrets.token_hex) -> Header:
    """A lineage and a salt of its own."""
    return Header(account=account, lineage=str(UUID(token_hex(16), version=4)), salt=token_hex(32))


def document_bytes(ledger: Ledger) -> bytes:
    """The ledger as it is kept."""
    return spelled(ledger_document(ledger), indent=2) + b"\n"


def document_in(content: bytes, *, account: str, where: str) -> Ledger:
    """The ledger that ``where`` holds. Raises LedgerError for anything else, another account's included."""
    try:
        value = parsed(content)
    except ValueError as error:
        raise LedgerError(f'cannot understand "{where}": {error}', hint=_RESTORE) from None
    return ledger_in(value, account=account, where=where)


def ledger_in(value: Any, *, account: str, where: str) -> Ledger:
    """As ``document_in``, from a parsed value."""
    try:
        ledger = ledger_from(value)
    except TooNew as error:
        raise LedgerError(f'cannot use "{where}": {error}', hint="upgrade this program") from None
    except Unreadable as error:
        raise LedgerError(f'cannot understand "{where}": {error}', hint=_RESTORE) from None
    if ledger.header.account != account:
        raise LedgerError(
            f'"{where}" is the ledger of account "{ledger.header.account}", not of "{account}"',
            hint="give each account a name of its own, and move the ledger back to the name that it had",
        )
    return ledger


def lines_for(header: Header, journal: Iterable[Stamped], *, where: str, journal_where: str) -> list[Line]:
    """The lines that are not in the ledger yet: those of its own serial. Raises LedgerError for foreign ones."""
    pending: list[Line] = []
    for stamped in journal:
        if stamped.lineage != header.lineage or stamped.serial > header.serial:
            raise LedgerError(
                f'"{journal_where}" belongs to another or a later ledger than "{where}"',
                hint="was an older copy put back? restore the newer ledger, or move the journal away",
            )
        if stamped.serial == header.serial:
            pending.append(stamped.line)
    return pending


def checked_line(line: Line, header: Header, *, where: str) -> tuple[bytes, Line]:
    """The line as bytes, and as a reader will get it: with lists, never tuples. Raises LedgerError.

    Before it is written: what no reader would take must not get into a journal.
    """
    content = encoded(line, header)
    try:
        return content, decoded(parsed(content), "the line").line
    except Unreadable as error:
        raise LedgerError(
            f'cannot write "{where}": {error}',
            hint="see what the API answered; this program cannot work with such an object",
        ) from None


def next_serial(ledger: Ledger, last_run: Any) -> Ledger:
    """The ledger that a compaction writes."""
    header = replace(ledger.header, serial=ledger.header.serial + 1)
    return replace(ledger, header=header, last_run=ledger.last_run if last_run is None else last_run)
