"""Values that only one object may hold: a keyword, a sender, a number."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.kind import Claim, ResourceKind
from reconciler.model.reference import Unknown

from .stating import kind

ANSWER, SENDER, ORDER = kind("AutoResponse"), kind("AlphanumericSenderId"), kind("HostedNumberOrder")
NEW = Unknown(Address("MessagingProfile", "support"))

CLAIMS: list[tuple[str, ResourceKind, dict[str, Any], set[Claim]]] = [
    (
        "each keyword, in upper case, for its country",
        ANSWER,
        {"messaging_profile": "p", "country_code": "US", "keywords": ["stop", "END"]},
        {Claim(("keyword", "p", "STOP"), "US"), Claim(("keyword", "p", "END"), "US")},
    ),
    (
        "any country",
        ANSWER,
        {"messaging_profile": "p", "country_code": "*", "keywords": ["STOP"]},
        {Claim(("keyword", "p", "STOP"), "*")},
    ),
    (
        "under a profile that is yet to be created",
        ANSWER,
        {"messaging_profile": NEW, "country_code": "US", "keywords": ["STOP"]},
        {Claim(("keyword", str(NEW), "STOP"), "US")},
    ),
    ("an answer without keywords holds none", ANSWER, {"messaging_profile": "p", "country_code": "US"}, set()),
    (
        "a sender, whatever its case",
        SENDER,
        {"messaging_profile": "p", "alphanumeric_sender_id": "Acme"},
        {Claim(("sender", "p", "acme"))},
    ),
    ("an answer without a sender holds none", SENDER, {"messaging_profile": "p"}, set()),
    (
        "each number, across all profiles",
        ORDER,
        {"phone_numbers": ["+15125550100"], "messaging_profile": "p"},
        {Claim(("hosted number", "+15125550100"))},
    ),
    (
        "numbers of an answer",
        ORDER,
        {"phone_numbers": [{"phone_number": "+15125550100", "status": "pending"}]},
        {Claim(("hosted number", "+15125550100"))},
    ),
    ("an order for no number", ORDER, {}, set()),
]


@pytest.mark.parametrize(("reason", "of", "values", "claims"), CLAIMS, ids=[row[0] for row in CLAIMS])
def test_claims(reason: str, of: ResourceKind, values: dict[str, Any], claims: set[Claim]) -> None:
    """Read off desired and observed values alike."""
    assert of.exclusive({(name,): value for name, value in values.items()}) == claims
