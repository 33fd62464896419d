"""Toll-free verifications: who texts from a toll-free number, for the carriers to know (guide §13).

A request is made once and then reviewed, for days or weeks. A second request for a number takes its verification
away until that is reviewed, and so does every change of a verified one:

    a request of the account lists a wanted number    then
    ------------------------------------------------  ------------------------------------------------------------
    none                                              create
    one that no other address holds                   matched, never created, whatever its status
    one that another address holds                    refused: ``tfv-number-listed``
    one that is Verified, and a field differs         refused until ``--allow tfv-resubmit-verified``
    one that is Rejected or waits for the customer    an update sends it back into review

The API changes a request as a whole, and deletes only what was rejected.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from reconciler.adapters.pagination import list_records
from reconciler.adapters.rest import RestAdapter, joined
from reconciler.model.consequence import Consequence, Sort
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Attached, Claim, Fact, Facts, Guard, Json, ResourceKind, Values
from reconciler.model.observed import Observed, Remote
from reconciler.model.plan import SENSITIVE, Adopt, Change, Delete, Update
from reconciler.model.probe import Ask, Things
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.session import ReadSession
from reconciler.model.standing import Known, Stage, Standing
from reconciler.resources.values.reviewing import REJECTED, STEPS, VERIFIED, review_standing
from reconciler.resources.values.toll_free import numbers_of
from reconciler.resources.values.toll_free_request import TollfreeVerificationSpec

NUMBERS: Final = ("phoneNumbers",)
STATUS: Final = "verificationStatus"
PATH: Final = "/messaging_tollfree/verification/requests"


class TollfreeVerifications(RestAdapter):
    """No envelope, lists of records, and a PATCH that wants the whole request."""

    __slots__ = ()

    @property
    def sends_whole(self) -> bool:
        """The schema of a PATCH is that of a create (guide §13)."""
        return True

    async def rows(self, session: ReadSession, parent_id: str | None) -> Sequence[Json]:  # noqa: ARG002 - protocol
        """Every page of the list."""
        return await list_records(session, self.path, identify=self.remote_id)


ADAPTER: Final = TollfreeVerifications(PATH)
Listed = Callable[[Sequence[Json], Json], tuple[Attached, ...]]


def _about_all(listed: Listed) -> Callable[[ReadSession], Awaitable[Mapping[str, tuple[Attached, ...]]]]:
    async def every(session: ReadSession) -> Mapping[str, tuple[Attached, ...]]:
        rows = await ADAPTER.rows(session, None)
        return {ADAPTER.remote_id(row): listed(rows, row) for row in rows}

    return every


def _about(name: str, needed: Callable[[Change], bool], listed: Listed) -> Fact:
    """What the account's other requests mean for one: all are one list."""
    every = _about_all(listed)

    async def fetch(session: ReadSession, remote: Remote) -> tuple[Attached, ...]:
        return (await every(session)).get(remote.id, ())

    return Fact(name, needed, fetch, every)


def _numbers(row: Json) -> frozenset[str]:
    return numbers_of(row.get("phoneNumbers"))


def _verified(rows: Sequence[Json], row: Json) -> tuple[Attached, ...]:
    """The verified numbers of a request, be it this one that is verified or another."""
    return tuple(
        Attached("verified number", ADAPTER.remote_id(other), number)
        for other in rows
        if other.get(STATUS) == VERIFIED
        for number in sorted(_numbers(other) & _numbers(row))
    )


def _others(rows: Sequence[Json], row: Json) -> tuple[Attached, ...]:
    """The numbers of every other request."""
    return tuple(
        Attached("listed number", ADAPTER.remote_id(other), number)
        for other in rows
        if ADAPTER.remote_id(other) != ADAPTER.remote_id(row)
        for number in sorted(_numbers(other))
    )


def _resubmits(change: Change) -> bool:
    return isinstance(change, Update | Adopt) and bool(change.diffs)


def _changes_numbers(change: Change) -> bool:
    return _resubmits(change) and any(diff.path == NUMBERS for diff in change.diffs)


def _shown(numbers: Sequence[str], *, secret: bool) -> str:
    return SENSITIVE if secret else ", ".join(dict.fromkeys(numbers))


def resubmit_verified(change: Change, facts: Facts) -> str | None:
    """A verified number is unverified until the changed request has been reviewed (guide §13)."""
    found = facts.get("verified", ())
    if not isinstance(change, Update | Adopt) or not change.diffs or not found:
        return None
    numbers = _shown([each.label for each in found], secret=NUMBERS in change.desired.resource.secrets)
    return f"{numbers} would be unverified, and could not send, until the request is reviewed again"


