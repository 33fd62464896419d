"""Short ways to state a resource, an observed row and a change, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from reconciler.model.address import Address
from reconciler.model.answers import decode
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Observed, Remote
from reconciler.model.plan import Adopt, Create, Delete, Desired, FieldDiff, Replace, Update
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.source import Source
from reconciler.model.spec import stated_values
from reconciler.resources import kinds

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROFILE_ID = "40017a3c-0000-4000-8000-000000000001"


def kind(name: str) -> ResourceKind:
    """A kind by name."""
    return kinds()[name]


def snake(name: str) -> str:
    """``MessagingProfile`` as ``messaging_profile``: how its files are called."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def cases(file: str) -> Any:
    """A file of cases."""
    return yaml.load((HERE / "cases" / file).read_text("utf-8"), Loader=yaml.CSafeLoader)


def resource(name: str, spec: Mapping[str, Any], **options: Any) -> Resource:
    """A manifest of this kind, called ``it``."""
    stated = kind(name).spec.model_validate(spec)
    return Resource(
        Address(name, "it"),
        stated_values(stated),
        lambda path: Source("it.yaml", 1 + len(path)),
        options=options,
    )


def observed(name: str, row: Mapping[str, Any]) -> Observed:
    """An answer of the API; the profile in the URL is PROFILE_ID."""
    found = kind(name)
    return decode(found, {"id": "id-1", **row}, PROFILE_ID if found.parent else None)


def desired(name: str, spec: Mapping[str, Any]) -> Desired:
    """A manifest whose references need no resolving."""
    stated = resource(name, spec)
    return Desired(stated, stated.values, {}, ())


def diff(field: str, before: Any, after: Any) -> FieldDiff:
    """One differing field."""
    return FieldDiff(path=(field,), before=before, after=after)


REMOTE = Remote("id-1")


def entry(name: str, *secrets: str) -> Entry:
    """The ledger's record of ``it``."""
    return Entry(
        address=Address(name, "it"),
        remote=REMOTE,
        origin=Origin.CREATED,
        project="default",
        file="it.yaml",
        on_remove=OnRemove.DELETE,
        secrets=secrets,
    )


def update(name: str, spec: Mapping[str, Any], *diffs: FieldDiff) -> Update:
    """A change of something that is ours."""
    return Update(
        address=Address(name, "it"),
        reason="spec-differs",
        desired=desired(name, spec),
        remote=REMOTE,
        digest="",
        entry=entry(name),
        diffs=diffs,
    )


def adopt(name: str, spec: Mapping[str, Any], *diffs: FieldDiff) -> Adopt:
    """Taking something over."""
    return Adopt(
        address=Address(name, "it"),
        reason="natural-key",
        desired=desired(name, spec),
        remote=REMOTE,
        digest="",
        diffs=diffs,
    )


def create(name: str, spec: Mapping[str, Any], *diffs: FieldDiff) -> Create:
    """Something new."""
    return Create(address=Address(name, "it"), reason="new", desired=desired(name, spec), diffs=diffs)


def replace(name: str, spec: Mapping[str, Any], *diffs: FieldDiff) -> Replace:
    """Delete, then create."""
    return Replace(
        address=Address(name, "it"),
        reason="cannot-update",
        desired=desired(name, spec),
        remote=REMOTE,
        digest="",
        entry=entry(name),
        diffs=diffs,
    )


def delete(name: str, **observed_fields: Any) -> Delete:
    """A removal."""
    return Delete(
        address=Address(name, "it"),
        reason="not-desired",
        remote=REMOTE,
        digest="",
        entry=entry(name),
        observed_fields=observed_fields,
    )
