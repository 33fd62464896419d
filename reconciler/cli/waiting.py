"""``--wait[=TIMEOUT]``: how long to wait for what takes days, and what is said meanwhile."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.cli.interruption import reading
from reconciler.cli.options import Span
from reconciler.cli.terminal import Terminal
from reconciler.errors import ExitCode, Interrupted, ReconcilerError
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.watching import unwatched
from reconciler.render.failure import findings_of

if TYPE_CHECKING:
    from reconciler.workflow.carrying_out import AppliedPlan
    from reconciler.workflow.setting import Setting
    from reconciler.workflow.waiting import Until

F = TypeVar("F", bound=Callable[..., Any])

_OPTION = "--wait"
_FOREVER = "forever"
_TIME = Span("time", "90s", "30m", "12h", "7d")


class Timeout(click.ParamType[float]):
    """A time, or forever; in seconds."""

    name = "TIMEOUT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Parse, or fail with the right form."""
        if isinstance(value, float):
            return value
        return math.inf if value == _FOREVER else _TIME.convert(value, param, ctx).total_seconds()


class Waits(click.Command):
    """A command whose ``--wait`` may stand alone: click would take the next word, a path perhaps, for its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give a ``--wait`` without a value its value; a time behind it is one."""
        end = args.index("--") if "--" in args else len(args)
        told: list[str] = []
        for word in args[:end]:
            if told[-1:] == [_OPTION]:
                timed = _TIME.form.fullmatch(word) is not None
                told[-1:] = [f"{_OPTION}={word}"] if timed else [f"{_OPTION}={_FOREVER}", word]
            else:
                told.append(word)
        if told[-1:] == [_OPTION]:
            told[-1] = f"{_OPTION}={_FOREVER}"
        return super().parse_args(ctx, [*told, *args[end:]])


def waiting(help_text: str) -> Callable[[F], F]:
    """``--wait[=TIMEOUT]``, in seconds; None where nobody waits."""
    return click.option(_OPTION, "wait_for", type=Timeout(), metavar="[=TIMEOUT]", help=help_text)


def until_of(terminal: Terminal, timeout: float, account: str | None = None) -> Until:
    """By the real clock, telling standard error what changes; ``account`` where a run has several."""
    from reconciler.executor.pause import Patience  # noqa: PLC0415 - only this option needs it
    from reconciler.render.text.underway import heard_words  # noqa: PLC0415 - as above
    from reconciler.workflow.waiting import Until  # noqa: PLC0415 - as above

    before = "" if account is None else f"{account}: "
    return Until(
        patience=Patience(time.monotonic, asyncio.sleep, asyncio.Event()),
        tell=lambda heard: terminal.log.say(f"{before}{heard_words(heard)}\n", event="standing"),
        timeout=timeout,
    )


def wait_after(terminal: Terminal, ran: Sequence[tuple[Setting, AppliedPlan]], timeout: float) -> ExitCode:
    """Wait for what runs have made or changed, of each account at once, and say what is not done in the end.

    The result is told already, and everything is recorded: whatever ends the wait loses nothing.
    """
    from reconciler.workflow.several import for_each  # noqa: PLC0415 - only this option needs it
    from reconciler.workflow.waiting import verdict, wait_for_applied, written_by  # noqa: PLC0415 - as above

    made = {setting.account.name: written_by(applied.report) for setting, applied in ran}
    several = len(ran) > 1

    async def one(setting: Setting) -> Diagnostic | None:
        name = setting.account.name
        until = until_of(terminal, timeout, name if several else None)
        return verdict(await wait_for_applied(replace(setting, watch=unwatched), made[name], until), name)

    try:
        settings = [setting for setting, _ in ran]
        ended = reading(
            for_each(settings, one, asyncio.Semaphore(len(settings) or 1)),
            told="interrupted while waiting; everything that was to be written is written",
        )
    except Interrupted as error:
        error.hint = "reconciler status --wait goes on waiting"
        return terminal.failed(error)
    code = ExitCode.OK
    for name, end in ended.items():
        if end is not None:
            code = ExitCode.PARTLY_APPLIED
            findings = findings_of(end) if isinstance(end, ReconcilerError) else [end]
            terminal.findings([replace(one, summary=f"{name}: {one.summary}") if several else one for one in findings])
    return code
