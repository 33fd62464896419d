"""Hosted number orders: texting through Telnyx for a number that stays with another carrier (guide §10).

An order is placed once and then waits for people: codes, documents, review. The API never changes one, so
more numbers are another manifest; what came to nothing is ordered again when ``options.attempt`` says so:

    listed orders that hold a wanted number     recorded attempt    options.attempt    then
    ------------------------------------------  ------------------  -----------------  ----------------------
    none                                        none                1                  create
    one that is live                            any                 any                matched, never created
    n that failed or were deleted               none or at most n   at most n          hold
    n that failed or were deleted               none or at most n   n + 1              create
    none: ours is gone (404)                    a                   at most a          hold
    none: ours is gone (404)                    a                   a + 1              create

An order can be mixed. A number that failed in an order that goes on counts as one that came to nothing: its manifest
may leave it out from then on, and another manifest orders it again, by the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from reconciler.adapters.rest import RestAdapter
from reconciler.model.consequence import Consequence, Sort
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Attached, Claim, Facts, Guard, Json, ResourceKind, Values, Verb
from reconciler.model.normalise import as_set
from reconciler.model.observed import Observed
from reconciler.model.paths import Path, dotted
from reconciler.model.plan import SENSITIVE, Change, Delete
from reconciler.model.probe import Ask, Things
from reconciler.model.reference import Reference
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.spec import Compared, CreateOnly, NoDefault, RefTo, Spec, unstated
from reconciler.model.standing import Known, Standing
from reconciler.resources.asking_eligibility import ELIGIBILITY
from reconciler.resources.hosted_codes import HostedCodes
from reconciler.resources.hosting_papers import PAPERS
from reconciler.resources.touching import around
from reconciler.resources.values.hosted_failures import is_given_up, told
from reconciler.resources.values.hosting import LIVE, NUMBERS, OVER, PATH, STEPS, entries_of, is_entry, order_standing
from reconciler.resources.values.phone_numbers import HostableNumber, PhoneNumber
from reconciler.resources.values.refusal import refusal


def as_number_set(value: Any) -> Any:
    """Numbers as a set: a request lists them plainly, an answer as objects with a status each."""
    if isinstance(value, list | tuple):
        return as_set([each["phone_number"] if is_entry(each) else each for each in value])
    return value


def all_but_failed(wanted: Any, seen: Any) -> bool:
    """Whether an order lacks nothing and holds nothing else, apart from numbers of which nothing comes any more."""
    if not isinstance(wanted, list | tuple) or not isinstance(seen, list | tuple):
        return False
    entries = entries_of({NUMBERS[0]: seen})
    good = {number for number, state in entries if not is_given_up(state)}
    return good <= set(as_number_set(wanted)) <= {number for number, _ in entries}


def given_up(order: Observed) -> frozenset[str]:
    """The numbers of an order that came to nothing in it."""
    return frozenset(number for number, state in entries_of(order.attributes) if is_given_up(state))


def _distinct(numbers: list[str]) -> list[str]:
    if not numbers:
        raise refusal("hosted-no-numbers", "an order for no number", hint="name at least one number")
    repeated = sorted({number for number in numbers if numbers.count(number) > 1})
    if repeated:
        raise refusal(
            "hosted-number-repeated", "{numbers} repeated", numbers=", ".join(repeated), hint="once is enough"
        )
    return numbers


class HostedNumberOrderSpec(Spec):
    """What an order is placed with."""

    messaging_profile: Annotated[
        Reference,
        RefTo("MessagingProfile", field="messaging_profile_id"),
        CreateOnly(),
        NoDefault(),
        Field(
            description="the profile that the numbers get when the order is complete; default none",
            examples=["marketing-us"],
        ),
    ] = unstated
    phone_numbers: Annotated[
        list[HostableNumber],
        AfterValidator(_distinct),
        Compared(as_number_set, enough=all_but_failed),
        CreateOnly(),
        PhoneNumber,
        Field(
            description="US numbers in E.164 form; one per order keeps failures apart",
            examples=[["+15125550100"]],
            json_schema_extra={"minItems": 1, "uniqueItems": True},
        ),
    ]


class HostedNumberDocuments(BaseModel):
    """Files that are uploaded when the order waits for them. PDF, 5 MB at most, inside the project."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    loa: Annotated[
        str,
        Field(
            min_length=1,
            description="the signed letter of authorisation: a path relative to this manifest",
            examples=["papers/loa.pdf"],
        ),
    ] = unstated
    bill: Annotated[
        str,
        Field(
            min_length=1,
            description="the last bill of the losing carrier: a path relative to this manifest",
            examples=["papers/bill.pdf"],
        ),
    ] = unstated


class HostedNumberOrderOptions(BaseModel):
    """What the API does not know: how often to try, and where the papers are."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    attempt: Annotated[
        int, Field(ge=1, description="raise it to order again what failed or was deleted; default 1", examples=[2])
    ] = 1
    documents: Annotated[
        HostedNumberDocuments,
        Field(
            description="PDF files that are uploaded when the order waits for them",
            examples=[{"loa": "papers/loa.pdf", "bill": "papers/bill.pdf"}],
        ),
    ] = unstated


def _shown(attributes: Json, *, secret: bool) -> list[tuple[str, str]]:
    """As ``entries_of``, for people: numbers that came from the environment stay out of sight (promise 7)."""
    return [(SENSITIVE if secret else number, state) for number, state in entries_of(attributes)]


def is_live(order: Observed) -> bool:
    """Whether an order counts as existing. A status that nobody has documented is work in progress."""
    return str(order.attributes.get("status")) not in OVER


def belongs_elsewhere(order: Observed) -> frozenset[Path]:
    """Once numbers are live, each has its own profile setting, and the order's no longer says anything."""
    live = order.attributes.get("status") == "successful"
    return frozenset({("messaging_profile",)}) if live else frozenset()


