"""How a value is refused: a stable code, a sentence that quotes the value, and what to write instead.

The manifest loader turns the type into the diagnostic's code and ``ctx["hint"]`` into its hint.
"""

from __future__ import annotations

from typing import Any, LiteralString

from pydantic_core import PydanticCustomError


def refusal(code: LiteralString, message: LiteralString, *, hint: str = "", **values: Any) -> PydanticCustomError:
    """The error to raise; ``message`` is a template over ``values``."""
    return PydanticCustomError(code, message, {**values, "hint": hint})
