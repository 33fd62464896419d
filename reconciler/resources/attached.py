"""What hangs on a messaging profile: read only when one is to be deleted, and what it forbids (guide §2).

Nobody has written down what a delete does to these: refusal and silent unassignment are both possible.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from reconciler.adapters.pagination import list_all, list_unpaged
from reconciler.adapters.rest import joined
from reconciler.model.kind import Attached, Fact, Facts, Guard
from reconciler.model.observed import Remote
from reconciler.model.plan import Change, Delete
from reconciler.model.session import Query, ReadSession
from reconciler.resources.values.hosting import OVER

PROFILES: Final = "/messaging_profiles"
Row = dict[str, Any]


def for_deletes(change: Change) -> bool:
    """Only a delete can strand anything."""
    return isinstance(change, Delete)


def _child_list(what: str, collection: str, label: Callable[[Row], str]) -> Fact:
    """The children that the API lists under the profile itself."""

    async def fetch(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
        rows = await list_all(session, f"{joined(PROFILES, remote.id)}/{collection}")
        return tuple(Attached(what, str(row["id"]), label(row)) for row in rows)

    return Fact(collection, for_deletes, fetch)


def _numbers_of(order: Row) -> str:
    numbers = [str(number.get("phone_number")) for number in order.get("phone_numbers") or ()]
    return f"{', '.join(numbers)} ({order.get('status')})"


async def _hosted_numbers(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
    query: Query = {"filter[messaging_profile_id]": remote.id}
    rows = await list_all(session, "/messaging_hosted_numbers", query)
    return tuple(Attached("hosted number", str(row["id"]), str(row.get("phone_number"))) for row in rows)


async def _auto_responses(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
    rows = await list_unpaged(session, f"{joined(PROFILES, remote.id)}/autoresp_configs")
    return tuple(
        Attached("AutoResponse", str(row["id"]), f"{row.get('op')} for {row.get('country_code')}") for row in rows
    )


async def _orders(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
    # The list takes no filters (guide §10).
    rows = await list_all(session, "/messaging_hosted_number_orders")
    return tuple(
        Attached("HostedNumberOrder", str(row["id"]), _numbers_of(row))
        for row in rows
        if row.get("messaging_profile_id") == remote.id and row.get("status") not in OVER
    )


async def _agents(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
    rows = await list_all(session, "/messaging/rcs/agents", identify=lambda row: str(row["agent_id"]))
    return tuple(
        Attached("RcsAgent", str(row["agent_id"]), str(row.get("agent_name") or row["agent_id"]))
        for row in rows
        if row.get("profile_id") == remote.id
    )


NUMBERS: Final = _child_list("phone number", "phone_numbers", lambda row: str(row.get("phone_number") or row["id"]))
"""What people know a profile by, among profiles of one name."""

CHILDREN: Final = (
    NUMBERS,
    _child_list("short code", "short_codes", lambda row: str(row.get("short_code") or row["id"])),
    Fact("hosted_numbers", for_deletes, _hosted_numbers),
    _child_list(
        "AlphanumericSenderId",
        "alphanumeric_sender_ids",
        lambda row: str(row.get("alphanumeric_sender_id") or row["id"]),
    ),
    Fact("auto_responses", for_deletes, _auto_responses),
)
"""What a delete would take along or leave without a profile: it blocks."""

POINTERS: Final = (Fact("orders", for_deletes, _orders), Fact("agents", for_deletes, _agents))
"""What merely names the profile: it warns."""

SHOWN: Final = 5


def _listed(attached: list[Attached]) -> str:
    shown = ", ".join(f"{each.what} {each.label}" for each in attached[:SHOWN])
    rest = len(attached) - SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown


def _named(facts: Facts, names: frozenset[str]) -> list[Attached]:
    return [each for name in sorted(facts.keys() & names) for each in facts[name]]


def children_attached(change: Change, facts: Facts) -> str | None:
    """A delete is refused while anything hangs on the profile."""
    found = _named(facts, frozenset(fact.name for fact in CHILDREN))
    if not isinstance(change, Delete) or not found:
        return None
    return f"{len(found)} attached: {_listed(found)}; move or remove them first"


def still_referenced(change: Change, facts: Facts) -> str | None:
    """Orders and agents that name the profile outlive it, pointing nowhere."""
    found = _named(facts, frozenset(fact.name for fact in POINTERS))
    if not isinstance(change, Delete) or not found:
        return None
    return f"{len(found)} will point at a profile that is gone: {_listed(found)}; give them another profile"


ATTACHMENT_GUARDS: Final = (
    Guard("children-attached", children_attached),
    Guard("still-referenced", still_referenced, warns=True),
)
