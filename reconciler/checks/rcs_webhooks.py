"""Where RCS agents send inbound messages: only their own address counts, not that of a profile (guide §12.1, §21)."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.adapters.pagination import list_all
from reconciler.checks.check import Check, Look, Looked
from reconciler.checks.profiles import Thing, things
from reconciler.checks.webhooks import address_findings
from reconciler.model.diagnostic import Diagnostic, Severity


async def agents(look: Look) -> tuple[Thing, ...]:
    """Every agent in the scope. Raises ApiError."""
    rows = await list_all(look.session, "/messaging/rcs/agents", identify=lambda row: row["agent_id"])
    return things(look, "RCS agent", "agent_id", rows)


async def _look(look: Look) -> Looked:
    judged = await agents(look)
    if not judged:
        return Looked("there are no RCS agents")
    findings = [finding for agent in judged for finding in _findings(agent, look)]
    set_up = sum(bool(agent.text("webhook_url")) for agent in judged)
    return Looked(f"{set_up} of {len(judged)} RCS agents have a webhook_url", tuple(findings))


def _findings(agent: Thing, look: Look) -> Iterator[Diagnostic]:
    if agent.is_on and agent.text("profile_id") and not agent.text("webhook_url"):
        yield agent.finding(
            "rcs-agent-no-webhook",
            Severity.WARNING,
            "has a profile and no webhook_url",
            detail="inbound RCS messages go to the agent's address alone, and so nowhere",
            hint=agent.to_set("webhook_url"),
        )
    yield from address_findings(agent, look)


CHECK = Check(name="rcs_webhooks", place=70, look=_look)
