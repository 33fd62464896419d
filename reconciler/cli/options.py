"""Options that several commands share, each spelled once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import click
from click.shell_completion import CompletionItem

from reconciler.cli import completing
from reconciler.cli.selecting import selecting, selector
from reconciler.errors import UsageError
from reconciler.model.address import Address
from reconciler.model.policy import Limit, Policy
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Reading

F = TypeVar("F", bound=Callable[..., Any])


class AddressType(click.ParamType[Address]):
    """``Kind/name``."""

    name = "ADDRESS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Address:
        """Parse, or fail with the right form."""
        try:
            return value if isinstance(value, Address) else Address.parse(str(value))
        except ValueError as error:
            raise click.BadParameter(f"{error}{_meant(str(value), ctx)}", ctx, param) from None

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """What is declared and recorded here."""
        return completing.addresses(ctx, param, incomplete)


def _meant(text: str, ctx: click.Context | None) -> str:
    """What somebody may have meant who wrote a name without its kind."""
    account = ctx.params.get("account") if ctx is not None else None
    meant = [each for each in completing.addresses_near(account) if each.partition("/")[2] == text]
    return f"; did you mean {' or '.join(meant)}?" if meant else ""


class LimitType(click.ParamType[Limit]):
    """``N`` or ``P%``."""

    name = "N|P%"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Limit:
        """Parse, or fail with the right form."""
        if isinstance(value, Limit):
            return value
        text = str(value)
        if re.fullmatch(r"\d{1,9}", text):
            return Limit(count=int(text))
        if re.fullmatch(r"\d{1,3}(\.\d+)?%", text) and float(text[:-1]) <= 100:  # noqa: PLR2004 - per cent
            return Limit(percent=float(text[:-1]))
        raise click.BadParameter(f'"{text}" is neither a number nor a percentage such as 25%', ctx, param)


class Finite(click.FloatRange):
    """A number in a range. ``nan`` is in every range, and ``inf`` is no time that anybody waits for."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Parse, or fail."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            raise click.BadParameter(f'"{value}" is not a finite number', ctx, param)
        return number


