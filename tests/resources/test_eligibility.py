"""What Telnyx says of numbers before they are ordered, in every shape of its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.errors import ApiError
from reconciler.resources.values.eligibility import meaning_of, verdicts_of

NUMBER = "+15125550100"


class Answering:
    """A read session with one answer."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[Mapping[str, Any]] = []

    async def get(self, path: str, query: Any = None) -> Any:
        """Nothing is read."""
        raise AssertionError(path, query)

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """The question."""
        assert path == "/messaging_hosted_number_orders/eligibility_numbers_check"
        self.asked.append(body)
        return self.answer


def _row(**fields: Any) -> dict[str, Any]:
    return {"phone_number": NUMBER, **fields}


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (_row(eligible=True, eligible_status="ELIGIBLE"), {NUMBER: "ELIGIBLE"}),
        (_row(eligible=False, eligible_status="number_can_not_be_wireless"), {NUMBER: "NUMBER_CAN_NOT_BE_WIRELESS"}),
        (_row(eligible=True, eligible_status=None), {NUMBER: "ELIGIBLE"}),
        (_row(eligible=False), {NUMBER: "NOT_ELIGIBLE"}),
        (_row(), {}),
        ({"eligible": True}, {}),
        ("ELIGIBLE", {}),
    ],
)
def test_a_verdict_is_read_leniently(row: Any, verdict: dict[str, str]) -> None:
    """Bare as documented, in ``data`` as everything else, and as the list of the older form (guide §10)."""
    for answer in ({"phone_numbers": [row]}, {"data": {"phone_numbers": [row]}}, {"data": [row]}):
        session = Answering(answer)
        assert asyncio.run(verdicts_of(session, [NUMBER])) == verdict
        assert session.asked == [{"phone_numbers": [NUMBER]}]


@pytest.mark.parametrize("answer", [{}, None, {"data": None}, {"phone_numbers": NUMBER}, "ELIGIBLE"])
def test_no_list_is_no_answer(answer: Any) -> None:
    """Rather than an empty one, which would pass for a yes."""
    with pytest.raises(ApiError, match="no list"):
        asyncio.run(verdicts_of(Answering(answer), [NUMBER]))


def test_an_unknown_verdict_is_repeated_and_a_text_is_not() -> None:
    """Words of the API's own list are harmless; anything else may quote what it was asked."""
    assert meaning_of("NUMBER_ON_THE_MOON").why == "Telnyx says: number on the moon"
    assert meaning_of("NOT_ELIGIBLE").why == meaning_of(f"NO: {NUMBER}").why == "Telnyx does not say why"
