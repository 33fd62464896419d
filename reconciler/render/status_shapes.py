"""The JSON of a status: where an account stands, and whose turn it is with everything that takes days."""

from __future__ import annotations

from typing import Any, Literal

from reconciler.model.ledger import IntentKind
from reconciler.model.standing import Turn
from reconciler.render.shapes import Closed, DiagnosticShape


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
