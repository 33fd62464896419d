"""The shapes of what an apply says: one event per line while it runs, and one document at its end."""

from __future__ import annotations

from typing import Literal, NotRequired, Union

from reconciler.model.plan import Action
from reconciler.render.shapes import Closed, DiagnosticShape


class ErrorShape(Closed):
    """Why a change failed. ``request`` is ``METHOD /path``; ``request_id`` is for Telnyx's support."""

    code: str
    summary: str
    hint: str
    request: str | None
    status: int | None
    request_id: str | None


OutcomeWord = Literal["applied", "failed", "blocked", "stopped"]


class OutcomeShape(Closed):
    """How one change ended. ``written``: something of it is live, even if it failed.

    ``remote_id`` is the object's: the new one of what was created or replaced.
    """

    address: str
    remote_id: str | None
    action: Action
    outcome: OutcomeWord
    written: bool
    because_of: str | None
    error: ErrorShape | None
    notes: list[DiagnosticShape]


class ResultSummaryShape(Closed):
    """Counts by outcome."""

    applied: int
    failed: int
    blocked: int
    stopped: int


class ApplyShape(Closed):
    """How an apply ended. ``next_command`` continues it; ``diagnostics`` say why it did not begin."""

    format_version: Literal["1.0"]
    account: str
    complete: bool
    interrupted: bool
    summary: ResultSummaryShape
    outcomes: list[OutcomeShape]
    next_command: str | None
    diagnostics: list[DiagnosticShape]


class CostShape(Closed):
    """What a rehearsed run sent, and the simulated seconds that it took."""

    reads: int
    writes: int
    seconds: float


class NextApplyShape(Closed):
    """The next apply, rehearsed as well. ``converges``: it ended well, and the plan after it was empty."""

    converges: bool
    cost: CostShape
    reasons: list[DiagnosticShape]


class CrashShape(Closed):
    """What would stand if the run were killed at its worst moment. Every change is in exactly one of the lists."""

    after_writes: int
    writes: int
    missing: list[str]
    unrecorded: list[str]
    done: list[str]
    not_done: list[str]
    next_apply: NextApplyShape


class RehearsalShape(Closed):
    """How a rehearsal went, on a copy of the account; ``result`` is what the apply itself would have told.

    ``faults`` names the fault profile, ``rate`` is requests per second and endpoint. ``crash`` is that of a run
    without faults; ``next_apply`` follows a run that did not finish.
    """

    format_version: Literal["1.0"]
    written_to_account: Literal[False]
    account: str
    fingerprint: str
    faults: str | None
    rate: float
    cost: CostShape
    result: ApplyShape
    crash: CrashShape | None
    next_apply: NextApplyShape | None


class _OfARun(Closed):
    """``account`` is there where a run has several."""

    account: NotRequired[str]


class ObservingShape(_OfARun):
    """The account is being read."""

    format_version: Literal["1.0"]
    event: Literal["observing"]
    purpose: str


class SettlingShape(_OfARun):
    """Writes whose outcome is unknown are being looked for."""

    format_version: Literal["1.0"]
    event: Literal["settling"]
    addresses: list[str]
    seconds: float


class BeganShape(_OfARun):
    """A change is being carried out."""

    format_version: Literal["1.0"]
    event: Literal["began"]
    address: str
    action: Action
    position: int
    total: int


class EndedShape(_OfARun):
    """A change came to its end."""

    format_version: Literal["1.0"]
    event: Literal["ended"]
    outcome: OutcomeShape


EventShape = Union[ObservingShape, SettlingShape, BeganShape, EndedShape]  # noqa: UP007 - pydantic names it better
