"""Desired resources of the real kinds, as a resolver would make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.kind import ResourceKind
from reconciler.model.paths import Path
from reconciler.model.plan import Create, Desired
from reconciler.model.reference import ById, Unknown
from reconciler.model.resource import Lifecycle, Resource
from reconciler.model.source import Source
from reconciler.model.spec import stated_values


def desired(
    kind: ResourceKind,
    name: str,
    spec: Mapping[str, Any],
    *,
    ignore: Iterable[Path] = (),
    secrets: Iterable[Path] = (),
    options: Mapping[str, Any] | None = None,
    lifecycle: Lifecycle | None = None,
) -> Desired:
    """A desired resource; local references stand in it as Unknown."""
    parsed = kind.spec.model_validate(spec)
    values = stated_values(parsed)
    references: list[Address] = []
    for leaf in kind.references:
        match values.get(leaf.path):
            case str(local) if leaf.reference is not None:
                references.append(Address(leaf.reference.kind, local))
                values[leaf.path] = Unknown(references[-1])
            case ById(id=remote_id):
                values[leaf.path] = remote_id
    resource = Resource(
        address=Address(kind.name, name),
        values=values,
        file="a.yaml",
        place=lambda _: Source("a.yaml", 7, 3),
        lifecycle=lifecycle or Lifecycle(ignore_changes=frozenset(ignore)),
        secrets=frozenset(secrets),
        options=options or {},
    )
    defaults = {
        leaf.path: name for leaf in kind.leaves.values() if leaf.local_name_by_default and leaf.path not in values
    }
    return Desired(resource, values, defaults, tuple(references))


def create(wanted: Desired, *, seen: tuple[str, ...] = ()) -> Create:
    """A create that waits for what it refers to."""
    return Create(address=wanted.address, reason="test", desired=wanted, depends_on=wanted.references, seen=seen)


def profile_spec(name: str, **more: Any) -> dict[str, Any]:
    """The spec of a messaging profile."""
    return {"name": name, "whitelisted_destinations": ["US"], **more}


def response_spec(profile: Any, *keywords: str, **more: Any) -> dict[str, Any]:
    """The spec of an auto-response."""
    return {"messaging_profile": profile, "op": "stop", "country_code": "US", "keywords": list(keywords), **more}
