"""``drift --notify``: tell receivers of drift, once for each change of it.

What each of them was told last is kept beside the ledger, and advanced only once it was told: a message that fails is
tried again by the next run. Two runs at once may tell the same twice, under one id, but cannot both stay silent: each
reads before it tells, and writes after it told, on the condition that nobody else did.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import LedgerError, UsageError
from reconciler.ledger.notified import FileRecord, Kept, Overtaken, RecordPlace, refused_content
from reconciler.ledger.opening import open_record
from reconciler.model.diagnostic import Diagnostic, Severity, has_errors
from reconciler.model.drift import DriftReport
from reconciler.model.fields import Unreadable
from reconciler.model.notification import (
    NO_DRIFT,
    Channel,
    Destination,
    Notified,
    record_bytes,
    record_in,
    state_of,
)
from reconciler.render.cloud_event import CONTENT_TYPE, cloud_event
from reconciler.render.slack import slack_message
from reconciler.transport.base_url import check_secret_url
from reconciler.workflow.request import DriftRequest
from reconciler.workflow.setting import Setting

if TYPE_CHECKING:
    from reconciler.transport.webhook import Message

_TRIES = 5
"""Writings of the record that others may overtake."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A destination whose address is known."""

    destination: Destination
    url: str = field(repr=False)

    @property
    def named(self) -> str:
        """What to check when its address is wrong."""
        return self.destination.variable or "--notify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifying:
    """Who is told; ``record`` is the file of ``--notify-state``; ``run`` is where the pipeline shows this run."""

    receivers: tuple[Receiver, ...]
    record: Path | None = None
    run: str = ""


@dataclass(frozen=True, slots=True)
class _News:
    """Whom to tell, by their names in the record, and the state that is news to them."""

    record: Notified
    kept: Kept
    state: str
    receivers: dict[str, Receiver]


async def notify(
    report: DriftReport, setting: Setting, request: DriftRequest, notifying: Notifying
) -> tuple[Diagnostic, ...]:
    """Tell every receiver to whom this is news. Answers what there is to say of it; nothing here fails a run.

    Where a report has errors, whether there is drift is not known, and nobody is told anything.
    """
    if has_errors(report.diagnostics):
        return ()
    place = _place(setting, notifying)
    findings: list[Diagnostic] = []
    try:
        news = await _news(report, place, request, notifying)
    except LedgerError as error:
        # Better twice than never; that there is no drift is only worth telling to whoever was told that there is.
        findings.append(_not_kept(error))
        record = _new_record()
        keys = {_key(record, report, one, request): one for one in notifying.receivers} if report.has_drift else {}
        news = _News(record, Kept(None), state_of(report, record.salt), keys)
    told, said = await _tell(report, setting, news, notifying.run)
    if told and not findings:
        try:
            await _keep(place, news, told)
        except LedgerError as error:
            findings.append(_not_kept(error))
    return (*said, *findings)


def _place(setting: Setting, notifying: Notifying) -> RecordPlace:
    if notifying.record is not None:
        return FileRecord(notifying.record)
    return open_record(
        setting.account.ledger,
        setting.account.name,
        root=setting.project.root,
        state_folder=setting.project.state_folder,
        environment=setting.around.environment,
    )


async def _news(report: DriftReport, place: RecordPlace, request: DriftRequest, notifying: Notifying) -> _News:
    """Compare with what is kept. A first record is kept before anybody is told: a message has its id from there."""
    for _ in range(_TRIES):
        kept = await place.read()
        record = _new_record() if kept.content is None else _understood(kept.content, place)
        state = state_of(report, record.salt)
        keys = {_key(record, report, one, request): one for one in notifying.receivers}
        unaware = {key: one for key, one in keys.items() if record.known_to(key).state != state}
        if kept.content is not None or not unaware:
            return _News(record, kept, state, unaware)
        with contextlib.suppress(Overtaken):
            await place.write(record_bytes(record), kept)
    raise _overtaken(place)


