"""``hosted send-codes`` and ``hosted verify``: how the owner of a number proves that it is theirs.

Both write to the account, so both hold the ledger's lock, for the seconds of the request: of two people who ask for
codes at once, one would get a code that no longer counts; nobody deletes the order meanwhile; and only who holds the
lock may add to the history, where both leave what an apply leaves. Nothing is locked while people look for their codes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from reconciler.api import Sessions, connect_for_writing
from reconciler.errors import ApiError, LedgerError, OutcomeUnknown, UsageError
from reconciler.executor.codes import Sent, check, send
from reconciler.ledger.store import HeldLedger
from reconciler.model.account import account_option
from reconciler.model.codes import GOOD, CodeEnd, CodesReport, CodeStatus, Method
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.history import ChangeEnded, Ending, FieldChange, PlannedChange, RunBegun, RunEnded
from reconciler.model.ledger import Recorded
from reconciler.model.plan import Action
from reconciler.workflow.code_subject import Subject, entry_meant, subject_in
from reconciler.workflow.connecting import target
from reconciler.workflow.run_history import beginning, recorded, stamp, stopped
from reconciler.workflow.setting import Setting
from reconciler.workflow.unfinished import check_finished


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesEnded:
    """What came of it. ``error``: the request failed, or its answer was lost.

    ``ledger_error``: it is done, and the history does not say how it ended.
    """

    report: CodesReport
    declined: bool = False
    error: ApiError | None = None
    ledger_error: LedgerError | None = None


async def send_codes(
    setting: Setting,
    word: str,
    numbers: Collection[str],
    method: Method,
    approve: Callable[[Subject, Sequence[str]], bool],
    *,
    wait: float = 0.0,
) -> CodesEnded:
    """Have codes sent to the numbers that want one, or to those of them that are named.

    Raises UsageError, Locked, LedgerError and ApiError, all before the request is sent.
    """
    async with _held(setting, word, wait) as (held, sessions, subject):
        chosen = _chosen(subject, numbers)
        if not chosen:
            return CodesEnded(report=replace(subject.report(method), notes=(_nothing_wanted(subject),)))
        if not approve(subject, chosen):
            return CodesEnded(report=subject.report(method), declined=True)
        told = {"phone_numbers": [subject.shown(number) for number in chosen], "verification_method": method.value}
        field = FieldChange(path="verification_codes", before=None, after=told)

        async def request() -> Sent:
            return await send(sessions.writing, subject.codes, subject.entry.remote, chosen, method)

        return await _carried_out(setting, held, subject, field, request, method)


async def verify(setting: Setting, word: str, given: Mapping[str, str], *, wait: float = 0.0) -> CodesEnded:
    """Hand in codes, by number. They are in no log, no history and no answer. Raises as ``send_codes`` does."""
    async with _held(setting, word, wait) as (held, sessions, subject):
        _check_named(subject, given)
        told = {"phone_numbers": [subject.shown(number) for number in given]}
        field = FieldChange(path="validation_codes", before=None, after=told)

        async def request() -> Sent:
            return await check(sessions.writing, subject.codes, subject.entry.remote, given)

        return await _carried_out(setting, held, subject, field, request, None)


@asynccontextmanager
async def _held(setting: Setting, word: str, wait: float) -> AsyncIterator[tuple[HeldLedger, Sessions, Subject]]:
    """The lock, both sessions, and the object as it is now."""
    around = setting.around
    async with setting.ledger.lock(around.command, around.now(), wait=wait) as held:
        entry, codes = entry_meant(setting, held.ledger, word)
        check_finished(held.ledger, setting.account.name)
        async with connect_for_writing(target(setting, held.lease)) as sessions:
            yield held, sessions, await subject_in(setting, held.ledger, entry, codes, sessions.reading)


def _chosen(subject: Subject, numbers: Collection[str]) -> list[str]:
    _check_named(subject, numbers)
    return [number for number in subject.wanted(again=bool(numbers)) if not numbers or number in numbers]


def _check_named(subject: Subject, numbers: Collection[str]) -> None:
    """Raise UsageError for a number that is not the object's. A secret one is not repeated, nor are the others told."""
    own = subject.codes.numbers(subject.observed)
    for number in numbers:
        if number not in own:
            raise UsageError(
                f"{subject.entry.address} has no number {subject.shown(number)}",
                hint="write them as in its manifest" if subject.secret else f"it has {', '.join(own)}",
            )


