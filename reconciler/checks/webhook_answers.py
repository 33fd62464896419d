"""Whether the addresses of profiles and RCS agents answer, encrypted and in time. Only where somebody asked for that.

Seen from here, which may not be what Telnyx sees: what answers nobody but Telnyx cannot be told from what is down, so
that is a warning. A certificate that does not verify, and a host name without an address, are the same for everybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import assert_never

from reconciler.checks.check import Check, Look, Looked, unread
from reconciler.checks.profiles import Thing, profiles
from reconciler.checks.rcs_webhooks import agents
from reconciler.checks.webhooks import FIELDS
from reconciler.errors import ApiError
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.reach import Answered, BadCertificate, NoAnswer, NoSuchHost, NotPublic, Reach, Reached

IN_TIME = 2.0
"""Seconds that Telnyx waits for an answer (guide §17)."""

_AT_ONCE = 8
_FAILED = range(500, 600)


async def _look(look: Look) -> Looked:
    if look.reach is None:
        return Looked("not asked: --probe sends each address a request without a body", known=False)
    found = [(thing, field) for thing in await profiles(look) for field in FIELDS if thing.text(field)]
    findings: list[Diagnostic] = []
    try:
        found += [(agent, field) for agent in await agents(look) for field in FIELDS if agent.text(field)]
    except ApiError as error:
        findings.append(unread(error))
    reached = await _reached({thing.text(field) for thing, field in found}, look.reach)
    judged = [_judge(thing, field, reached[thing.text(field)]) for thing, field in found]
    findings += [finding for finding in judged if finding is not None]
    well = sum(finding is None for finding in judged)
    return Looked(f"{well} of {len(judged)} addresses answer within {IN_TIME:g} s", tuple(findings))


async def _reached(urls: set[str], reach: Reach) -> Mapping[str, Reached]:
    """Each address is asked once, whoever shares it."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(url: str) -> tuple[str, Reached]:
        async with slots:
            return url, await reach(url)

    return dict(await asyncio.gather(*map(one, sorted(urls))))


def _judge(thing: Thing, field: str, reached: Reached) -> Diagnostic | None:
    """What is wrong, if anything. An answer is an answer: 404 and 405 are, for a request that is no event."""
    found: Diagnostic | None = None
    match reached:
        case Answered(status=status) if status in _FAILED:
            found = thing.finding(
                "doctor-webhook-fails",
                Severity.WARNING,
                f"{field} answers {status}",
                hint="look into the logs of that server",
            )
        case Answered(seconds=seconds) if seconds > IN_TIME:
            found = thing.finding(
                "doctor-webhook-slow",
                Severity.WARNING,
                f"{field} answers after {seconds:.1f} s",
                detail=f"Telnyx waits {IN_TIME:g} s, and sends again then",
                hint="answer at once, and work on the event afterwards",
            )
        case Answered():
            pass
        case NoSuchHost():
            found = thing.finding(
                "doctor-webhook-no-host",
                Severity.ERROR,
                f"{field} names a host that has no address",
                hint=f"correct its DNS, or {thing.to_set(field)}",
            )
        case NotPublic():
            found = thing.finding(
                "webhook-url-not-public",
                Severity.WARNING,
                f"{field} leads into a private network, and was not asked",
                hint=thing.to_set(field),
            )
        case BadCertificate(flaw=flaw):
            found = thing.finding(
                "doctor-webhook-certificate",
                Severity.ERROR,
                f"{field}: its certificate {flaw}",
                detail="Telnyx checks certificates, and delivers nothing there",
                hint="renew it, and have the server send the whole chain",
            )
        case NoAnswer(reason=reason):
            found = thing.finding(
                "doctor-webhook-unreachable",
                Severity.WARNING,
                f"{field} does not answer from here: {reason}",
                hint="if only Telnyx may call it, this is as it should be; else see whether the server is up",
            )
        case _:
            assert_never(reached)
    return found


CHECK = Check(name="webhook_answers", place=80, look=_look)
