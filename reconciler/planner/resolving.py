"""References become ids: of what exists, of what this plan creates (``Unknown``), or a finding that says why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address
from reconciler.model.answers import summary_of
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.keys import rows_by_identity
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Observed
from reconciler.model.paths import Path
from reconciler.model.plan import SENSITIVE, Desired
from reconciler.model.reference import ById, ByName, Unknown
from reconciler.model.resource import Resource
from reconciler.model.spec import RefTo
from reconciler.planner.situation import Situation


@dataclass(slots=True)
class Ids:
    """What is known of the ids behind local names, filled in as the plan goes from parents to children.

    An address that is desired and not in ``known`` has findings of its own: whatever points at it cannot be planned.
    """

    situation: Situation
    known: dict[Address, str | Unknown] = field(default_factory=dict)
    found: dict[Address, str] = field(init=False)
    """Ids of everything that exists, recorded or found, desired or not: what intents are read with."""

    _by_identity: dict[str, dict[tuple[Any, ...], list[Observed]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.found = {address: entry.remote.id for address, entry in self.situation.ledger.entries.items()}

    def learn(self, address: Address, remote_id: str | Unknown) -> None:
        """Note what others may use as the id of a desired address."""
        self.known[address] = remote_id
        if isinstance(remote_id, str):
            self.found[address] = remote_id

    def resolve(self, resource: Resource) -> Desired | Diagnostic:
        """Replace every reference of a resource by an id. The finding is an error with the reference's place."""
        kind = self.situation.kinds[resource.address.kind]
        values: Mapping[Path, Any] = resource.values
        references: list[Address] = []
        for leaf in kind.references:
            written = values.get(leaf.path)
            if written is None or leaf.reference is None:
                continue
            found = self._id(written, leaf.reference, secret=leaf.path in resource.secrets)
            if isinstance(found, _Broken):
                return Diagnostic(
                    code=found.code,
                    severity=Severity.ERROR,
                    summary=found.summary,
                    hint=found.hint,
                    address=resource.address,
                    source=resource.place_of(leaf.path),
                )
            values = {**values, leaf.path: found}
            if isinstance(written, str):
                references.append(Address(leaf.reference.kind, written))
        return Desired(resource, values, _defaults(kind, resource), tuple(references))

    def stated(self, resource: Resource) -> Desired:
        """What a resource that ``resolve`` refuses says all the same.

        A reference that means nothing now means what is recorded under its name, or the id that it states; where
        neither is known it is left out.
        """
        kind = self.situation.kinds[resource.address.kind]
        values = dict(resource.values)
        for leaf in kind.references:
            if (written := values.get(leaf.path)) is None or leaf.reference is None:
                continue
            found = self._id(written, leaf.reference, secret=False)
            match written:
                case _ if not isinstance(found, _Broken):
                    values[leaf.path] = found
                case ById(id=remote_id):
                    values[leaf.path] = remote_id
                case str() if (held := self.found.get(Address(leaf.reference.kind, written))) is not None:
                    values[leaf.path] = held
                case _:
                    del values[leaf.path]
        return Desired(resource, values, {}, ())

    def _id(self, written: Any, to: RefTo, *, secret: bool) -> str | Unknown | _Broken:
        match written:
            case ById(id=remote_id):
                if (to.kind, remote_id) in self.situation.world.gone:
                    return _Broken(
                        "no-such-remote",
                        f"no {to.kind} with id {_quoted(remote_id, secret=secret)} in this account",
                        "check the id and the account that the key belongs to",
                    )
                return remote_id
            case ByName(name=name):
                return self._by_name(name, to, secret=secret)
            case _:
                return self._local(Address(to.kind, written))

    def _local(self, address: Address) -> str | Unknown | _Broken:
        if address in self.known:
            return self.known[address]
        if address in self.situation.desired:
            return _Broken(
                "dependency-failed", f"{address} cannot be planned, and this refers to it", "see its own finding"
            )
        entry = self.situation.ledger.entries.get(address)
        if entry is None:
            return _Broken(
                "unknown-reference",
                f'no {address.kind} named "{address.name}" is declared or recorded',
                "declare it, or refer to something unmanaged with {id: …} or {name: …}",
            )
        if self.situation.prunes(entry):
            return _Broken(
                "reference-removed",
                f"this plan removes {address}, and this refers to it",
                "keep its manifest, or remove this reference as well",
            )
        if (address.kind, entry.remote.id) in self.situation.world.gone:
            return _Broken(
                "no-such-remote",
                f"{address} is recorded as {entry.remote.id}, which no longer exists",
                "plan the whole project, so that it is created again or forgotten",
            )
        return entry.remote.id

    def _by_name(self, name: str, to: RefTo, *, secret: bool) -> str | _Broken:
        kind, called = self.situation.kinds[to.kind], _quoted(name, secret=secret)
        if kind.name not in self._by_identity:
            self._by_identity[kind.name] = rows_by_identity(kind, self.situation.world.of_kind(kind.name))
        match self._by_identity[kind.name].get((name,), []):
            case [one]:
                return one.remote.id
            case []:
                hint = "correct the name, or declare it and refer to it by its local name"
                return _Broken("no-such-remote", f"no {to.kind} is called {called} in this account", hint)
            case several:
                hidden = kind.kept if secret else self._secret_fields(kind)
                listed = "; ".join(sorted(summary_of(kind, row, hidden=hidden) for row in several))
                return _Broken(
                    "ambiguous", f"several {to.kind}s are called {called}: {listed}", "refer to one with {id: …}"
                )

    def _secret_fields(self, kind: ResourceKind) -> set[str]:
        """Fields that any recorded object of the kind keeps secret: one of those listed may be it."""
        entries = (e for address, e in self.situation.ledger.entries.items() if address.kind == kind.name)
        secrets = {name.partition(".")[0] for entry in entries for name in entry.secrets}
        return {leaf.field[0] for leaf in kind.leaves.values() if leaf.path[0] in secrets}


@dataclass(frozen=True, slots=True)
class _Broken:
    code: str
    summary: str
    hint: str


def _quoted(written: str, *, secret: bool) -> str:
    return SENSITIVE if secret else f'"{written}"'


def _defaults(kind: ResourceKind, resource: Resource) -> Mapping[Path, Any]:
    return {leaf.path: resource.address.name for leaf in kind.local_names if leaf.path not in resource.values}
