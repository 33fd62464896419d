"""Signals. While an apply writes, the first asks it to finish what is in flight; all others end things at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, TypeVar

from reconciler.errors import Interrupted
from reconciler.model.events import Began, Emit, Event

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def reading(work: Coroutine[Any, Any, T], *, told: str = "interrupted; nothing was written") -> T:
    """Run what has nothing to finish: it only reads, or can be run again whatever it did. Raises Interrupted."""
    found: list[T] = []

    async def find() -> None:
        found.append(await work)

    try:
        # What the main task returns, Python 3.11 spells out when it gives SIGINT back: seconds for a large plan.
        asyncio.run(find())
    except KeyboardInterrupt:
        raise Interrupted(told) from None
    return found[0]


@contextmanager
def ending_at_once() -> Iterator[None]:
    """While a question waits for its answer: the event loop, which it blocks, would hear of signals only afterwards."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Interruption:
    """Turns signals into the run's ``stop``. Before the first write there is nothing to finish: the run just ends.

    Give its ``watching`` to the run as ``emit``: that is how it knows whether anything was begun.
    """

    def __init__(self, emit: Emit, say: Callable[[str], None]) -> None:
        """``emit`` is told every event, ``say`` what the first signal does."""
        self.stop = asyncio.Event()
        self._emit = emit
        self._say = say
        self._writing = False

    def watching(self, event: Event) -> None:
        """Pass an event on."""
        if isinstance(event, Began):
            self.writing()
        self._emit(event)

    @property
    def is_writing(self) -> bool:
        """Whether something was begun."""
        return self._writing

    def writing(self) -> None:
        """From now on there is something to finish."""
        self._writing = True

    async def guard(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` with the signals watched. Raises CancelledError when a signal ended it."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(work)

        def on_signal() -> None:
            if self._writing and not self.stop.is_set():
                self.stop.set()
                self._say("stopping after what is in flight; once more to stop at once\n")
            else:
                task.cancel()

        for number in _SIGNALS:
            loop.add_signal_handler(number, on_signal)
        try:
            return await task
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
