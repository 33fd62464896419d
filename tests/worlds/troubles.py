"""What an API does to its clients: faults that strike one request, quirks that stay."""

from __future__ import annotations

FAULTS = (
    "drop-before",
    "drop-after",
    "status-before=500",
    "status-after=500",
    "status-after=503",
    "status-before=408",
    "rate-limit",
    "rate-limit=1",
    "truncate",
    "broken-json",
)
QUIRKS = (
    "lag=2",
    "webhook-url-null",
    "webhook-url-empty",
    "reordered-arrays",
    "reordered-rows",
    "uppercase-keywords",
    "normalised-decimals",
    "extra-fields",
    "duplicate-senders",
    "deleted-orders-vanish",
    "bare-orders",
    "null-verification-fields",
)
