"""RCS agents, as messaging sees them: registered elsewhere, never created or deleted here (guide §12.1).

What may be set is the profile they send with and where inbound events go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from reconciler.adapters.rest import RestAdapter
from reconciler.model.kind import Attached, Json, ResourceKind, Verb
from reconciler.model.normalise import blank_as_null
from reconciler.model.plan import Change
from reconciler.model.probe import Ask, Things
from reconciler.model.reference import Reference, RemoteId
from reconciler.model.spec import Clear, Cleared, Compared, CreateOnly, NoDefault, RefTo, Spec, unstated
from reconciler.resources.touching import around
from reconciler.resources.values.web_address import ClearableAddress


class RcsAgentSpec(Spec):
    """``agent_id`` says which agent is meant; it can only be what it is, so it is never sent."""

    agent_id: Annotated[
        RemoteId,
        CreateOnly(),
        Field(description="the agent's id, as Telnyx shows it after registration", examples=["acme-support-agent"]),
    ]
    profile: Annotated[
        Reference | None,
        RefTo("MessagingProfile", field="profile_id"),
        Cleared(Clear.NULL),
        Compared(blank_as_null),
        NoDefault(),
        Field(description="the messaging profile that the agent sends with; null for none", examples=["marketing-us"]),
    ] = unstated
    webhook_url: Annotated[
        ClearableAddress,
        NoDefault(),
        Field(
            description="where inbound RCS events go; the profile's webhook does not get them; default none",
            examples=["https://hooks.example.com/rcs"],
        ),
    ] = unstated
    webhook_failover_url: Annotated[
        ClearableAddress,
        NoDefault(),
        Field(description="tried when webhook_url fails; default none", examples=["https://backup.example.com/rcs"]),
    ] = unstated


class RcsAgents(RestAdapter):
    """A plain collection whose objects have no ``id`` field."""

    __slots__ = ()

    def remote_id(self, row: Json) -> str:
        """The ``agent_id`` field."""
        return str(row["agent_id"])


def touched(change: Change) -> Sequence[Ask | Things]:
    """The agent itself, and the profile that it sends with before the change."""
    if change.remote is None:
        return ()
    itself = Things("RCS agent", 1, (Attached(change.address.kind, change.remote.id, change.remote.id),))
    return (itself, *around(change, "profile", field="profile_id"))


KIND = ResourceKind(
    name="RcsAgent",
    spec=RcsAgentSpec,
    adapter=RcsAgents("/messaging/rcs/agents", verbs=frozenset({Verb.UPDATE})),
    identity=("agent_id",),
    computed=frozenset({"agent_name"}),
    tells_apart=("agent_name",),
    called=("agent_name",),
    risky=frozenset({"profile", "webhook_url", "webhook_failover_url"}),
    impact=touched,
    create_hint="register the agent with Telnyx (portal, RCS), then write its id as agent_id",
)
