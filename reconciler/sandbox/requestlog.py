"""A bounded log of the requests that arrived, for tests that count calls or wait for one to be held."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

CAPACITY: Final = 100_000


@dataclass(slots=True)
class Entry:
    """One request; `status` stays None while it is unanswered, for good when the connection was dropped."""

    time: float
    method: str
    path: str
    """Without the `/v2` prefix, as faults spell it."""
    query: str
    key: str | None
    body: Any = None
    """The JSON of a write, as sent."""
    status: int | None = None
    fault: str | None = None
    """Spelling of the fault that struck."""
    seconds: float | None = None
    """Time until the answer was ready."""

    def document(self) -> dict[str, Any]:
        """The wire form."""
        return {name: getattr(self, name) for name in self.__slots__}


class RequestLog:
    """The latest requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=CAPACITY)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def add(self, entry: Entry) -> Entry:
        """Note a request when it arrives."""
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget them."""
        self._entries.clear()
