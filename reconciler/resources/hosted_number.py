"""Hosted numbers: live for texting through Telnyx while they stay with another carrier (guide §11).

They come from a HostedNumberOrder; once the order is complete, each has a profile and tags of its own. Deleting one
ends texting for it, and takes a whole new order to undo.

``phone_number`` is readable in an export, for the reasons of PhoneNumberMessaging.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field

from reconciler.adapters.rest import RestAdapter
from reconciler.model.consequence import Consequence, Sort
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Facts, Guard, ResourceKind, Verb
from reconciler.model.observed import Observed
from reconciler.model.plan import Change, Delete
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.spec import CreateOnly
from reconciler.model.standing import Arrival, Known, Standing, Turn
from reconciler.resources.assigning import (
    ASSIGNMENT_GUARDS,
    PROFILE,
    AssignedNumber,
    itself_and_its_profile,
    product_fits,
)
from reconciler.resources.values.hosting import NUMBERS, OVER, entries_of, order_standing
from reconciler.resources.values.phone_numbers import HostableNumber

NUMBER: Final = ("phone_number",)


class HostedNumberSpec(AssignedNumber):
    """``phone_number`` says which number is meant; it can only be what it is, so it is never sent."""

    phone_number: Annotated[
        HostableNumber,
        CreateOnly(),
        Field(description="a US number of a complete hosted order, in E.164 form", examples=["+15125550100"]),
    ]


def wait_for_order(resource: Resource, _: int | None, __: Sequence[Observed]) -> Diagnostic | None:
    """Only people and carriers can make one: until they have, there is nothing to do, and nothing is wrong."""
    number = "this number" if NUMBER in resource.secrets else str(resource.values[NUMBER])
    return Diagnostic(
        code="hosted-number-waiting",
        severity=Severity.WARNING,
        summary=f"the account has no hosted number {number} yet",
        hint="it comes with a HostedNumberOrder that is successful: order it, or wait and plan again",
        address=resource.address,
        source=resource.place_of(NUMBER),
    )


def awaited(resource: Resource, orders: Sequence[Observed]) -> Standing:
    """A number that is not there yet stands where its order does, whoever placed that."""
    wanted, secret = str(resource.values[NUMBER]), NUMBER in resource.secrets
    number = "this number" if secret else wanted
    for order in orders:
        at = next((at for at, (each, _) in enumerate(entries_of(order.attributes)) if each == wanted), None)
        if at is not None and order.attributes.get("status") not in OVER:
            whole = order_standing(order.attributes, Known({NUMBERS} if secret else ()))
            part = whole.parts[at]
            return Standing(
                what="hosted number",
                status=part.status,
                turn=Turn.TELNYX if part.turn is Turn.DONE else part.turn,
                words=f"{number} comes with order {order.remote.id}, which is {whole.status}",
                code="hosted-number-waiting",
                hint="that order waits for its owner" if part.turn is Turn.YOU else whole.hint,
                waits_for="Telnyx",
                usual=whole.usual,
            )
    return Standing(
        what="hosted number",
        status="absent",
        turn=Turn.YOU,
        words=f"no order of this account brings {number}",
        code="hosted-number-waiting",
        hint="order it with a HostedNumberOrder",
    )


def delete_live(change: Change, _: Facts) -> str | None:
    """A number in this list is live."""
    if not isinstance(change, Delete):
        return None
    number = change.observed_fields.get("phone_number") or "this number"
    return f"it would end texting for {number}; undoing that takes a whole new order"


def ends_texting(change: Change, _: Facts) -> Sequence[Consequence]:
    """Deleting a hosted number means to do the whole order again (guide §1)."""
    if not isinstance(change, Delete):
        return ()
    return (Consequence(Sort.IRREVERSIBLE, "to have the number again takes a whole new order"),)


KIND = ResourceKind(
    name="HostedNumber",
    spec=HostedNumberSpec,
    adapter=RestAdapter("/messaging_hosted_numbers", verbs=frozenset({Verb.UPDATE, Verb.DELETE})),
    identity=("phone_number",),
    computed=frozenset({"eligible_messaging_products"}),
    on_remove=OnRemove.RETAIN,
    hold=wait_for_order,
    arrival=Arrival("HostedNumberOrder", awaited),
    notices=product_fits,
    risky=frozenset({PROFILE}),
    consequences=ends_texting,
    impact=itself_and_its_profile("hosted number", "phone_number"),
    guards=(*ASSIGNMENT_GUARDS, Guard("hosted-delete-live", delete_live)),
    create_hint="order it with a HostedNumberOrder; it is configured once the order is successful",
)
