"""The article before the name of a kind."""

from __future__ import annotations

import pytest

from reconciler.model.articles import with_article


@pytest.mark.parametrize(
    "expected",
    [
        "an AlphanumericSenderId",
        "an AutoResponse",
        "a HostedNumberOrder",
        "a MessagingProfile",
        "an RcsAgent",
        "a PhoneNumberMessaging",
        "a ShortCode",
        "a TollfreeVerification",
    ],
)
def test_articles(expected: str) -> None:
    """As people say it: RCS is read out letter by letter."""
    assert with_article(expected.partition(" ")[2]) == expected
