"""Whether what would be written means what is there: the manifests are loaded as a plan loads them, and planned.

Variables have their live values meanwhile; whatever else the environment says is not asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.errors import InvalidInput
from reconciler.export import VariableNames
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity, by_place, has_errors
from reconciler.model.exported import Composed
from reconciler.model.paths import dotted
from reconciler.model.plan import Adopt, Change, Move, Noop, Record
from reconciler.model.resource import Resource
from reconciler.model.scope import Scope
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from reconciler.workflow.export_place import Place
from reconciler.workflow.setting import Reading, Setting, findings


@dataclass(frozen=True, slots=True)
class Declared:
    """What the manifests that are there mean: live objects by kind and id, and where each address is declared.

    ``unclear`` are findings about manifests that may keep secrets nobody can tell now. ``names`` are the environment
    variables that they use, of unclear ones too.
    """

    objects: Mapping[tuple[str, str], Address] = field(default_factory=dict)
    sources: Mapping[Address, Resource] = field(default_factory=dict)
    unclear: tuple[Diagnostic, ...] = ()
    names: VariableNames = field(default_factory=VariableNames)

    @property
    def secrets(self) -> dict[Address, frozenset[str]]:
        """The leaves of each address whose values come from the environment or a file."""
        return {at: frozenset(map(dotted, one.secrets)) for at, one in self.sources.items() if one.secrets}

    def lost(self, replaced: Collection[str]) -> list[Diagnostic]:
        """Why files with secrets may not be replaced: what they keep out of sight could stand in them afterwards."""
        return [finding for finding in self.unclear if finding.source is not None and finding.source.file in replaced]

    def elsewhere(self, files: Mapping[Address, str]) -> list[Diagnostic]:
        """A finding for each file that declares what would be written to another one."""
        there = defaultdict[str, list[Address]](list)
        for address, file in files.items():
            if address in self.sources and self.sources[address].file != file:
                there[self.sources[address].file].append(address)
        return [self._twice(addresses, files) for _, addresses in sorted(there.items())]

    def _twice(self, addresses: Sequence[Address], files: Mapping[Address, str]) -> Diagnostic:
        first, others = addresses[0], len(addresses) - 1
        return Diagnostic(
            code="already-declared",
            severity=Severity.ERROR,
            summary=f"{first}{f' and {others} more are' if others else ' is'} declared here, "
            f"and would be written to {files[first]}{' and other files' if others else ''} as well",
            hint="--merge leaves alone what is declared; to write it anew, remove it here first",
            address=first,
            source=self.sources[first].source,
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """The situation in which a plan will find itself, and what the ledger must learn so that it is empty."""

    seen: Situation
    changes: tuple[Adopt | Record | Move, ...]


def declared(setting: Setting, place: Place, seen: Situation, *, strictly: bool) -> Declared:
    """Match the manifests that are there with what is live.

    ``strictly``: raise InvalidInput where one of them cannot be understood, as nobody knows then what it manages.
    """
    loaded = findings(setting, _reading(place, {}, {}), known=seen.ledger.entries)
    if strictly and has_errors(loaded.diagnostics):
        raise InvalidInput(loaded.diagnostics)
    broken = tuple(finding for finding in loaded.diagnostics if finding.severity is Severity.ERROR)
    names = VariableNames(kept=loaded.environment, taken=loaded.mentioned)
    if not loaded.resources:
        return Declared(unclear=broken, names=names)
    drafted = draft(_with(seen, loaded.resources, loaded.files))
    sources = {resource.address: resource for resource in loaded.resources}
    unclear = [finding for finding in drafted.diagnostics if _listed(finding, seen)]
    if strictly and has_errors(unclear):
        raise InvalidInput(unclear)
    meant = {
        (change.address.kind, change.remote.id): change.address
        for change in drafted.changes
        if change.remote is not None and change.address in sources
    }
    return Declared(meant, sources, (*broken, *(one for one in unclear if one.severity is Severity.ERROR)), names)


def proven(
    setting: Setting,
    place: Place,
    composed: Composed,
    texts: Mapping[str, bytes],
    seen: Situation,
    refused: Iterable[Diagnostic],
) -> Proof:
    """What a plan will find and do. Raises InvalidInput where it would be anything but empty."""
    instead = {place.name(name): content for name, content in texts.items()}
    environment = {variable.name: variable.value for variable in composed.variables}
    told = list(refused)
    loaded = findings(setting, _reading(place, instead, environment), known=seen.ledger.entries)
    twice = {"duplicate-address"} if any(finding.code == "already-declared" for finding in told) else set[str]()
    wrong = [*told, *(finding for finding in loaded.diagnostics if finding.code not in twice)]
    if has_errors(wrong):
        raise InvalidInput(by_place(wrong))
    situation = _with(seen, loaded.resources, loaded.files)
    drafted = draft(situation)
    changes = {change.address: change for change in drafted.changes}
    exported = set(composed.objects.values())
    wrong = [finding for finding in drafted.diagnostics if finding.address in exported]
    if not has_errors(wrong):
        wrong = [_not_empty(address) for address in sorted(exported) if not _empty(changes.get(address))]
    if has_errors(wrong):
        raise InvalidInput(by_place(wrong))
    ours = (change for change in drafted.changes if change.address in exported)
    return Proof(situation, tuple(change for change in ours if isinstance(change, Adopt | Record | Move)))


def _reading(place: Place, instead: Mapping[str, bytes], environment: Mapping[str, str]) -> Reading:
    """The account's own manifests; those of the folder alone where no plan reads it."""
    paths = () if place.planned else (place.shown,)
    return Reading(paths=paths, allow_empty=True, instead=instead, environment=environment)


def _with(seen: Situation, resources: Sequence[Resource], files: Iterable[str]) -> Situation:
    scope = Scope(whole=False, prune=False, loaded_files=frozenset(files))
    return replace(seen, resources=resources, scope=scope)


def _listed(finding: Diagnostic, seen: Situation) -> bool:
    """Whether the object of a finding was looked for: of all others nothing is known, and nothing is asked.

    A kind may be left out, and the lists below profiles that were not asked for: the ledger tells what is meant there.
    """
    asked = finding.address is not None and finding.address.kind in seen.world.objects
    return asked and finding.code != "not-observed"


def _empty(change: Change | None) -> bool:
    return isinstance(change, Noop | Adopt | Record | Move) and not change.diffs


def _not_empty(address: Address) -> Diagnostic:
    return Diagnostic(
        code="export-not-empty",
        severity=Severity.ERROR,
        summary=f"{address} would not plan as it is",
        hint="this is a defect of the program: please report it; --name and --kind leave the object out",
        address=address,
    )
