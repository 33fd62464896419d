"""The shapes of the JSON documents: what the type checker holds the builders to and the schemas are made from.

A key that is added raises the minor version, one that changes or goes raises the major.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict  # the standard one tells pydantic too little before Python 3.12

from reconciler.model.consequence import Sort
from reconciler.model.diagnostic import Severity
from reconciler.model.drift import FieldState
from reconciler.model.ledger import IntentKind
from reconciler.model.plan import Action
from reconciler.model.standing import Turn

FORMAT_VERSION: Literal["1.0"] = "1.0"


@with_config(ConfigDict(extra="forbid"))
class Closed(TypedDict):
    """Every key is there, and no other."""


class SourceShape(Closed):
    """A place in a manifest, counted from 1."""

    file: str
    line: int
    column: int


class DiagnosticShape(Closed):
    """A finding. ``code`` is stable; the texts are for people."""

    code: str
    severity: Severity
    summary: str
    detail: str
    hint: str
    address: str | None
    source: SourceShape | None


class DiffShape(Closed):
    """One field. A value that an earlier change will yield reads ``(known after apply: Kind/name)``."""

    path: str
    before: Any
    after: Any
    sensitive: bool
    forces_replace: bool
    source: SourceShape | None


class TouchedShape(Closed):
    """Things of one sort: what one of them is called, how many there are, and a few by name."""

    what: str
    count: int
    labels: list[str]


class TrafficShape(Closed):
    """Messages of the last ``days`` days. ``shared``: of the whole profile, where others send and receive too."""

    days: int
    sent: int
    received: int
    shared: bool


class ImpactShape(Closed):
    """What a change touches, when the plan was made. ``unknown`` names what could not be learnt."""

    touched: list[TouchedShape]
    opt_outs_stranded: int
    traffic: TrafficShape | None
    unknown: list[str]


class AttachedShape(Closed):
    """Something that hangs on an object: its kind, its id, and the name that people know it by."""

    kind: str
    id: str
    label: str


class ChangeShape(Closed):
    """One change. A create lists everything that it sends, a delete everything that is lost.

    ``ledger_only``: nothing is written to the account. Of an adoption that says whether it changes the object.
    ``unassigns`` is what a delete takes off its object first (``--unassign-numbers``). ``impact`` is null for a change
    that is not risky, and where nobody asked for it. ``blocked_by`` names every guard that blocks it, with a comma and
    a blank between them.
    """

    address: str
    kind: str
    name: str
    action: Action
    reason: str
    remote_id: str | None
    source: SourceShape | None
    depends_on: list[str]
    blocked_by: str | None
    moved_from: str | None
    ledger_only: bool
    diffs: list[DiffShape]
    unassigns: list[AttachedShape]
    impact: ImpactShape | None
    consequences: list[ConsequenceShape]


class EndpointShape(Closed):
    """Requests to one endpoint: ``made`` so far, and ``planned`` for the apply, reads included."""

    endpoint: str
    made: int
    planned: int


class RequestsShape(Closed):
    """What planning cost, and what the apply will.

    ``estimated_seconds`` is the least that the apply takes from its first look to its last write, at ``rate`` requests
    per second and endpoint; ``rate`` is null where nothing limits it.
    """

    reads: int
    writes: int
    estimated_seconds: float
    rate: float | None
    per_endpoint: list[EndpointShape]


class ConsequenceShape(Closed):
    """What of a change cannot be undone, or costs money."""

    sort: Sort
    text: str


class SummaryShape(Closed):
    """Counts by action, then of blocked changes and of protected objects."""

    create: int
    adopt: int
    update: int
    replace: int
    delete: int
    move: int
    record: int
    forget: int
    noop: int
    blocked: int
    protected: int


class PlanShape(Closed):
    """A plan. ``changes`` are in the order of execution."""

    format_version: Literal["1.0"]
    account: str
    fingerprint: str
    summary: SummaryShape
    changes: list[ChangeShape]
    diagnostics: list[DiagnosticShape]
    requests: RequestsShape


class DiagnosticsShape(Closed):
    """Findings, sorted by place."""

    format_version: Literal["1.0"]
    diagnostics: list[DiagnosticShape]


class AuthorShape(Closed):
    """Who the audit log says it was; ``role`` is its ``change_made_by``, ``name`` is from ``people``."""

    name: str | None
    user_id: str | None
    role: str


class WhoShape(Closed):
    """Who moved it, or ``why`` nobody can tell. ``at`` and ``event`` are the audit log's.

    ``history``: a run of this program did, which began at ``run``.
    """

    found_in: Literal["audit_log", "history", "nowhere"]
    author: AuthorShape | None
    at: str | None
    event: str | None
    run: str | None
    run_by: str | None
    commit: str | None
    why: str | None


class LineShape(Closed):
    """The commit that our line is from, or ``why`` that is not known."""

    commit: str | None
    author: str | None
    at: str | None
    summary: str | None
    why: str | None


class FieldDriftShape(Closed):
    """One field that is not the same in the ledger, the account and the manifests; null where one says nothing of it.

    ``cannot_tell``: the ledger was lost, so nothing is recorded. ``who`` moved it, and the commit of our ``line``,
    where that was asked.
    """

    path: str
    state: FieldState
    recorded: Any
    observed: Any
    desired: Any
    sensitive: bool
    source: SourceShape | None
    who: WhoShape | None
    line: LineShape | None


class DriftedShape(Closed):
    """An object of ours that changed or is gone, or that waits for an apply and is otherwise as it was left.

    ``who`` and ``line`` are told of one that is gone.
    """

    address: str
    remote_id: str | None
    state: Literal["changed", "missing", "not_applied_yet"]
    fields: list[FieldDriftShape]
    source: SourceShape | None
    who: WhoShape | None
    line: LineShape | None


class UnrecordedShape(Closed):
    """What a manifest asks for and no apply has made yet."""

    address: str
    source: SourceShape | None


class IgnoredShape(Closed):
    """Drift that a rule of ``reconciler.yaml`` (at ``rule``) sets apart.

    ``fields`` are dotted paths; ``address`` is Kind/REMOTE_ID of an object that is not managed.
    """

    address: str
    remote_id: str | None
    state: Literal["changed", "missing", "unmanaged"]
    fields: list[str]
    reason: str
    expires: str | None
    rule: SourceShape | None


class UnmanagedShape(Closed):
    """A live object that is not ours."""

    kind: str
    remote_id: str
    label: str
    counts_as_drift: bool


class UnlistedShape(Closed):
    """Parents that are not managed, below which nobody looked for objects of ``kind``: their ids."""

    kind: str
    parent_kind: str
    parents: list[str]


class UnreadableShape(Closed):
    """A kind whose objects the API does not show, and those that are ours: whether they are there, nobody can tell."""

    kind: str
    addresses: list[str]


class DriftShape(Closed):
    """A drift report. ``has_drift`` is exit code 2.

    ``found`` counts, with the unmanaged objects that say so; ``unapplied``, ``unrecorded`` and ``ignored`` do not.
    Nothing is said of unmanaged objects of the kinds in ``not_looked_at`` and below the parents in ``unlisted``,
    and nothing at all can be said of those in ``unreadable``.
    """

    format_version: Literal["1.0"]
    account: str
    has_drift: bool
    can_tell_who: bool
    found: list[DriftedShape]
    unapplied: list[DriftedShape]
    unrecorded: list[UnrecordedShape]
    ignored: list[IgnoredShape]
    unmanaged: list[UnmanagedShape]
    unmanaged_by_kind: dict[str, int]
    not_looked_at: list[str]
    unlisted: list[UnlistedShape]
    unreadable: list[UnreadableShape]
    diagnostics: list[DiagnosticShape]
    requests: RequestsShape


class HolderShape(Closed):
    """Who is writing to the account."""

    pid: int
    host: str
    user: str
    command: str
    since: str
    lock_id: str | None


class IntentShape(Closed):
    """What a run had begun and not finished."""

    address: str
    action: IntentKind
    remote_id: str | None


class EntryShape(Closed):
    """What is ours."""

    address: str
    remote_id: str


class PartShape(Closed):
    """One of several numbers, and whose turn it is there."""

    name: str
    status: str
    turn: Turn
    words: str


class StageShape(Closed):
    """One status that an object had."""

    status: str
    since: str
    reason: str


class UnderwayShape(Closed):
    """A thing that takes days. ``remote_id`` is null for one that is not there yet.

    ``turn`` says who must act next: ``you``, with the ``commands`` to type; ``telnyx``, or whoever ``waits_for`` names,
    which takes the ``usual`` time; or nobody, as it is ``done`` or ``failed``. ``reason`` is in the words of Telnyx.
    """

    address: str
    remote_id: str | None
    status: str
    turn: Turn
    words: str
    reason: str
    waits_for: str
    usual: str
    hint: str
    commands: list[str]
    parts: list[PartShape]
    history: list[StageShape]


class StatusShape(Closed):
    """Where an account stands. ``recorded`` counts what is ours by kind, ``entries`` lists it.

    ``underway`` is what takes days, be it done or not.
    """

    format_version: Literal["1.0"]
    account: str
    endpoint: str
    organization_id: str | None
    ledger: str
    holder: HolderShape | None
    last_run: dict[str, Any] | None
    intents: list[IntentShape]
    recorded: dict[str, int]
    entries: list[EntryShape]
    underway: list[UnderwayShape]
    notices: list[DiagnosticShape]
