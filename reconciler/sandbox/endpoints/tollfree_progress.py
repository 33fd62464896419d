"""The review of a toll-free verification (guide 13), moved by hand: In Progress → Waiting For Vendor → Verified.

A step rejects instead what the review is known to reject: a request without business registration, or a
political one without a Campaign Verify token.
"""

from typing import Any, Final

from reconciler.sandbox.account import Account
from reconciler.sandbox.endpoints.tollfree import VERIFICATIONS, moved
from reconciler.sandbox.endpoints.tollfree_fields import REGISTRATION, STATUSES
from reconciler.sandbox.progress import Ask, Course
from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.rest import Document
from reconciler.sandbox.store import Row

_NEXT: Final = {
    "In Progress": "Waiting For Vendor",
    "Waiting For Telnyx": "Waiting For Vendor",
    "Waiting For Vendor": "Verified",
}
"""The step after each status that waits for nobody but the reviewers."""


def _objection(document: Document) -> str | None:
    """Why the review would reject this request."""
    if missing := [name for name in REGISTRATION if not document.get(name)]:
        return f"{', '.join(missing)} missing"
    if document["useCase"] == "Political" and not document.get("campaignVerifyAuthorizationToken"):
        return "campaignVerifyAuthorizationToken missing"
    return None


def _check(ask: Ask) -> None:
    reason: Any = ask.get("reason")
    if reason is not None and not isinstance(reason, str):
        raise refuse(422, "10026", "reason must be a string", pointer="/reason")


def _move(account: Account, row: Row, ask: Ask) -> Row:
    status = ask.get("status")
    if status is not None:
        return moved(account, row, status, ask.get("reason"))
    current = row.document["verificationStatus"]
    if current in _NEXT and (objection := _objection(row.document)):
        return moved(account, row, "Rejected", objection)
    return moved(account, row, _NEXT.get(current, current), ask.get("reason"))


COURSE = Course(
    VERIFICATIONS,
    statuses=frozenset(STATUSES),
    movable=lambda row: row.document["verificationStatus"] in _NEXT,
    move=_move,
    check=_check,
)
