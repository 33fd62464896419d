"""Operations of the description that the emulator leaves out, and why; `/*` at the end stands for all below."""

from __future__ import annotations

_REGISTRATION = "10DLC brands and campaigns cost money and are out of scope of this product"
_MANAGING = "managed accounts are read only here: none can be deleted again"
_CONTENT = "rich content has no parts, and nothing here sends it"
_WEBHOOKS = "the emulator sends no webhooks"
_TEN_DLC = {"/10dlc/*": _REGISTRATION}

UNSERVED: dict[str, dict[str, str]] = {
    "GET": {
        **_TEN_DLC,
        "/managed_accounts/allocatable_global_outbound_channels": "about voice, not messages",
        "/webhook_deliveries": _WEBHOOKS,
        "/webhook_deliveries/{id}": _WEBHOOKS,
    },
    "POST": {
        **_TEN_DLC,
        "/managed_accounts": _MANAGING,
        "/managed_accounts/{id}/actions/disable": _MANAGING,
        "/managed_accounts/{id}/actions/enable": _MANAGING,
        "/messages/rcs": _CONTENT,
        "/messages/whatsapp": _CONTENT,
    },
    "PUT": _TEN_DLC,
    "PATCH": {
        **_TEN_DLC,
        "/managed_accounts/{id}": _MANAGING,
        "/managed_accounts/{id}/update_global_channel_limit": "about voice, not messages",
    },
    "DELETE": _TEN_DLC,
}


def reason_against(method: str, path: str) -> str | None:
    """Why this operation is left out, or None when it is not said to be."""
    for place, reason in UNSERVED[method].items():
        if path == place or (place.endswith("/*") and path.startswith(place[:-1])):
            return reason
    return None
