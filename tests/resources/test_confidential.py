"""What has no place in a repository: phone numbers always, addresses when they look as if they held a token."""

from __future__ import annotations

import pytest

from reconciler.model.paths import dotted
from reconciler.resources import kinds
from reconciler.resources.values.web_address import looks_secret


def test_which_fields_may_be_confidential() -> None:
    """A new one must be declared, and then it is here: reviewers see it."""
    declared = {
        f"{kind.name}.{dotted(leaf.path)}": leaf.confidential.what
        for kind in kinds().values()
        for leaf in kind.leaves.values()
        if leaf.confidential is not None
    }
    number, address = "a phone number", "an address with a password or a token in it"
    assert declared == {
        "AlphanumericSenderId.us_long_code_fallback": number,
        "HostedNumberOrder.phone_numbers": number,
        "MessagingProfile.health_webhook_url": address,
        "MessagingProfile.webhook_failover_url": address,
        "MessagingProfile.webhook_url": address,
        "RcsAgent.webhook_failover_url": address,
        "RcsAgent.webhook_url": address,
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://user:pass@a.example/",
        "https://user@a.example/",
        "https://a.example/hooks?x",
        "https://hooks.slack.com/services/T01/B02/aB3dE6gH9kL2mN5pQ8sT1vW4",
        "https://hook.example/3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "https://api.telegram.org/bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11/x",
        "https://a.example/rP1VamejkUvqIUxntqLWc",
        "https://[",
    ],
)
def test_addresses_that_look_secret(url: str) -> None:
    """Whoever knows one of these can pretend to be Telnyx."""
    assert looks_secret(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        None,
        "https://a.example",
        "https://a.example:8443/telnyx-webhooks-v2/messaging_inbound",
        "https://eu1.a.example/2024/10/messages.php",
        "https://a.example/customers/acme/notifications",
    ],
)
def test_addresses_that_do_not(url: str | None) -> None:
    """What a person made up stays readable."""
    assert not looks_secret(url)
