"""What a kind is: data, a tiny fixed set of verbs, and a few pure answers to the engine's questions.

The engine owns the loop; a kind only answers. A missing verb is a missing capability that the planner can see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pydantic import BaseModel

from reconciler.model.bulk import Bulk
from reconciler.model.consequence import Consequence
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Observed, Remote
from reconciler.model.paper import Papers
from reconciler.model.paths import Path
from reconciler.model.question import Question
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.rotation import Rotation
from reconciler.model.session import ReadSession, WriteSession
from reconciler.model.spec import Leaf, Spec, leaves_of

if TYPE_CHECKING:
    from reconciler.model.codes import OwnershipCodes
    from reconciler.model.plan import Change, Desired
    from reconciler.model.probe import Ask, Things
    from reconciler.model.standing import Arrival, Stage, Stand, Standing

Json = Mapping[str, Any]


class Verb(Enum):
    """What the API can do with a kind, beside reading it."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Adapter(Protocol):
    """How to speak to one collection. Knows paths and envelopes; knows nothing of plans, ledgers or comparison.

    Of a write-only kind, only ``create`` is ever called.

    ``parent_id`` is the id that the API wants in the URL, for kinds whose parent is there, and None for all others.
    Rows and answers are the API's objects, unwrapped. All raise ApiError.
    """

    @property
    def verbs(self) -> frozenset[Verb]:
        """The capabilities that the planner may count on."""
        ...

    @property
    def sends_whole(self) -> bool:
        """Whether an update replaces the object (PUT), so that it must be sent whole."""
        ...

    def remote_id(self, row: Json) -> str:
        """The id by which the API addresses the object. Raises KeyError for a row that has none."""
        ...

    def endpoint(self, verb: Verb | None) -> str:
        """Where the requests of a verb go (None: the read of one object), ids as ``{}``: ``PATCH /short_codes/{}``.

        It is what the rate limit counts together.
        """
        ...

    async def rows(self, session: ReadSession, parent_id: str | None) -> Sequence[Json]:
        """All objects: called once a run and kind, or once a run and parent."""
        ...

    async def read(self, session: ReadSession, remote: Remote) -> Json:
        """One object, freshly read. Raises NotFound: only this proves that an object is gone."""
        ...

    async def create(self, session: WriteSession, body: Json, parent_id: str | None) -> Json:
        """Create once. Raises OutcomeUnknown when the answer was lost; never repeats itself."""
        ...

    async def update(self, session: WriteSession, remote: Remote, body: Json) -> Json:
        """Send ``body``: the whole object where ``sends_whole``, else the fields that change."""
        ...

    async def delete(self, session: WriteSession, remote: Remote) -> None:
        """Delete. Raises NotFound when it was already gone."""
        ...


class Attached(NamedTuple):
    """Something that hangs on an object: what kind of thing, its id, and a name that a person knows."""

    what: str
    id: str
    label: str


class ReadOnly(NamedTuple):
    """Things like those of a kind, which the API shows and never changes: an export names them, and no manifest.

    ``why`` ends the sentence that names them. ``fetch`` raises ApiError.
    """

    what: str
    why: str
    fetch: Callable[[ReadSession], Awaitable[tuple[Attached, ...]]]


@dataclass(frozen=True, slots=True)
class Fact:
    """A read that is made only for the changes that need it: match → facts → guard.

    ``every`` is there where the API has but one list for all objects: what hangs on each, by id, in one read.
    ``unassigned_by`` names the manifest field with which what hangs there points here, for things that outlive this
    object and may point nowhere: who asks for that has it cleared before a delete.
    """

    name: str
    needed: Callable[[Change], bool]
    fetch: Callable[[ReadSession, Remote], Awaitable[tuple[Attached, ...]]]
    every: Callable[[ReadSession], Awaitable[Mapping[str, tuple[Attached, ...]]]] | None = None
    unassigned_by: str | None = None


Facts = Mapping[str, tuple[Attached, ...]]
"""By fact name. What this plan itself removes or moves away is already taken out."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A reason to refuse. Pure: from a change and its facts to the reason, or None.

    ``warns`` makes it a warning that blocks nothing.
    """

    name: str
    refuses: Callable[[Change, Facts], str | None]
    warns: bool = False


