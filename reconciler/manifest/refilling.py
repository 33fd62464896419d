"""Secrets and papers of manifests that were read before: found again where these say, for plans that were saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.errors import InvalidInput
from reconciler.manifest.desired import Validation
from reconciler.manifest.documents import Document
from reconciler.manifest.interpolation import Interpolation
from reconciler.model.diagnostic import by_place
from reconciler.model.kind import Kinds
from reconciler.model.resource import Resource
from reconciler.model.source import Source


@dataclass(frozen=True, slots=True)
class _Kept:
    """The places that a resource still knows."""

    place: Callable[[tuple[str | int, ...]], Source]

    def __call__(self, path: tuple[str | int, ...]) -> Source:
        return self.place(path)

    def of_key(self, path: tuple[str | int, ...]) -> Source:
        return self.place(path)


def refilled(
    resources: Sequence[Resource],
    *,
    kinds: Kinds,
    project_root: Path,
    environment: Mapping[str, str],
    files_from: Sequence[Path] = (),
) -> list[Resource]:
    """The resources with secrets and papers as this environment and the files of this project have them.

    Raises InvalidInput for what is undefined now, or no longer valid, with its place in the manifest.
    """
    validation = Validation(kinds, Interpolation(environment, project_root, files_from))
    found: list[Resource] = []
    for resource in resources:
        if resource.written is None:
            found.append(validation.with_papers(resource))
            continue
        before = len(validation.resources)
        validation.add(Document(resource.written, _Kept(resource.place)), resource.file, interpolate=True)
        found += (replace(one, place=resource.place) for one in validation.resources[before:])
    if validation.findings:
        raise InvalidInput(by_place(validation.findings))
    return found
