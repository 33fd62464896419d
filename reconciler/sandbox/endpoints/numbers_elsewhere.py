"""What is known of numbers that are not in this account: the administrator says it, and no operation answers it.

Hosted orders go by it (guide 10): whether a number is eligible, and whether it is a landline that no text reaches.
"""

from typing import Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.fields import Field, boolean, choice, e164
from reconciler.sandbox.idents import plain_uuid
from reconciler.sandbox.rest import Document, Resource

ELIGIBLE: Final = "ELIGIBLE"
STATUSES: Final = (
    ELIGIBLE,
    "NUMBER_CAN_NOT_BE_REPEATED",
    "NUMBER_CAN_NOT_BE_VALIDATED",
    "NUMBER_CAN_NOT_BE_WIRELESS",
    "NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT",
    "NUMBER_CAN_NOT_HOSTED_WITH_A_TELNYX_SUBSCRIBER",
    "NUMBER_CAN_NOT_BE_IN_TELNYX",
    "NUMBER_IS_NOT_A_US_NUMBER",
    "NUMBER_IS_NOT_A_VALID_ROUTING_NUMBER",
    "NUMBER_IS_NOT_IN_E164_FORMAT",
    "BILLING_ACCOUNT_CHECK_FAILED",
    "BILLING_ACCOUNT_IS_ABOLISHED",
)

NUMBERS_ELSEWHERE = Resource(
    collection="numbers_elsewhere",
    fields=(
        Field("phone_number", e164, required=True),
        Field("eligible_status", choice(*STATUSES), default=ELIGIBLE),
        Field("landline", boolean, default=False),
    ),
    identify=plain_uuid,
    stamp=None,
    alias="phone_number",
)


def known_of(account: Account, number: str) -> Document | None:
    """What was said of this number last."""
    rows = account.rows(NUMBERS_ELSEWHERE.collection).where("phone_number", number)
    return rows[-1].document if rows else None
