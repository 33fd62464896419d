"""Alphanumeric sender IDs: a brand name as the sender of one-way texts (guide §4).

The API changes none of their fields, so every change deletes one and creates another, with a gap between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from reconciler.adapters.rest import RestAdapter
from reconciler.model.kind import Attached, Claim, Facts, Guard, ResourceKind, Values, Verb
from reconciler.model.normalise import blank_as_null
from reconciler.model.plan import Change, Delete, Replace, desired_of
from reconciler.model.probe import Ask, Things
from reconciler.model.reference import Reference
from reconciler.model.spec import Clear, Cleared, Compared, CreateOnly, Default, RefTo, Spec, unstated
from reconciler.resources.touching import around
from reconciler.resources.values.phone_numbers import AmericanLongCode, PhoneNumber
from reconciler.resources.values.senders import Sender
from reconciler.resources.values.web_address import BlankIsNull


class AlphanumericSenderIdSpec(Spec):
    """What a sender ID is created with."""

    alphanumeric_sender_id: Annotated[
        Sender,
        CreateOnly(),
        Field(
            description="the name recipients see: 1 to 11 letters, digits and spaces, at least one letter",
            examples=["ACME"],
        ),
    ]
    messaging_profile: Annotated[
        Reference,
        RefTo("MessagingProfile", field="messaging_profile_id"),
        CreateOnly(),
        Field(description="the profile that may send under this name", examples=["marketing-us"]),
    ]
    us_long_code_fallback: Annotated[
        AmericanLongCode | None,
        BlankIsNull,
        Cleared(Clear.OMIT),
        Compared(blank_as_null),
        CreateOnly(),
        Default(None),
        PhoneNumber,
        Field(
            description="number that sends to the US instead, where names are not allowed; default none",
            examples=["+15125550142"],
        ),
    ] = unstated


def sender_claims(values: Values) -> frozenset[Claim]:
    """One sender per profile: whether the API ignores its case is not written down, so we do."""
    sender = values.get(("alphanumeric_sender_id",))
    if not isinstance(sender, str):
        return frozenset()
    return frozenset({Claim(("sender", str(values.get(("messaging_profile",))), sender.casefold()))})


def sender_gap(change: Change, _: Facts) -> str | None:
    """Say that nothing can be sent under the name between the delete and the create."""
    if not isinstance(change, Replace):
        return None
    sender = ("alphanumeric_sender_id",)
    # A name that came from the environment is a secret, here as anywhere (design §1, promise 7).
    named = "this sender" if sender in change.desired.resource.secrets else f'"{change.desired.values[sender]}"'
    return f"sends from {named} fail while it is deleted and created again; apply when traffic is low"


def touched(change: Change) -> Sequence[Ask | Things]:
    """The sender itself, and the profile that it is on before the change."""
    if change.remote is None:
        return ()
    field = "alphanumeric_sender_id"
    desired = desired_of(change)
    renamed = next((diff.before for diff in change.diffs if diff.path == (field,)), None)
    live = change.observed_fields.get(field) if isinstance(change, Delete) else renamed
    name = live or (desired.values.get((field,)) if desired is not None else None) or change.remote.id
    itself = Things("sender ID", 1, (Attached(change.address.kind, change.remote.id, str(name)),))
    return (itself, *around(change, "messaging_profile"))


KIND = ResourceKind(
    name="AlphanumericSenderId",
    spec=AlphanumericSenderIdSpec,
    adapter=RestAdapter("/alphanumeric_sender_ids", verbs=frozenset({Verb.CREATE, Verb.DELETE})),
    identity=("messaging_profile", "alphanumeric_sender_id"),
    tells_apart=("us_long_code_fallback",),
    replaceable=True,
    exclusive=sender_claims,
    impact=touched,
    guards=(Guard("sender-gap", sender_gap, warns=True),),
)
