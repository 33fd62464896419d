"""When a request may be sent again, and after how long. Pure: no I/O, no clock; randomness is an argument.

A request is sent again only where that cannot do harm:

    outcome                         may repeat      POST that writes
    ------------------------------  --------------  ----------------
    2xx, JSON                       done            done
    429, waiting helps              again           again: it was turned away, not carried out
    429, waiting does not help      refused         refused (spend limit, guide §2)
    408, 5xx                        again           outcome unknown
    3xx, other 4xx                  refused         refused
    2xx that is not JSON            again           outcome unknown
    no whole answer                 again           outcome unknown
    no connection                   again           again: nothing was sent
    certificate does not verify     unreachable     unreachable
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus

from reconciler.transport.outcome import Answer, Garbled, Lost, NotSent, Outcome
from reconciler.transport.quota import asked_wait


class Repeat(Enum):
    """Whether doing the request twice is the same as doing it once."""

    HARMLESS = auto()
    """Reads, questions, PATCH, PUT, DELETE."""

    HARMFUL = auto()
    """A POST that writes: two of them can create twins (guide §18.6)."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to insist. All times are in seconds."""

    attempts: int = 5
    """Sendings of one request at most, the first included."""

    deadline: float = 120.0
    """No attempt begins later than this after the first; two full waits of ``Retry-After`` fit in."""

    first_delay: float = 0.5
    """Upper end of the first wait; doubled for each one after it (the SDK's figures, guide §18.6)."""

    longest_delay: float = 8.0
    """Upper end of every wait that the API did not ask for."""


def may_repeat(outcome: Outcome, repeat: Repeat, *, hopeless: Callable[[Answer], bool]) -> bool:
    """Whether to send again: the table above. ``hopeless`` tells a 429 that waiting does not cure."""
    match outcome:
        case Answer(status=HTTPStatus.TOO_MANY_REQUESTS):
            return not hopeless(outcome)
        case Answer() | Garbled() | Lost():
            return is_doubtful(outcome) and repeat is Repeat.HARMLESS
        case NotSent():
            return not outcome.permanent


def is_doubtful(outcome: Outcome) -> bool:
    """Whether a write may have been carried out although this outcome is no usable answer.

    5xx and 408 count: the API has been seen to fail after it had committed (guide §18.6).
    """
    match outcome:
        case Answer():
            server_failed = outcome.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            return server_failed or outcome.status == HTTPStatus.REQUEST_TIMEOUT
        case Garbled() | Lost():
            return True
        case NotSent():
            return False


def delay_before_next(
    outcome: Outcome, attempt: int, policy: RetryPolicy, *, epoch: float, random: Callable[[], float]
) -> float:
    """Seconds to wait after ``attempt`` (the first is 1): what the answer asks, else full jitter."""
    if isinstance(outcome, Answer):
        asked = asked_wait(outcome.status, outcome.headers, epoch=epoch)
        if asked is not None:
            return asked
    ceiling = min(policy.longest_delay, policy.first_delay * 2.0 ** (attempt - 1))
    return random() * ceiling