def one_order_per_number(values: Values) -> frozenset[Claim]:
    """A number in two live orders is trouble."""
    numbers = as_number_set(values.get(NUMBERS) or [])
    return frozenset(Claim(("hosted number", str(number))) for number in numbers)


def wait_for_attempt(resource: Resource, recorded: int | None, orders: Sequence[Observed]) -> Diagnostic | None:
    """Never order in a loop: see the table above."""
    attempt = int(resource.options.get("attempt", 1))
    wanted = set(as_number_set(resource.values[NUMBERS]))
    ended = [
        order
        for order in orders
        if wanted & (given_up(order) if is_live(order) else {number for number, _ in entries_of(order.attributes)})
    ]
    tried = max(recorded or 0, len(ended))
    if attempt > tried:
        return None
    return Diagnostic(
        code="hosted-failed-retry",
        severity=Severity.WARNING,
        summary=f"not ordered again: {tried} earlier attempt{'s' if tried > 1 else ''} came to nothing",
        detail="\n".join(_ended(order, secret=NUMBERS in resource.secrets) for order in ended)
        or "the order that the ledger remembers is gone",
        hint=f"put the cause right, then write options: {{attempt: {tried + 1}}}",
        address=resource.address,
        source=resource.place(("options", "attempt")),
    )


def _ended(order: Observed, *, secret: bool) -> str:
    status = str(order.attributes.get("status"))
    step, numbers = STEPS.get(status), _per_number(order.attributes, secret=secret)
    return f"{order.remote.id} is {status}{f': {step.words}' if step and not is_live(order) else ''}\n{numbers}"


def _per_number(attributes: Json, *, secret: bool) -> str:
    return "\n".join(f"  {told(number, state)}" for number, state in _shown(attributes, secret=secret))


def standing(order: Observed, known: Known) -> Standing:
    """Where the order stands, and each of its numbers."""
    return order_standing(order.attributes, known)


def numbers_failed(resource: Resource, order: Observed) -> Sequence[Diagnostic]:
    """Which numbers of an order that goes on came to nothing, until the manifest leaves them out as it is told to."""
    entries, wanted = entries_of(order.attributes), as_number_set(resource.values[NUMBERS])
    failed = [
        f"{SENSITIVE if NUMBERS in resource.secrets else number} ({state})"
        for number, state in entries
        if is_given_up(state) and number in wanted
    ]
    if not failed or not is_live(order):
        return ()
    return (
        Diagnostic(
            code="hosted-numbers-failed",
            severity=Severity.WARNING,
            summary=f"{len(failed)} of {len(entries)} numbers failed: {', '.join(failed)}",
            detail=_per_number(order.attributes, secret=NUMBERS in resource.secrets),
            hint="put the cause right, take them out of this manifest, and order them in another one, "
            f"with options: {{attempt: {int(resource.options.get('attempt', 1)) + 1}}}",
            address=resource.address,
            source=resource.source,
        ),
    )


def delete_live(change: Change, _: Facts) -> str | None:
    """Deleting an order takes its numbers along; one that still moves may be live by the time it is applied."""
    if not isinstance(change, Delete):
        return None
    status = str(change.observed_fields.get("status") or "unknown")
    entries = _shown(change.observed_fields, secret=dotted(NUMBERS) in change.entry.secrets)
    live = [number for number, state in entries if state in LIVE]
    if live:
        return f"it would end texting for {', '.join(live)}; undoing that takes a whole new order"
    if status in OVER:
        return None
    numbers = ", ".join(number for number, _ in entries) or "its numbers"
    return f"the order for {numbers} is {status} and may be live any time; deleting it starts everything over"


def touched(change: Change) -> Sequence[Ask | Things]:
    """The numbers that go with the order; what came to nothing carries none."""
    if not isinstance(change, Delete) or change.observed_fields.get("status") in OVER:
        return ()
    numbers = [
        Attached(change.address.kind, change.remote.id, number) for number, _ in entries_of(change.observed_fields)
    ]
    return (Things("hosted number", len(numbers), tuple(numbers)), *around(change, "messaging_profile"))


def ends_texting(change: Change, _: Facts) -> Sequence[Consequence]:
    """Deleting an order removes its numbers, and texting on them takes a new order to come back (guide §10)."""
    if not isinstance(change, Delete) or change.observed_fields.get("status") in OVER:
        return ()
    return (Consequence(Sort.IRREVERSIBLE, "its numbers go with it; to have them again takes a whole new order"),)


KIND = ResourceKind(
    name="HostedNumberOrder",
    spec=HostedNumberOrderSpec,
    adapter=RestAdapter(PATH, verbs=frozenset({Verb.CREATE, Verb.DELETE})),
    shared="phone_numbers",
    computed=frozenset({"status"}),
    tells_apart=("status", "messaging_profile_id"),
    called=("messaging_profile",),
    on_remove=OnRemove.RETAIN,
    options=HostedNumberOrderOptions,
    exclusive=one_order_per_number,
    live=is_live,
    given_up=given_up,
    uncompared=belongs_elsewhere,
    hold=wait_for_attempt,
    notices=numbers_failed,
    statuses=STEPS,
    standing=standing,
    codes=HostedCodes(),
    impact=touched,
    consequences=ends_texting,
    guards=(Guard("hosted-delete-live", delete_live),),
    question=ELIGIBILITY,
    papers=PAPERS,
)
