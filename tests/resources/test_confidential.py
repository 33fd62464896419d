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
    street = "an address, which may be where somebody lives"
    assert declared == {
        "AlphanumericSenderId.us_long_code_fallback": number,
        "HostedNumberOrder.phone_numbers": number,
        "MessagingProfile.health_webhook_url": address,
        "MessagingProfile.webhook_failover_url": address,
        "MessagingProfile.webhook_url": address,
        "RcsAgent.webhook_failover_url": address,
        "RcsAgent.webhook_url": address,
        "RcsTestNumber.phone_number": number,
        "TollfreeVerification.businessAddr1": street,
        "TollfreeVerification.businessAddr2": street,
        "TollfreeVerification.businessContactEmail": "a person's mail address",
        "TollfreeVerification.businessContactFirstName": "a person's name",
        "TollfreeVerification.businessContactLastName": "a person's name",
        "TollfreeVerification.businessContactPhone": number,
        "TollfreeVerification.businessRegistrationNumber": "a registration number, which may be a person's",
        "TollfreeVerification.campaignVerifyAuthorizationToken": "a token of Campaign Verify",
        "TollfreeVerification.webhookUrl": address,
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
        "https://a8f3c1d2e4b5968778695a4b3c2d1e0fa8f3c1d2e4b5968778695a4b3c2d1e0f.hooks.example.com",
        "https://A8F3C1D2E4B59687.hooks.example.com/telnyx",
        "https://eo1q2w3e4r5t6y.m.pipedream.net",
        "https://telnyx-4f9k2m7x1q.hooks.example.com",
        "https://x7k2qv9zjw.execute-api.us-east-1.amazonaws.com/prod",
        "https://3fa85f64-5717-4562-b3fc-2c963f66afa6.hooks.example.com",
        "https://3fa8-5717-4562-b3fc.hooks.example.com:8443",
        "https://hooks.qzvkxjtbnmqwpzkxvbtr.example.com",
        "https://482915730164.hooks.example.com",
        "https://%61%38%66%33.example.com",
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
        "https://notifications2.example.com",
        "https://telnyx-webhooks-v2.eu1.prod3.example.com",
        "https://messaging2024.internationalbusinessmachines.example",
        "https://rechtsschutzversicherungen.example/sms",
        "https://donaudampfschifffahrtsgesellschaft.example",
        "https://ec2-203-0-113-25.compute-1.amazonaws.com",
        "https://k8s1prod2.eu-central-1.example.com",
        "https://s3.dualstack.us-east-1.amazonaws.com",
        "https://203.0.113.7:8443/hooks",
        "https://[2001:db8:85a3:8d3:1319:8a2e:370:7348]/hooks",
        "https://xn--clchc0ea0b2g2a9gcd.example",
        "https://api.facade-decade-cafe.example",
    ],
)
def test_addresses_that_do_not(url: str | None) -> None:
    """What a person made up stays readable."""
    assert not looks_secret(url)
