"""The messaging settings of phone numbers that the account owns: configured here, never bought or given up (guide §5).

A number without a manifest is none of our business: most accounts have many. What Telnyx measures or knows of a
number (its health, its features, its type in any spelling) is never compared.

``phone_number`` is no secret for an export, unlike other phone numbers: it is the account's own, everybody who gets a
text from it knows it, and a manifest that does not say which number it is about would say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconciler.adapters.pagination import LARGEST_PAGE, list_all
from reconciler.adapters.rest import RestAdapter, joined, read_answer, written_answer
from reconciler.model.bulk import Job
from reconciler.model.kind import Attached, Json, ReadOnly, ResourceKind, Verb
from reconciler.model.observed import Remote
from reconciler.model.session import ReadSession, WriteSession
from reconciler.resources.assigning import (
    ASSIGNMENT_GUARDS,
    PROFILE,
    AssignedNumber,
    itself_and_its_profile,
    product_fits,
)
from reconciler.resources.attached import mobile_numbers


class PhoneNumberMessagingSpec(AssignedNumber):
    """``phone_number`` says which number is meant; it can only be what it is, so it is never sent."""


class NumberSettings(RestAdapter):
    """A list beside the numbers, and the settings below each of them. Numbers of SIM cards are elsewhere (guide §5)."""

    __slots__ = ()

    def endpoint(self, verb: Verb | None) -> str:
        """The settings below a number."""
        return f"{'GET' if verb is None else 'PATCH'} /phone_numbers/{{}}/messaging"

    async def read(self, session: ReadSession, remote: Remote) -> Json:
        """GET the settings of one."""
        path = _settings_of(remote)
        return read_answer(await session.get(path), f"GET {path}")

    async def update(self, session: WriteSession, remote: Remote, body: Json) -> Json:
        """PATCH the settings in ``body``."""
        path = _settings_of(remote)
        return written_answer(await session.patch(path, body), f"PATCH {path}", self.remote_id)


def _settings_of(remote: Remote) -> str:
    return f"{joined('/phone_numbers', remote.id)}/messaging"


async def _mobile_numbers(session: ReadSession) -> tuple[Attached, ...]:
    return tuple(number for numbers in (await mobile_numbers(session)).values() for number in numbers)


LIST: Final = "/phone_numbers/messaging"
JOBS: Final = "/messaging_numbers_bulk_updates"


@dataclass(frozen=True, slots=True)
class BulkAssignment:
    """Many numbers onto one profile by a job (guide §6): the account's own ones, for nothing says that hosted ones may.

    Nobody documents how many numbers one job may have: clients are advised to keep to 250, as many as a page holds.
    """

    path: str = JOBS
    requests: tuple[str, ...] = (f"POST {JOBS}", f"GET {JOBS}/{{}}", f"GET {LIST}")
    field: str = PROFILE
    most: int = LARGEST_PAGE

    def member(self, attributes: Mapping[str, Any]) -> str:
        """The number as the API writes it."""
        return str(attributes["phone_number"])

    async def begin(self, session: WriteSession, value: str, members: Sequence[str]) -> Job:
        """POST; ``assign_only``, since a job may reset tags and product otherwise."""
        body = {"messaging_profile_id": value, "numbers": list(members), "assign_only": True}
        answer = await session.post(self.path, body)
        return _job(written_answer(answer, f"POST {self.path}", _order_id))

    async def look(self, session: ReadSession, job_id: str) -> Job:
        """GET the job."""
        path = joined(self.path, job_id)
        return _job({"order_id": job_id, **read_answer(await session.get(path), f"GET {path}")})

    async def rows(self, session: ReadSession, members: Sequence[str]) -> Sequence[Json]:
        """The list, asked for these numbers alone (guide §5)."""
        return await list_all(session, LIST, {"filter[phone_number]": ",".join(members)})


def _order_id(row: Json) -> str:
    return str(row["order_id"])


def _job(row: Json) -> Job:
    return Job(_order_id(row), frozenset(row.get("pending") or ()), frozenset(row.get("failed") or ()))


KIND = ResourceKind(
    name="PhoneNumberMessaging",
    spec=PhoneNumberMessagingSpec,
    adapter=NumberSettings(LIST, verbs=frozenset({Verb.UPDATE})),
    identity=("phone_number",),
    computed=frozenset({"eligible_messaging_products"}),
    read_only=ReadOnly("mobile number", "the API shows such settings and changes none", _mobile_numbers),
    notices=product_fits,
    risky=frozenset({PROFILE}),
    impact=itself_and_its_profile("phone number", "phone_number"),
    bulk=BulkAssignment(),
    guards=ASSIGNMENT_GUARDS,
    create_hint="buy or port the number (portal, Numbers); a new one may take some minutes to be listed",
)
