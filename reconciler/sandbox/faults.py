"""Failures on demand: which request fails, and how. Pure; `app` plays them out.

A fault is spelled `METHOD PATHGLOB OCCURRENCE EFFECT[=ARGUMENT]`, such as `POST /messaging_profiles 2
drop-after`.

METHOD      a method, `*`, or `WRITE` (POST, PUT, PATCH, DELETE)
PATHGLOB    relative to the base URL; `*` is one path segment or part of it, `**` any number of segments;
            `*`, `/*` and `/**` alone are every path
OCCURRENCE  `2` (the second matching request), `1-3`, `3-` (the third and all that follow), `1/7` (the first and
            every seventh after it), or `*`; counted per fault from when it was set
EFFECT      one of `EFFECTS`
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_METHODS: Final = WRITES | {"GET", "HEAD", "OPTIONS", "*", "WRITE"}

EFFECTS: Final = {
    "status-before": "=STATUS: refuse with this status; nothing is committed",
    "status-after": "=STATUS: commit, then answer with this status",
    "drop-before": "close the connection without an answer; nothing is committed",
    "drop-after": "commit, then close the connection without an answer",
    "delay": "=SECONDS: wait, then carry on (also when the client has given up)",
    "delay-after": "=SECONDS: commit, wait, then answer",
    "truncate": "commit, then send half of the body under its full Content-Length and close",
    "broken-json": "commit, then answer 200 with JSON that does not parse",
    "rate-limit": "[=RETRY_AFTER]: 429 with code 10011; nothing is committed",
    "spend-limit": "429 with code 40333; nothing is committed",
    "html": "=STATUS: an HTML page, as a proxy would answer; nothing is committed",
    "hold-before": "never answer; nothing is committed",
    "hold-after": "commit, then never answer",
}
"""Every effect and what it does."""

_STATUS: Final = frozenset({"status-before", "status-after", "html"})
_SECONDS: Final = frozenset({"delay", "delay-after"})
BEFORE: Final = frozenset({"status-before", "drop-before", "delay", "rate-limit", "spend-limit", "html", "hold-before"})
"""Effects that happen instead of, or ahead of, the request's own work."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One parsed fault."""

    spelling: str
    method: str
    path: re.Pattern[str]
    first: int
    last: int | None
    step: int
    effect: str
    argument: float | None

    def matches(self, method: str, path: str) -> bool:
        """Whether this request counts for the fault."""
        if self.method == "WRITE":
            return method in WRITES and self.path.fullmatch(path) is not None
        return self.method in {"*", method} and self.path.fullmatch(path) is not None

    def strikes(self, number: int) -> bool:
        """Whether this is due at the matching request of this number, from 1."""
        within = self.first <= number and (self.last is None or number <= self.last)
        return within and (number - self.first) % self.step == 0


def parse_fault(spelling: str) -> Fault:
    """A fault from its spelling; ValueError says what is wrong with it."""
    try:
        return _fault(spelling, *_words(spelling))
    except ValueError as error:
        raise ValueError(
            f"fault {spelling!r}: {error}; expected METHOD PATHGLOB OCCURRENCE EFFECT[=ARGUMENT],"
            ' such as "POST /messaging_profiles 2 drop-after"'
        ) from None


def _words(spelling: str) -> tuple[str, str, str, str]:
    match spelling.split():
        case [method, glob, occurrence, action]:
            return method, glob, occurrence, action
        case words:
            raise ValueError(f"{len(words)} words instead of 4")


def _fault(spelling: str, method: str, glob: str, occurrence: str, action: str) -> Fault:
    if method not in _METHODS:
        raise ValueError(f"no method {method!r}")
    if glob != "*" and not glob.startswith("/"):
        raise ValueError(f"path {glob!r} does not begin with a slash")
    first, last, step = _occurrences(occurrence)
    effect, argument = _action(action)
    return Fault(spelling, method, _glob(glob), first, last, step, effect, argument)


def _occurrences(text: str) -> tuple[int, int | None, int]:
    """First, last (None: no end) and step."""
    if text == "*":
        return 1, None, 1
    if found := re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text):
        return int(found[1]), None, int(found[2])
    if found := re.fullmatch(r"([1-9]\d*)-", text):
        return int(found[1]), None, 1
    span = re.fullmatch(r"([1-9]\d*)(?:-([1-9]\d*))?", text)
    if span is None or int(span[2] or span[1]) < int(span[1]):
        raise ValueError(f"occurrence {text!r} is not a number, a range such as 1-3 or 3-, a step such as 1/7, or *")
    return int(span[1]), int(span[2] or span[1]), 1


def _action(text: str) -> tuple[str, float | None]:
    effect, equals, value = text.partition("=")
    if effect not in EFFECTS:
        raise ValueError(f"no effect {effect!r} (one of {', '.join(EFFECTS)})")
    if not equals:
        if effect in _STATUS | _SECONDS:
            raise ValueError(f"{effect} needs a number")
        return effect, None
    if effect not in _STATUS | _SECONDS | {"rate-limit"}:
        raise ValueError(f"{effect} takes no argument")
    if not re.fullmatch(r"\d+(\.\d+)?", value):
        raise ValueError(f"{value!r} is not a number")
    argument = float(value)
    if effect in _STATUS and argument not in range(200, 600):
        raise ValueError(f"{value!r} is not a status")
    return effect, argument


def _glob(glob: str) -> re.Pattern[str]:
    if glob in {"*", "/*", "/**"}:
        return re.compile(".*", re.DOTALL)
    parts = re.split(r"(\*\*|\*|\?)", glob.removeprefix("/v2") if glob.startswith("/v2/") else glob)
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(wild.get(part, re.escape(part)) for part in parts))


class FaultPlan:
    """The faults that are set, and how often each has matched."""

    def __init__(self, spellings: Iterable[str] = ()) -> None:
        self._faults: list[Fault] = []
        self._seen: list[int] = []
        self.add(spellings)

    def add(self, spellings: Iterable[str]) -> None:
        """Set more faults; none is set when one is misspelt."""
        parsed = [parse_fault(spelling) for spelling in spellings]
        self._faults += parsed
        self._seen += [0] * len(parsed)

    def clear(self) -> None:
        """Take all faults away."""
        self._faults.clear()
        self._seen.clear()

    def strike(self, method: str, path: str) -> Fault | None:
        """Count this request for every fault it matches; the first that is due happens."""
        due = None
        for index, fault in enumerate(self._faults):
            if not fault.matches(method, path):
                continue
            self._seen[index] += 1
            if due is None and fault.strikes(self._seen[index]):
                due = fault
        return due

    def report(self) -> list[dict[str, str | int]]:
        """Each fault with the number of requests that matched it so far."""
        return [
            {"fault": fault.spelling, "matched": seen} for fault, seen in zip(self._faults, self._seen, strict=True)
        ]
