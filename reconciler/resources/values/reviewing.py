"""The statuses of a toll-free verification, and what each asks of people (guide §13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from reconciler.model.standing import Standing, Turn

VERIFIED: Final = "Verified"
REJECTED: Final = "Rejected"

_CORRECT: Final = "correct the manifest and apply: the request is then reviewed again"
_USUAL: Final = "5 business days to 2 weeks"


def _step(turn: Turn, words: str, **more: Any) -> Standing:
    return Standing(what="request", status="", turn=turn, words=words, **more)


def _review(words: str, waits_for: str) -> Standing:
    hint = "nothing to do here; plan again later"
    return _step(Turn.TELNYX, words, hint=hint, code="tfv-waiting", waits_for=waits_for, usual=_USUAL)


def _correct(turn: Turn, words: str) -> Standing:
    return _step(turn, words, hint=_CORRECT, code="tfv-action-needed", commands=(("apply",),))


STEPS: Final[Mapping[str, Standing]] = {
    "In Progress": _review("it is submitted", "Telnyx"),
    "Waiting For Telnyx": _review("Telnyx reviews it", "Telnyx"),
    "Waiting For Vendor": _review("the carriers review it", "the carriers"),
    "Waiting For Customer": _correct(Turn.YOU, "the reviewers want something changed"),
    VERIFIED: _step(Turn.DONE, "its numbers can send"),
    REJECTED: _correct(Turn.FAILED, "its numbers cannot send"),
}
"""Every documented status."""

_UNDOCUMENTED: Final = _review("it is in progress", "Telnyx")


def review_standing(status: str, reason: str) -> Standing:
    """Where a request stands; ``reason`` is what the reviewers say."""
    return replace(STEPS.get(status, _UNDOCUMENTED), status=status, reason=reason)
