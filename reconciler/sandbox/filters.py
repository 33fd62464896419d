"""Query filters of lists, as data: which parameter narrows which field, and how.

Undocumented `filter[…]` and `sort` parameters are refused (10031, 10018): ignoring a misspelt filter would answer
with everything, the worst surprise for a client that looks up a natural key.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from reconciler.sandbox.fields import uuid_text
from reconciler.sandbox.idents import moment
from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.store import INDEXED, Row

Match = Literal["eq", "contains", "any", "uuid", "uuid-or-null", "type", "after", "before"]
_TYPES: Final = ("tollfree", "longcode", "shortcode")


@dataclass(frozen=True, slots=True)
class Filter:
    """One query parameter that narrows a list."""

    parameter: str
    field: str
    match: Match

    def indexed(self, value: str) -> tuple[str, str] | None:
        """The index entry that holds every match, for exact matches on one value."""
        if self.field not in INDEXED:
            return None
        if self.match in {"eq", "uuid"} or (self.match == "uuid-or-null" and value != "null"):
            return self.field, value
        return None

    def predicate(self, value: str) -> Callable[[Mapping[str, Any]], bool]:
        """Whether an object passes; refuses a value that cannot be one."""
        field = self.field
        match self.match:
            case "eq":
                return lambda row: bool(row.get(field) == value)
            case "contains":
                folded = value.casefold()
                return lambda row: folded in (row.get(field) or "").casefold()
            case "any":
                wanted = frozenset(value.split(","))
                return lambda row: row.get(field) in wanted
            case "uuid" | "uuid-or-null":
                if self.match == "uuid-or-null" and value == "null":
                    return lambda row: row.get(field) is None
                if any(uuid_text(value, "")):
                    raise refuse(422, "10022", f"{self.parameter} must be a UUID", parameter=self.parameter)
                return lambda row: bool(row.get(field) == value)
            case "type":
                if value not in _TYPES:
                    detail = f"{self.parameter} must be one of {', '.join(_TYPES)}"
                    raise refuse(422, "10032", detail, parameter=self.parameter)
                return lambda row: bool(row.get(field) == value)
            case "after":
                earliest = self._moment(value)
                return lambda row: moment(row[field]) >= earliest
            case "before":
                latest = self._moment(value)
                return lambda row: moment(row[field]) <= latest

    def _moment(self, value: str) -> datetime:
        try:
            return moment(value)
        except ValueError:
            detail = f"{self.parameter} must be an ISO 8601 time"
            raise refuse(422, "10015", detail, parameter=self.parameter) from None


def narrowing(
    filters: Iterable[Filter], query: Mapping[str, str]
) -> tuple[list[tuple[str, str]], list[Callable[[Mapping[str, Any]], bool]]]:
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
            raise refuse(
                422, "10018", f"{parameter}={value} is not an order of this list", parameter=parameter
            )
        return sorted(rows, key=lambda row: str(row.document[sort]), reverse=value == "desc")
    return rows
