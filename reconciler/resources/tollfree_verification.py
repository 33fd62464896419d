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
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

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
from reconciler.model.spec import (
    Clear,
    Cleared,
    Compared,
    Confidential,
    Default,
    NoDefault,
    Spec,
    Written,
    unstated,
)
from reconciler.model.standing import Known, Stage, Standing
from reconciler.resources.values.phone_numbers import OwnedNumber
from reconciler.resources.values.refusal import refusal
from reconciler.resources.values.reviewing import REJECTED, STEPS, VERIFIED, review_standing
from reconciler.resources.values.toll_free import (
    POLITICAL,
    Numbers,
    Pictures,
    Registration,
    RegistrationCountry,
    Sample,
    Text,
    UseCase,
    Volume,
    as_listed,
    as_numbers,
    as_pages,
    as_pictured,
    numbers_of,
)
from reconciler.resources.values.web_address import TokenInside

NUMBERS: Final = ("phoneNumbers",)
STATUS: Final = "verificationStatus"
PATH: Final = "/messaging_tollfree/verification/requests"
_NAME: Final = Confidential("a person's name", masked=True)
_STREET: Final = Confidential("an address, which may be where somebody lives", masked=True)
NullClears: Final = Cleared(Clear.NULL)


class TollfreeVerificationSpec(Spec):
    """What a request says. The names are the API's, capitals included; commas are part of a volume."""

    phoneNumbers: Annotated[
        Numbers,
        Compared(as_numbers),
        Written(as_listed),
        Field(
            description="the toll-free numbers to verify: in the account, each on a messaging profile",
            examples=[[{"phoneNumber": "+18885550100"}]],
        ),
    ]
    businessName: Annotated[
        Text, Field(description="the name of the business, as it is registered", examples=["Acme Inc."])
    ]
    doingBusinessAs: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="the name it trades under, where that is another one", examples=["Acme Flowers"]),
    ] = unstated
    entityType: Annotated[
        Literal["SOLE_PROPRIETOR", "PRIVATE_PROFIT", "PUBLIC_PROFIT", "NON_PROFIT", "GOVERNMENT"] | None,
        NullClears,
        Default(None),
        Field(description="what sort of business it is", examples=["PRIVATE_PROFIT"]),
    ] = unstated
    businessRegistrationNumber: Annotated[
        Registration,
        Confidential("a registration number, which may be a person's", masked=True),
        Field(description="under which number it is registered: an EIN, in the US", examples=["12-3456789"]),
    ]
    businessRegistrationType: Annotated[
        Registration, Field(description="what that number is: EIN, CRA, VAT and so on", examples=["EIN"])
    ]
    businessRegistrationCountry: Annotated[
        RegistrationCountry, Field(description="where it is registered, as an ISO 3166-1 code", examples=["US"])
    ]
    corporateWebsite: Annotated[
        Text, Field(description="its website, with https://", examples=["https://acme.example"])
    ]
    businessAddr1: Annotated[Text, _STREET, Field(description="street and number", examples=["600 Congress Avenue"])]
    businessAddr2: Annotated[
        Text, _STREET, NoDefault(), Field(description="second line of the address", examples=["14th floor"])
    ] = unstated
    businessCity: Annotated[Text, Field(description="city, with a capital letter", examples=["Austin"])]
    businessState: Annotated[Text, Field(description="full name of the state, and not two letters", examples=["Texas"])]
    businessZip: Annotated[Text, Field(description="ZIP code", examples=["78701"])]
    businessContactFirstName: Annotated[
        Text, _NAME, Field(description="first name of the person to ask", examples=["Jo"])
    ]
    businessContactLastName: Annotated[
        Text, _NAME, Field(description="last name of the person to ask", examples=["Doe"])
    ]
    businessContactEmail: Annotated[
        Text,
        Confidential("a person's mail address", masked=True),
        Field(description="that person's mail address", examples=["jo@acme.example"]),
    ]
    businessContactPhone: Annotated[
        OwnedNumber,
        Confidential("a phone number", masked=True),
        Field(description="that person's phone number, in E.164 form", examples=["+15125550100"]),
    ]
    messageVolume: Annotated[
        Volume, Field(description="messages a month, one of the API's steps, in quotes", examples=["10,000"])
    ]
    useCase: Annotated[UseCase, Field(description="what the messages are for", examples=["2FA"])]
    useCaseSummary: Annotated[
        Text, Field(description="the same in your own words", examples=["Codes for signing in to the shop."])
    ]
    productionMessageContent: Annotated[
        Sample,
        Field(description="a message as it will be sent", examples=["Acme: your code is 123456. Reply STOP to end."]),
    ]
    optInWorkflow: Annotated[
        Text, Field(description="how people agree to be texted", examples=["A box to tick at checkout."])
    ]
    optInWorkflowImageURLs: Annotated[
        Pictures,
        Compared(as_pages),
        Written(as_pictured),
        Field(description="pages or pictures that show it", examples=[[{"url": "https://acme.example/opt-in.png"}]]),
    ]
    optInConfirmationResponse: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="what people are answered when they agree", examples=["Acme: you are in. STOP to end."]),
    ] = unstated
    optInKeywords: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="words by which people agree, with commas between them", examples=["START, YES"]),
    ] = unstated
    helpMessageResponse: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="what HELP is answered with", examples=["Acme: write to help@acme.example."]),
    ] = unstated
    privacyPolicyURL: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="the privacy policy, for the reviewers", examples=["https://acme.example/privacy"]),
    ] = unstated
    termsAndConditionURL: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="terms and conditions, for the reviewers", examples=["https://acme.example/terms"]),
    ] = unstated
    ageGatedContent: Annotated[
        bool,
        Default(False),
        Field(description="whether the content is for adults only; default false", examples=[True]),
    ] = unstated
    isvReseller: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="the reseller or software vendor, where there is one", examples=["Resale Ltd."]),
    ] = unstated
    campaignVerifyAuthorizationToken: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Confidential("a token of Campaign Verify", masked=True),
        Field(description="from Campaign Verify; political messages need one", examples=["cv_token_abc123xyz"]),
    ] = unstated
    webhookUrl: Annotated[
        Text,
        TokenInside,
        NoDefault(),
        Field(description="where events of the review go", examples=["https://hooks.example.com/tfv"]),
    ] = unstated
    additionalInformation: Annotated[
        Text, Field(description="anything else for the reviewers", examples=["We text customers only."])
    ]

    @model_validator(mode="after")
    def _political_has_a_token(self) -> Self:
        if self.useCase == POLITICAL and not self.campaignVerifyAuthorizationToken:
            message = "political messages need a campaignVerifyAuthorizationToken"
            hint = "get one from Campaign Verify: without it the request is rejected since 17 February 2026"
            raise refusal("tfv-political-token", message, hint=hint)
        return self


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
