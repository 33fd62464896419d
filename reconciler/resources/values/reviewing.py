"""The statuses of a toll-free verification, and what each asks of people (guide §13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.model.diagnostic import Severity

VERIFIED: Final = "Verified"
REJECTED: Final = "Rejected"


@dataclass(frozen=True, slots=True)
class Step:
    """What a status means and what comes next. Information where nobody can do anything but wait."""

    meaning: str
    hint: str
    severity: Severity = Severity.INFO

    @property
    def code(self) -> str:
        """Stable, for programs: whether somebody has to act."""
        return "tfv-waiting" if self.severity is Severity.INFO else "tfv-action-needed"


_WAIT: Final = "nothing to do here; a review takes 5 business days to 2 weeks"
_CORRECT: Final = "correct the manifest and apply: the request is then reviewed again"

STEPS: Final[Mapping[str, Step]] = {
    "In Progress": Step("it is submitted", _WAIT),
    "Waiting For Telnyx": Step("Telnyx reviews it", _WAIT),
    "Waiting For Vendor": Step("the carriers review it", _WAIT),
    "Waiting For Customer": Step("the reviewers want something changed", _CORRECT, Severity.WARNING),
    REJECTED: Step("its numbers cannot send", _CORRECT, Severity.WARNING),
}


def review_next(status: str) -> Step | None:
    """The next step, or None when there is none: the numbers are verified."""
    return None if status == VERIFIED else STEPS.get(status, Step("it is in progress", _WAIT))
