"""Names that stand where a number would, as the sender of a message (guide §4)."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from reconciler.resources.values.refusal import refusal

_CHARACTERS: Final = r"^[A-Za-z0-9 ]{1,11}$"
_WITH_A_LETTER: Final = r"^(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9 ]{0,9}[A-Za-z0-9])?$"


def legacy_sender(value: str) -> str:
    """The profile's own field: the characters are checked, and nothing else is documented (guide §2)."""
    if re.fullmatch(_CHARACTERS, value) is None:
        message = '"{value}" is not a sender'
        raise refusal("alpha-format", message, value=value, hint="1 to 11 letters, digits and spaces")
    return value


def sender(value: str) -> str:
    """A sender that carriers accept."""
    if re.fullmatch(_WITH_A_LETTER, value) is None:
        message = '"{value}" is not a sender'
        hint = "1 to 11 letters, digits and spaces, at least one letter, no space at either end"
        raise refusal("alpha-format", message, value=value, hint=hint)
    return value


LegacySender = Annotated[str, AfterValidator(legacy_sender), Field(json_schema_extra={"pattern": _CHARACTERS})]
Sender = Annotated[str, AfterValidator(sender), Field(json_schema_extra={"pattern": _WITH_A_LETTER})]
