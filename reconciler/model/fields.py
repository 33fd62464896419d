"""Taking a JSON object apart without trusting it: every key is asked for by type, and none may be left.

What does not fit raises ``Unreadable`` with the place inside the document; the caller knows which file that
was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from reconciler.model.address import Address

T = TypeVar("T")

# What a terminal, an editor or a line reader would act upon instead of showing; also what UTF-8 cannot hold.
_INVISIBLE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class Unreadable(Exception):
    """A document that is not what it should be; the text names the place inside it."""


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def parsed(text: str | bytes) -> Any:
    """The JSON value in ``text``. Raises ValueError for anything else, NaN and absurd nesting included."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def spelled(value: Any, *, indent: int | None = None) -> bytes:
    """One JSON spelling, for people too: letters as they are, what is invisible or unencodable escaped."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, indent=indent, separators=separators, ensure_ascii=False, allow_nan=False)
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


class Fields:
    """One JSON object and where it stands. Each ``take`` removes a key; ``done`` refuses what nobody took."""

    def __init__(self, value: Any, place: str) -> None:
        """Raise Unreadable unless ``value`` is a JSON object."""
        if not isinstance(value, dict):
            raise Unreadable(f"{place} is not an object")
        self._left: dict[str, Any] = dict(value)
        self._place = place

    def _take(self, name: str, types: tuple[type, ...], wanted: str) -> Any:
        if name not in self._left:
            raise Unreadable(f'{self._place} has no "{name}"')
        value = self._left.pop(name)
        # A JSON true is a Python int; only a field that wants a boolean may be one.
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types and object not in types):
            raise Unreadable(f'"{name}" of {self._place} is not {wanted}')
        return value

    def text(self, name: str) -> str:
        """A string."""
        return str(self._take(name, (str,), "a string"))

    def text_or_none(self, name: str) -> str | None:
        """A string or null."""
        value = self._take(name, (str, type(None)), "a string or null")
        return None if value is None else str(value)

    def count(self, name: str) -> int:
        """A whole number, not negative."""
        value = int(self._take(name, (int,), "a whole number"))
        if value < 0:
            raise Unreadable(f'"{name}" of {self._place} is negative')
        return value

    def amount(self, name: str) -> float:
        """A number, not negative."""
        value = float(self._take(name, (int, float), "a number"))
        if value < 0:
            raise Unreadable(f'"{name}" of {self._place} is negative')
        return value

    def amount_or_none(self, name: str) -> float | None:
        """As ``amount``, or null."""
        return self.amount(name) if self._left.get(name) is not None else self._take(name, (type(None),), "a number")

    def anything(self, name: str) -> Any:
        """A value of any type, null included."""
        return self._take(name, (object,), "a value")

    def flag(self, name: str) -> bool:
        """True or false."""
        return bool(self._take(name, (bool,), "true or false"))

    def mapping(self, name: str) -> Mapping[str, Any]:
        """An object whose values are anything."""
        value: dict[str, Any] = self._take(name, (dict,), "an object")
        return value

    def mapping_or_none(self, name: str) -> Mapping[str, Any] | None:
        """As ``mapping``, or null."""
        value: dict[str, Any] | None = self._take(name, (dict, type(None)), "an object or null")
        return value

    def items(self, name: str) -> Sequence[Any]:
        """A list of anything."""
        value: list[Any] = self._take(name, (list,), "a list")
        return value

    def items_or_none(self, name: str) -> Sequence[Any] | None:
        """As ``items``, or null."""
        value: list[Any] | None = self._take(name, (list, type(None)), "a list or null")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings."""
        values = self.items(name)
        if not all(isinstance(value, str) for value in values):
            raise Unreadable(f'"{name}" of {self._place} is not a list of strings')
        return tuple(values)

    def address(self, name: str) -> Address:
        """``Kind/name``."""
        return _as(Address.parse, self.text(name), f'"{name}" of {self._place}')

    def address_or_none(self, name: str) -> Address | None:
        """``Kind/name`` or null."""
        text = self.text_or_none(name)
        return None if text is None else _as(Address.parse, text, f'"{name}" of {self._place}')

    def addresses(self, name: str) -> tuple[Address, ...]:
        """A list of ``Kind/name``."""
        return tuple(_as(Address.parse, text, f'"{name}" of {self._place}') for text in self.texts(name))

    def one_of(self, name: str, choice: Callable[[str], T]) -> T:
        """A word of a closed list."""
        return _as(choice, self.text(name), f'"{name}" of {self._place}')

    def inner(self, name: str) -> Fields:
        """An object with keys of its own."""
        return Fields(self.mapping(name), f'"{name}" of {self._place}')

    def inner_or_none(self, name: str) -> Fields | None:
        """As ``inner``, or null."""
        value = self.mapping_or_none(name)
        return None if value is None else Fields(value, f'"{name}" of {self._place}')

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that nobody took, where they are data themselves."""
        return tuple(self._left)

    def __contains__(self, name: str) -> bool:
        """Whether there is such a key that nobody took."""
        return name in self._left

    def done(self) -> None:
        """Refuse keys that this version does not know: to drop them would lose what a newer one wrote."""
        if self._left:
            unknown = ", ".join(f'"{name}"' for name in sorted(self._left))
            raise Unreadable(f"{self._place} has keys that this version does not know: {unknown}")


def _as(convert: Callable[[str], T], text: str, place: str) -> T:
    try:
        return convert(text)
    except ValueError as error:
        raise Unreadable(f"{place}: {error}") from None
