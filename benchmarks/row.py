"""One line of the table: what was measured, against what, and whether that is good enough."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measure. ``ratio`` None means that there is only something to tell; ``goal`` None, that it is free."""

    what: str
    baseline: str
    ratio: float | None = None
    goal: float | None = None
    exact: bool = False
    """Whether the goal must be equalled, as with requests, and not only kept."""
    absolute: str = ""
    """Medians, for information."""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached, or None without one."""
        if self.goal is None or self.ratio is None:
            return None
        return self.ratio == self.goal if self.exact else self.ratio <= self.goal

    def cells(self) -> tuple[str, ...]:
        """The row as text, in the order of ``HEADINGS``."""
        sign = "=" if self.exact else "≤"
        return (
            self.what,
            self.baseline,
            "" if self.ratio is None else f"{self.ratio:.2f} ×",
            "" if self.goal is None else f"{sign} {self.goal:.2f}",
            {True: "yes", False: "NO", None: ""}[self.met],
            self.absolute,
        )


HEADINGS = ("what", "against", "ratio", "goal", "met", "medians")
