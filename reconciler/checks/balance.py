"""What may be spent. Without credit an account becomes inactive, and sends and orders are refused (guide §18.3)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from reconciler.checks.check import Check, Look, Looked
from reconciler.errors import ApiError
from reconciler.model.diagnostic import Diagnostic, Severity

_PATH = "/balance"


async def _look(look: Look) -> Looked:
    answer = await look.session.get(_PATH)
    row = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(row, Mapping):
        raise _unusable()
    available = _amount(row.get("available_credit"))
    currency = str(row.get("currency") or "USD")
    summary = f"{available} {currency} may be spent; the balance is {_amount(row.get('balance'))} {currency}"
    if available > 0:
        return Looked(summary)
    finding = Diagnostic(
        code="doctor-no-funds",
        severity=Severity.ERROR,
        summary=f"nothing may be spent: {available} {currency} are left",
        detail="sends and orders are refused, and the account may become inactive",
        hint="add funds in the portal, or turn on automatic payments there",
    )
    return Looked(summary, (finding,))


def _amount(value: Any) -> Decimal:
    """Amounts are texts. Raises ApiError."""
    try:
        amount = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise _unusable()
    return amount


def _unusable() -> ApiError:
    return ApiError(
        f"GET {_PATH}: the API sent no amounts that are known", request=f"GET {_PATH}", code="unusable-answer"
    )


CHECK = Check(name="balance", place=30, look=_look)
