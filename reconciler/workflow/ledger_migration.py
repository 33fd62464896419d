"""``ledger migrate``: copy ledger and history to another place. The source is read, and left as it is.

The history is copied first: a ledger at the new place says that the copy was complete, and one that was cut short is
simply done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.errors import LedgerError, UsageError
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.store import LedgerStore
from reconciler.model.history import past_runs
from reconciler.model.location import FORMS, HttpLocation, parse_location, same_server
from reconciler.workflow.setting import Setting

_LOCK = {"address": "lock_address", "method": "lock_method", "unlock_method": "unlock_method"}
"""The keys of ledger_lock, and what they are called in a location."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What was copied; ``source`` and ``target`` are for people.

    ``left_out`` counts the oldest runs of the history, where the target keeps no more than the newest.
    """

    objects: int
    runs: int
    left_out: int
    source: str
    target: str


def place_of(setting: Setting, location: str, lock: Mapping[str, str]) -> LedgerStore:
    """The account's ledger at a place that is spelled as in ``reconciler.yaml``; ``lock`` is as ledger_lock there.

    Raises UsageError for no place, where the lock is on another server, which would be sent the password, and for the
    sandbox, whose ledger no line of ``reconciler.yaml`` can move.
    """
    if setting.is_sandbox:
        raise UsageError(
            f"the sandbox's ledger stays in {setting.project.state_folder.name}/",
            hint="choose an account of reconciler.yaml with --account",
        )
    try:
        found = parse_location(location)
    except ValueError as error:  # which does not quote it: it may hold a password
        raise UsageError(f"this is no place for a ledger: {error}", hint=f"write {FORMS}") from None
    if isinstance(found, HttpLocation):
        found = replace(found, **{_LOCK[name]: value for name, value in lock.items()})
        if found.lock_address and not same_server(found.address, found.lock_address):
            raise UsageError("the lock is on another server than the ledger", hint="correct --lock-address")
    elif lock:
        raise UsageError("only a ledger at an http address has a lock of its own", hint="leave out its options")
    if found == setting.account.ledger:
        raise UsageError("this is where the ledger is already", hint="name another place")
    return open_ledger(found, setting.account.name, root=setting.project.root, environment=setting.around.environment)


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
            kept = (await target.history()).lines
            if (await target.snapshot()).ledger != ours.ledger or lines[len(lines) - len(kept) :] != kept:
                raise LedgerError(
                    f'"{target.where}" does not give back what was written to it',
                    hint=f'keep using "{source.where}", which was not changed',
                )
    return Migrated(
        objects=len(ours.ledger.entries),
        runs=len(past_runs(kept)),
        left_out=len(past_runs(lines)) - len(past_runs(kept)),
        source=source.where,
        target=target.where,
    )