class Claim(NamedTuple):
    """A value that only one object may hold. ``variant`` of ``*`` collides with every variant of the same scope.

    ``scope`` begins with what people call the value (``keyword``) and ends with the value itself.
    """

    scope: tuple[str, ...]
    variant: str = "*"

    def told(self, *, secret: bool) -> str:
        """``the keyword "STOP"``; without the value where it may be a ``secret``."""
        return f"the same {self.scope[0]}" if secret else f'the {self.scope[0]} "{self.scope[-1]}"'


Values = Mapping[Path, Any]
"""Leaf by manifest path; references are ids, ``Unknown`` or, offline, as written."""


def _no_claims(_: Values) -> frozenset[Claim]:
    return frozenset()


def _names_nothing(_: Values) -> frozenset[tuple[str, str]]:
    return frozenset()


def _always_live(_: Observed) -> bool:
    return True


def _nothing_given_up(_: Observed) -> frozenset[str]:
    return frozenset()


def _all_compared(_: Observed) -> frozenset[Path]:
    return frozenset()


def _never_held(_: Resource, __: int | None, ___: Sequence[Observed]) -> Diagnostic | None:
    return None


def _touches_nothing(_: Change) -> Sequence[Ask | Things]:
    return ()


def _no_consequences(_: Change, __: Facts) -> Sequence[Consequence]:
    return ()


def _nothing_to_say(_: Resource, __: Observed) -> Sequence[Diagnostic]:
    return ()


def _nothing_overall(_: Sequence[Desired], __: Sequence[Change]) -> Sequence[Diagnostic]:
    return ()


