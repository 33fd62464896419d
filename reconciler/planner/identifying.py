"""Which remote object each resource of a generation means: references resolved, intents settled, keys compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.keys import key_of_values
from reconciler.model.plan import Desired
from reconciler.planner.claims import Claims
from reconciler.planner.generations import Generation
from reconciler.planner.matches import Match
from reconciler.planner.matching import match, recorded
from reconciler.planner.resolving import Ids
from reconciler.planner.situation import Situation


@dataclass(frozen=True, slots=True)
class Identified:
    """What was found out about one generation. An address with findings has no match."""

    wanted: Mapping[Address, Desired]
    matches: Mapping[Address, Match]
    findings: tuple[Diagnostic, ...]


def identify(generation: Generation, ids: Ids, claims: Claims, situation: Situation) -> Identified:
    """The truth table for one generation. Interrupted creates claim their objects before any natural key does."""
    kind, findings = generation.kind, list(generation.findings)
    claims.settle(kind, ids.found)
    wanted: dict[Address, Desired] = {}
    for resource in generation.resources:
        match ids.resolve(resource):
            case Diagnostic() as finding:
                findings.append(finding)
            case desired:
                wanted[resource.address] = desired
    renamed = claims.renames.taken.keys() | claims.renames.circular
    known = {
        address: None if address in renamed else recorded(desired, kind, situation)
        for address, desired in wanted.items()
    }
    others = [address for address, match in known.items() if match is None]
    compared = wanted if kind.shared is not None and others else others
    keys = {address: key_of_values(kind, wanted[address].created_with) for address in compared}
    crowd = Counter(key.identity for key in keys.values())
    found: dict[Address, tuple[Desired, Match]] = {}
    for address, desired in wanted.items():
        if (simply := known[address]) is not None:
            found[address] = desired, simply
            continue
        key = keys[address]
        found[address] = desired, match(claims.question(desired, kind, key, manifests=crowd[key.identity]))
    return Identified(wanted, claims.settled(found), tuple(findings))
