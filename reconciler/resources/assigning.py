"""What a phone number, a hosted number and a short code have in common: one profile that they use, and tags (guide §5).

Moving one to another profile changes who gets its inbound messages; and whoever wrote STOP on the old profile is
blocked there alone (guide §8). Without a profile it neither sends nor receives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Final

from pydantic import Field

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Attached, Facts, Guard
from reconciler.model.normalise import as_set, blank_as_null
from reconciler.model.observed import Observed
from reconciler.model.plan import Adopt, Change, Delete, FieldDiff, Update, desired_of
from reconciler.model.probe import Ask, Things
from reconciler.model.reference import Reference
from reconciler.model.resource import Resource
from reconciler.model.spec import Clear, Cleared, Compared, CreateOnly, NoDefault, RefTo, Spec, unstated
from reconciler.resources.touching import around
from reconciler.resources.values.phone_numbers import OwnedNumber

PROFILE: Final = "messaging_profile"

AssignedProfile = Annotated[
    Reference | None,
    RefTo("MessagingProfile", field="messaging_profile_id"),
    # null would mean: leave it as it is (guide §18.8).
    Cleared(Clear.EMPTY),
    # Older answers spell an unassigned number "" (guide §5).
    Compared(blank_as_null),
    NoDefault(),
    Field(description="the messaging profile that it uses; null takes it off its profile", examples=["marketing-us"]),
]
Tags = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    Compared(as_set),
    NoDefault(),
    Field(description="labels for searching, all of them; [] removes them", examples=[["support", "tier-1"]]),
]
Product = Annotated[
    str,
    NoDefault(),
    Field(min_length=1, description="messaging product, one that the number is eligible for", examples=["A2P"]),
]


class AssignedNumber(Spec):
    """``phone_number`` says which number is meant; it can only be what it is, so it is never sent."""

    phone_number: Annotated[
        OwnedNumber,
        CreateOnly(),
        Field(description="a number of the account in E.164 form, toll-free or not", examples=["+15550100001"]),
    ]
    messaging_profile: AssignedProfile = unstated
    messaging_product: Product = unstated
    tags: Tags = unstated


def _profile_diff(change: Change) -> FieldDiff | None:
    """How the profile of something that is there changes; None where it had none."""
    if not isinstance(change, Update | Adopt):
        return None
    return next((diff for diff in change.diffs if diff.path == (PROFILE,) and diff.before), None)


def _moves(change: Change, _: Facts) -> str | None:
    """Say what a move changes for those at the other end."""
    diff = _profile_diff(change)
    if diff is None or diff.after is None:
        return None
    return (
        "inbound messages go to the webhooks of another profile, "
        "and opt-outs that were made on the old profile do not hold on the new one"
    )


def _unassigned(change: Change, _: Facts) -> str | None:
    """Say that nothing comes or goes without a profile."""
    diff = _profile_diff(change)
    if diff is None or diff.after is not None:
        return None
    return "without a profile it neither sends nor receives"


ASSIGNMENT_GUARDS: Final = (
    Guard("number-moves-profile", _moves, warns=True),
    Guard("number-unassign", _unassigned, warns=True),
)


def product_fits(resource: Resource, number: Observed) -> Sequence[Diagnostic]:
    """A product that the number may not have is refused with 40324 (guide §5); better before anything is written."""
    path = ("messaging_product",)
    product, eligible = resource.values.get(path), number.attributes.get("eligible_messaging_products")
    if product in (None, number.attributes.get(path[0])) or not isinstance(eligible, list) or product in eligible:
        return ()
    shown = "this product" if path in resource.secrets else f'product "{product}"'
    return [
        Diagnostic(
            code="number-product-ineligible",
            severity=Severity.ERROR,
            summary=f"the number is not eligible for {shown}",
            hint=f"write one of these: {', '.join(map(str, eligible))}",
            address=resource.address,
            source=resource.place_of(path),
        )
    ]


def itself_and_its_profile(what: str, field: str) -> Callable[[Change], Sequence[Ask | Things]]:
    """What a risky change touches: the thing itself, known by ``field``, and the profile that it is on before."""

    def touched(change: Change) -> Sequence[Ask | Things]:
        if change.remote is None:
            return ()
        desired = desired_of(change)
        known = desired.values.get((field,)) if desired is not None else None
        label = change.observed_fields.get(field) if isinstance(change, Delete) else known
        itself = Things(what, 1, (Attached(change.address.kind, change.remote.id, str(label or change.remote.id)),))
        return (itself, *around(change, PROFILE))

    return touched
