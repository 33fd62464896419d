"""Sending verification codes, and handing them in: one request, never repeated, whatever came of it.

Neither has a natural key by which its outcome could be looked for, so a lost answer stays unknown (design §5).
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import NamedTuple

from reconciler.errors import ApiError, OutcomeUnknown
from reconciler.model.codes import CodeEnd, CodeStatus, Method, OwnershipCodes
from reconciler.model.observed import Remote
from reconciler.model.plan import SENSITIVE
from reconciler.model.session import WriteSession


class Sent(NamedTuple):
    """How it ended for each number; ``error`` is why that is not known, or why nothing was done."""

    ends: tuple[CodeEnd, ...]
    error: ApiError | None = None


async def send(
    session: WriteSession, codes: OwnershipCodes, remote: Remote, numbers: Sequence[str], method: Method
) -> Sent:
    """Have a code sent to each number."""
    return await _once(codes.send(session, remote, numbers, method), numbers)


async def check(session: WriteSession, codes: OwnershipCodes, remote: Remote, given: Mapping[str, str]) -> Sent:
    """Hand in the codes, by number. Nothing that is told of it holds one, should the API quote it."""
    ends, error = await _once(codes.check(session, remote, given), list(given))
    if error is not None:
        error.summary = _without(given.values(), error.summary)
    return Sent(tuple(end._replace(detail=_without(given.values(), end.detail)) for end in ends), error)


async def _once(request: Awaitable[Sequence[CodeEnd]], numbers: Sequence[str]) -> Sent:
    try:
        return Sent(tuple(await request))
    except OutcomeUnknown as error:
        return Sent(tuple(CodeEnd(number, CodeStatus.UNKNOWN) for number in numbers), error)
    except ApiError as error:
        return Sent((), error)


def _without(codes: Iterable[str], text: str) -> str:
    for code in codes:
        text = text.replace(code, SENSITIVE)
    return text
