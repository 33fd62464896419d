"""How single numbers of a hosted order fail, and what comes next for each (guide §10). An order can be mixed."""

from __future__ import annotations

from typing import Final

_MEANINGS: Final = {
    "failed_activation": "it could not be activated: ask Telnyx support why",
    "failed_carrier_rejected": "its carrier refused: ask the carrier why",
    "failed_ineligible_carrier": "its carrier's numbers cannot be hosted: port it instead",
    "failed_number_already_hosted": "it is hosted already: ask whoever hosts it to release it",
    "failed_number_not_found": "nobody knows the number: check its digits",
    "failed_ownership_verification": "nobody proved whose it is: have its code at hand next time",
    "failed_timeout": "nobody answered in time",
}


def is_given_up(state: str) -> bool:
    """Whether nothing will come of a number any more, whatever becomes of its order."""
    return state == "deleted" or state.startswith("failed")


def why(state: str) -> str:
    """How a number failed, and what comes next; nothing where its status says no more."""
    return _MEANINGS.get(state, "")


def told(number: str, state: str) -> str:
    """A number of an order for people: its status, and how it failed."""
    reason = why(state)
    return f"{number}  {state}: {reason}" if reason else f"{number}  {state}"
