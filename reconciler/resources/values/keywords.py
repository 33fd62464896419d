"""The words that an auto-response listens for: the whole message, whatever its case (guide §3)."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from reconciler.resources.values.refusal import refusal

MOST: Final = 20

# They keep working whatever is configured, so under another op they would mean two things.
OP_OF_WORD: Final = {
    **dict.fromkeys(("START", "UNSTOP"), "start"),
    **dict.fromkeys(("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"), "stop"),
    "HELP": "info",
}


def as_sent(words: list[str]) -> list[str]:
    """Upper case, each once, without the space around them; refuses none, too many and blank ones."""
    cleaned = list(dict.fromkeys(word.strip().upper() for word in words))
    if not cleaned or not all(cleaned):
        message = "a blank keyword triggers nothing" if cleaned else "without keywords nothing triggers"
        raise refusal("autoresp-no-keywords", message, hint="name at least one word")
    if len(cleaned) > MOST:
        message = "{count} keywords; the API takes {most}"
        hint = "declare a second auto-response for the others"
        raise refusal("autoresp-too-many-keywords", message, count=len(cleaned), most=MOST, hint=hint)
    return cleaned


def reserved_elsewhere(words: list[str], op: str) -> dict[str, str]:
    """The words that belong to another op, with that op."""
    return {word: OP_OF_WORD[word] for word in words if OP_OF_WORD.get(word, op) != op}


Keywords = Annotated[list[str], AfterValidator(as_sent), Field(json_schema_extra={"minItems": 1, "maxItems": MOST})]
