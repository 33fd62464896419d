"""Query filters of lists, as data: which parameter narrows which field, and how.

Undocumented `filter[…]` and `sort` parameters are refused (10031, 10018): ignoring a misspelt filter
would answer with everything, the worst surprise for a client that looks up a natural key.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from reconciler.sandbox.fields import uuid_text
from reconciler.sandbox.idents import moment
from reconciler.sandbox.refusals import Refusal, refuse
from reconciler.sandbox.store import INDEXED, Row

Match = Literal["eq", "contains", "any", "uuid", "uuid-or-null", "type", "listed-number", "after", "before"]
Predicate = Callable[[Mapping[str, Any]], bool]
TYPES: Final = ("tollfree", "longcode", "shortcode")
"""Types of numbers, as filters spell them."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter that narrows a list."""

    parameter: str
    field: str
    match: Match
    allowed: tuple[str, ...] = ()
    """Every value that may be asked for, where the set is closed (10032)."""
    minimum: int = 0
    """Characters that a value must have (10025)."""

    def indexed(self, value: str) -> tuple[str, str] | None:
        """The index entry that holds every match, for exact matches on one value."""
        if self.field not in INDEXED:
            return None
        if self.match in {"eq", "uuid"} or (self.match == "uuid-or-null" and value != "null"):
            return self.field, value
        return None

    def predicate(self, value: str) -> Predicate:
        """Whether an object passes; refuses a value that cannot be one."""
        if self.allowed and value not in self.allowed:
            raise self.refuse("10032", f"must be one of {', '.join(self.allowed)}")
        if len(value) < self.minimum:
            raise self.refuse("10025", f"must have at least {self.minimum} characters")
        return _PREDICATES[self.match](self, value)

    def refuse(self, code: str, detail: str) -> Refusal:
        """The refusal of a value."""
        return refuse(422, code, f"{self.parameter} {detail}", parameter=self.parameter)


def _eq(this: Filter, value: str) -> Predicate:
    return lambda row: bool(row.get(this.field) == value)


def _contains(this: Filter, value: str) -> Predicate:
    folded = value.casefold()
    return lambda row: folded in (row.get(this.field) or "").casefold()


def _any(this: Filter, value: str) -> Predicate:
    wanted = frozenset(value.split(","))
    return lambda row: row.get(this.field) in wanted


def _uuid(this: Filter, value: str) -> Predicate:
    if any(uuid_text(value, "")):
        raise this.refuse("10022", "must be a UUID")
    return _eq(this, value)


def _uuid_or_null(this: Filter, value: str) -> Predicate:
    # The literal string "null" finds what is not assigned (guide 7).
    return (lambda row: row.get(this.field) is None) if value == "null" else _uuid(this, value)


def _type(this: Filter, value: str) -> Predicate:
    # Stored types have several spellings, this parameter has one (guide 5).
    return lambda row: re.sub("[^a-z]", "", str(row.get(this.field))) == value


def _listed_number(this: Filter, value: str) -> Predicate:
    return lambda row: any(entry["phoneNumber"] == value for entry in row.get(this.field) or ())


def _after(this: Filter, value: str) -> Predicate:
    earliest = _moment(this, value)
    return lambda row: moment(row[this.field]) >= earliest


def _before(this: Filter, value: str) -> Predicate:
    latest = _moment(this, value)
    return lambda row: moment(row[this.field]) <= latest


def _moment(this: Filter, value: str) -> datetime:
    try:
        return moment(value)
    except ValueError:
        raise this.refuse("10015", "must be an ISO 8601 time") from None


_PREDICATES: Final[Mapping[Match, Callable[[Filter, str], Predicate]]] = {
    "eq": _eq,
    "contains": _contains,
    "any": _any,
    "uuid": _uuid,
    "uuid-or-null": _uuid_or_null,
    "type": _type,
    "listed-number": _listed_number,
    "after": _after,
    "before": _before,
}


def narrowing(filters: Iterable[Filter], query: Mapping[str, str]) -> tuple[list[tuple[str, str]], list[Predicate]]:
    """The index entries and predicates that a query asks for."""
    known = {entry.parameter: entry for entry in filters}
    for parameter in query:
        if parameter.startswith("filter[") and parameter not in known:
            raise refuse(422, "10031", f"{parameter} is not a filter of this list", parameter=parameter)
    asked = [(known[parameter], value) for parameter, value in query.items() if parameter in known]
    entries = [entry for known_filter, value in asked if (entry := known_filter.indexed(value))]
    return entries, [known_filter.predicate(value) for known_filter, value in asked]


def ordered(rows: list[Row], query: Mapping[str, str], sort: str | None) -> list[Row]:
    """The rows sorted as `sort[FIELD]=asc|desc` asks, where the list knows that."""
    if sort == "":  # the list reads its sort parameter itself
        return rows
    for parameter, value in query.items():
        if not parameter.startswith("sort"):
            continue
        if sort is None or parameter != f"sort[{sort}]" or value not in {"asc", "desc"}:
            raise refuse(422, "10018", f"{parameter}={value} is not an order of this list", parameter=parameter)
        return sorted(rows, key=lambda row: str(row.document[sort]), reverse=value == "desc")
    return rows
