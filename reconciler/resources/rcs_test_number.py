"""RCS test numbers: handsets that are invited to try an agent before it is launched (guide §12.1).

The API takes an invite and shows none: no list, no read, no delete. So an invite is sent, recorded and, once its
manifest is gone, forgotten; whether it was accepted, the handset alone tells. An invite is a PUT, so that one whose
answer was lost, or whose record was lost with the ledger, is simply sent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final
from urllib.parse import quote

from pydantic import Field

from reconciler.adapters.rest import RestAdapter, joined, unwrapped
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Json, ResourceKind, Verb
from reconciler.model.plan import Change, Create, Desired
from reconciler.model.reference import Reference
from reconciler.model.session import WriteSession
from reconciler.model.spec import CreateOnly, RefTo, Spec
from reconciler.resources.values.phone_numbers import OwnedNumber, PhoneNumber

A_DAY: Final = 20
"""Invites that the carrier platform takes (guide §12.1). Of one agent or of all is not told: a plan counts them all."""
IN_ALL: Final = 200
"""Test numbers that an agent may have."""
_AGENT: Final = ("agent",)


class RcsTestNumberSpec(Spec):
    """The two together say which invite is meant."""

    agent: Annotated[
        Reference,
        RefTo("RcsAgent", field="agent_id"),
        CreateOnly(),
        Field(description="the agent that the handset is to try", examples=["acme-support"]),
    ]
    phone_number: Annotated[
        OwnedNumber,
        CreateOnly(),
        PhoneNumber,
        Field(description="the handset's number in E.164 form", examples=["+15125550142"]),
    ]


class Invites(RestAdapter):
    """A PUT whose path says everything; nothing else is ever called."""

    __slots__ = ()

    def endpoint(self, verb: Verb | None) -> str:  # noqa: ARG002 - protocol
        """The one request that there is."""
        return f"PUT {self.path}/{{}}/{{}}"

    async def create(self, session: WriteSession, body: Json, parent_id: str | None) -> Json:  # noqa: ARG002 - protocol
        """Invite, for the first time or again. What the answer leaves out is as it was sent."""
        path = f"{joined(self.path, body['agent_id'])}/{quote(body['phone_number'], safe='')}"
        return {**body, **(unwrapped(await session.put(path)) or {})}


def limits(wishes: Sequence[Desired], changes: Sequence[Change]) -> Sequence[Diagnostic]:
    """What the carrier platform refuses of too many; this API does not say so, and invites all the same."""
    return [*_at_once([change for change in changes if isinstance(change, Create)]), *_in_all(wishes)]


def _at_once(invites: Sequence[Create]) -> Iterator[Diagnostic]:
    if len(invites) > A_DAY:
        yield _limit(
            invites[A_DAY].desired,
            f"this plan invites {len(invites)} test numbers, and only {A_DAY} a day are taken",
            f"apply at most {A_DAY} a day, with --only: a later one is recorded and may never arrive",
        )


def _in_all(wishes: Sequence[Desired]) -> Iterator[Diagnostic]:
    agents: Mapping[object, int] = Counter(wish.values[_AGENT] for wish in wishes)
    for agent in sorted((agent for agent, number in agents.items() if number > IN_ALL), key=str):
        last = [wish for wish in wishes if wish.values[_AGENT] == agent][IN_ALL]
        yield _limit(
            last,
            f"this agent is to have {agents[agent]} test numbers, and may have {IN_ALL}",
            "an invite cannot be taken back, so those that were removed may count as well",
        )


def _limit(wish: Desired, summary: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code="rcs-test-number-limit",
        severity=Severity.WARNING,
        summary=summary,
        hint=hint,
        address=wish.address,
        source=wish.resource.source,
    )


KIND = ResourceKind(
    name="RcsTestNumber",
    spec=RcsTestNumberSpec,
    adapter=Invites("/messaging/rcs/test_number_invite", verbs=frozenset({Verb.CREATE})),
    identity=("agent", "phone_number"),
    write_only=True,
    overall=limits,
)
