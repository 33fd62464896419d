"""What an export says: documents as a person would have written them, variables to set, decisions to take. Data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic


class Split(StrEnum):
    """Which documents share a file."""

    KIND = "kind"
    PROFILE = "profile"
    RESOURCE = "resource"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """Stands in a spec where a value must not: written as ``${env:NAME}``."""

    name: str


class Held(StrEnum):
    """What the environment says of a variable now, beside what the account holds."""

    UNSET = "unset"
    DIFFERENT = "different"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable that must be set before the manifests can be read, and where its value is to be found.

    ``field`` is the API's name for it, in the object ``remote_id``; ``what`` says why it is no literal. ``held`` tells
    whether it is set already.
    """

    name: str
    address: Address
    field: str
    remote_id: str
    what: str
    value: str = dataclasses.field(repr=False)
    held: Held = Held.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One manifest. ``spec`` holds plain JSON values and ``FromEnvironment``.

    ``remarks`` are comments by the path of the document that they stand above: ``("metadata", "remote_id")``.
    """

    address: Address
    spec: Mapping[str, Any]
    remote_id: str | None = None
    lifecycle: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    remarks: Mapping[tuple[str, ...], tuple[str, ...]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The documents of an export by file (relative to its folder, with ``/``), and what people must do about them.

    ``objects`` are the addresses of everything that is exported, by kind and remote id.
    """

    files: Mapping[str, tuple[Document, ...]]
    objects: Mapping[tuple[str, str], Address]
    variables: tuple[Variable, ...] = ()
    decisions: tuple[Diagnostic, ...] = ()


class Writing(StrEnum):
    """What happened to a file."""

    WRITTEN = "written"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """One file of an export: its path as the user would type it, and how many manifests are in it."""

    path: str
    writing: Writing
    manifests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """How an export ended. ``recorded`` counts what the ledger took or brought up to date, if it ``records``."""

    account: str
    files: tuple[WrittenFile, ...] = ()
    variables: tuple[Variable, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    recorded: int = 0
    records: bool = True
