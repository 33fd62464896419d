"""``reconciler hosted send-codes`` and ``reconciler hosted verify``."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from reconciler.cli.asking import answered, confirmed, refuse_to_guess
from reconciler.cli.completing import taking_codes
from reconciler.cli.interruption import Interruption, reading
from reconciler.cli.options import account, locking
from reconciler.cli.outputs import Output, formats
from reconciler.cli.terminal import Render, Terminal, WithFindings, surroundings
from reconciler.errors import ExitCode, Interrupted, OutcomeUnknown, PlanRefused, ReconcilerError, UsageError
from reconciler.model.account import DEFAULT_ACCOUNT, account_option
from reconciler.model.codes import GOOD, CodesReport, Method
from reconciler.model.plan import SENSITIVE
from reconciler.render.escape import visible
from reconciler.render.failure import findings_of
from reconciler.workflow.code_subject import Subject, subject_of
from reconciler.workflow.hosted_codes import CodesEnded, send_codes, verify
from reconciler.workflow.setting import Setting, prepare

_address = click.argument("address", metavar="ADDRESS", shell_complete=taking_codes)
_PAIR = re.compile(r"(\+\S*?)\s*[=\s]\s*(\S+)")
"""The number begins as E.164 does: told as a number that is not the order's, a code in its place would be shown."""


@click.command("send-codes")
@_address
@click.option(
    "--method",
    type=click.Choice([method.value for method in Method]),
    default=Method.SMS.value,
    show_default=True,
    help="A text, or a call: landlines take no texts.",
)
@click.option("--number", "numbers", multiple=True, metavar="NUMBER", help="Only to this one. Repeatable.")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@formats("text", "json")
@locking
@account
def send_codes_command(
    address: str,
    method: str,
    numbers: tuple[str, ...],
    account: str | None,
    outputs: tuple[Output, ...],
    wait: float,
    *,
    auto_approve: bool,
) -> int:
    """Have verification codes sent to the numbers of a recorded order, where they still want one.

    ADDRESS is Kind/name, or the name alone. It is asked once; where the answer is lost, the exit code is 4 and nothing
    is sent again. Then hand in the codes: reconciler hosted verify ADDRESS.
    """
    terminal = Terminal(outputs)
    chosen = Method(method)

    def approve(subject: Subject, picked: Sequence[str]) -> bool:
        verb = "text" if chosen is Method.SMS else "call"
        for number in picked:
            line = f"  {verb}  {visible(subject.shown(number))}  {visible(str(subject.entry.address))}\n"
            terminal.log.say(line, always=True)
        return auto_approve or confirmed('send a code to each of these? Type "yes"', "yes")

    async def work(setting: Setting) -> CodesEnded:
        refuse_to_guess(auto_approve)
        return await send_codes(_unnamed(setting, numbers), address, numbers, chosen, approve, wait=wait)

    return _told(terminal, account, work)


def _unnamed(setting: Setting, numbers: Sequence[str]) -> Setting:
    """The command that lock and history keep, without numbers: whether they are secrets is known only afterwards."""
    command = setting.around.command
    for number in numbers:
        command = command.replace(number, SENSITIVE) if number else command
    return replace(setting, around=replace(setting.around, command=command))


@click.command("verify")
@_address
@click.argument("source", metavar="[-]", required=False)
@formats("text", "json")
@locking
@account
def verify_command(
    address: str, source: str | None, account: str | None, outputs: tuple[Output, ...], wait: float
) -> int:
    """Hand in the verification codes of a recorded order.

    Each code is asked for on the terminal. With - they are read from standard input, one line for each number: NUMBER
    CODE, or NUMBER=CODE. The exit code is 0 where every number is verified, 4 where only some are, and 1 where none is.
    """
    terminal = Terminal(outputs)
    try:
        setting = prepare(surroundings(), account)
        codes = _piped(setting, source) if source is not None else _asked(setting, address)
    except ReconcilerError as error:
        return terminal.failed(error, _nothing(account))
    return _told(terminal, account, lambda setting: verify(setting, address, codes, wait=wait))


