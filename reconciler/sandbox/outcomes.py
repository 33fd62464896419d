"""Playing a fault out: what is committed and what the client gets to see, per effect of `faults.EFFECTS`."""

import asyncio
from collections.abc import Callable
from typing import Final

from reconciler.sandbox.calls import Answer
from reconciler.sandbox.delivery import Delivery
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.refusals import CODE_OF_STATUS, Refusal, refuse
from reconciler.sandbox.store import encode

_BROKEN: Final = Answer('{"data": {"id": "4001')
_MARKUP: Final = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"


def error_answer(refusal: Refusal, *, bare: bool = False) -> Answer:
    """The answer that a refusal is."""
    return Answer(encode(refusal.document(bare=bare)), refusal.status)


async def play(fault: Fault, work: Callable[[], Answer], delivery: Delivery) -> int | None:
    """Do or do not do the work, and answer or do not answer; returns the status that was sent, if one was."""
    argument = fault.argument or 0.0
    match fault.effect:
        case "delay":
            await asyncio.sleep(argument)
            return await delivery.send(work())
        case "delay-after":
            answer = work()
            await asyncio.sleep(argument)
            return await delivery.send(answer)
        case "status-before":
            return await delivery.send(_status_answer(int(argument)))
        case "status-after":
            work()
            return await delivery.send(_status_answer(int(argument)))
        case "html":
            markup = _MARKUP.format(int(argument))
            return await delivery.send(Answer(markup, int(argument), "text/html"))
        case "rate-limit":
            return await delivery.send(_rate_limited(fault.argument))
        case "spend-limit":
            detail = "the daily spend limit of the messaging profile is reached"
            return await delivery.send(error_answer(refuse(429, "40333", detail)))
        case "broken-json":
            work()
            return await delivery.send(_BROKEN)
        case "truncate":
            return await delivery.truncate(work())
        case "drop-before":
            await delivery.drop()
        case "drop-after":
            work()
            await delivery.drop()
        case "hold-before":
            await delivery.hold()
        case "hold-after":
            work()
            await delivery.hold()
        case effect:
            raise AssertionError(f"faults.EFFECTS lists {effect}, which nothing plays")
    return None


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
