"""Papers: files that people hand in for an object, which the API takes and never shows again.

A manifest names them by path in ``options.documents``. What the ledger keeps of those that were handed in, a digest
that its salt protects, is all that can ever be known of them; what is in them is personal data and is shown nowhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Observed, Remote
from reconciler.model.paths import Path
from reconciler.model.session import WriteSession

if TYPE_CHECKING:
    from reconciler.model.digest import Sealed
    from reconciler.model.resource import Resource

OPTION: Final = "documents"
SECTION: Final[Path] = ("options", OPTION)
"""Where papers stand in a manifest, and in the differences of a change."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One file as it was when the manifest was read.

    ``path`` is as the manifest writes it, ``size`` in bytes, ``digest`` the SHA-256 of its content in hexadecimal, or
    its seal in a saved plan. ``read`` reads it once more, and raises ReconcilerError.
    """

    path: str
    size: int
    digest: str | Sealed = field(repr=False)
    read: Callable[[], bytes] = field(repr=False, compare=False)


class PaperState(Enum):
    """What is known of one paper of an object."""

    UNKNOWN = auto()
    """No file is named, and none is known to have been handed in."""
    HANDED_IN = auto()
    """It was handed in, and the file is the same, or named no longer."""
    DUE = auto()
    """The file is to be handed in."""
    AT_REST = auto()
    """A file is named, and the object does not wait for it."""


PaperStates = Mapping[str, PaperState]


@dataclass(frozen=True, slots=True)
class Papers:
    """Which papers the objects of a kind take; ``wanted`` and ``tell`` are pure.

    names       what the API calls them
    form        what each has to be, for people; begins with ``magic``, and has at most ``largest`` bytes
    malformed   the code of the finding about one that is not
    wanted      those that an object waits for as it is now; None: it takes none at all
    endpoint    where they are sent to, as the rate limit counts it
    send        hand in papers by name. Sent once: raises OutcomeUnknown when the answer was lost, and other ApiErrors
    tell        what people must know of an object's papers, with commands for the named account
    """

    names: tuple[str, ...]
    form: str
    magic: bytes
    largest: int
    malformed: str
    wanted: Callable[[Observed], frozenset[str] | None]
    endpoint: str
    send: Callable[[WriteSession, Remote, Mapping[str, bytes]], Awaitable[Mapping[str, Any]]]
    tell: Callable[[Resource, Observed, PaperStates, str], Sequence[Diagnostic]]


def names_paper(path: Path) -> bool:
    """Whether a difference is about a paper, and not about a field of the API."""
    return path[: len(SECTION)] == SECTION
