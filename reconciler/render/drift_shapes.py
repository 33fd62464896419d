"""The JSON of drift: what changed behind our back, who changed it, and what nobody looked at."""

from __future__ import annotations

from typing import Any, Literal

from reconciler.model.drift import FieldState
from reconciler.render.shapes import Closed, DiagnosticShape, RequestsShape, SourceShape


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
