"""A lock that is an object in a bucket: written on a condition, so it has one holder, and renewed while that works.

The object is never removed, only released, so that every change of hands is a conditional write. Whether a lease is
over is decided by clocks that agree by construction: its holder counts from before it sent a renewal, on a clock that
is never set; whoever wants to take over compares the store's own stamp of that renewal with the store's own time. No
clock of a machine is ever compared with that of another.

Renewals run in a thread of their own: a question to the user, or a long calculation, holds up the run's event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from reconciler.errors import LedgerError, Locked
from reconciler.ledger.bucket import Bucket, Stamp, Stored, Taken
from reconciler.ledger.terms import Terms, steady
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.fields import Fields, Unreadable, parsed, spelled
from reconciler.model.status import Holder

_POLL = 1.0
"""Seconds between two looks at a lock that somebody else holds."""


@dataclass(frozen=True, slots=True)
class _Written:
    """What the object says: who holds the lock for how long after the last renewal, or nobody."""

    holder: Holder | None
    seconds: float = 0.0


def _content(holder: Holder | None, seconds: float = 0.0, renewals: int = 0) -> bytes:
    # Each writing differs from all others: an answer that was lost is recognised by its content.
    value: dict[str, Any] = {"holder": None} if holder is None else {"holder": asdict(holder)}
    return spelled({**value, "seconds": math.ceil(seconds), "renewals": renewals}) + b"\n"


def _read(stored: Stored, where: str) -> _Written:
    try:
        fields = Fields(parsed(stored.content), "the lock")
        inner = fields.inner_or_none("holder")
        seconds = float(fields.count("seconds"))
        if inner is None:
            return _Written(None)
        pid, host, user = inner.count("pid"), inner.text("host"), inner.text("user")
        command, since, lock_id = inner.text("command"), inner.text("since"), inner.text("lock_id")
        return _Written(Holder(pid, host, user, command, since, lock_id), seconds)
    except (ValueError, Unreadable) as error:
        raise LedgerError(
            f'cannot understand the lock "{where}": {error}',
            hint="see what is there; if no run is under way, remove it and run the command again",
        ) from None


class ObjectLock:
    """The lock of one account. ``key`` is its object, ``clock_key`` one that is written to learn the store's time."""

    def __init__(
        self,
        bucket: Bucket,
        key: str,
        account: str,
        *,
        terms: Terms,
        clock: Callable[[], float] = steady,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing is asked yet."""
        self._bucket = bucket
        self._key = key
        self._account = account
        self._terms = terms
        self._clock = clock
        self._sleep = sleep
        self._where = f"{bucket.location}/{key}"

    async def holder(self) -> Holder | None:
        """Who holds it, though perhaps no longer alive; None when it is free. Raises LedgerError."""
        stored = await self._bucket.read(self._key)
        return None if stored is None else _read(stored, self._where).holder

    async def release(self, lock_id: str) -> Holder:
        """End a lock that somebody left behind. Raises LedgerError where it is not the one of this id."""
        stored = await self._bucket.read(self._key)
        holder = None if stored is None else _read(stored, self._where).holder
        if stored is None or holder is None or holder.lock_id != lock_id:
            raise LedgerError(
                f'"{self._where}" is ' + ("not locked" if holder is None else f"locked by another: {holder}"),
                hint="see who holds it with reconciler status",
            )
        try:
            await self._bucket.replace(self._key, _content(None), stored.stamp)
        except Taken:
            raise LedgerError(
                f'the lock "{self._where}" was renewed or released just now: its holder is alive',
                hint="wait until that run has finished",
            ) from None
        return holder

    @contextlib.asynccontextmanager
    async def held(self, who: Holder, *, wait: float) -> AsyncIterator[tuple[RenewedLease, tuple[Diagnostic, ...]]]:
        """Hold the lock, and what there is to say about how it was taken. Raises Locked, LedgerError."""
        taken, sent, notes = await self._taken(who, wait)
        lease = RenewedLease(self._bucket, self._key, who, taken, until=sent + self._terms.length, terms=self._terms)
        lease.start()
        try:
            yield lease, notes
        finally:
            await lease.release()

    async def _taken(self, who: Holder, wait: float) -> tuple[Stamp, float, tuple[Diagnostic, ...]]:
        deadline = self._clock() + wait
        ahead: float | None = None
        content = _content(who, self._terms.length)
        while True:
            stored = await self._bucket.read(self._key)
            sent = self._clock()
            with contextlib.suppress(Taken):  # somebody was quicker: look again
                if stored is None:
                    return await self._bucket.create(self._key, content), sent, ()
                written = _read(stored, self._where)
                if written.holder is None:
                    return await self._bucket.replace(self._key, content, stored.stamp), sent, ()
                if ahead is None:
                    ahead = (await self._bucket.now(f"{self._key}.clock")).timestamp() - self._clock()
                age = self._clock() + ahead - stored.modified.timestamp()
                if age > written.seconds + self._terms.margin:
                    sent = self._clock()
                    stamp = await self._bucket.replace(self._key, content, stored.stamp)
                    return stamp, sent, (self._taken_over(written.holder, age),)
                if (left := deadline - self._clock()) <= 0:
                    raise self._locked(written.holder, written.seconds + self._terms.margin - age)
                await self._sleep(min(_POLL, left))

    def _locked(self, holder: Holder, left: float) -> Locked:
        return Locked(
            f'account "{self._account}" is locked by {holder}',
            hint=f"wait for it with --lock-timeout SECONDS; should it be dead, that takes over in {left:.0f} s, and at "
            f"once after: reconciler ledger unlock {holder.lock_id} --account {self._account}",
        )

    def _taken_over(self, holder: Holder, age: float) -> Diagnostic:
        return Diagnostic(
            code="lock-taken-over",
            severity=Severity.WARNING,
            summary=f"the lock of another run was taken over: {holder}",
            detail=f"it was last renewed {age:.0f} s ago, so that run is dead or cut off, and sends nothing any more",
            hint="nothing to do: what it had begun is looked for first",
        )


class RenewedLease:
    """A lease that a thread renews until it is released, or somebody else has the lock."""

    def __init__(self, bucket: Bucket, key: str, who: Holder, stamp: Stamp, *, until: float, terms: Terms) -> None:
        """Begin with a lock that was just written."""
        self._bucket = bucket
        self._key = key
        self._who = who
        self._stamp = stamp
        self._until = until
        self._terms = terms
        self._lost = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="ledger lease", daemon=True)

    def start(self) -> None:
        """Begin to renew."""
        self._thread.start()

    def remaining(self) -> float:
        """Seconds for which nobody else can have taken the lock."""
        return 0.0 if self._lost else self._until - steady()

    async def release(self) -> None:
        """Let somebody else have it. Where that cannot be said to the store, the lease ends by itself."""
        self._stop.set()
        await asyncio.to_thread(self._thread.join)
        if not self._lost:
            with contextlib.suppress(Taken, LedgerError):
                await self._bucket.replace(self._key, _content(None), self._stamp)

    def _renew(self) -> None:
        pause, number = self._terms.renewal, 0
        while not self._lost and not self._stop.wait(pause):
            number += 1
            renewed = asyncio.run(self._renew_once(number))
            pause = self._terms.renewal if renewed else self._terms.retry

    async def _renew_once(self, number: int) -> bool:
        sent = steady()
        try:
            content = _content(self._who, self._terms.length, number)
            self._stamp = await self._bucket.replace(self._key, content, self._stamp)
        except Taken:
            self._lost = True
            return False
        except LedgerError:
            return False  # nothing to say yet: the lease tells how long the run can go on
        self._until = sent + self._terms.length
        return True
