"""Verification codes of a hosted number order: sent to its numbers, read by people, handed in (guide §10).

Which calls are legal in which status is documented nowhere, so only what is over is held back here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reconciler.adapters.rest import joined, unwrapped
from reconciler.errors import OutcomeUnknown
from reconciler.model.codes import CodeEnd, CodeStatus, Method
from reconciler.model.observed import Observed, Remote
from reconciler.model.paths import Path
from reconciler.model.session import WriteSession
from reconciler.resources.values.hosting import NUMBERS, PATH, PROVEN, SETTLED, entries_of, numbers_settled

_CHECKED: Final[Mapping[str, CodeStatus]] = {
    "verified": CodeStatus.VERIFIED,
    "already_verified": CodeStatus.ALREADY_VERIFIED,
    "rejected": CodeStatus.REJECTED,
}


class HostedCodes:
    """The codes of one collection of orders."""

    path: Path = NUMBERS

    def numbers(self, observed: Observed) -> Sequence[str]:
        """In the order of the API's answer."""
        return [number for number, _ in entries_of(observed.attributes)]

    def wanted(self, observed: Observed) -> Sequence[str]:
        """Those that are neither live nor failed nor proven: the API does not tell of each whether its code came."""
        if numbers_settled(str(observed.attributes.get("status"))):
            return []
        return [
            number
            for number, state in entries_of(observed.attributes)
            if state not in SETTLED | PROVEN and not state.startswith("failed")
        ]

    async def send(
        self, session: WriteSession, remote: Remote, numbers: Sequence[str], method: Method
    ) -> Sequence[CodeEnd]:
        """POST verification_codes: what is wrong with a number stands inside of a 200."""
        path = f"{joined(PATH, remote.id)}/verification_codes"
        body = {"phone_numbers": list(numbers), "verification_method": method.value}
        answer = await session.post(path, body)
        rows = answer.get("data") if isinstance(answer, Mapping) else None
        told = _by_number(rows, path)
        return [_sent(number, told.get(number)) for number in numbers]

    async def check(self, session: WriteSession, remote: Remote, codes: Mapping[str, str]) -> Sequence[CodeEnd]:
        """POST validation_codes."""
        path = f"{joined(PATH, remote.id)}/validation_codes"
        body = {"verification_codes": [{"phone_number": number, "code": code} for number, code in codes.items()]}
        told = _by_number((unwrapped(await session.post(path, body)) or {}).get("phone_numbers"), path)
        return [_checked(number, told.get(number)) for number in codes]


def _by_number(rows: Any, path: str) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(rows, list):
        request = f"POST {path}"
        raise OutcomeUnknown(f"{request} answered no list of numbers, so what it did is not known", request=request)
    return {str(row.get("phone_number")): row for row in rows if isinstance(row, Mapping)}


def _sent(number: str, row: Mapping[str, Any] | None) -> CodeEnd:
    if row is None:
        return CodeEnd(number, CodeStatus.OTHER, "the answer does not mention it")
    error = row.get("error")
    return CodeEnd(number, CodeStatus.NOT_SENT, str(error)) if error else CodeEnd(number, CodeStatus.SENT)


def _checked(number: str, row: Mapping[str, Any] | None) -> CodeEnd:
    status = "" if row is None else str(row.get("status") or "")
    if status in _CHECKED:
        return CodeEnd(number, _CHECKED[status])
    said = f'the answer says "{status}"' if status else "the answer does not mention it"
    return CodeEnd(number, CodeStatus.OTHER, said)