def _nothing_wanted(subject: Subject) -> Diagnostic:
    return Diagnostic(
        code="no-code-wanted",
        severity=Severity.INFO,
        summary="no code was sent: none of these numbers wants one any more",
        hint=f"reconciler status{account_option(subject.account)} tells where each of them stands",
        address=subject.entry.address,
    )


async def _carried_out(
    setting: Setting,
    held: HeldLedger,
    subject: Subject,
    field: FieldChange,
    request: Callable[[], Awaitable[Sent]],
    method: Method | None,
) -> CodesEnded:
    """The request, between its two lines of the history: there an update of the object; the command says which."""
    entry = subject.entry
    change = PlannedChange(address=entry.address, action=Action.UPDATE, remote_id=entry.remote.id, fields=(field,))
    begun = beginning(setting, changes=[change])
    await held.append_history([begun])
    try:
        sent = await request()
    except LedgerError:  # the lock was lost before anything was sent
        await recorded(held, stopped(setting, begun))
        raise
    return await _ended(setting, held, subject, begun, sent, method)


async def _ended(
    setting: Setting, held: HeldLedger, subject: Subject, begun: RunBegun, sent: Sent, method: Method | None
) -> CodesEnded:
    good = all(end.status in GOOD for end in sent.ends) and sent.error is None
    change = ChangeEnded(
        address=subject.entry.address,
        ending=Ending.APPLIED if good else Ending.FAILED,
        remote_id=subject.entry.remote.id,
        written=isinstance(sent.error, OutcomeUnknown) or any(end.status in GOOD for end in sent.ends),
        error=None if good else sent.error.code if sent.error else "codes-incomplete",
    )
    line = RunEnded(run=begun.run, finished=stamp(setting.around.now()), changes=(change,))
    failed = await recorded(held, line)
    failed = await _remembered(held, subject, sent.ends) or failed
    if isinstance(sent.error, OutcomeUnknown):
        sent.error.hint = _after_doubt(subject, method)
    report = replace(
        subject.report(method),
        ends=tuple(CodeEnd(subject.shown(end.number), end.status, end.detail) for end in sent.ends),
        commands=_next(subject, sent.ends, method) if sent.error is None else (),
    )
    return CodesEnded(report=report, error=sent.error, ledger_error=failed)


async def _remembered(held: HeldLedger, subject: Subject, ends: Sequence[CodeEnd]) -> LedgerError | None:
    """Keep which numbers are verified, as the API tells of none. Without it they are asked for once more, no worse."""
    verified = [end.number for end in ends if end.status in {CodeStatus.VERIFIED, CodeStatus.ALREADY_VERIFIED}]
    known = {*subject.known.proven, *(subject.known.kept(subject.codes.path, number) for number in verified)}
    if known == set(subject.known.proven):
        return None
    try:
        await held.compact(lines=[Recorded(replace(subject.entry, proven=tuple(sorted(known))))])
    except LedgerError as error:
        return error
    return None


def _after_doubt(subject: Subject, method: Method | None) -> str:
    """It is not sent again by itself: people would get a second code, and not know which one counts."""
    if method is None:
        return f"hand in the same codes again: a number that was verified says so\n{subject.command('verify')}"
    return (
        "codes may be on their way: hand in those that come; if none comes, send them again\n"
        f"{subject.command('verify')}\n{subject.command('send-codes')}"
    )


def _next(subject: Subject, ends: Sequence[CodeEnd], method: Method | None) -> tuple[str, ...]:
    """The exact commands to go on with: a landline that took no text may take a call."""
    bad = [end.number for end in ends if end.status not in GOOD]
    if method is None:
        status = f"reconciler status{account_option(subject.account)}"
        return (subject.command("verify"), subject.command("send-codes")) if bad else (status,)
    named = "" if subject.secret else "".join(f" --number {number}" for number in bad)
    calls = (f"{subject.command('send-codes')} --method call{named}",) if bad and method is Method.SMS else ()
    return (*calls, *((subject.command("verify"),) if len(bad) < len(ends) else ()))
