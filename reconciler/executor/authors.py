"""Who changed what, as far as the account's audit log tells: best effort, and never a reason to fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.errors import ApiError
from reconciler.model.session import Query, ReadSession

_PATH = "/audit_events"
_PAGE = 100
"""Events of one page: one request is what an explanation is worth."""


async def authors(session: ReadSession, since: str) -> Mapping[str, str]:
    """By resource id, who changed it last and when, among the newest events after ``since`` (ISO 8601).

    Empty where the log cannot be read. Source: the API's ``ListAuditLogs``, which is eventually consistent.
    """
    query: Query = {"filter[created_after]": since, "sort": "desc", "page[size]": _PAGE}
    try:
        body = await session.get(_PATH, query)
    except ApiError:
        return {}
    found: dict[str, str] = {}
    for event in body.get("data") or () if isinstance(body, dict) else ():
        match event:
            case {"resource_id": str(resource), "change_made_by": str(who), "created_at": str(when)}:
                found.setdefault(resource, " ".join((_named(who, event), f"at {when}")))
            case _:
                pass
    return found


def _named(who: str, event: Mapping[str, Any]) -> str:
    user = event.get("user_id")
    words = who.replace("_", " ")
    return f"{words} {user}" if isinstance(user, str) else words
