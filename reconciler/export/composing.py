"""The whole of an export: objects to names, names to documents, documents to files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.export.layout import laid_out
from reconciler.export.leaving_out import Cases, left_out, why
from reconciler.export.naming import Names, kebab, slug
from reconciler.export.pinning import ambiguous
from reconciler.export.selecting import Id, Selection, View, generations, selected, targets, words
from reconciler.export.stating import Stated, Withheld, stated
from reconciler.export.variables import Variables
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.exported import Composed, Document, Split
from reconciler.model.kind import Claim, ResourceKind
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Observed
from reconciler.model.resource import OnRemove


def compose(view: View, selection: Selection, split: Split) -> Composed:
    """Write down what was selected. Same account, same documents, whatever the order of its answers."""
    return _Export(view, selection).composed(split)


@dataclass(frozen=True, slots=True)
class _Taken:
    """An object that is exported."""

    observed: Observed
    address: Address
    stated: Stated
    pinned: bool


@dataclass(slots=True)
class _Export:
    view: View
    selection: Selection
    decisions: list[Diagnostic] = field(default_factory=list)
    addresses: dict[Id, Address] = field(default_factory=dict)
    """Of every object that a reference may name."""
    withheld: Cases = field(default_factory=dict)

    def composed(self, split: Split) -> Composed:
        kinds = generations(self.view.kinds)
        for id_, entry in self.view.recorded.items():
            if entry.project == self.view.project:
                self.addresses[id_] = entry.address
        self.addresses.update(self.view.declared)  # a manifest that was renamed since is the newer word
        taken: dict[str, list[_Taken]] = {kind.name: self._taken(kind) for kind in kinds}
        everything = [one for kind in kinds for one in sorted(taken[kind.name], key=lambda each: each.address)]
        self.decisions += left_out(self.withheld)
        files = laid_out([one.address for one in everything], self._owners(everything), split)
        variables = Variables(self.view.variables)
        documents: dict[str, list[Document]] = {}
        for one in everything:
            documents.setdefault(files[one.address], []).append(self._document(one, variables))
        return Composed(
            files={name: tuple(documents[name]) for name in sorted(documents)},
            objects={(one.address.kind, one.observed.remote.id): one.address for one in everything},
            variables=tuple(variables.handed_out),
            decisions=tuple(self.decisions),
        )

    def _taken(self, kind: ResourceKind) -> list[_Taken]:
        names = Names(
            address.name for address in (*self.view.ledger.entries, *self.view.addresses) if address.kind == kind.name
        )
        rows = [row for row in selected(kind, self.selection, self.view) if self._wanted(kind, row)]
        pinned = ambiguous(kind, rows, self.view.live(kind))
        found: list[_Taken] = []
        holders = self._holders(kind, rows)
        for row in sorted(rows, key=lambda one: self.view.managed((kind.name, one.remote.id)) is None):
            id_ = (kind.name, row.remote.id)
            said = stated(kind, row, self._refer)
            if said.required:
                self._refused(kind, row, said.withheld)
                continue
            claims = _claims(kind, row)
            held = _held(claims, holders)
            if held is not None:
                self._contested(kind, row, *held)
                continue
            address = self.addresses.get(id_) or Address(kind.name, names.claim(self._local_name(kind, row)))
            for claim in claims:
                holders.setdefault(claim.scope, {})[claim.variant] = address
            self.addresses[id_] = address
            keyless = not said.values.keys() >= set(kind.identity)
            found.append(_Taken(row, address, said, keyless or row.remote.id in pinned))
            self._decided(found[-1], kind)
        return found

    def _holders(self, kind: ResourceKind, rows: Iterable[Observed]) -> dict[tuple[str, ...], dict[str, Address]]:
        """What objects hold that are managed already and not among ``rows``: their manifests stay beside the export."""
        holders: dict[tuple[str, ...], dict[str, Address]] = {}
        exported = {row.remote.id for row in rows}
        for row in self.view.live(kind):
            address = self.view.managed((kind.name, row.remote.id))
            if address is not None and row.remote.id not in exported:
                for claim in _claims(kind, row):
                    holders.setdefault(claim.scope, {})[claim.variant] = address
        return holders

    def _wanted(self, kind: ResourceKind, row: Observed) -> bool:
        id_ = (kind.name, row.remote.id)
        stranger = self.view.elsewhere(id_)
        if stranger is not None:
            self._note(
                "managed-elsewhere",
                f'{self._shown(kind, row)} is managed by project "{stranger.project}" as {stranger.address}',
                "it is left out; export it there",
                severity=Severity.INFO,
            )
            return False
        return not self.selection.missing or self.view.managed(id_) is None

    def _refer(self, kind: str, remote_id: str) -> str | Mapping[str, str]:
        address = self.addresses.get((kind, remote_id))
        return {"id": remote_id} if address is None else address.name

    def _local_name(self, kind: ResourceKind, row: Observed) -> str:
        preferred = self.view.preferred.get((kind.name, row.remote.id))
        if preferred:
            return preferred
        pointed = targets(kind, row)
        parts = [self._word(pointed[name]) for name in kind.called or kind.identity if name in pointed]
        own = words(kind, row, self.view.secrets((kind.name, row.remote.id)))
        return slug(" ".join([*parts, *own])) or kebab(kind.name)

    def _word(self, id_: Id) -> str:
        """How an object that is referred to stands in the names of others."""
        address = self.addresses.get(id_)
        if address is not None:
            return address.name
        target, stranger = self.view.world.find(*id_), self.view.elsewhere(id_)
        found = [] if target is None else words(self.view.kinds[id_[0]], target, self.view.secrets(id_))
        return " ".join(found) or (stranger.address.name if stranger is not None else "")

    def _owners(self, everything: Iterable[_Taken]) -> dict[Address, Address]:
        exported = {(one.address.kind, one.observed.remote.id): one.address for one in everything}
        owners: dict[Address, Address] = {}
        for one in everything:
            kind = self.view.kinds[one.address.kind]
            found = [exported[id_] for id_ in targets(kind, one.observed).values() if id_ in exported]
            if found:
                owners[one.address] = owners.get(found[0], found[0])
        return owners

    def _document(self, one: _Taken, variables: Variables) -> Document:
        kind, remote_id = self.view.kinds[one.address.kind], one.observed.remote.id
        entry = self.view.recorded.get((kind.name, remote_id))
        remarks: dict[tuple[str, ...], tuple[str, ...]] = {}
        if one.pinned:
            remarks["metadata", "remote_id"] = ("its natural key is not enough: this says which object is meant",)
        if one.stated.withheld:
            remarks["spec",] = tuple(f"{each.field} is left out: {why(each)}" for each in one.stated.withheld)
        return Document(
            address=one.address,
            spec=variables.hide(
                kind, one.address, remote_id, one.stated.values, self.view.secrets((kind.name, remote_id))
            ),
            remote_id=remote_id if one.pinned else None,
            lifecycle=_lifecycle(kind, entry),
            options={"attempt": entry.attempt} if entry is not None and entry.attempt > 1 else {},
            remarks=remarks,
        )

    def _decided(self, one: _Taken, kind: ResourceKind) -> None:
        if one.pinned:
            self._note(
                "pin-needed",
                f"{self._shown(kind, one.observed)}: its natural key does not find it, so metadata.remote_id does",
                "give it a name of its own in the account, then take the remote_id out",
                one.address,
            )
        for each in one.stated.withheld:
            self.withheld.setdefault((kind.name, each.field, each.rule), []).append((one.address, each))

    def _refused(self, kind: ResourceKind, row: Observed, withheld: Iterable[Withheld]) -> None:
        said = "; ".join(f"{each.field}: {why(each)}" for each in withheld)
        self._note(
            "not-exported",
            f"{self._shown(kind, row)} is left out, as no manifest can say what it has: {said or 'a field is missing'}",
            "change it in the account, and export again with --merge",
        )

    def _contested(self, kind: ResourceKind, row: Observed, claim: Claim, other: Address) -> None:
        what = claim.told(secret=bool(self.view.secrets((kind.name, row.remote.id))))
        self._note(
            "not-exported",
            f"{self._shown(kind, row)} is left out: {other} holds {what} as well, and only one may",
            "take it out of one of them in the account, and export again with --merge",
        )

    def _shown(self, kind: ResourceKind, row: Observed) -> str:
        called = " ".join(words(kind, row, self.view.secrets((kind.name, row.remote.id))))
        return f'{kind.name} {row.remote.id} ("{called}")' if called else f"{kind.name} {row.remote.id}"

    def _note(
        self,
        code: str,
        summary: str,
        hint: str,
        address: Address | None = None,
        *,
        severity: Severity = Severity.WARNING,
    ) -> None:
        self.decisions.append(Diagnostic(code=code, severity=severity, summary=summary, hint=hint, address=address))


def _lifecycle(kind: ResourceKind, entry: Entry | None) -> dict[str, Any]:
    """What the ledger remembers and no default gives: without it, an export would take protections away."""
    if entry is None:
        return {}
    usual = OnRemove.RETAIN if entry.origin is Origin.ADOPTED else kind.on_remove
    kept: dict[str, Any] = {"prevent_destroy": True} if entry.prevent_destroy else {}
    return kept if entry.on_remove is usual else {**kept, "on_remove": entry.on_remove.value}


def _held(
    claims: Iterable[Claim], holders: Mapping[tuple[str, ...], Mapping[str, Address]]
) -> tuple[Claim, Address] | None:
    """What only one object may hold, and who does already."""
    for claim in claims:
        variants = holders.get(claim.scope, {})
        taken = variants if claim.variant == "*" else {v: at for v, at in variants.items() if v in (claim.variant, "*")}
        if taken:
            return claim, min(taken.values())
    return None


def _claims(kind: ResourceKind, row: Observed) -> list[Claim]:
    live = {leaf.path: row.attributes.get(leaf.field[0]) for leaf in kind.leaves.values() if len(leaf.path) == 1}
    return sorted(kind.exclusive({path: kind.leaves[path].canonical(value) for path, value in live.items()}))
