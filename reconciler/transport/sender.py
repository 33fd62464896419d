"""The loop around the wire: permission, pace, attempt, judgement, wait. Raises no ApiError."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import random as system_random

from reconciler.errors import LockLost
from reconciler.model.ledger import Lease, Unending
from reconciler.model.sent import Sent
from reconciler.transport.clock import Clock
from reconciler.transport.outcome import Answer, Garbled, Outcome, Request
from reconciler.transport.pacing import Pacing
from reconciler.transport.permission import Permission, check_path
from reconciler.transport.quota import read_date, read_quota
from reconciler.transport.retry import Repeat, RetryPolicy, delay_before_next, is_doubtful, may_repeat
from reconciler.transport.tally import Observer, Tally, ignore
from reconciler.transport.wire import Wire


@dataclass(frozen=True, slots=True)
class Delivery:
    """The last outcome of a request, and whether an earlier attempt may have been carried out."""

    request: Request
    outcome: Outcome
    attempts: int
    in_doubt: bool


def as_it_is(outcome: Outcome) -> Outcome:
    """It means what it says."""
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends over one wire within one permission, at the account's shared pace."""

    wire: Wire
    permission: Permission
    pacing: Pacing
    endpoint_of: Callable[[str, str], str]
    """(method, path) → the name under which the API limits the rate."""
    hopeless: Callable[[Answer], bool]
    """Whether a 429 is of the kind that waiting does not cure."""
    understood: Callable[[Outcome], Outcome] = as_it_is
    """What an outcome means, for servers that say 429 in another way. Asked before anything judges it."""
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    clock: Clock = field(default_factory=Clock)
    random: Callable[[], float] = system_random
    """Uniform in [0, 1), for jitter."""
    tally: Tally
    observer: Observer = ignore
    lease: Lease = field(default_factory=Unending)
    """Asked before every attempt of a request that writes: each must end, one way or the other, while it lasts."""

    async def send(self, request: Request, *, repeat: Repeat, writes: bool) -> Delivery:
        """Send until done, refused, hopeless or out of patience (see ``retry``).

        Raises ValueError, before anything is sent, for a path or method that is not permitted; LockLost when the
        lease leaves no time for an attempt that writes, unless an earlier attempt is in doubt: that is the answer then.
        """
        check_path(request.path)
        self.permission.check(request.method, request.path)
        in_doubt = False
        began: float | None = None
        attempt = 0
        delivery: Delivery | None = None
        while True:
            attempt += 1
            try:
                departure, outcome, sent = await self._attempt(request, attempt, writes=writes)
            except LockLost:
                if delivery is not None and in_doubt:
                    return delivery
                raise
            began = departure if began is None else began
            delivery = Delivery(request, outcome, attempt, in_doubt)
            delay = self._delay(outcome, attempt, repeat, began)
            self.observer(replace(sent, again_in=delay))
            if delay is None:
                return delivery
            in_doubt = in_doubt or is_doubtful(outcome)
            await self.clock.sleep(delay)

    def _delay(self, outcome: Outcome, attempt: int, repeat: Repeat, began: float) -> float | None:
        """Seconds until the next attempt; None where there is none."""
        if attempt >= self.policy.attempts or not may_repeat(outcome, repeat, hopeless=self.hopeless):
            return None
        delay = delay_before_next(outcome, attempt, self.policy, epoch=self.clock.epoch(), random=self.random)
        return None if self.clock.now() + delay > began + self.policy.deadline else delay

    async def _attempt(self, request: Request, attempt: int, *, writes: bool) -> tuple[float, Outcome, Sent]:
        endpoint = self.endpoint_of(request.method, request.path)
        async with self.pacing.turn(endpoint) as departure:
            self.tally.endpoints[endpoint] += 1
            if writes:
                self._check_lease(request)
                self.tally.writes += 1
            else:
                self.tally.reads += 1
            outcome = self.understood(await self.wire.exchange(request))
            seconds = self.clock.now() - departure
        status = quota = date = None
        if isinstance(outcome, Answer | Garbled):
            status = outcome.status
            quota, date = read_quota(outcome.headers, epoch=self.clock.epoch()), read_date(outcome.headers)
            self.pacing.learn(endpoint, departure=departure, status=status, headers=outcome.headers)
        path = endpoint.removeprefix(f"{request.method} ")
        sent = Sent(request.method, path, status, seconds, attempt, tuple(request.query), quota=quota, date=date)
        return departure, outcome, sent

    def _check_lease(self, request: Request) -> None:
        """At the last moment before sending. Raises LockLost unless the attempt can only end within the lease."""
        left = self.lease.remaining()
        if left <= self.wire.longest:
            raise LockLost(
                f"{request} was not sent: the lock on this account "
                + (f"is sure for {left:.0f} s only, and could not be renewed" if left > 0 else "was lost"),
                hint="see who holds it with reconciler status, then type the same command again: it carries on",
            )