class Span(click.ParamType[timedelta]):
    """A length of time, in one of a few units, such as ``30m``."""

    units: ClassVar[Mapping[str, str]] = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

    def __init__(self, what: str, *examples: str) -> None:
        """``what`` it is for people; the ``examples`` show the units that are taken."""
        self.name = "|".join(examples)
        taken = "".join(example[-1] for example in examples)
        self.form = re.compile(rf"(\d{{1,5}})([{taken}])")
        self._wanted = f"{what} such as {', '.join(examples[:-1])} or {examples[-1]}"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Parse, or fail with the right form."""
        if isinstance(value, timedelta):
            return value
        found = self.form.fullmatch(str(value))
        if found is None:
            raise click.BadParameter(f'"{value}" is no {self._wanted}', ctx, param)
        return timedelta(**{self.units[found[2]]: int(found[1])})


AGE = Span("age", "30m", "12h", "7d")
_DEADLINE = Span("time", "90s", "5m", "2h")


def deadline(command: F) -> F:
    """``--deadline 5m``."""

    def seconds(ctx: click.Context, param: click.Parameter, given: timedelta | None) -> float | None:
        if given is not None and not given:
            raise click.BadParameter("no apply takes no time; write 90s, 5m or 2h", ctx, param)
        return None if given is None else given.total_seconds()

    return click.option(
        "--deadline",
        type=_DEADLINE,
        callback=seconds,
        metavar=_DEADLINE.name,
        help="Refuse a plan whose apply takes longer, before anything is written.",
    )(command)


LONGEST_SETTLE = 600.0
"""Seconds. No list that was seen lags for a minute; a run that waits longer looks like one that hangs."""


def account(command: F) -> F:
    """``--account NAME``."""
    return click.option(
        "--account",
        metavar="NAME",
        help="The account of reconciler.yaml, or: sandbox (the built-in emulator).",
        shell_complete=completing.accounts,
    )(command)


@dataclass(frozen=True, slots=True)
class Selection:
    """Several accounts: those named, or (None) all that are declared."""

    names: tuple[str, ...] | None


def accounts(command: F) -> F:
    """``--account NAME[,NAME…]`` and ``--all-accounts``."""
    command = click.option("--all-accounts", is_flag=True, help="Every account of reconciler.yaml.")(command)
    return click.option(
        "--account",
        metavar="NAME[,NAME]",
        help="The account of reconciler.yaml, or several; or: sandbox (the built-in emulator).",
        shell_complete=completing.several_accounts,
    )(command)


def selection(account: str | None, *, all_accounts: bool) -> Selection | None:
    """Which accounts, where more than one may be meant; None for a command about one. Raises UsageError."""
    if all_accounts and account is not None:
        raise UsageError("--all-accounts and --account exclude each other", hint="leave one of them out")
    if all_accounts:
        return Selection(None)
    if account is None or "," not in account:
        return None
    names = tuple(account.split(","))
    if not all(names):
        raise UsageError(f'--account "{account}" names an account without a name', hint="write --account dev,prod")
    return Selection(names)


def paths(command: F) -> F:
    """``[PATHS]…``: files, folders, or - for standard input."""
    command = click.option("--allow-empty", is_flag=True, help="Paths without any manifest are not an error.")(command)
    return click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=completing.files)(command)


def settling(command: F) -> F:
    """``--settle SECONDS``."""
    return click.option(
        "--settle",
        type=Finite(min=0, max=LONGEST_SETTLE),
        default=10.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to look for a create whose answer was lost before it is sent once more, "
        "and to wait for a bulk job that does not move.",
    )(command)


LONGEST_WAIT = 86_400.0
"""Seconds: a day. Nothing holds a lock for that long and still works."""


def locking(command: F) -> F:
    """``--lock-timeout SECONDS``."""
    return click.option(
        "--lock-timeout",
        "wait",
        type=Finite(min=0, max=LONGEST_WAIT),
        default=0.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for somebody else who holds the account's lock.",
    )(command)


def unassigning(command: F) -> F:
    """``--unassign-numbers``."""
    return click.option(
        "--unassign-numbers",
        is_flag=True,
        help="Take numbers and short codes that nobody manages off a profile before it is deleted.",
    )(command)


def planning(command: F) -> F:
    """Everything that shapes a plan."""
    options = (
        click.option("--prune", is_flag=True, help="With PATHS: also remove what is recorded and not declared there."),
        click.option("--only", multiple=True, type=AddressType(), help="Plan this and what it depends on. Repeatable."),
        selecting,
        click.option("--drifted", is_flag=True, help="Plan what drift found, and nothing else."),
        click.option("--max-deletes", type=LimitType(), help="Allow this many deletes, or per cent of the recorded."),
        click.option(
            "--allow",
            multiple=True,
            metavar="GUARD[:ADDRESS]",
            help="Lift a guard. Repeatable.",
            shell_complete=completing.guards,
        ),
        unassigning,
        click.option("--allow-adopt", is_flag=True, help="Agree to change objects that were made elsewhere."),
        click.option(
            "--allow-vanished", type=click.IntRange(min=0), default=0, help="Accept so many vanished objects."
        ),
        deadline,
        click.option("--no-impact", is_flag=True, help="Do not ask what deletes and risky updates touch."),
    )
    for option in reversed(options):
        command = option(command)
    return paths(accounts(command))


def plan_request(
    *,
    paths: tuple[str, ...],
    allow_empty: bool,
    prune: bool,
    only: tuple[Address, ...],
    kind: tuple[str, ...],
    label: tuple[tuple[str, str], ...],
    drifted: bool,
    max_deletes: Limit | None,
    allow: tuple[str, ...],
    allow_adopt: bool,
    allow_vanished: int,
    deadline: float | None,
    no_impact: bool,
    unassign_numbers: bool,
) -> PlanRequest:
    """What the ``planning`` options ask for."""
    return PlanRequest(
        reading=Reading(paths=paths, allow_empty=allow_empty),
        prune=prune,
        only=only,
        selector=selector(kind, label),
        drifted=drifted,
        allow_adopt=allow_adopt,
        policy=Policy(
            allowed=frozenset(allow),
            max_deletes=max_deletes,
            allow_vanished=allow_vanished,
            unassign_numbers=unassign_numbers,
        ),
        impact=not no_impact,
        deadline=deadline,
    )
