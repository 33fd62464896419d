"""Commands for several accounts: prepared together, carried out apart, told in one report with one exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from reconciler.cli.interruption import reading
from reconciler.cli.options import Selection
from reconciler.cli.telling import write_metrics
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.cli.waiting import until_of
from reconciler.cli.watching import watching
from reconciler.errors import ExitCode, ReconcilerError, UsageError
from reconciler.model.checkup import Checkup
from reconciler.model.diagnostic import Diagnostic, has_errors
from reconciler.model.drift import DriftReport
from reconciler.model.plan import Plan
from reconciler.model.several import AccountEnd, Checked, Several
from reconciler.model.status import Status
from reconciler.model.watching import unwatched
from reconciler.render.failure import findings_of
from reconciler.workflow.request import DoctorRequest, DriftRequest
from reconciler.workflow.setting import Reading, Setting
from reconciler.workflow.several import for_each, prepare_several

if TYPE_CHECKING:
    from reconciler.workflow.telling import Telling

T = TypeVar("T")
Findings = Sequence[Diagnostic]


def planned(terminal: Terminal, chosen: Selection, request: Any, *, detailed: bool, out: str | None) -> ExitCode:
    """``plan``."""
    from reconciler.workflow.plan_several import plan_several  # noqa: PLC0415 - validate loads no HTTP client

    def work(settings: Sequence[Setting]) -> Coroutine[Any, Any, Mapping[str, Plan | ReconcilerError]]:
        if out is not None:
            raise one_at_a_time("--out saves the plan of one account", settings, "plan --out {}.json --account {}")
        return plan_several(settings, request)

    def end(plan: Plan) -> ExitCode:
        if not plan.applicable:
            return ExitCode.ERROR
        return ExitCode.CHANGES if detailed and plan.pending else ExitCode.OK

    def nothing(name: str, findings: Findings) -> Plan:
        return Plan(account=name, project="", changes=(), diagnostics=tuple(findings))

    return _read(terminal, chosen, work, end, nothing)


def drifted(terminal: Terminal, chosen: Selection, asked: DriftRequest, told: Telling) -> ExitCode:
    """``drift``."""
    from reconciler.workflow.telling import drift_and_tell  # noqa: PLC0415 - as above

    def work(settings: Sequence[Setting]) -> Coroutine[Any, Any, Mapping[str, DriftReport | ReconcilerError]]:
        return for_each(settings, lambda setting: drift_and_tell(setting, asked, told))

    def end(report: DriftReport) -> ExitCode:
        if has_errors(report.diagnostics):
            return ExitCode.ERROR
        return ExitCode.CHANGES if report.has_drift else ExitCode.OK

    def nothing(name: str, findings: Findings) -> DriftReport:
        return DriftReport(account=name, diagnostics=tuple(findings))

    try:
        return _read(terminal, chosen, work, end, nothing)
    finally:
        write_metrics(told)


def standing(terminal: Terminal, chosen: Selection, asked: Reading, wait_for: float | None) -> ExitCode:
    """``status``."""
    from reconciler.workflow.status import status, status_after  # noqa: PLC0415 - as above

    def work(settings: Sequence[Setting]) -> Coroutine[Any, Any, Mapping[str, Status | ReconcilerError]]:

        async def one(setting: Setting) -> Status:
            if wait_for is None:
                return (await status(setting, asked)).status
            alone = replace(setting, watch=unwatched)  # which is told of for days otherwise
            return await status_after(alone, asked, until_of(terminal, wait_for, setting.account.name))

        slots = None if wait_for is None else asyncio.Semaphore(len(settings))  # nobody waits for another's turn
        return for_each(settings, one, slots)

    def end(found: Status) -> ExitCode:
        return ExitCode.ERROR if has_errors(found.notices) else ExitCode.OK

    def nothing(name: str, findings: Findings) -> Status:
        return Status(account=name, ledger="", notices=tuple(findings))

    return _read(terminal, chosen, work, end, nothing)


def examined(terminal: Terminal, chosen: Selection, asked: DoctorRequest) -> ExitCode:
    """``doctor``."""
    from reconciler.workflow.doctor import doctor  # noqa: PLC0415 - as above

    def work(settings: Sequence[Setting]) -> Coroutine[Any, Any, Mapping[str, Checkup | ReconcilerError]]:
        return for_each(settings, lambda setting: doctor(setting, asked))

    def end(checkup: Checkup) -> ExitCode:
        return ExitCode.OK if checkup.healthy else ExitCode.ERROR

    def nothing(name: str, findings: Findings) -> Checkup:
        return Checkup(account=name, diagnostics=tuple(findings))

    return _read(terminal, chosen, work, end, nothing)


def validated(terminal: Terminal, chosen: Selection, asked: Reading) -> ExitCode:
    """``validate``."""
    from reconciler.workflow.validate import validate  # noqa: PLC0415 - as above

    async def one(setting: Setting) -> Checked:
        loaded = validate([setting], asked)
        return Checked(diagnostics=loaded.diagnostics, resources=len(loaded.resources), files=len(loaded.files))

    def work(settings: Sequence[Setting]) -> Coroutine[Any, Any, Mapping[str, Checked | ReconcilerError]]:
        return for_each(settings, one)

    def end(checked: Checked) -> ExitCode:
        return ExitCode.ERROR if has_errors(checked.diagnostics) else ExitCode.OK

    def nothing(_: str, findings: Findings) -> Checked:
        return Checked(diagnostics=tuple(findings))

    return _read(terminal, chosen, work, end, nothing)


def _read(
    terminal: Terminal,
    chosen: Selection,
    work: Callable[[Sequence[Setting]], Coroutine[Any, Any, Mapping[str, T | ReconcilerError]]],
    code: Callable[[T], ExitCode],
    nothing: Callable[[str, Findings], T],
) -> ExitCode:
    """Do what only reads, for each account, and tell of all of them."""
    try:
        settings = prepare_several(surroundings(several=True), chosen.names)
        with watching(terminal) as watched:
            shown = [replace(setting, watch=watched.of(setting.account.name)) for setting in settings]
            found = reading(work(shown))
    except ReconcilerError as error:
        return stopped(terminal, error)
    ends: list[AccountEnd] = []
    for name, one in found.items():
        if isinstance(one, ReconcilerError):
            findings = tuple(findings_of(one))
            told: Any = nothing(name, findings)
            ends.append(AccountEnd(account=name, code=one.exit_code, told=told, failure=findings))
        else:
            told = one
            ends.append(AccountEnd(account=name, code=code(one), told=told))
    return tell(terminal, Several(tuple(ends)))


def tell(terminal: Terminal, several: Several) -> ExitCode:
    """Print the report; the exit code of the whole."""
    terminal.tell(_several(several))
    return several.code


def stopped(terminal: Terminal, error: ReconcilerError) -> ExitCode:
    """Tell why no account was looked at."""
    whole = Several(stopped=error.exit_code)
    return terminal.failed(error, lambda findings: _several(replace(whole, diagnostics=tuple(findings))))


def _several(several: Several) -> Render:
    return lambda form, view: form.several(several, view=view)


def one_at_a_time(summary: str, settings: Sequence[Setting], command: str) -> UsageError:
    """The refusal of what only one account can have, with what to type for each."""
    names = [setting.account.name for setting in settings]
    commands = (f"reconciler {command.replace('{}', name)}" for name in names)
    return UsageError(summary, hint="\n".join(["type, for each account:", *commands]))
