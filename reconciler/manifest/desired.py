"""From a document to a ``Resource``: one pydantic validation, then what pydantic cannot know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, final

from pydantic import BaseModel, ValidationError

from reconciler.manifest.declared import Declared, declared
from reconciler.manifest.documents import Document
from reconciler.manifest.envelope import NAME_PATTERN, AnyDocument, document_model
from reconciler.manifest.interpolation import DocumentPath, Filled, Interpolation
from reconciler.manifest.papers import named_papers
from reconciler.manifest.places import AnyPlaces
from reconciler.manifest.rewording import Checked, reworded
from reconciler.manifest.variables import Use
from reconciler.manifest.wording import error, named, quoted, suggestion
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Kinds, ResourceKind, Verb
from reconciler.model.paper import OPTION, SECTION, Paper
from reconciler.model.paths import Path, dotted, undotted
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.model.spec import stated_values

_DEFAULT_LIFECYCLE = Lifecycle()
_NOTHING: Filled = Filled(None)
_NAME = re.compile(NAME_PATTERN)


@final
class Validation:
    """Turns documents into resources and collects what is wrong with them.

    ``documents`` holds what all documents declare, the faulty ones too; ``uses`` where variables were filled in.
    ``environment`` tells which scalars of an address are an environment variable, and ``mentioned`` names all of those.
    """

    def __init__(self, kinds: Kinds, interpolation: Interpolation) -> None:
        """Prepare one model per kind; they are built when first used."""
        self.findings: list[Diagnostic] = []
        self.resources: list[Resource] = []
        self.documents: list[Declared] = []
        self.uses: list[Use] = []
        self.environment: dict[Address, Mapping[DocumentPath, str]] = {}
        self.mentioned: set[str] = set()
        self._kinds = kinds
        self._interpolation = interpolation

    def add(self, document: Document, recorded: str, *, interpolate: bool) -> None:
        """Validate one document of the file that ledgers call ``recorded``."""
        value, places, filled = document.value, document.places, _NOTHING
        if not isinstance(value, dict):
            hint = "a manifest begins with apiVersion: telnyx.reconciler/v1"
            self.findings.append(
                error("wrong-type", f"a manifest must be a mapping, not {named(value)}", places(()), hint=hint)
            )
            return
        if interpolate:
            filled = self._interpolation.fill(value, places)
            value = filled.value
            self.findings += filled.findings
            self.mentioned |= filled.mentioned
            self.uses += ((places, path, used) for path, used in filled.variables.items())
        name = value.get("kind")
        kind = self._kinds.get(name) if isinstance(name, str) else None
        if kind is None:
            self._unknown_kind(value, places, filled)
            return
        hidden = filled.secrets.union(_personal(kind, value.get("spec"))) if kind.masked else filled.secrets
        written = (filled.written if interpolate else value) if hidden else None
        secrets = frozenset(_secret_leaves(kind, hidden))
        address = self._declare(kind, value, places, secrets)
        if address is not None and filled.environment:
            self.environment[address] = filled.environment
        try:
            valid: Any = document_model(kind).__pydantic_validator__.validate_python(value)
        except ValidationError as problem:
            checked = Checked(document_model(kind), value, places, address, hidden, filled.unfilled)
            self.findings += reworded(problem, checked)
        else:
            resource = _resource(kind, valid, places, recorded, filled.secrets, secrets, written)
            self.resources.append(self.with_papers(resource))

    def with_papers(self, resource: Resource) -> Resource:
        """The resource with the files that it names as they are now; what is wrong with one is a finding."""
        takes = self._kinds[resource.address.kind].papers
        if takes is None or OPTION not in resource.options:
            return resource
        secret, found = OPTION in resource.secret_options, {}
        fence = self._interpolation.fence
        for name, paper in named_papers(takes, resource.options, resource.file, fence, secret=secret):
            if isinstance(paper, Paper):
                found[name] = paper
                continue
            place = resource.place((*SECTION, name))
            self.findings.append(error(paper.code, paper.summary, place, hint=paper.hint, address=resource.address))
        return replace(resource, papers=found)

    def _declare(
        self, kind: ResourceKind, value: Mapping[str, Any], places: AnyPlaces, secrets: Collection[Path]
    ) -> Address | None:
        """Note what the document declares, as far as that is clear without validating it."""
        metadata, lifecycle = value.get("metadata"), value.get("lifecycle")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        address = Address(kind.name, name) if isinstance(name, str) and _NAME.match(name) else None
        if address is not None:
            self.documents.append(declared(kind, address, value.get("spec"), places, secrets))
        if isinstance(lifecycle, dict) and isinstance(ignored := lifecycle.get("ignore_changes"), list):
            self.findings += _unknown_fields(kind, ignored, places, address)
        if isinstance(lifecycle, dict) and lifecycle.get("on_remove") == "delete" and not kind.can(Verb.DELETE):
            self.findings.append(_never_deleted(kind, places, address))
        return address

    def _unknown_kind(self, value: Mapping[str, Any], places: AnyPlaces, filled: Filled) -> None:
        name = value.get("kind")
        if isinstance(name, str):
            hint = suggestion(name, self._kinds, "kinds")
            self.findings.append(error("unknown-kind", f"unknown kind {quoted(name)}", places(("kind",)), hint=hint))
        try:
            AnyDocument.model_validate(value)
        except ValidationError as problem:
            checked = Checked(AnyDocument, value, places, None, filled.secrets, filled.unfilled)
            self.findings += reworded(problem, checked)


def _never_deleted(kind: ResourceKind, places: AnyPlaces, address: Address | None) -> Diagnostic:
    """Told with the manifest: when it is gone nobody reads any more what it asked for."""
    return Diagnostic(
        code="cannot-delete",
        severity=Severity.WARNING,
        summary=f"on_remove: delete has no effect: the API deletes no {kind.name}",
        hint="leave it out; without its manifest the object is forgotten, and stays as it is",
        address=address,
        source=places(("lifecycle", "on_remove")),
    )


def _resource(
    kind: ResourceKind,
    valid: Any,
    places: AnyPlaces,
    recorded: str,
    paths: Collection[DocumentPath],
    secrets: frozenset[Path],
    written: Mapping[str, Any] | None,
) -> Resource:
    metadata, block = valid.metadata, valid.lifecycle
    return Resource(
        address=Address(kind.name, metadata.name),
        values=stated_values(valid.spec),
        place=places,
        lifecycle=_DEFAULT_LIFECYCLE
        if block is None
        else _lifecycle(block.prevent_destroy, tuple(block.ignore_changes or ()), block.on_remove),
        labels=metadata.labels or {},
        options={} if kind.options is None else _options(kind.options, valid.options),
        secrets=secrets,
        secret_options=frozenset(str(path[1]) for path in paths if path[0] == "options"),
        written=written,
        remote_id=metadata.remote_id,
        renamed_from=metadata.renamed_from,
        file=recorded,
    )


@lru_cache(maxsize=64)
def _lifecycle(prevent_destroy: bool, ignore_changes: tuple[str, ...], on_remove: str | None) -> Lifecycle:
    """Thousands of manifests share a few lifecycles."""
    return Lifecycle(
        prevent_destroy=prevent_destroy,
        ignore_changes=frozenset(map(undotted, ignore_changes)),
        on_remove=OnRemove(on_remove) if on_remove else None,
    )


def _options(model: type[BaseModel], stated: BaseModel | None) -> dict[str, Any]:
    """Every option with its value or default, so that nobody else needs to know the defaults."""
    options = model() if stated is None else stated
    return {
        name: value.model_dump(exclude_none=True) if isinstance(value, BaseModel) else value
        for name in model.model_fields
        if (value := getattr(options, name)) is not None
    }


def _secret_leaves(kind: ResourceKind, secrets: Collection[DocumentPath]) -> Iterator[Path]:
    """The leaf of the spec in which each secret stands: an item of a list makes the whole list one."""
    for section, *steps in secrets:
        if section == "spec":
            names = tuple(str(step) for step in steps)
            longest = (names[:length] for length in range(len(names), 0, -1))
            yield next((path for path in longest if path in kind.leaves), names[:1])


def _personal(kind: ResourceKind, spec: Any) -> Iterator[DocumentPath]:
    """The stated fields that are masked wherever they come from."""
    if isinstance(spec, Mapping):
        yield from (("spec", *path) for path in kind.masked if path[0] in spec)


def _unknown_fields(
    kind: ResourceKind, names: list[Any], places: AnyPlaces, address: Address | None
) -> Iterator[Diagnostic]:
    for index, name in enumerate(names):
        if isinstance(name, str) and undotted(name) not in kind.leaves:
            yield error(
                "unknown-field",
                f"ignore_changes names {quoted(name)}, which is no field of {kind.name}",
                places(("lifecycle", "ignore_changes", index)),
                hint=suggestion(name, map(dotted, kind.leaves), "fields"),
                address=address,
            )
