"""One kind for each way in which the API takes a body, made up for these tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from reconciler.adapters.rest import RestAdapter
from reconciler.model.address import Address
from reconciler.model.kind import ResourceKind
from reconciler.model.normalise import as_decimal, as_set, blank_as_null
from reconciler.model.observed import Observed, Remote
from reconciler.model.paths import Path
from reconciler.model.plan import Desired
from reconciler.model.reference import Reference
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.model.source import Source
from reconciler.model.spec import Clear, Cleared, Compared, CreateOnly, RefTo, Settings, Spec, unstated

SALT = "salt"


class Whole(RestAdapter):
    """Replaces objects."""

    __slots__ = ()

    @property
    def sends_whole(self) -> bool:
        """By PUT."""
        return True


class PoolSettings(Settings):
    """An object that the API wants whole."""

    weight: int
    sticky: bool = unstated
    note: Annotated[str | None, Cleared(Clear.OMIT)] = unstated


class Patched(Spec):
    """Updated by PATCH."""

    name: str
    url: Annotated[str | None, Cleared(Clear.NULL), Compared(blank_as_null)] = unstated
    places: Annotated[list[str], Compared(as_set)] = unstated
    limit: Annotated[str, Compared(as_decimal)] = unstated
    born: Annotated[str, CreateOnly()] = unstated
    pool: Annotated[PoolSettings | None, Cleared(Clear.NULL)] = unstated
    owner: Annotated[Reference | None, RefTo("Owner", field="owner_id"), Cleared(Clear.EMPTY)] = unstated


class Put(Spec):
    """Replaced by PUT, under its parent."""

    owner: Annotated[Reference, RefTo("Owner", field="owner_id", in_path=True)]
    op: Annotated[str, CreateOnly()]
    words: Annotated[list[str], Compared(as_set)] = unstated
    text: Annotated[str | None, Cleared(Clear.OMIT), Compared(blank_as_null)] = unstated
    extra: Annotated[str | None, Cleared(Clear.NULL)] = unstated


PATCHED = ResourceKind(name="Patched", spec=Patched, adapter=RestAdapter("/patched"), identity=("name",))
PUT = ResourceKind(name="Put", spec=Put, adapter=Whole("/put"), identity=("owner", "op"))


def wanted(
    kind: ResourceKind,
    values: Mapping[str, Any],
    *,
    ignore: Iterable[str] = (),
    secrets: Iterable[str] = (),
    on_remove: OnRemove | None = None,
    prevent_destroy: bool = False,
    options: Mapping[str, Any] | None = None,
    references: tuple[Address, ...] = (),
    file: str = "a.yaml",
) -> Desired:
    """Desired values by dotted path."""
    paths: dict[Path, Any] = {tuple(name.split(".")): value for name, value in values.items()}
    resource = Resource(
        address=Address(kind.name, "x"),
        values=paths,
        file=file,
        place=lambda _: Source(file),
        lifecycle=Lifecycle(
            prevent_destroy=prevent_destroy,
            ignore_changes=frozenset(tuple(name.split(".")) for name in ignore),
            on_remove=on_remove,
        ),
        options=options or {},
        secrets=frozenset(tuple(name.split(".")) for name in secrets),
    )
    return Desired(resource, paths, {}, references)


def live(kind: ResourceKind, **attributes: Any) -> Observed:
    """An observed object."""
    return Observed(kind.name, Remote("id-1"), attributes)
