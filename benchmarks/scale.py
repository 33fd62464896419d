"""How thoroughly to measure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Sizes in resources, and runs of which the median counts."""

    rounds: int = 5
    size: int = 10_000
    growth: tuple[int, int, int] = (1_000, 10_000, 50_000)
    growth_rounds: int = 1
    children: int = 100
    """Profiles with auto-responses, for the paced runs."""


FULL = Scale()
QUICK = Scale(rounds=1, size=1_000, growth=(250, 1_000, 4_000), growth_rounds=1, children=20)
