"""Which paths ask without writing, and which requests share one rate limit: data about Telnyx."""

from __future__ import annotations

from reconciler.transport.permission import Permission

SIDE_EFFECT_FREE = frozenset(
    {
        "/messaging_hosted_number_orders/eligibility_numbers_check",
        "/messaging/rcs/bulk_capabilities",
    }
)
"""POSTs that only answer a question (guide §10, §12.1). Adding one weakens promise 1: prove it first."""

READING = Permission(methods=frozenset({"GET"}), pairs=frozenset(("POST", path) for path in SIDE_EFFECT_FREE))
WRITING = Permission(methods=frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"}))

_WORDS = frozenset(
    {
        "actions",
        "agents",
        "alphanumeric_sender_ids",
        "autoresp_configs",
        "bulk_capabilities",
        "capabilities",
        "eligibility_numbers_check",
        "file_upload",
        "messaging",
        "metrics",
        "phone_numbers",
        "rcs",
        "regenerate_secret",
        "requests",
        "short_codes",
        "status_history",
        "test_number_invite",
        "validation_codes",
        "verification",
        "verification_codes",
    }
)
"""Words of paths after the first segment (guide §1). Everything else there counts as an id."""


def endpoint_of(method: str, path: str) -> str:
    """Name the endpoint, ids collapsed: ``GET /messaging_profiles/{}/autoresp_configs``.

    Telnyx limits per endpoint. Ids cannot be told by their shape (an RCS ``agent_id`` is free text, a sender
    ID may be a word), so the words are listed instead. A word missing from the list makes endpoints share a
    pace: slower, never over the limit.
    """
    first, *rest = path.removeprefix("/").split("/")
    return f"{method} /" + "/".join([first, *(segment if segment in _WORDS else "{}" for segment in rest)])