def number_listed(change: Change, facts: Facts) -> str | None:
    """A number in a second request loses the verification that the first one got, or may get."""
    if not isinstance(change, Update | Adopt):
        return None
    wanted = numbers_of(change.desired.values.get(NUMBERS))
    found = [each for each in facts.get("listed", ()) if each.label in wanted]
    if not found:
        return None
    numbers = _shown([each.label for each in found], secret=NUMBERS in change.desired.resource.secrets)
    requests = ", ".join(dict.fromkeys(each.id for each in found))
    return f"{numbers}: listed by another request already ({requests})"


def delete_not_rejected(change: Change, _: Facts) -> str | None:
    """The API deletes a request only once it was rejected (guide §13)."""
    if not isinstance(change, Delete):
        return None
    status = str(change.observed_fields.get(STATUS) or "of an unknown status")
    if status == REJECTED:
        return None
    return f"the request is {status}, and Telnyx deletes only what is {REJECTED}; on_remove: retain lets go of it"


def one_request_per_number(values: Values) -> frozenset[Claim]:
    """A number belongs into one request."""
    return frozenset(Claim(("toll-free number", number)) for number in numbers_of(values.get(NUMBERS)))


def numbers_on_profiles(values: Values) -> frozenset[tuple[str, str]]:
    """Its numbers: the API refuses a request for one that is on no profile yet (guide §13)."""
    return frozenset(("PhoneNumberMessaging", number) for number in numbers_of(values.get(NUMBERS)))


def never_twice(resource: Resource, _: int | None, requests: Sequence[Observed]) -> Diagnostic | None:
    """No create for a number that any request lists, whoever holds it."""
    wanted = numbers_of(resource.values[NUMBERS])
    holding = [request for request in requests if wanted & _numbers(request.attributes)]
    if not holding:
        return None
    taken = sorted({number for request in holding for number in wanted & _numbers(request.attributes)})
    numbers = _shown(taken, secret=NUMBERS in resource.secrets)
    ids = ", ".join(f"{request.remote.id} ({request.attributes.get(STATUS)})" for request in holding)
    return Diagnostic(
        code="tfv-number-listed",
        severity=Severity.ERROR,
        summary=f"{numbers}: listed by a request that another address holds, {ids}",
        hint="a second request would unverify the number: declare it in that request, or apply its removal there first",
        address=resource.address,
        source=resource.place_of(NUMBERS),
    )


def standing(request: Observed, _: Known) -> Standing:
    """Where the review stands, and what the reviewers want."""
    status = str(request.attributes.get(STATUS) or "of an unknown status")
    return review_standing(status, str(request.attributes.get("reason") or ""))


async def statuses(session: ReadSession, remote: Remote) -> Sequence[Stage]:
    """What the API remembers of a request's review, the oldest first. Raises ApiError."""
    path = f"{joined(PATH, remote.id)}/status_history"
    rows = await list_records(session, path, number="page[number]", size="page[size]", identify=_moment)
    stages = [Stage(str(row[STATUS]), str(row["updatedAt"]), str(row.get("reason") or "")) for row in rows]
    return sorted(stages, key=lambda stage: stage.since)


def _moment(row: Json) -> object:
    return row[STATUS], row["updatedAt"], row.get("reason")


def touched(change: Change) -> Sequence[Ask | Things]:
    """The numbers whose verification is at stake."""
    if not isinstance(change, Delete):
        return ()
    numbers = sorted(numbers_of(change.observed_fields.get("phoneNumbers")))
    some = tuple(Attached(change.address.kind, change.remote.id, number) for number in numbers)
    return (Things("toll-free number", len(some), some),)


def unverifies(change: Change, facts: Facts) -> Sequence[Consequence]:
    """Submitting again for a verified number takes its verification away (guide §13)."""
    if resubmit_verified(change, facts) is None:
        return ()
    text = "submitting again unverifies numbers that are verified: they cannot send until they are reviewed again"
    return (Consequence(Sort.IRREVERSIBLE, text),)


KIND = ResourceKind(
    name="TollfreeVerification",
    spec=TollfreeVerificationSpec,
    adapter=ADAPTER,
    shared="phoneNumbers",
    computed=frozenset({STATUS, "reason", "createdAt"}),
    tells_apart=(STATUS, "createdAt", "businessName"),
    called=("businessName",),
    on_remove=OnRemove.RETAIN,
    exclusive=one_request_per_number,
    named=numbers_on_profiles,
    hold=never_twice,
    statuses=STEPS,
    standing=standing,
    course=statuses,
    impact=touched,
    consequences=unverifies,
    facts=(_about("verified", _resubmits, _verified), _about("listed", _changes_numbers, _others)),
    guards=(
        Guard("tfv-resubmit-verified", resubmit_verified),
        Guard("tfv-number-listed", number_listed),
        Guard("tfv-delete-not-rejected", delete_not_rejected),
    ),
)
