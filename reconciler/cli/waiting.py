"""``--wait[=TIMEOUT]``: how long to wait for what takes days, and what is said meanwhile."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import click

from reconciler.cli.terminal import Terminal

if TYPE_CHECKING:
    from reconciler.workflow.waiting import Until

F = TypeVar("F", bound=Callable[..., Any])

_OPTION = "--wait"
_FOREVER = "forever"
_TIME = re.compile(r"(\d{1,5})([smhd])")


class Timeout(click.ParamType[float]):
    """``90s``, ``30m``, ``12h``, ``7d``, or forever; in seconds."""

    name = "TIMEOUT"
    units: ClassVar[Mapping[str, int]] = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Parse, or fail with the right form."""
        if isinstance(value, float):
            return value
        if value == _FOREVER:
            return math.inf
        found = _TIME.fullmatch(str(value))
        if found is None:
            raise click.BadParameter(f'"{value}" is no time such as 90s, 30m, 12h, 7d or {_FOREVER}', ctx, param)
        return float(int(found[1]) * self.units[found[2]])


class Waits(click.Command):
    """A command whose ``--wait`` may stand alone: click would take the next word, a path perhaps, for its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give a ``--wait`` without a value its value; a time behind it is one."""
        end = args.index("--") if "--" in args else len(args)
        told: list[str] = []
        for word in args[:end]:
            if told[-1:] == [_OPTION]:
                timed = _TIME.fullmatch(word) is not None
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
