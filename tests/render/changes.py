"""Builders of changes: each gives one in a line, with what renderers show of it."""

from __future__ import annotations

from typing import Any

from reconciler.model.address import Address
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Remote
from reconciler.model.plan import Adopt, Create, Delete, Desired, FieldDiff, Replace, Update
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.source import Source

PROFILE, RESPONSE, SENDER = "MessagingProfile", "AutoResponse", "AlphanumericSenderId"


def place(line: int, column: int = 1, file: str = "profiles.yaml") -> Source:
    """A place in a manifest."""
    return Source(file, line, column)


def desired(address: Address) -> Desired:
    """What renderers never look into: all that they show is in the diffs."""
    return Desired(Resource(address, {}, lambda _: place(1)), {}, {}, ())


def entry(address: Address, remote: str) -> Entry:
    """A recorded object."""
    return Entry(
        address=address,
        remote=Remote(remote),
        origin=Origin.CREATED,
        project="default",
        file="profiles.yaml",
        on_remove=OnRemove.DELETE,
    )


def diff(path: str, before: Any, after: Any, **more: Any) -> FieldDiff:
    """A difference; the path is dotted."""
    return FieldDiff(path=tuple(path.split(".")), before=before, after=after, **more)


def create(kind: str, name: str, *diffs: FieldDiff, **more: Any) -> Create:
    """A create."""
    address = Address(kind, name)
    more = {"reason": "new", "source": place(1), **more}
    return Create(address=address, desired=desired(address), diffs=diffs, **more)


def update(kind: str, name: str, *diffs: FieldDiff, **more: Any) -> Update:
    """An update of an object with an id made from its name."""
    return Update(**existing(kind, name, "spec-differs"), diffs=diffs, **more)


def existing(kind: str, name: str, reason: str) -> dict[str, Any]:
    """What changes of an object that is there have in common."""
    address = Address(kind, name)
    return {
        "address": address,
        "reason": reason,
        "source": place(14),
        "remote": Remote(f"id-{name}"),
        "digest": "sha256:0",
        "desired": desired(address),
        "entry": entry(address, f"id-{name}"),
    }


def replace(kind: str, name: str, *diffs: FieldDiff) -> Replace:
    """A replace."""
    return Replace(**existing(kind, name, "cannot-update"), diffs=diffs)


def delete(kind: str, name: str, *diffs: FieldDiff, **more: Any) -> Delete:
    """A delete; ``diffs`` are what is lost."""
    values = {**existing(kind, name, "not-desired"), "source": None, **more}
    del values["desired"]
    return Delete(**values, diffs=diffs)


def adopt(kind: str, name: str, *diffs: FieldDiff) -> Adopt:
    """An adoption that would change something."""
    values = existing(kind, name, "natural-key")
    del values["entry"]
    return Adopt(**values, diffs=diffs, needs_consent=bool(diffs))
