"""When are two values of one field the same? Both sides of every comparison pass the same function.

Each function maps a value to a canonical, JSON-shaped one; equal canonical values mean equal fields. They are total:
a value of an unexpected type, which the API may answer any day, comes back unchanged and simply compares unequal.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

Normalise = Callable[[Any], Any]


def blank_as_null(value: Any) -> Any:
    """``""`` and ``null`` alike: unset webhook URLs come back as either (guide §2, update semantics)."""
    return None if value == "" else value


def as_set(value: Any) -> Any:
    """A list whose order and repetitions mean nothing: destinations, numbers (guide §2, §10)."""
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        return value
    return sorted(set(value))


def as_word_set(value: Any) -> Any:
    """As ``as_set``, ignoring case: keywords match case-insensitively (guide §3)."""
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        return value
    return sorted({item.upper() for item in value})


def as_decimal(value: Any) -> Any:
    """Amounts by value: ``"10"`` is ``"10.00"`` (guide §2, ``daily_spend_limit``)."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return value
    try:
        number = Decimal(str(value)).normalize()
    except InvalidOperation:
        return value
    return f"{number:f}" if number.is_finite() else value
