"""Finding, in one pass, the moment of a run at which being killed would leave most harm behind.

A run is watched from both of its ends: what the account has carried out, and what the journal has taken down. The
harm after each step is three numbers, the first that differs decides (``model.rehearsal.Crash`` tells them); what
stood at the worst of all is kept, and nothing else, so that a long run costs no more memory than a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Generic, NamedTuple, TypeVar

from reconciler.api import Sent
from reconciler.api.endpoints import SIDE_EFFECT_FREE, endpoint_of
from reconciler.model.address import Address
from reconciler.model.ledger import HalfReplaced, Line, Recorded, Removed
from reconciler.model.plan import Create, Plan, Replace

T = TypeVar("T")
_SUCCESS = range(200, 300)


class Harm(NamedTuple):
    """How bad a moment is."""

    missing: int
    unrecorded: int
    undone: int


class Watch(Generic[T]):
    """Told every attempt and every line of one run without faults; ``standing`` is asked what stands at a new worst.

    ``creating`` are the endpoints that make objects; by no other write is anything left that nobody noted.
    """

    def __init__(self, plan: Plan, standing: Callable[[], T], *, creating: Collection[str]) -> None:
        self._standing = standing
        self._creating = creating
        self._pending = len(plan.pending)
        self._making = {change.address for change in plan.pending if isinstance(change, Create | Replace)}
        self._replaced = {
            change.moved_from or change.address: change.address
            for change in plan.pending
            if isinstance(change, Replace)
        }
        self._missing: set[Address] = set()
        self._done: set[Address] = set()
        self._unrecorded = 0
        self._worst: Harm | None = None
        self.writes = 0
        """Carried out so far."""
        self.worst: tuple[int, T] | None = None
        """The writes that were carried out at the worst moment, and what stood then; None before the first write."""

    def sent(self, sent: Sent) -> None:
        """An attempt ended; its answer has not reached the run yet."""
        if sent.method == "GET" or sent.path in SIDE_EFFECT_FREE or sent.status not in _SUCCESS:
            return
        self.writes += 1
        self._unrecorded += endpoint_of(sent.method, sent.path) in self._creating
        self._judge()

    def noted(self, line: Line) -> None:
        """A line is in the journal."""
        match line:
            case Recorded(entry=entry):
                self._unrecorded -= entry.address in self._making - self._done
                self._done.add(entry.address)
                self._missing.discard(entry.address)
            case Removed(address=address):
                self._done.add(address)
            case HalfReplaced(address=address) if address in self._replaced:
                self._missing.add(self._replaced[address])
            case _:
                return
        self._judge()

    def _judge(self) -> None:
        # Which change a create that is not noted yet belongs to is not known: it counts against what is missing, so
        # that nothing is called missing that may be there. The step that notes it is judged as well.
        missing = max(0, len(self._missing) - self._unrecorded)
        harm = Harm(missing, self._unrecorded, self._pending - len(self._done))
        if self.writes and (self._worst is None or harm > self._worst):
            self._worst = harm
            self.worst = self.writes, self._standing()
