"""Where a thing that takes days stands, and whose turn it is. Pure data, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.errors import ReconcilerError
from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.digest import sealed
from reconciler.model.observed import Observed
from reconciler.model.paths import Path, undotted
from reconciler.model.source import Source

if TYPE_CHECKING:
    from reconciler.model.kind import ResourceKind
    from reconciler.model.ledger import Entry
    from reconciler.model.resource import Resource

ADDRESS: Final = "ADDRESS"
"""In the words of a command: where the address of the thing stands."""

WAIT: Final = "nothing to do here; plan again later"
"""The hint of what only waits."""


class Turn(StrEnum):
    """Who must act next: you, Telnyx (or somebody behind it), or nobody, as it is done or failed."""

    YOU = "you"
    TELNYX = "telnyx"
    DONE = "done"
    FAILED = "failed"


class Part(NamedTuple):
    """One number of several that share a fate, and may not: its name, its own status, and whose turn it is."""

    name: str
    status: str
    turn: Turn
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a thing stands.

    what       what people call it: order, request
    status     as the API writes it
    code       for findings; what is done has none, as there is nothing to find
    words      what the status means
    reason     what Telnyx says about it, in its own words
    hint       what to do, or that there is nothing to do
    commands   the words that follow ``reconciler``, in the order in which they are to be typed
    waits_for  who is waited for, and ``usual``, for how long as a rule, where that is documented
    """

    what: str
    status: str = ""
    turn: Turn
    words: str
    code: str = ""
    reason: str = ""
    hint: str = ""
    commands: tuple[tuple[str, ...], ...] = ()
    waits_for: str = ""
    usual: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def turns(self) -> frozenset[Turn]:
        """Whose turn it is, of the whole and of its parts."""
        return frozenset({self.turn, *(part.turn for part in self.parts)})

    @property
    def meaning(self) -> str:
        """The words, with the time that it takes as a rule."""
        return f"{self.words}, {self.usual}" if self.usual else self.words

    def typed(self, address: Address, account: str) -> tuple[str, ...]:
        """The exact commands."""
        where = account_option(account)
        return tuple(
            f"reconciler {' '.join(str(address) if word is ADDRESS else word for word in words)}{where}"
            for words in self.commands
        )


GONE: Final = Standing(
    what="object",
    status="gone",
    turn=Turn.FAILED,
    words="it is not in the account any more",
    hint="see what a plan makes of that",
    commands=(("plan",),),
)
"""Of any kind: proven by a 404."""

ARRIVED: Final = Standing(
    what="object",
    status="arrived",
    turn=Turn.YOU,
    words="it is there now, and not configured yet",
    hint="apply what its manifest says",
    commands=(("apply",),),
)
"""What was to come, and is to be recorded and set."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an object, and is not in the API's answers.

    ``secrets`` are the leaves whose values stay out of sight, ``proven`` the numbers that were verified from here,
    ``papers`` the names of those that were handed in from here.
    """

    secrets: Collection[Path] = ()
    proven: Collection[str] = ()
    papers: Collection[str] = ()
    salt: str = field(default="", repr=False)

    def kept(self, path: Path, number: str) -> str:
        """A number of the leaf ``path`` as ``proven`` has it."""
        return sealed(number, self.salt) if path in self.secrets else number


def known_of(entry: Entry | None, resource: Resource | None, salt: str) -> Known:
    """From the ledger and the manifest, as far as there are any."""
    stated = resource.secrets if resource is not None else frozenset()
    if entry is None:
        return Known(stated, salt=salt)
    return Known(stated.union(map(undotted, entry.secrets)), entry.proven, entry.papers.keys(), salt)


Stand = Callable[[Observed, Known], Standing]
"""Pure: from a live object, and what else is known of it, to where it stands."""


class Arrival(NamedTuple):
    """How the objects of a kind come that nobody can create: with those of the kind ``source``.

    ``standing`` says where one that is declared and not there yet stands, from the source's live objects.
    """

    source: str
    standing: Callable[[Resource, Sequence[Observed]], Standing]


class Stage(NamedTuple):
    """One status that an object had: since when, as the API writes it, and why, where that is told."""

    status: str
    since: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """One thing of ours that takes days: where it stands, the exact ``commands`` for it, and how it came there.

    ``remote_id`` is None for one that is not there yet.
    """

    address: Address
    remote_id: str | None
    standing: Standing
    commands: tuple[str, ...] = ()
    history: tuple[Stage, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether there is anything to wait for: something will change without us."""
        return Turn.TELNYX in self.standing.turns and self.standing.turn is not Turn.YOU

    @property
    def done(self) -> bool:
        """Whether all of it is as it was wanted."""
        return self.standing.turns == {Turn.DONE}


class Awaiting(NamedTuple):
    """A wait begins, for these."""

    things: Sequence[Underway]


class Moved(NamedTuple):
    """What a look found changed: where it stood, and where it stands."""

    before: Standing
    now: Underway


class Missed(NamedTuple):
    """A look that failed; the next is in so many ``seconds``."""

    error: ReconcilerError
    seconds: float


Heard = Awaiting | Moved | Missed
"""What is told while something is waited for: nothing, as long as nothing changes."""


def finding_of(
    standing: Standing, address: Address, *, remote_id: str, account: str, source: Source | None
) -> Diagnostic | None:
    """What a plan says of it; nothing of what is done."""
    if standing.turn is Turn.DONE:
        return None
    return Diagnostic(
        code=standing.code,
        severity=Severity.INFO if standing.turn is Turn.TELNYX else Severity.WARNING,
        summary=f"{standing.what} {remote_id} is {standing.status}: {standing.meaning}",
        detail=f"the reviewers say: {standing.reason}" if standing.reason else "",
        hint="\n".join((standing.hint, *standing.typed(address, account))),
        address=address,
        source=source,
    )


def notices_of(
    kind: ResourceKind, resource: Resource, observed: Observed, known: Known, account: str
) -> Sequence[Diagnostic]:
    """Everything that a human must know of an object, or do next."""
    found = list(kind.notices(resource, observed))
    if kind.standing is not None:
        standing = kind.standing(observed, known)
        said = finding_of(
            standing, resource.address, remote_id=observed.remote.id, account=account, source=resource.source
        )
        found[:0] = [said] if said else []
    return found
