"""The whole way from PATHS to resources and findings. Wires the steps; each of them is a file beside this one."""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from reconciler.manifest.collisions import claimed_twice, duplicates
from reconciler.manifest.desired import Validation
from reconciler.manifest.discovery import Found, discover
from reconciler.manifest.documents import DocumentStream
from reconciler.manifest.interpolation import MARK, DocumentPath, Interpolation
from reconciler.manifest.reading import MAX_BYTES, Unusable, read_bounded, too_large
from reconciler.manifest.references import reference_cycles, unknown_references
from reconciler.manifest.syntax import wrong_encoding
from reconciler.manifest.variables import with_origins
from reconciler.manifest.wording import error
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity, by_place, has_errors
from reconciler.model.kind import Kinds
from reconciler.model.resource import Resource
from reconciler.model.saved.file import is_plan_file
from reconciler.model.source import Source
from reconciler.model.variable import Variable

_COMMENTED = re.compile(rb"^#[ \t]*apiVersion:", re.MULTILINE)
MAX_FINDINGS = 1000
"""Findings in one file before the rest of it is left alone: nobody reads more, and time must stay bounded."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that PATHS hold. Wrong input is in ``diagnostics``: ask ``has_errors`` before using the rest.

    ``resources`` are in the order of the files and of the documents in them. ``files`` are the files that were read
    whole, as ``Entry.file`` of the ledger names them: posix paths relative to the project folder.
    """

    resources: tuple[Resource, ...]
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    digest: str = ""
    """``sha256:…`` over the names and bytes of what was read."""
    environment: Mapping[Address, Mapping[DocumentPath, str]] = field(default_factory=dict)
    """The environment variables that stand alone in a scalar, by address and path, set or not, valid or not."""
    mentioned: frozenset[str] = frozenset()
    """The names of all environment variables that manifests ask for."""


def load(
    paths: Sequence[str],
    *,
    kinds: Kinds,
    project_root: Path,
    environment: Mapping[str, str],
    stdin: Callable[[], bytes],
    files_from: Sequence[Path] = (),
    known: Collection[Address] | None = (),
    allow_empty: bool = False,
    variables: Mapping[str, Variable] = MappingProxyType({}),
    account: str = "",
    instead: Mapping[str, bytes] | None = None,
) -> Loaded:
    """Load and check every manifest of PATHS. Raises for nothing that a manifest can contain.

    ``known`` are the addresses that the ledger records: references to them are no mistakes. None: that cannot be known
    now, and no reference is one. ``variables`` are all that are declared, as ``account`` has them. ``instead`` are
    files that are about to be written, by the name that ledgers keep: they are read after all others, and in place of
    the files that have those names.
    """
    with _collector_paused():
        found = discover(paths, project_root)
        interpolation = Interpolation(environment, project_root, files_from, variables, account)
        reader = _Reader(Validation(kinds, interpolation), stdin)
        complete = not found.findings
        findings = list(found.findings)
        pending = instead or {}
        for file in found.files:
            if file.recorded not in pending:
                findings += reader.read(file)
        for name, content in pending.items():
            findings += reader.read(Found(None, name, name), content)
        resources, documents = reader.validation.resources, reader.validation.documents
        findings += duplicates(documents)
        if known is not None:
            names = {document.address for document in documents}.union(known)
            findings += unknown_references(documents, names, complete=complete and reader.complete)
        findings += reference_cycles(documents)
        findings += claimed_twice(resources, kinds)
        if not reader.documents and not allow_empty and not has_errors(findings):
            findings.append(_no_manifests(paths, reader.commented))
        findings = with_origins(findings, reader.validation.uses)
        return Loaded(
            tuple(resources),
            tuple(by_place(findings)),
            tuple(reader.files),
            reader.digest,
            environment=reader.validation.environment,
            mentioned=frozenset(reader.validation.mentioned),
        )


class _Reader:
    """Reads file after file into one validation; remembers which were read whole."""

    def __init__(self, validation: Validation, stdin: Callable[[], bytes]) -> None:
        self.validation = validation
        self.files: list[str] = []
        self.documents = 0
        self.complete = True
        self.commented: Source | None = None
        self._stdin = stdin
        self._seen = hashlib.sha256()

    @property
    def digest(self) -> str:
        """Of everything read so far."""
        return f"sha256:{self._seen.hexdigest()}"

    def read(self, file: Found, content: bytes | None = None) -> list[Diagnostic]:
        """Everything that is wrong in one file, of which the ``content`` may be known."""
        try:
            data = self._bytes(file) if content is None else content
        except Unusable as unusable:
            self.complete = False
            return [error(unusable.code, f"the file {unusable.reason}", Source(file.shown), hint=unusable.hint)]
        self._seen.update(f"{file.recorded}\0{len(data)}\0".encode() + data)
        if is_plan_file(data[:64]):
            self.complete = False
            hint = "show it with reconciler show, carry it out with reconciler apply"
            return [error("saved-plan", "the file is a saved plan, not a manifest", Source(file.shown), hint=hint)]
        encoding = wrong_encoding(data, file.shown)
        if encoding is not None:
            self.complete = False
            return [encoding]
        return self._documents(data, file)

    def _bytes(self, file: Found) -> bytes:
        if file.path is not None:
            return read_bounded(file.path, MAX_BYTES)
        data = self._stdin()
        if len(data) > MAX_BYTES:
            raise too_large(MAX_BYTES)
        return data

    def _documents(self, data: bytes, file: Found) -> list[Diagnostic]:
        findings = self.validation.findings = []
        interpolate, before = MARK in data, self.documents
        stream = DocumentStream(data, file.shown)
        for document in stream:
            self.documents += 1
            self.validation.add(document, file.recorded, interpolate=interpolate)
            if len(findings) + len(stream.findings) > MAX_FINDINGS:
                summary = f"more than {MAX_FINDINGS} findings in this file; the rest of it was not looked at"
                findings.append(error("too-many-findings", summary, document.places(())))
                self.complete = False
                break
        if self.documents == before and self.commented is None and (found := _COMMENTED.search(data)):
            self.commented = Source(file.shown, data.count(b"\n", 0, found.start()) + 1, 1)
        if stream.complete:
            self.files.append(file.recorded)
        else:
            self.complete = False
        return [*stream.findings, *findings]


def _no_manifests(paths: Sequence[str], commented: Source | None) -> Diagnostic:
    """What comes next depends on whether there is an example that waits to be used, as after ``init``."""
    if commented is not None:
        summary = f"no manifests in {', '.join(paths)}: the one here is commented out"
        first = 'take the "# " off the lines from here on'
    else:
        summary = f"no manifests in {', '.join(paths) or 'no paths'}"
        first = "give the folder that holds them"
    return Diagnostic(
        code="no-manifests",
        severity=Severity.ERROR,
        summary=summary,
        hint=f"{first}, let reconciler export write what the account holds, or add --allow-empty if this is meant",
        source=commented,
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Loading makes many objects and no cycles: walking them again and again costs a third of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