def _piped(setting: Setting, source: str) -> Mapping[str, str]:
    """The codes of standard input, by number. What is wrong is told without the line, which may hold a code."""
    if source != "-":
        raise UsageError(
            "codes are not taken from the command line, which the shell and the history remember",
            hint="type them when you are asked, or pipe lines of NUMBER CODE and write - in their place",
        )
    found: dict[str, str] = {}
    for number, line in enumerate(setting.around.stdin().decode(errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        pair = _PAIR.fullmatch(line.strip())
        if pair is None:
            raise UsageError(f"line {number} is not NUMBER CODE", hint="write it as +15125550100 123456")
        if found.setdefault(pair[1], pair[2]) != pair[2]:
            raise UsageError(f"line {number} has another code for a number that came before", hint="keep the newer one")
    return _some(setting, found)


def _asked(setting: Setting, address: str) -> Mapping[str, str]:
    """The codes that a person types, for each number that wants one; none for those that are left empty."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            "there is nobody to ask: standard input is not a terminal", hint="pipe lines of NUMBER CODE, and write -"
        )
    subject = reading(subject_of(setting, address))
    wanted = subject.wanted()
    if subject.secret and len(wanted) > 1:
        raise UsageError(
            "the numbers of this order are secret, so they cannot be asked for one by one",
            hint="pipe lines of NUMBER CODE, and write -",
        )
    codes = {number: answered(f"code for {visible(subject.shown(number))} (empty: none)").strip() for number in wanted}
    return _some(setting, {number: code for number, code in codes.items() if code})


def _some(setting: Setting, codes: Mapping[str, str]) -> Mapping[str, str]:
    if not codes:
        status = f"reconciler status{account_option(setting.account.name)}"
        raise UsageError("no code was given", hint=f"{status} tells which numbers want one")
    return codes


def _told(terminal: Terminal, name: str | None, work: Callable[[Setting], Coroutine[Any, Any, CodesEnded]]) -> ExitCode:
    """Do it, and tell how it ended."""
    try:
        setting = prepare(surroundings(), name)
        ended = asyncio.run(Interruption(lambda _: None, terminal.say).guard(work(setting)))
    except asyncio.CancelledError:
        hint = "reconciler history tells whether it had begun: a code may be on its way then"
        return terminal.failed(Interrupted("interrupted", hint=hint), _nothing(name))
    except ReconcilerError as error:
        return terminal.failed(error, _nothing(name))
    if ended.declined:
        return terminal.failed(PlanRefused("declined; nothing was sent", code="declined"), _nothing(name))
    failures = [*(findings_of(ended.error) if ended.error else ())]
    failures += findings_of(ended.ledger_error) if ended.ledger_error else ()
    terminal.findings(failures)
    told = ended.report
    terminal.tell(_rendered(replace(told, notes=told.notes if terminal.is_text else (*told.notes, *failures))))
    return _code(ended)


def _code(ended: CodesEnded) -> ExitCode:
    """As an apply: 4 where something was, or may have been, done and something was not."""
    if ended.ledger_error is not None or isinstance(ended.error, OutcomeUnknown):
        return ExitCode.PARTLY_APPLIED
    if ended.error is not None:
        return ended.error.exit_code
    good = [end.status in GOOD for end in ended.report.ends]
    if all(good):
        return ExitCode.OK
    return ExitCode.PARTLY_APPLIED if any(good) else ExitCode.ERROR


def _nothing(name: str | None) -> WithFindings:
    return lambda findings: _rendered(CodesReport(account=name or DEFAULT_ACCOUNT, notes=tuple(findings)))


def _rendered(report: CodesReport) -> Render:
    return lambda form, view: form.codes(report, view=view)
