"""What hangs on a messaging profile: read only when one is to be deleted, and what it forbids (guide §2).

Nobody has written down what a delete does to these: refusal and silent unassignment are both possible.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

from reconciler.adapters.pagination import list_all, list_unpaged
from reconciler.adapters.rest import joined
from reconciler.model.kind import Attached, Fact, Facts, Guard
from reconciler.model.listed import listed
from reconciler.model.observed import Remote
from reconciler.model.plan import Change, Delete
from reconciler.model.session import Query, ReadSession
from reconciler.resources.values.hosting import OVER

PROFILES: Final = "/messaging_profiles"
Row = dict[str, Any]


def for_deletes(change: Change) -> bool:
    """Only a delete can strand anything."""
    return isinstance(change, Delete)


def a_number(row: Row) -> Attached:
    """A phone number."""
    return Attached("PhoneNumberMessaging", str(row["id"]), str(row.get("phone_number") or row["id"]))


def a_short_code(row: Row) -> Attached:
    """A short code."""
    return Attached("ShortCode", str(row["id"]), str(row.get("short_code") or row["id"]))


def a_hosted_number(row: Row) -> Attached:
    """A number that stays with another carrier."""
    return Attached("HostedNumber", str(row["id"]), str(row.get("phone_number")))


def a_sender(row: Row) -> Attached:
    """An alphanumeric sender ID."""
    return Attached("AlphanumericSenderId", str(row["id"]), str(row.get("alphanumeric_sender_id") or row["id"]))


def _child_list(collection: str, attach: Callable[[Row], Attached], *, unassigned_by: str | None = None) -> Fact:
    """The children that the API lists under the profile itself."""

    async def fetch(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
        rows = await list_all(session, f"{joined(PROFILES, remote.id)}/{collection}")
        return tuple(map(attach, rows))

    return Fact(collection, for_deletes, fetch, unassigned_by=unassigned_by)


def _account_list(name: str, every: Callable[[ReadSession], Awaitable[Mapping[str, tuple[Attached, ...]]]]) -> Fact:
    """What the API lists for the whole account, and not by profile."""

    async def fetch(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
        return (await every(session)).get(remote.id, ())

    return Fact(name, for_deletes, fetch, every)


def _by_profile(rows: Iterable[tuple[Any, Attached]]) -> Mapping[str, tuple[Attached, ...]]:
    found: dict[str, tuple[Attached, ...]] = {}
    for profile, attached in rows:
        found[str(profile)] = (*found.get(str(profile), ()), attached)
    return found


def _numbers_of(order: Row) -> str:
    numbers = [str(number.get("phone_number")) for number in order.get("phone_numbers") or ()]
    return f"{', '.join(numbers)} ({order.get('status')})"


async def _hosted_numbers(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
    query: Query = {"filter[messaging_profile_id]": remote.id}
    rows = await list_all(session, "/messaging_hosted_numbers", query)
    return tuple(map(a_hosted_number, rows))


async def _auto_responses(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
    rows = await list_unpaged(session, f"{joined(PROFILES, remote.id)}/autoresp_configs")
    return tuple(
        Attached("AutoResponse", str(row["id"]), f"{row.get('op')} for {row.get('country_code')}") for row in rows
    )


async def _orders(session: ReadSession) -> Mapping[str, tuple[Attached, ...]]:
    # The list takes no filters (guide §10).
    rows = await list_all(session, "/messaging_hosted_number_orders")
    return _by_profile(
        (row.get("messaging_profile_id"), Attached("HostedNumberOrder", str(row["id"]), _numbers_of(row)))
        for row in rows
        if row.get("status") not in OVER
    )


async def mobile_numbers(session: ReadSession) -> Mapping[str, tuple[Attached, ...]]:
    """Numbers of SIM cards by profile: the list takes no filters, and nothing takes one off a profile (guide §5)."""
    rows = await list_all(session, "/mobile_phone_numbers/messaging")
    return _by_profile(
        (
            row.get("messaging_profile_id"),
            Attached("mobile number", str(row["id"]), str(row.get("phone_number") or row["id"])),
        )
        for row in rows
    )


async def _agents(session: ReadSession) -> Mapping[str, tuple[Attached, ...]]:
    rows = await list_all(session, "/messaging/rcs/agents", identify=lambda row: str(row["agent_id"]))
    return _by_profile(
        (
            row.get("profile_id"),
            Attached("RcsAgent", str(row["agent_id"]), str(row.get("agent_name") or row["agent_id"])),
        )
        for row in rows
    )


NUMBERS: Final = _child_list("phone_numbers", a_number, unassigned_by="messaging_profile")
"""What people know a profile by, among profiles of one name."""
SHORT_CODES: Final = _child_list("short_codes", a_short_code, unassigned_by="messaging_profile")
HOSTED_NUMBERS: Final = Fact("hosted_numbers", for_deletes, _hosted_numbers, unassigned_by="messaging_profile")
SENDERS: Final = _child_list("alphanumeric_sender_ids", a_sender)

CHILDREN: Final = (
    NUMBERS,
    SHORT_CODES,
    HOSTED_NUMBERS,
    SENDERS,
    _account_list("mobile_numbers", mobile_numbers),
    Fact("auto_responses", for_deletes, _auto_responses),
)
"""What a delete would take along or leave without a profile: it blocks."""

POINTERS: Final = (_account_list("orders", _orders), _account_list("agents", _agents))
"""What merely names the profile: it warns."""

SHOWN: Final = 5


def _listed(attached: list[Attached]) -> str:
    return listed([f"{each.what} {each.label}" for each in attached], SHOWN)


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