def _key(record: Notified, report: DriftReport, receiver: Receiver, request: DriftRequest) -> str:
    """A part of the account is another matter than the whole: each has a state of its own."""
    to, part = receiver.destination, request.selector
    asked = [sorted(request.reading.paths), sorted(part.kinds), sorted(part.labels)]
    return record.key(report.account, to.channel, to.variable, to.address, asked)


def _new_record() -> Notified:
    return Notified(lineage=str(uuid.uuid4()), salt=secrets.token_hex(32))


def _understood(content: bytes, place: RecordPlace) -> Notified:
    try:
        return record_in(content)
    except Unreadable as error:
        raise refused_content(place.where, error) from None


async def _tell(report: DriftReport, setting: Setting, news: _News, run: str) -> tuple[list[str], list[Diagnostic]]:
    """Send to all of them at once; who was told, and what to say of each."""
    if not news.receivers:
        return [], []
    from reconciler.transport.webhook import Message  # noqa: PLC0415 - loads the HTTP client

    def message(key: str, receiver: Receiver) -> Message:
        if receiver.destination.channel is Channel.SLACK:
            body = json.dumps(slack_message(report, run=run)).encode()
            return Message(body, "application/json; charset=utf-8")
        event = cloud_event(
            report,
            project=setting.project.name,
            event_id=news.record.event_id(key, news.state),
            at=setting.around.now(),
        )
        return Message(event.encode(), CONTENT_TYPE)

    sent = [_send(one, message(key, one), resolved=news.state == NO_DRIFT) for key, one in news.receivers.items()]
    ends = await asyncio.gather(*sent)
    return (
        [key for key, end in zip(news.receivers, ends, strict=True) if end.severity is Severity.INFO],
        list(ends),
    )


async def _send(receiver: Receiver, message: Message, *, resolved: bool) -> Diagnostic:
    from reconciler.transport.outcome import Answer  # noqa: PLC0415 - as above
    from reconciler.transport.webhook import post  # noqa: PLC0415 - as above

    outcome = await post(receiver.url, message, variable=receiver.named)
    what = "that there is no drift any more" if resolved else "what has drifted"
    if isinstance(outcome, Answer) and outcome.succeeded:
        return Diagnostic(code="notified", severity=Severity.INFO, summary=f"{receiver.destination} was told {what}")
    reason = f"the server answered {outcome.status}" if isinstance(outcome, Answer) else outcome.reason
    if isinstance(outcome, Answer) and outcome.status in range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.BAD_REQUEST):
        reason += ", a redirect, and messages are not carried elsewhere"
    return Diagnostic(
        code="notify-failed",
        severity=Severity.WARNING,
        summary=f"{receiver.destination} was not told {what}: {reason}",
        hint=f"the next run tries again; if that fails too, check the address in {receiver.named}",
    )


async def _keep(place: RecordPlace, news: _News, told: Sequence[str]) -> None:
    """Write who was told, on top of whatever others wrote meanwhile. Raises LedgerError."""
    kept, found = news.kept, None
    for _ in range(_TRIES):
        try:
            await place.write(record_bytes(news.record.after(found, told, news.state)), kept)
        except Overtaken:
            kept = await place.read()
            found = None if kept.content is None else _understood(kept.content, place)
        else:
            return
    raise _overtaken(place)


def _overtaken(place: RecordPlace) -> LedgerError:
    return LedgerError(f'others keep writing "{place.where}"', hint="see how many runs look for drift at once")


def _not_kept(error: LedgerError) -> Diagnostic:
    return Diagnostic(
        code="notify-not-kept",
        severity=Severity.WARNING,
        summary=f"what receivers were told of drift cannot be kept: {error.summary}",
        detail="while there is drift, every run tells them again; that it is gone, none does",
        hint=error.hint,
    )


def receiver_of(destination: Destination, environment: Mapping[str, str]) -> Receiver:
    """With its address. Raises UsageError where its variable is not set, or the address is one that cannot be used."""
    url = environment.get(destination.variable, "").strip() if destination.variable else destination.address
    if not url:
        raise UsageError(
            f"--notify {destination}: the variable {destination.variable} is not set",
            hint="set it to the address of the webhook; in a pipeline, as a secret",
        )
    receiver = Receiver(destination, url)
    check_secret_url(url, variable=receiver.named)
    return receiver
