"""Where profiles send what happens: set where it is needed, encrypted, in the public internet (guide §2, §17, §21)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from reconciler.adapters.pagination import list_all
from reconciler.checks.addresses import is_private, scheme_of
from reconciler.checks.check import Check, Look, Looked, Row, unread
from reconciler.checks.profiles import Thing, numbers, of_profile, profiles
from reconciler.errors import ApiError
from reconciler.model.diagnostic import Diagnostic, Severity

FIELDS = ("webhook_url", "webhook_failover_url")


async def _look(look: Look) -> Looked:
    judged = await profiles(look)
    silent = [profile for profile in judged if not profile.text("webhook_url")]
    senders, findings = await _senders(look) if silent else ([], [])
    for profile in judged:
        findings += _findings(profile, len(of_profile(senders, profile)), look)
    set_up = len(judged) - len(silent)
    return Looked(f"{set_up} of {len(judged)} profiles have a webhook_url", tuple(findings))


async def _senders(look: Look) -> tuple[list[Row], list[Diagnostic]]:
    """Everything with a number that is on a profile, and what could not be read of it."""
    reads = (
        numbers(look.session),
        list_all(look.session, "/short_codes"),
        list_all(look.session, "/messaging_hosted_numbers"),
    )
    rows: list[Row] = []
    findings: list[Diagnostic] = []
    for found in await asyncio.gather(*reads, return_exceptions=True):
        if isinstance(found, ApiError):
            findings.append(unread(found))
        elif isinstance(found, BaseException):
            raise found
        else:
            rows += found
    return rows, findings


def _findings(profile: Thing, senders: int, look: Look) -> Iterator[Diagnostic]:
    first, second = map(profile.text, FIELDS)
    if not first and senders:
        yield profile.finding(
            "webhook-url-missing",
            Severity.WARNING,
            f"has {senders} of the account's numbers, and no webhook_url",
            detail="inbound messages, delivery reports and spend alerts go nowhere",
            hint=profile.to_set("webhook_url"),
        )
    if second and not first:
        yield profile.finding(
            "webhook-failover-without-primary",
            Severity.WARNING,
            "webhook_failover_url is set without webhook_url, so it is never used",
            hint=profile.to_set("webhook_url"),
        )
    if first and first == second:
        yield profile.finding(
            "webhook-failover-same",
            Severity.WARNING,
            "webhook_failover_url is the same address as webhook_url",
            detail="all six attempts go to one place; another host, or none, would do better",
            hint=profile.to_set("webhook_failover_url"),
        )
    yield from address_findings(profile, look)


def address_findings(thing: Thing, look: Look) -> Iterator[Diagnostic]:
    """What can be told of an address without asking it."""
    for field in FIELDS:
        url = thing.text(field)
        if url and is_private(url):
            if look.local:
                continue
            yield thing.finding(
                "webhook-url-not-public",
                Severity.WARNING,
                f"{field} is in a private network, which Telnyx cannot reach",
                hint=thing.to_set(field),
            )
        elif url and scheme_of(url) == "http":
            yield thing.finding(
                "webhook-url-not-https",
                Severity.WARNING,
                f"{field} is not encrypted (http)",
                detail="what is sent there holds phone numbers and texts of people",
                hint=thing.to_set(field),
            )


CHECK = Check(name="webhooks", place=60, look=_look)
