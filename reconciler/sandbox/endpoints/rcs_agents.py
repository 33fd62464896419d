"""RCS agents as messaging sees them (guide 12.1): no `id`, no `record_type`, and here `null` does clear."""

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Route
from reconciler.sandbox.fields import Field, url, uuid_text
from reconciler.sandbox.idents import plain_uuid, stamp_seconds
from reconciler.sandbox.rest import Document, Resource


def _fixed(account: Account, row_id: str) -> Document:
    return {"agent_id": row_id, "agent_name": row_id, "enabled": True, "user_id": account.user_id}


def _stamp(now: float) -> str:
    return stamp_seconds(now).replace("Z", ".000Z")


RCS_AGENTS = Resource(
    collection="rcs_agents",
    fields=(
        Field("profile_id", uuid_text, nullable=True, default=None, reference="messaging_profiles"),
        Field("webhook_url", url, nullable=True, default=None),
        Field("webhook_failover_url", url, nullable=True, default=None),
    ),
    identify=plain_uuid,
    fixed=_fixed,
    stamp=_stamp,
    creatable=False,
    key="agent_id",
    alias="agent_name",
)

ROUTES = (
    Route("GET", "/messaging/rcs/agents", rest.list_all(RCS_AGENTS)),
    Route("GET", "/messaging/rcs/agents/{id}", rest.read(RCS_AGENTS)),
    Route("PATCH", "/messaging/rcs/agents/{id}", rest.update(RCS_AGENTS), body="optional"),
)
