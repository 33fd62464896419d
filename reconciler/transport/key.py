"""The API key, wrapped so that no repr, message or log shows it. Must never be unwrapped outside ``wire``."""

from __future__ import annotations

from reconciler.errors import UsageError

_MASK = "(secret)"


class ApiKey:
    """A bearer key and the name of the variable it came from (messages name the variable, never the key)."""

    __slots__ = ("_value", "variable")

    def __init__(self, value: str, *, variable: str) -> None:
        """Refuse what cannot stand in a header.

        Raises UsageError for an empty key, spaces, control characters (a trailing newline is the usual one)
        and anything outside ASCII. Checked here and not by httpx, whose message would quote the header.
        """
        if not value:
            raise UsageError(f"{variable} is empty", hint=f"set {variable} to an API key of the account")
        if not all("!" <= character <= "~" for character in value):
            raise UsageError(
                f"the key in {variable} contains a space, a line end or another character no key has",
                hint=f"copy the key again; check {variable} for a trailing newline or quotation marks",
            )
        self._value = value
        self.variable = variable

    def __repr__(self) -> str:
        """Name the variable only."""
        return f"ApiKey({_MASK}, variable={self.variable!r})"

    def authorization(self) -> str:
        """Answer the value of the Authorization header (guide §18.1). Only ``wire`` may call this."""
        return f"Bearer {self._value}"

    def mask(self, text: str) -> str:
        """Answer ``text`` without the key: servers have been seen to echo what they were sent."""
        return text.replace(self._value, _MASK)
