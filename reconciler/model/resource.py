"""What a manifest asks for: one desired resource, validated, with the place of everything it states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reconciler.model.address import Address
from reconciler.model.paper import Paper
from reconciler.model.paths import Path
from reconciler.model.source import Source


class OnRemove(StrEnum):
    """What happens to the remote object when its manifest is removed."""

    DELETE = "delete"
    RETAIN = "retain"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The ``lifecycle`` block. ``on_remove`` of None means: the kind's or the origin's default."""

    prevent_destroy: bool = False
    ignore_changes: frozenset[Path] = frozenset()
    on_remove: OnRemove | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One manifest.

    ``values`` holds what is stated, by leaf; references stand in it as written. ``secrets`` are the leaves whose value
    came from ``${env:…}`` or ``${file:…}``, ``secret_options`` the options. ``place`` answers where a path of the
    *document* stands (``("spec", "webhook_url")``), or its nearest parent. ``file`` is the manifest's file as the
    ledger remembers it: a posix path relative to the project folder, whatever folder the command runs in. ``written``
    is the document before anything was filled in, where anything was: a saved plan finds its secrets again by it.
    ``papers`` are the files that ``options.documents`` names.
    """

    address: Address
    values: Mapping[Path, Any] = field(repr=False)  # like options, they may hold secrets
    place: Callable[[tuple[str | int, ...]], Source]
    file: str = ""
    lifecycle: Lifecycle = Lifecycle()
    labels: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    secrets: frozenset[Path] = frozenset()
    remote_id: str | None = None
    renamed_from: str | None = None
    secret_options: frozenset[str] = frozenset()
    written: Mapping[str, Any] | None = field(default=None, repr=False)
    papers: Mapping[str, Paper] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """Where the document stands."""
        return self.place(())

    def place_of(self, path: Path) -> Source:
        """Where a leaf of the spec stands."""
        return self.place(("spec", *path))
