"""Playing a fault out: what is committed and what the client gets to see, per effect of `faults.EFFECTS`."""

import asyncio
from collections.abc import Callable
from typing import Final

from reconciler.sandbox.calls import Answer
from reconciler.sandbox.delivery import Delivery
from reconciler.sandbox.faults import BEFORE, Fault
from reconciler.sandbox.refusals import CODE_OF_STATUS, Refusal, refuse
from reconciler.sandbox.store import encode

_BROKEN: Final = Answer('{"data": {"id": "4001')
_MARKUP: Final = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"


def error_answer(refusal: Refusal, *, bare: bool = False) -> Answer:
    """The answer that a refusal is."""
    return Answer(encode(refusal.document(bare=bare)), refusal.status)


async def play(fault: Fault, work: Callable[[], Answer], delivery: Delivery) -> int | None:
    """Do or do not do the work, and answer or do not answer; returns the status that was sent, if one was."""
    if fault.effect in BEFORE:
        return await _before(fault, work, delivery)
    return await _after(fault, work(), delivery)


async def _before(fault: Fault, work: Callable[[], Answer], delivery: Delivery) -> int | None:
    match fault.effect:
        case "delay":
            await asyncio.sleep(fault.argument or 0.0)
            return await delivery.send(work())
        case "drop-before":
            await delivery.drop()
        case "hold-before":
            await delivery.hold()
        case _:
            return await delivery.send(_instead(fault))
    return None


def _instead(fault: Fault) -> Answer:
    match fault.effect:
        case "status-before":
            return _status_answer(int(fault.argument or 0))
        case "html":
            status = int(fault.argument or 0)
            return Answer(_MARKUP.format(status), status, "text/html")
        case "rate-limit":
            return _rate_limited(fault.argument)
    return error_answer(refuse(429, "40333", "the daily spend limit of the messaging profile is reached"))


async def _after(fault: Fault, answer: Answer, delivery: Delivery) -> int | None:
    match fault.effect:
        case "drop-after":
            await delivery.drop()
            return None
        case "hold-after":
            await delivery.hold()
            return None
        case "delay-after":
            await asyncio.sleep(fault.argument or 0.0)
            return await delivery.send(answer)
        case "truncate":
            return await delivery.truncate(answer)
        case "broken-json":
            return await delivery.send(_BROKEN)
    return await delivery.send(_status_answer(int(fault.argument or 0)))


def _status_answer(status: int) -> Answer:
    fallback = "10007" if status >= 500 else "10015"  # noqa: PLR2004 - the border between HTTP's error classes
    code = CODE_OF_STATUS.get(status, fallback)
    return error_answer(refuse(status, code, "injected by a fault of the sandbox"))


def _rate_limited(retry_after: float | None) -> Answer:
    answer = error_answer(refuse(429, "10011", "too many requests"))
    headers = {"x-ratelimit-remaining": "0"}
    if retry_after is not None:
        headers["retry-after"] = f"{retry_after:g}"
    return Answer(answer.text, answer.status, answer.media_type, headers)
