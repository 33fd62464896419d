"""Rows per account and collection, in SQLite, their JSON text in memory so that a page costs no query.

A row that `put` or `remove` touched is durable once `commit` returns, also when the process is killed.
One process at a time may use a file. Knows nothing about Telnyx: rows are JSON objects with an id, a
parent and indexed fields.
"""

import hashlib
import json
import sqlite3
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS rows (
    seq INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    parent TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (account, collection, id)
);
"""
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
INDEXED: Final = ("name", "messaging_profile_id", "phone_number")
"""Fields with an index in every collection: those that filters and in-use checks ask for."""
PARENT: Final = "parent"
"""The pseudo-field under which a row's parent is indexed."""


def encode(value: Any) -> str:
    """Compact JSON."""
    return _ENCODER.encode(value)


class Row:
    """One object as stored: its JSON text, and the parsed document when somebody asks for it."""

    __slots__ = ("_document", "id", "parent", "text")

    def __init__(self, row_id: str, parent: str, text: str) -> None:
        self.id = row_id
        self.parent = parent
        self.text = text
        self._document: dict[str, Any] | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The object; treat it as frozen."""
        if self._document is None:
            self._document = json.loads(self.text)
        return self._document


class Rows:
    """The rows of one collection of one account: in order of creation, indexed, with a memory of changes."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._index: dict[tuple[str, str], dict[str, None]] = {}
        self._changes: deque[tuple[float, str, Row | None]] = deque()

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def get(self, row_id: str) -> Row | None:
        """The row with this id."""
        return self._rows.get(row_id)

    def where(self, field: str, value: str) -> list[Row]:
        """The rows whose indexed `field` has exactly this value."""
        return [self._rows[row_id] for row_id in self._index.get((field, value), ())]

    def replace(self, row_id: str, row: Row | None) -> None:
        """Put `row` under its id, or take the id away."""
        if (before := self._rows.get(row_id)) is not None:
            for entry in _entries(before):
                self._index[entry].pop(row_id, None)
        if row is None:
            self._rows.pop(row_id, None)
            return
        self._rows[row_id] = row
        for entry in _entries(row):
            self._index.setdefault(entry, {})[row_id] = None

    def remember(self, at: float, row_id: str) -> None:
        """Keep what this id held until now, so that `as_of` can show it to a lagging list."""
        self._changes.append((at, row_id, self._rows.get(row_id)))

    def as_of(self, moment: float) -> list[Row] | None:
        """The rows as they were at `moment`, or None when nothing has changed since then."""
        while self._changes and self._changes[0][0] <= moment:
            self._changes.popleft()
        if not self._changes:
            return None
        rows = dict(self._rows)
        for _, row_id, before in reversed(self._changes):
            if before is None:
                rows.pop(row_id, None)
            else:
                rows[row_id] = before
        return list(rows.values())


def _entries(row: Row) -> Iterator[tuple[str, str]]:
    yield PARENT, row.parent
    # Only text that mentions an indexed field is parsed, and the result is not kept.
    document = json.loads(row.text) if any(f'"{field}":"' in row.text for field in INDEXED) else {}
    for field in INDEXED:
        if isinstance(value := document.get(field), str):
            yield field, value


def account_id(key: str) -> str:
    """What stands for an API key in the store: a real key pasted by mistake is not written to disk."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


class Store:
    """All accounts, in one SQLite database."""

    def __init__(self, database: str) -> None:
        try:
            # The server may run in another thread than the one that built the application; only one ever uses it.
            self._connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
            # WAL: a killed process loses no committed transaction, and a commit costs no fsync.
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        weakref.finalize(self, self._connection.close)
        self._accounts: dict[str, dict[str, Rows]] = {}
        self._open = False

    def known(self, account: str) -> bool:
        """Whether the account has been opened before, by this process or an earlier one."""
        if account in self._accounts:
            return True
        found = self._connection.execute("SELECT 1 FROM accounts WHERE id = ?", (account,)).fetchone()
        return found is not None

    def enrol(self, account: str) -> None:
        """Note that the account exists (it may well have no rows)."""
        self._begin()
        self._connection.execute("INSERT OR IGNORE INTO accounts VALUES (?)", (account,))
        self._accounts.setdefault(account, {})

    def accounts(self) -> list[str]:
        """Every account there is."""
        return [account for (account,) in self._connection.execute("SELECT id FROM accounts")]

    def collections(self, account: str) -> Mapping[str, Rows]:
        """The account's rows by collection."""
        if account not in self._accounts:
            self._accounts[account] = self._load(account)
        return self._accounts[account]

    def rows(self, account: str, collection: str) -> Rows:
        """The rows of one collection."""
        self.collections(account)
        return self._accounts[account].setdefault(collection, Rows())

    def put(self, account: str, collection: str, row: Row) -> None:
        """Insert or replace; a replaced row keeps its place in the order."""
        self._begin()
        self._connection.execute(
            "INSERT INTO rows (account, collection, id, parent, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (account, collection, id)"
            " DO UPDATE SET parent = excluded.parent, body = excluded.body",
            (account, collection, row.id, row.parent, row.text),
        )
        self.rows(account, collection).replace(row.id, row)

    def remove(self, account: str, collection: str, row_id: str) -> None:
        """Take a row away."""
        self._begin()
        self._connection.execute(
            "DELETE FROM rows WHERE account = ? AND collection = ? AND id = ?", (account, collection, row_id)
        )
        self.rows(account, collection).replace(row_id, None)

    def forget(self, account: str) -> None:
        """Drop the account with everything in it."""
        self._begin()
        self._connection.execute("DELETE FROM rows WHERE account = ?", (account,))
        self._connection.execute("DELETE FROM accounts WHERE id = ?", (account,))
        self._accounts.pop(account, None)

    def commit(self) -> None:
        """Make everything since the last commit durable."""
        if self._open:
            self._connection.execute("COMMIT")
            self._open = False

    def rollback(self) -> None:
        """Undo everything since the last commit; memory is loaded afresh when next asked for."""
        if self._open:
            self._connection.execute("ROLLBACK")
            self._open = False
            self._accounts.clear()

    def close(self) -> None:
        """Let go of the file."""
        self.rollback()
        self._connection.close()

    def _begin(self) -> None:
        if not self._open:
            self._connection.execute("BEGIN")
            self._open = True

    def _load(self, account: str) -> dict[str, Rows]:
        collections: dict[str, Rows] = {}
        found: Iterable[tuple[str, str, str, str]] = self._connection.execute(
            "SELECT collection, id, parent, body FROM rows WHERE account = ? ORDER BY seq", (account,)
        )
        for collection, row_id, parent, body in found:
            collections.setdefault(collection, Rows()).replace(row_id, Row(row_id, parent, body))
        return collections
