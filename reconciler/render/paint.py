"""Colour for terminals, or none. Only our own words and signs are painted, never what others wrote."""

from __future__ import annotations

from enum import Enum

from reconciler.model.diagnostic import Severity
from reconciler.model.plan import Action


class Hue(Enum):
    """SGR parameters: colours of the terminal's own palette, so that they fit its background."""

    GREEN = "32"
    YELLOW = "33"
    RED = "31"
    CYAN = "36"
    BOLD = "1"
    DIM = "2"


ACTION_HUES = {
    Action.CREATE: Hue.GREEN,
    Action.ADOPT: Hue.CYAN,
    Action.UPDATE: Hue.YELLOW,
    Action.REPLACE: Hue.RED,
    Action.DELETE: Hue.RED,
    Action.MOVE: Hue.CYAN,
    Action.RECORD: Hue.DIM,
    Action.FORGET: Hue.DIM,
    Action.NOOP: Hue.DIM,
    Action.PROTECTED: Hue.YELLOW,
}

SEVERITY_HUES = {Severity.ERROR: Hue.RED, Severity.WARNING: Hue.YELLOW, Severity.INFO: Hue.CYAN}


def painted(text: str, hue: Hue, *, color: bool) -> str:
    """``text``, in colour where that is wanted."""
    return f"\x1b[{hue.value}m{text}\x1b[0m" if color and text else text
