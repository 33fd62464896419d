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
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

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
from reconciler.resources.touching import around
from reconciler.resources.values.hosting import LIVE, OVER, STEPS, hosted_next
from reconciler.resources.values.phone_numbers import HostableNumber, PhoneNumber
from reconciler.resources.values.refusal import refusal

NUMBERS: Final = ("phone_numbers",)


def as_number_set(value: Any) -> Any:
    """Numbers as a set: a request lists them plainly, an answer as objects with a status each."""
    if isinstance(value, list | tuple):
        return as_set([each["phone_number"] if _is_entry(each) else each for each in value])
    return value


def _is_entry(value: Any) -> bool:
    return isinstance(value, dict) and "phone_number" in value


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
        Compared(as_number_set),
        CreateOnly(),
        PhoneNumber,
        Field(
            description="US numbers in E.164 form; one per order keeps failures apart",
            examples=[["+15125550100"]],
            json_schema_extra={"minItems": 1, "uniqueItems": True},
        ),
    ]


class HostedNumberOrderOptions(BaseModel):
    """What the API does not know: how often to try."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    attempt: Annotated[
        int, Field(ge=1, description="raise it to order again what failed or was deleted; default 1", examples=[2])
    ] = 1


def entries_of(attributes: Json) -> list[tuple[str, str]]:
    """Each number of an observed order and its own status: an order can be mixed."""
    return [
        (str(each["phone_number"]), str(each.get("status") or ""))
        for each in attributes.get("phone_numbers") or ()
        if _is_entry(each)
    ]


def _shown(attributes: Json, *, secret: bool) -> list[tuple[str, str]]:
    """As ``entries_of``, for people: numbers that came from the environment stay out of sight (promise 7)."""
    return [(SENSITIVE if secret else number, state) for number, state in entries_of(attributes)]


def is_live(order: Observed) -> bool:
    """Whether an order counts as existing. A status that nobody has documented is work in progress."""
    return order.attributes.get("status") not in OVER


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
        if not is_live(order) and wanted & {number for number, _ in entries_of(order.attributes)}
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
    numbers = ", ".join(f"{number} {state}" for number, state in _shown(order.attributes, secret=secret))
    return f"{order.remote.id} is {status}: {STEPS[status].meaning} ({numbers})"


def what_to_do(resource: Resource, order: Observed) -> Sequence[Diagnostic]:
    """What the order waits for, and which of its numbers came to nothing."""
    status = str(order.attributes.get("status") or "unknown")
    entries = _shown(order.attributes, secret=NUMBERS in resource.secrets)
    found = []
    step = hosted_next(status)
    if step is not None:
        found.append(
            Diagnostic(
                code=step.code,
                severity=step.severity,
                summary=f"order {order.remote.id} is {status}: {step.meaning}",
                hint=step.hint,
                address=resource.address,
                source=resource.source,
            )
        )
    failed = [f"{number} ({state})" for number, state in entries if state.startswith("failed")]
    if failed and is_live(order):
        found.append(
            Diagnostic(
                code="hosted-numbers-failed",
                severity=Severity.WARNING,
                summary=f"{len(failed)} of {len(entries)} numbers failed: {', '.join(failed)}",
                hint="an order cannot change: put the cause right and order them in another manifest",
                address=resource.address,
                source=resource.source,
            )
        )
    return found


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
    adapter=RestAdapter("/messaging_hosted_number_orders", verbs=frozenset({Verb.CREATE, Verb.DELETE})),
    shared="phone_numbers",
    computed=frozenset({"status"}),
    tells_apart=("status", "messaging_profile_id"),
    called=("messaging_profile",),
    on_remove=OnRemove.RETAIN,
    options=HostedNumberOrderOptions,
    exclusive=one_order_per_number,
    live=is_live,
    uncompared=belongs_elsewhere,
    hold=wait_for_attempt,
    notices=what_to_do,
    impact=touched,
    consequences=ends_texting,
    guards=(Guard("hosted-delete-live", delete_live),),
)
