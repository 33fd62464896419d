"""What a request body may say: fields as data, and the checks that turn a value into problems. Pure.

Codes follow guide 18.3 and 22.7: missing 10004, type 10026, pattern 10015, enum 10032, range 10033,
length 10025, URL 10003, phone number 10016. All problems of a body are gathered, each with a JSON
pointer.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from reconciler.sandbox.refusals import Problem

Check = Callable[[Any, str], Iterator[Problem]]
"""(value, pointer) -> problems; never sees null, which `Field` answers for."""


class Unset(Enum):
    """The default of a field that is left out of answers until it is set."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
MAX_URL: Final = 2000
_E164 = re.compile(r"\+[1-9]\d{1,14}")
_UUID = re.compile(r"[0-9a-fA-F-]{36}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a collection, and what create and update accept for it."""

    name: str
    check: Check
    required: bool = False
    """Must be in every create (and every PUT)."""
    required_on_update: bool = False
    """Must be in every PATCH: the short code's profile (guide 7)."""
    nullable: bool = False
    null_keeps: bool = False
    """`null` means "leave alone" (guide 5), not "clear"."""
    empty_clears: bool = False
    """`""` stores null: how a number is unassigned (guide 5)."""
    create: bool = True
    update: bool = True
    default: Any = UNSET
    reference: str | None = None
    """Collection that must hold the value, else 422 10017."""


def wrong_type(pointer: str, expected: str) -> Problem:
    """The value has another JSON type."""
    return Problem("10026", f"must be {expected}", pointer)


def text(*, minimum: int = 0, maximum: int | None = None, pattern: str | None = None, code: str = "10015") -> Check:
    """A string, with lengths (10025) and a full-match pattern (`code`)."""
    compiled = re.compile(pattern) if pattern else None

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield wrong_type(pointer, "a string")
        elif len(value) < minimum or (maximum is not None and len(value) > maximum):
            yield Problem("10025", f"must have {minimum} to {maximum or 'any number of'} characters", pointer)
        elif compiled and not compiled.fullmatch(value):
            yield Problem(code, f"must match {pattern}", pointer)

    return check


def choice(*allowed: str) -> Check:
    """One of a closed set of strings."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield wrong_type(pointer, "a string")
        elif value not in allowed:
            yield Problem("10032", f"must be one of {', '.join(allowed)}", pointer)

    return check


def boolean(value: Any, pointer: str) -> Iterator[Problem]:
    """True or false; 0 and 1 are numbers."""
    if not isinstance(value, bool):
        yield wrong_type(pointer, "a boolean")


def weight(value: Any, pointer: str) -> Iterator[Problem]:
    """A number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield wrong_type(pointer, "a number")
    elif value < 0:
        yield Problem("10033", "must not be negative", pointer)


def url(value: Any, pointer: str) -> Iterator[Problem]:
    """An http or https URL of at most 2000 characters; the empty string means unset (guide 2)."""
    if not isinstance(value, str):
        yield wrong_type(pointer, "a string")
        return
    if value == "":
        return
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        sound = False
    if not sound or len(value) > MAX_URL:
        yield Problem("10003", f"must be an http or https URL of at most {MAX_URL} characters", pointer)


def uuid_text(value: Any, pointer: str) -> Iterator[Problem]:
    """36 characters of hex and dashes; version nibbles are free (guide 18.7)."""
    if not isinstance(value, str):
        yield wrong_type(pointer, "a string")
    elif not _UUID.fullmatch(value):
        yield Problem("10022", "must be a UUID", pointer)


def is_e164(value: str) -> bool:
    """Whether this is `+` and 2 to 15 digits (guide 19.4)."""
    return _E164.fullmatch(value) is not None


def e164(value: Any, pointer: str) -> Iterator[Problem]:
    """A phone number in E.164."""
    if not isinstance(value, str):
        yield wrong_type(pointer, "a string")
    elif not is_e164(value):
        yield Problem("10016", "must be in +E.164 format", pointer)


def array(item: Check, *, minimum: int = 0, maximum: int | None = None) -> Check:
    """A list whose items pass `item`, with lengths (10033)."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield wrong_type(pointer, "an array")
            return
        if len(value) < minimum or (maximum is not None and len(value) > maximum):
            yield Problem("10033", f"must have {minimum} to {maximum or 'any number of'} items", pointer)
        for index, entry in enumerate(value):
            yield from item(entry, f"{pointer}/{index}")

    return check


def record(fields: Sequence[Field]) -> Check:
    """An object with fields of its own."""

    def check(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield wrong_type(pointer, "an object")
        else:
            yield from problems_of(fields, value, "create", pointer)

    return check


Verb = Literal["create", "update"]


def problems_of(fields: Sequence[Field], body: Mapping[str, Any], verb: Verb, pointer: str = "") -> Iterator[Problem]:
    """Everything wrong with `body`, field by field."""
    for field in fields:
        if not (field.create if verb == "create" else field.update):
            continue
        at = f"{pointer}/{field.name}"
        if field.name not in body:
            if field.required if verb == "create" else field.required_on_update:
                yield Problem("10004", f"{field.name} is required", at)
        elif (value := body[field.name]) is None:
            if not (field.nullable or field.null_keeps):
                yield wrong_type(at, "set: null is not allowed here")
        elif not (field.empty_clears and value == ""):
            yield from field.check(value, at)


def values_of(fields: Sequence[Field], body: Mapping[str, Any], verb: Verb) -> dict[str, Any]:
    """What a valid body sets; on create, defaults fill the rest."""
    values: dict[str, Any] = {}
    for field in fields:
        writable = field.create if verb == "create" else field.update
        if writable and field.name in body:
            value = body[field.name]
            if value is None and field.null_keeps:
                continue
            values[field.name] = None if field.empty_clears and value == "" else value
        elif verb == "create" and field.default is not UNSET:
            values[field.name] = field.default
    return values
