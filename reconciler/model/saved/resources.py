"""A manifest inside a saved plan: what it states, and where, so that findings can still say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.digest import Sealed, sealed_value
from reconciler.model.fields import Fields, Unreadable
from reconciler.model.handing_in import seal_of
from reconciler.model.paper import SECTION, Paper
from reconciler.model.paths import Path, dotted, undotted
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.model.saved.values import leaves_from, spelled, spelled_leaves
from reconciler.model.source import Source


@dataclass(frozen=True, slots=True)
class KnownPlaces:
    """The places that were worth keeping. Called, it answers with a path's place or its nearest parent's."""

    places: Mapping[tuple[str | int, ...], Source]

    def __call__(self, path: tuple[str | int, ...]) -> Source:
        """The place of ``path``."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path]


def resource_document(resource: Resource, salt: str) -> dict[str, Any]:
    """One manifest. ``written`` is kept where there are secrets: it says where to find them again."""
    lifecycle = resource.lifecycle
    paths = [(), *(("spec", *path) for path in resource.values), *(("options", name) for name in resource.options)]
    paths += ((*SECTION, name) for name in resource.papers)
    source = resource.source
    return {
        "address": str(resource.address),
        "file": resource.file,
        "shown": source.file,
        "places": {dotted(path): [(at := resource.place(path)).line, at.column] for path in paths},
        "values": spelled_leaves(resource.values, resource.secrets, salt),
        "prevent_destroy": lifecycle.prevent_destroy,
        "ignore_changes": sorted(map(dotted, lifecycle.ignore_changes)),
        "on_remove": lifecycle.on_remove.value if lifecycle.on_remove else None,
        "labels": dict(resource.labels),
        "options": {
            name: spelled(sealed_value(value, salt) if name in resource.secret_options else value)
            for name, value in resource.options.items()
        },
        "secrets": sorted(map(dotted, resource.secrets)),
        "secret_options": sorted(resource.secret_options),
        "remote_id": resource.remote_id,
        "renamed_from": resource.renamed_from,
        "written": resource.written,
        **({"papers": _papers_document(resource, salt)} if resource.papers else {}),
    }


def _papers_document(resource: Resource, salt: str) -> dict[str, Any]:
    return {
        name: {"path": paper.path, "size": paper.size, "seal": seal_of(paper, salt)}
        for name, paper in resource.papers.items()
    }


def resource_from(fields: Fields) -> Resource:
    """The reverse of ``resource_document``, secrets sealed. Raises Unreadable."""
    address, shown, on_remove = fields.address("address"), fields.text("shown"), fields.text_or_none("on_remove")
    try:
        removal = OnRemove(on_remove) if on_remove else None
    except ValueError as error:
        raise Unreadable(f"{address}: {error}") from None
    resource = Resource(
        address=address,
        values=leaves_from(fields.mapping("values")),
        place=KnownPlaces(_places(fields.mapping("places"), shown)),
        file=fields.text("file"),
        lifecycle=Lifecycle(
            prevent_destroy=fields.flag("prevent_destroy"),
            ignore_changes=frozenset(map(undotted, fields.texts("ignore_changes"))),
            on_remove=removal,
        ),
        labels=fields.mapping("labels"),
        options=leaves_by_name(fields.mapping("options")),
        secrets=frozenset(map(undotted, fields.texts("secrets"))),
        secret_options=frozenset(fields.texts("secret_options")),
        remote_id=fields.text_or_none("remote_id"),
        renamed_from=fields.text_or_none("renamed_from"),
        written=fields.mapping_or_none("written"),
        papers=_papers(fields.mapping("papers")) if "papers" in fields else {},
    )
    fields.done()
    if resource.written is None and (resource.secrets or resource.secret_options or _has_seals(resource)):
        raise Unreadable(f"{address} has secrets, and does not say where to find them")
    return resource


def _papers(written: Mapping[str, Any]) -> dict[str, Paper]:
    fields = Fields(written, "the papers of a manifest")
    return {name: _paper(fields.inner(name)) for name in written}


def _paper(fields: Fields) -> Paper:
    paper = Paper(fields.text("path"), fields.count("size"), Sealed(fields.text("seal")), _not_here)
    fields.done()
    return paper


def _not_here() -> bytes:
    raise AssertionError("a saved plan holds no papers: they are found again before it is applied")


def _has_seals(resource: Resource) -> bool:
    return any(isinstance(value, Sealed) for value in (*resource.values.values(), *resource.options.values()))


def leaves_by_name(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by their plain names. Raises Unreadable."""
    return {path[0] if len(path) == 1 else dotted(path): value for path, value in leaves_from(values).items()}


def _places(written: Mapping[str, Any], shown: str) -> dict[tuple[str | int, ...], Source]:
    places: dict[tuple[str | int, ...], Source] = {}
    for name, place in written.items():
        match place:
            case [int(line), int(column)]:
                path: Path = undotted(name) if name else ()
                places[path] = Source(shown, line, column)
            case _:
                raise Unreadable(f'"{name}" has no place of a line and a column')
    if () not in places:
        raise Unreadable("a manifest has no place")
    return places
