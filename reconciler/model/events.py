"""What happens during an apply, as a stream of values. Executors emit them; renderers only consume them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reconciler.errors import ReconcilerError
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.plan import Change


@dataclass(frozen=True, slots=True)
class Observing:
    """A bulk look at the account begins; ``purpose`` is a word for people: planning, checking, settling."""

    purpose: str


@dataclass(frozen=True, slots=True)
class Settling:
    """Writes whose outcome is unknown are being looked for; ``seconds`` is how long this may still take."""

    addresses: tuple[Address, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Began:
    """A change is being carried out; ``position`` of ``total``, from 1."""

    change: Change
    position: int
    total: int


@dataclass(frozen=True, slots=True)
class Applied:
    """A change is done and recorded. ``notes`` are findings on the way: a field that the server ignored.

    ``remote_id`` is the id of the object that came of it.
    """

    change: Change
    notes: tuple[Diagnostic, ...] = ()
    remote_id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A change failed. ``written`` tells whether a part of it is live: a replace whose create failed.

    ``notes`` are findings on the way: what was done all the same.
    """

    change: Change
    error: ReconcilerError
    written: bool = False
    notes: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocked:
    """A change was not tried, because of another one that failed or was blocked."""

    change: Change
    because_of: Address


@dataclass(frozen=True, slots=True)
class Stopped:
    """A change was not begun: the run was told to stop."""

    change: Change


Outcome = Applied | Failed | Blocked | Stopped
"""How each change of a run ended: exactly one for every pending change."""

Event = Observing | Settling | Began | Outcome
Emit = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of every pending change, in the plan's order, and whether anything was written at all."""

    outcomes: tuple[Outcome, ...]
    interrupted: bool = False

    @property
    def failed(self) -> Sequence[Failed | Blocked | Stopped]:
        """What did not become true."""
        return [outcome for outcome in self.outcomes if not isinstance(outcome, Applied)]

    @property
    def written(self) -> bool:
        """Whether anything remote or in the ledger was changed."""
        return any(isinstance(o, Applied) or (isinstance(o, Failed) and o.written) for o in self.outcomes)
