"""Amounts of money, which the API writes as strings of digits (guide §2)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from reconciler.resources.values.refusal import refusal

_PATTERN: Final = r"^[0-9]+(?:\.[0-9]+)?$"
_CODE: Final = "spend-limit-format"


def _quoted(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        message = "the amount is a string, not the number {value}"
        raise refusal(_CODE, message, value=value, hint=f'write "{value}", in quotes')
    return value


def _digits(value: str) -> str:
    if re.fullmatch(_PATTERN, value, re.ASCII) is None:
        raise refusal(_CODE, '"{value}" is not an amount', value=value, hint='write digits only, such as "25.00"')
    return value


DollarAmount = Annotated[
    str, AfterValidator(_digits), BeforeValidator(_quoted), Field(json_schema_extra={"pattern": _PATTERN})
]
