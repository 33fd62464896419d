"""What a rehearsal found out: how the plan ended on a copy of the account, and what a crash would leave. Pure data."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.errors import ReconcilerError
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.events import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run sent, and how long it took: in simulated seconds, at the account's pace, answers taking no time."""

    reads: int = 0
    writes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NextApply:
    """The next apply, rehearsed as well. ``converges``: it ended well, and the plan after it was empty.

    ``reasons`` say why it did not.
    """

    converges: bool
    cost: Cost
    reasons: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """What would stand if the run were killed at its worst moment.

    That is the moment, once anything was written, at which most objects of a replace are deleted and not yet made
    again; among those the one at which most new objects are known by their intents alone; among those the one with
    most left undone; among those the earliest. Looked for after each write, before its result is written down, and
    after each line of the journal.

    ``after_writes`` of ``writes`` were carried out by then. Every pending change stands in exactly one of the lists:
    ``missing`` (its old object is gone and its new one is not there), ``unrecorded`` (it is carried out, and the
    ledger does not know), ``done`` and ``not_done``.
    """

    after_writes: int
    writes: int
    missing: tuple[Address, ...]
    unrecorded: tuple[Address, ...]
    done: tuple[Address, ...]
    not_done: tuple[Address, ...]
    next_apply: NextApply


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How a rehearsal went. ``faults`` names the fault profile, if any; ``rate`` is requests per second and endpoint.

    ``report`` is None where the run ended before its first write: nothing to do, refused, or ``error``.
    ``crash`` is that of a run without faults, None where nothing would be written; ``next_apply`` is what follows
    a run that did not finish.
    """

    account: str
    fingerprint: str
    faults: str | None = None
    rate: float = 0.0
    cost: Cost = Cost()
    report: Report | None = None
    error: ReconcilerError | None = None
    crash: Crash | None = None
    next_apply: NextApply | None = None