@dataclass(frozen=True)
class ResourceKind:
    """One kind. Only ``name``, ``spec``, ``adapter`` and ``identity`` or ``shared`` are always needed.

    identity    manifest fields that together find an object which the ledger does not know (natural key)
    shared      a set-valued field: rows of one identity are told apart by the elements they have in common; with an
                empty identity, at least one element in common is what makes a match
    computed    answer fields that are read-only but wanted (statuses); any other field is dropped when decoding
    tells_apart answer fields listed beside the ids when several objects match
    counted     what hangs on an object and is counted then: read for such a finding alone
    called      fields by which people know an object, of the manifest or of the answer; empty: its identity
    read_only   what the API shows beside such objects and never changes
    terraform   what Terraform's provider calls such objects, where it knows them
    replaceable whether a change that cannot be updated may be a delete and a create
    write_only  no read shows such objects: what is known of them is what the ledger remembers. Their create is safe to
                repeat, as nobody can tell whether it was sent
    loses_identity
                deleting one loses what cannot be made again (secrets, opt-outs), so that deleting one and creating
                another in one plan is refused as a rename gone wrong
    on_remove   default for objects that we created; adopted ones default to retain
    create_hint where to make one, for a kind that the API cannot create
    options     model of the manifest's ``options`` block: inputs that are not API fields
    exclusive   values that only one object may hold: released before they are claimed elsewhere
    named       objects that the values name by natural key and not by reference, as (kind, key): the API takes this one
                only once they are as wanted, so that what a plan changes of them is done before
    live        whether an observed object counts as existing (a failed order does not)
    given_up    the elements of ``shared`` that a live object names and will never hold: others are found by them
    uncompared  leaves that, in this state of the object, belong to somebody else
    hold        why a create must wait, or what is to come by itself is waited for: (resource, recorded attempt, every
                observed object of the kind) → reason
    notices     what a human must know or do next
    statuses    every documented status, and where an object stands that has it
    standing    where an object that takes days stands, and whose turn it is
    arrival     where one stands that is declared and nobody can create, as it comes with objects of another kind
    overall     what is to be said of a plan's objects of the kind together: (every wish, every change) → findings
    course      how an object came to the status that it has: read for ``status`` alone
    codes       how the owner of a number proves that it is theirs
    risky       fields whose update touches more than the object: reviewers are told what
    rotation    the secret of an object that the API makes anew on request, and how
    consequences
                what of a change costs money or cannot be undone
    impact      what a delete, a replace or a risky update touches: what is known of it, and what is to be asked
    question    what only the API can tell of a create, before it is made
    papers      files that are handed in for an object: ``options.documents`` names them
    bulk        updates that the API carries out many at a time
    """

    name: str
    spec: type[Spec]
    adapter: Adapter
    identity: tuple[str, ...] = ()
    shared: str | None = None
    computed: frozenset[str] = frozenset()
    tells_apart: tuple[str, ...] = ()
    counted: tuple[Fact, ...] = ()
    called: tuple[str, ...] = ()
    read_only: ReadOnly | None = None
    terraform: str | None = None
    replaceable: bool = False
    write_only: bool = False
    loses_identity: bool = False
    on_remove: OnRemove = OnRemove.DELETE
    create_hint: str = ""
    options: type[BaseModel] | None = None
    exclusive: Callable[[Values], frozenset[Claim]] = _no_claims
    named: Callable[[Values], frozenset[tuple[str, str]]] = _names_nothing
    live: Callable[[Observed], bool] = _always_live
    given_up: Callable[[Observed], frozenset[str]] = _nothing_given_up
    uncompared: Callable[[Observed], frozenset[Path]] = _all_compared
    hold: Callable[[Resource, int | None, Sequence[Observed]], Diagnostic | None] = _never_held
    notices: Callable[[Resource, Observed], Sequence[Diagnostic]] = _nothing_to_say
    statuses: Mapping[str, Standing] = field(default_factory=dict)
    standing: Stand | None = None
    arrival: Arrival | None = None
    overall: Callable[[Sequence[Desired], Sequence[Change]], Sequence[Diagnostic]] = _nothing_overall
    course: Callable[[ReadSession, Remote], Coroutine[Any, Any, Sequence[Stage]]] | None = None
    codes: OwnershipCodes | None = None
    risky: frozenset[str] = frozenset()
    impact: Callable[[Change], Sequence[Ask | Things]] = _touches_nothing
    bulk: Bulk | None = None
    rotation: Rotation | None = None
    consequences: Callable[[Change, Facts], Sequence[Consequence]] = _no_consequences
    facts: tuple[Fact, ...] = ()
    guards: tuple[Guard, ...] = field(default=())
    question: Question | None = None
    papers: Papers | None = None

    @cached_property
    def leaves(self) -> Mapping[Path, Leaf]:
        """The comparable fields, by manifest path."""
        return leaves_of(self.spec)

    @cached_property
    def parent(self) -> Leaf | None:
        """The reference whose id the API wants in the URL, if there is one."""
        return next((leaf for leaf in self.leaves.values() if leaf.reference and leaf.reference.in_path), None)

    @cached_property
    def references(self) -> tuple[Leaf, ...]:
        """The fields that name other resources."""
        return tuple(leaf for leaf in self.leaves.values() if leaf.reference)

    @cached_property
    def masked(self) -> tuple[Path, ...]:
        """The fields that are personal data, whoever wrote them."""
        return tuple(leaf.path for leaf in self.leaves.values() if leaf.confidential and leaf.confidential.masked)

    @cached_property
    def local_names(self) -> tuple[Leaf, ...]:
        """The fields that ``metadata.name`` serves when they are left out."""
        return tuple(leaf for leaf in self.leaves.values() if leaf.local_name_by_default)

    @cached_property
    def liftable(self) -> frozenset[str]:
        """The guards that ``--allow`` may name."""
        asked = () if self.question is None else (self.question.guard,)
        return frozenset((*(guard.name for guard in self.guards if not guard.warns), *asked))

    @cached_property
    def kept(self) -> frozenset[str]:
        """The answer fields that survive decoding."""
        return self.computed | {leaf.field[0] for leaf in self.leaves.values()}

    def can(self, verb: Verb) -> bool:
        """Whether the API offers this verb for the kind."""
        return verb in self.adapter.verbs


Kinds = Mapping[str, ResourceKind]
"""Every known kind, by name."""
