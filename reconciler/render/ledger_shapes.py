"""The shapes of what ``adopt``, ``history``, ``ledger`` and ``rotate-secret`` say."""

from __future__ import annotations

from typing import Any, Literal

from reconciler.model.history import Ending, Result
from reconciler.model.ledger import IntentKind, Origin
from reconciler.model.plan import Action
from reconciler.model.resource import OnRemove
from reconciler.model.rotation import RotationEnd
from reconciler.render.drift_shapes import AuthorShape
from reconciler.render.shapes import Closed, DiagnosticShape


class RotationShape(Closed):
    """What came of ``rotate-secret``; the secret itself is in ``file`` alone.

    ``outcome``: ``finished`` is what an earlier run had begun; of ``unwritten`` and ``unknown`` the same command takes
    care when it is given again.
    """

    format_version: Literal["1.0"]
    account: str
    address: str | None
    remote_id: str | None
    outcome: RotationEnd
    file: str | None
    diagnostics: list[DiagnosticShape]


class ActorShape(Closed):
    """Who ran it: a login of a CI system and the address of its run, else user@host."""

    name: str
    system: str | None
    run: str | None


class LiftShape(Closed):
    """A guard that was lifted, and by what."""

    guard: str
    by: str


class PastFieldShape(Closed):
    """One field. A value that the run was to make itself and did not reads ``(known after apply: Kind/name)``."""

    path: str
    before: Any
    after: Any
    sensitive: bool


class PastChangeShape(Closed):
    """A change and how it ended. ``written``: something of it was live, even if it failed; ``error`` is a code."""

    address: str
    moved_from: str | None
    action: Action
    outcome: Ending
    written: bool
    error: str | None
    remote_id: str | None
    fields: list[PastFieldShape]


class PastRunShape(Closed):
    """A run. ``commit`` and ``dirty`` are of the manifests; ``finished`` is null for one that was cut short."""

    started: str
    finished: str | None
    result: Result
    command: str
    tool: str
    actor: ActorShape
    commit: str | None
    dirty: bool
    plan_saved: str | None
    fingerprint: str | None
    lifted: list[LiftShape]
    changes: list[PastChangeShape]


class OutsideChangeShape(Closed):
    """What somebody else did, by the audit log: its ``change_type``, user, time and event.

    ``others`` are fields whose values are not shown: they are not managed here, and may be secrets.
    """

    address: str
    remote_id: str
    at: str
    author: AuthorShape
    change: str
    event: str
    fields: list[PastFieldShape]
    others: list[str]


class CommitShape(Closed):
    """A commit that a run's manifests came from."""

    commit: str
    author: str
    at: str
    summary: str


class HistoryShape(Closed):
    """What was done, the newest run first; of an ``address`` or a ``field`` only what concerns it.

    ``outside``: what others did, the newest first; null where the audit log was not asked.
    """

    format_version: Literal["1.0"]
    account: str
    address: str | None
    field: str | None
    runs: list[PastRunShape]
    outside: list[OutsideChangeShape] | None
    commits: list[CommitShape]
    diagnostics: list[DiagnosticShape]


class RecordedShape(Closed):
    """An object that is ours."""

    address: str
    remote_id: str
    parent_id: str | None
    origin: Origin
    project: str
    file: str
    on_remove: OnRemove
    prevent_destroy: bool


class PendingShape(Closed):
    """What a run had begun and not finished."""

    address: str
    action: IntentKind
    remote_id: str | None


class InventoryShape(Closed):
    """Everything that is recorded, by address."""

    format_version: Literal["1.0"]
    account: str
    ledger: str
    entries: list[RecordedShape]
    intents: list[PendingShape]
    diagnostics: list[DiagnosticShape]


class EntryDetailShape(RecordedShape):
    """One entry in full. Fields in ``secrets`` have seals for values: equal ones are seen to be equal, and no more."""

    applied: dict[str, Any]
    answered: dict[str, Any]
    secrets: list[str]
    references: list[str]
    attempt: int


class EntryShowShape(Closed):
    """One address."""

    format_version: Literal["1.0"]
    account: str
    ledger: str
    entry: EntryDetailShape | None
    intent: PendingShape | None
    diagnostics: list[DiagnosticShape]


class AdoptedShape(Closed):
    """An object that is recorded as ours now. ``differs`` are the fields that the next apply would change."""

    address: str
    remote_id: str
    differs: list[str]


class AdoptionShape(Closed):
    """What was adopted, what was ours ``already``, and what is declared and ``absent`` from the account."""

    format_version: Literal["1.0"]
    account: str
    adopted: list[AdoptedShape]
    already: list[str]
    absent: list[str]
    diagnostics: list[DiagnosticShape]
