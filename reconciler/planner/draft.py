"""From a situation to changes in order: match, claim, compare, remove, order. Facts and guards come afterwards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.model.keys import Key, key_of_values
from reconciler.model.observed import Observed
from reconciler.model.plan import Action, Change, Desired
from reconciler.model.reference import Unknown
from reconciler.model.resource import Resource
from reconciler.planner.changes import Decision, decide_absent, decide_found
from reconciler.planner.claims import Claims, refuse_double_claims
from reconciler.planner.matching import Absent, Found, Match, Unclear, match
from reconciler.planner.ordering import ordered
from reconciler.planner.removals import removals
from reconciler.planner.resolving import Ids
from reconciler.planner.situation import Situation


@dataclass(frozen=True, slots=True)
class Draft:
    """Changes in order of execution, and findings. Not yet guarded."""

    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]


def draft(situation: Situation) -> Draft:
    """Compute the changes. Same situation, same draft, whatever the order of the manifests."""
    findings: list[Diagnostic] = []
    changes: list[Change] = []
    ids = Ids(situation)
    claims = Claims(situation)
    for generation in _generations(situation):
        wanted: list[Desired] = []
        for resource in generation:
            match ids.resolve(resource):
                case Diagnostic() as finding:
                    findings.append(finding)
                case desired:
                    wanted.append(desired)
        matches = _matched(wanted, claims, ids, situation)
        for desired in wanted:
            change, said = _decided(desired, matches[desired.address], situation)
            findings.extend(said)
            if change is not None:
                changes.append(change)
                ids.known[desired.address] = _id_after(change, desired, matches[desired.address])
    moved = {change.moved_from for change in changes if change.moved_from is not None}
    known = _recorded_ids(situation, ids)
    gone = removals(situation, claims, known, moved)
    order, warnings = ordered([*changes, *gone], situation.ledger.entries, situation.kinds, situation.world)
    return _narrowed(order, by_place([*findings, *warnings]), situation.scope.only)


def _generations(situation: Situation) -> Iterator[list[Resource]]:
    """Parents before children: resources by the length of their longest chain of local references."""
    by_address = {resource.address: resource for resource in situation.resources}
    depth: dict[Address, int] = {}

    def depth_of(address: Address) -> int:
        if address not in depth:
            depth[address] = 0  # a cycle is a finding of the manifests; here it merely must not hang
            parents = _parents(by_address[address], situation)
            depth[address] = 1 + max((depth_of(parent) for parent in parents if parent in by_address), default=0)
        return depth[address]

    layers: dict[int, list[Resource]] = defaultdict(list)
    for address in sorted(by_address):
        layers[depth_of(address)].append(by_address[address])
    for layer in sorted(layers):
        yield layers[layer]


def _parents(resource: Resource, situation: Situation) -> list[Address]:
    written = (
        (leaf.reference.kind, resource.values.get(leaf.path))
        for leaf in situation.kinds[resource.address.kind].references
        if leaf.reference is not None
    )
    return [Address(kind, name) for kind, name in written if isinstance(name, str)]


def _matched(wanted: Sequence[Desired], claims: Claims, ids: Ids, situation: Situation) -> Mapping[Address, Match]:
    """The truth table for one generation. Interrupted creates claim their objects before any natural key does."""
    known = _recorded_ids(situation, ids)
    keys: dict[Address, Key] = {}
    intended: dict[Address, list[Observed]] = {}
    for desired in wanted:
        kind = situation.kinds[desired.address.kind]
        keys[desired.address] = key_of_values(kind, desired.created_with)
        intended[desired.address] = claims.intended(desired.address, kind, known)
        claims.hold(desired.address, intended[desired.address])
    crowd = Counter((address.kind, key.identity) for address, key in keys.items())
    found: dict[Address, Match] = {}
    for desired in wanted:
        kind, key = situation.kinds[desired.address.kind], keys[desired.address]
        rivals = claims.rivals(kind, key, manifests=crowd[kind.name, key.identity], intended=intended[desired.address])
        found[desired.address] = match(desired, key, kind, situation, rivals)
    return refuse_double_claims(found)


def _decided(desired: Desired, matched: Match, situation: Situation) -> Decision:
    kind = situation.kinds[desired.address.kind]
    match matched:
        case Unclear(code=code, summary=summary, hint=hint):
            return None, [_unclear(desired, code, summary, hint)]
        case Absent():
            return decide_absent(desired, kind, matched, situation)
        case Found():
            return decide_found(desired, kind, matched, situation)


def _id_after(change: Change, desired: Desired, matched: Match) -> str | Unknown:
    """What children may use as this address's id: unknown where a create or a replace makes a new object."""
    kept = change.remote is not None and change.action not in (Action.CREATE, Action.REPLACE)
    if kept and isinstance(matched, Found):
        return matched.observed.remote.id
    return Unknown(desired.address)


def _recorded_ids(situation: Situation, ids: Ids) -> dict[Address, str]:
    known = {address: entry.remote.id for address, entry in situation.ledger.entries.items()}
    known.update({a: i for a, i in ids.known.items() if isinstance(i, str)})
    return known


def _narrowed(order: Sequence[Change], findings: Sequence[Diagnostic], only: frozenset[Address] | None) -> Draft:
    """``--only``: the named addresses and, through every edge, what they depend on."""
    if only is None:
        return Draft(tuple(order), tuple(findings))
    by_address = {change.address: change for change in order}
    kept: set[Address] = set()
    waiting = list(only)
    while waiting:
        address = waiting.pop()
        if address not in kept:
            kept.add(address)
            waiting.extend(by_address[address].depends_on if address in by_address else ())
    return Draft(
        tuple(change for change in order if change.address in kept),
        tuple(finding for finding in findings if finding.address is None or finding.address in kept),
    )


def _unclear(desired: Desired, code: str, summary: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity=Severity.ERROR,
        summary=summary,
        hint=hint,
        address=desired.address,
        source=desired.resource.source,
    )
