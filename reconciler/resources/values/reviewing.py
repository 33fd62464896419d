"""The statuses of a toll-free verification, and what each asks of people (guide §13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from reconciler.model.standing import WAIT, Standing, Turn

VERIFIED: Final = "Verified"
REJECTED: Final = "Rejected"

_request = partial(Standing, what="request")
_review = partial(
    _request, turn=Turn.TELNYX, hint=WAIT, code="tfv-waiting", waits_for="Telnyx", usual="5 business days to 2 weeks"
)
_correct = partial(
    _request,
    hint="correct the manifest and apply: the request is then reviewed again",
    code="tfv-action-needed",
    commands=(("apply",),),
)

STEPS: Final[Mapping[str, Standing]] = {
    "In Progress": _review(words="it is submitted"),
    "Waiting For Telnyx": _review(words="Telnyx reviews it"),
    "Waiting For Vendor": _review(words="the carriers review it", waits_for="the carriers"),
    "Waiting For Customer": _correct(turn=Turn.YOU, words="the reviewers want something changed"),
    VERIFIED: _request(turn=Turn.DONE, words="its numbers can send"),
    REJECTED: _correct(turn=Turn.FAILED, words="its numbers cannot send"),
}
"""Every documented status."""

_UNDOCUMENTED: Final = _review(words="it is in progress")


def review_standing(status: str, reason: str) -> Standing:
    """Where a request stands; ``reason`` is what the reviewers say."""
    return replace(STEPS.get(status, _UNDOCUMENTED), status=status, reason=reason)
