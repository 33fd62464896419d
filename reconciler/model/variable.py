"""A value that ``reconciler.yaml`` gives a name, as one account has it."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.source import Source

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable. ``value`` None: it has no default, and this account sets none.

    ``source`` is where the value stands; without one, where the variable is declared. The value is no secret.
    """

    name: str
    value: Scalar | None
    source: Source

    def spelled(self) -> str:
        """The value inside a longer text, as YAML writes it."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)

    def __str__(self) -> str:
        return f'"{self.name}" at {self.source}'
