"""Several accounts in one command: which they are, and work for each of them, side by side and apart.

What fails for one account is told for that account and stops no other. What makes the command as typed impossible (no
such account, one ledger for two of them) stops it before anything is asked of anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from reconciler.errors import ReconcilerError, UsageError
from reconciler.manifest import find_project
from reconciler.workflow.connecting import endpoint
from reconciler.workflow.setting import Setting, Surroundings, prepare_in

AT_ONCE = 4
"""Accounts that are worked on at a time. Each has its own pace; the manifests of all are loaded by one processor."""

T = TypeVar("T")


def prepare_several(around: Surroundings, names: Sequence[str] | None) -> list[Setting]:
    """The chosen accounts in their order, or all that are declared. Raises InvalidInput and UsageError."""
    project = find_project(around.folder)
    chosen = list(project.accounts) if names is None else list(names)
    twice = sorted({name for name in chosen if chosen.count(name) > 1})
    if twice:
        raise UsageError(f'the account "{twice[0]}" is named twice', hint="name each account once")
    settings = [prepare_in(around, project, name) for name in chosen]
    _one_ledger_each(settings)
    return settings


def _one_ledger_each(settings: Sequence[Setting]) -> None:
    """Two accounts in one ledger would each take the other's objects for their own, to be removed."""
    by_place: dict[str, Setting] = {}
    for setting in settings:
        other = by_place.setdefault(setting.ledger.where, setting)
        if other is not setting:
            raise UsageError(
                f'the accounts "{other.account.name}" and "{setting.account.name}" have one ledger: '
                f"{setting.ledger.where}",
                hint="give each a ledger of its own in reconciler.yaml",
            )


def one_key_each(settings: Sequence[Setting]) -> None:
    """Raise UsageError where two accounts are one and the same: writing to it twice at a time could make twins."""
    by_key: dict[tuple[str, str], Setting] = {}
    for setting in settings:
        variable = setting.account.key_variable
        key = setting.around.environment.get(variable, "")
        other = by_key.setdefault((endpoint(setting), key), setting) if key and not setting.is_sandbox else setting
        if other is not setting:
            raise UsageError(
                f'the accounts "{other.account.name}" and "{setting.account.name}" have one key '
                f"({variable}): they are the same account",
                hint="give each a key_variable of its own in reconciler.yaml, or apply to one after the other",
            )


async def for_each(
    settings: Sequence[Setting], work: Callable[[Setting], Awaitable[T]], slots: asyncio.Semaphore | None = None
) -> Mapping[str, T | ReconcilerError]:
    """Do the work for each account; by name what came of it, or why nothing did.

    Whatever else goes wrong is raised when all have ended: what one of them has in flight is not cut off.
    """
    slots = slots or asyncio.Semaphore(AT_ONCE)

    async def in_turn(setting: Setting) -> T:
        async with slots:
            return await work(setting)

    tasks = [asyncio.ensure_future(in_turn(setting)) for setting in settings]
    try:
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    except asyncio.CancelledError:
        await asyncio.gather(*tasks, return_exceptions=True)  # so that locks are given back
        raise
    found: dict[str, T | ReconcilerError] = {}
    for setting, end in zip(settings, ended, strict=True):
        if isinstance(end, BaseException) and not isinstance(end, ReconcilerError):
            raise end
        found[setting.account.name] = end
    return found
