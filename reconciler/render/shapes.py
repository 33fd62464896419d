"""The shapes of the JSON documents: what the type checker holds the builders to and the schemas are made from.

A key that is added raises the minor version, one that changes or goes raises the major.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict  # the standard one tells pydantic too little before Python 3.12

from reconciler.model.consequence import Sort
from reconciler.model.diagnostic import Severity
from reconciler.model.plan import Action

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
