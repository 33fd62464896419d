"""``ledger migrate``: copy ledger and history to another place. The source is read, and left as it is.

The history is copied first: a ledger at the new place says that the copy was complete, and one that was cut short is
simply done again.
"""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.errors import LedgerError, UsageError
from reconciler.ledger.store import LedgerStore
from reconciler.model.history import past_runs
from reconciler.workflow.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What was copied; ``source`` and ``target`` are for people."""

    objects: int
    runs: int
    source: str
    target: str


async def migrate(setting: Setting, target: LedgerStore, *, wait: float = 0.0) -> Migrated:
    """Copy what the account's configured place holds to ``target``, both locked, and compare the two.

    Raises UsageError for one and the same place, Locked, and LedgerError where there is nothing to copy, or something
    else at the target: that is never overwritten.
    """
    source, around = setting.ledger, setting.around
    if source.where == target.where:
        raise UsageError(f'"{source.where}" is where the ledger is already', hint="name another place")
    async with source.lock(around.command, around.now(), wait=wait) as ours:
        if not (await source.snapshot()).exists:
            raise LedgerError(
                f'there is no ledger in "{source.where}"',
                hint="nothing was applied yet: change reconciler.yaml, and the first apply begins one there",
            )
        lines = (await source.history()).lines
        async with target.lock(around.command, around.now(), wait=wait) as theirs:
            there = (await target.history()).lines
            if lines[: len(there)] != there:
                raise LedgerError(
                    f'"{target.where}" has another history already',
                    hint="choose an empty place, or move that history away",
                )
            if (await target.snapshot()).exists:
                raise LedgerError(
                    f'"{target.where}" holds a ledger already',
                    hint="choose an empty place, or move that ledger away",
                )
            if missing := lines[len(there) :]:
                await theirs.append_history(missing)
            await theirs.begin_with(ours.ledger)
            if (await target.snapshot()).ledger != ours.ledger or (await target.history()).lines != lines:
                raise LedgerError(
                    f'"{target.where}" does not give back what was written to it',
                    hint=f'keep using "{source.where}", which was not changed',
                )
    return Migrated(
        objects=len(ours.ledger.entries), runs=len(past_runs(lines)), source=source.where, target=target.where
    )
