"""From a situation to changes in order: match, claim, compare, remove, order. Facts and guards come afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.bodies import replacement
from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.model.kind import Kinds, ResourceKind
from reconciler.model.observed import Observed
from reconciler.model.paths import undotted
from reconciler.model.plan import Change, Create, Desired, Replace
from reconciler.model.reference import Unknown
from reconciler.planner.ambiguity import Candidates, told_apart
from reconciler.planner.causes import with_causes
from reconciler.planner.changes import Decision, decide_absent, decide_found
from reconciler.planner.claims import Claims
from reconciler.planner.collisions import creating_one_object, creating_what_is_kept
from reconciler.planner.generations import generations, parents_of
from reconciler.planner.identifying import Identified, identify
from reconciler.planner.likeness import renames_missed
from reconciler.planner.matches import Absent, Found, Match, Unclear
from reconciler.planner.ordering import ordered
from reconciler.planner.removals import dangling, removals
from reconciler.planner.renames import Renames
from reconciler.planner.resolving import Ids
from reconciler.planner.situation import Situation


@dataclass(frozen=True, slots=True)
class Draft:
    """Changes in order of execution, and findings. Not yet guarded.

    ``candidates`` are what some findings list; ``wanted`` is every manifest whose references could be resolved, and
    ``stated`` what the others say as far as that is known.
    """

    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]
    candidates: Mapping[Address, Candidates] = field(default_factory=dict)
    wanted: Mapping[Address, Desired] = field(default_factory=dict, repr=False)
    stated: Mapping[Address, Desired] = field(default_factory=dict, repr=False)


def draft(situation: Situation) -> Draft:
    """Compute the changes. Same situation, same draft, whatever the order of the manifests."""
    findings: list[Diagnostic] = []
    changes: list[Change] = []
    wanted: dict[Address, Desired] = {}
    candidates: dict[Address, Candidates] = {}
    ids, claims = Ids(situation), Claims(situation)
    for generation in generations(situation):
        identified = identify(generation, ids, claims, situation)
        wanted.update(identified.wanted)
        findings.extend(identified.findings)
        candidates.update(_candidates(identified.matches))
        for change, said in _decisions(generation.kind, identified, claims, situation):
            findings.extend(said)
            if change is not None:
                changes.append(_waiting(change, claims.renames))
                ids.learn(change.address, _id_after(change, identified.matches[change.address]))
    gone, kept = removals(situation, claims)
    order, warnings = ordered([*changes, *gone], situation.ledger.entries, situation.kinds, situation.world)
    findings += [*kept, *warnings, *dangling(wanted.values(), gone, situation.kinds)]
    findings += renames_missed(order, situation)
    apart = told_apart(by_place(findings), candidates, situation.kinds, {})
    stated = {one.address: ids.stated(one) for one in situation.resources if one.address not in wanted}
    narrowed = _narrowed(order, apart, situation)
    found = (*narrowed.diagnostics, *_overall(narrowed.changes, wanted, situation.kinds))
    return replace(narrowed, diagnostics=found, candidates=candidates, wanted=wanted, stated=stated)


def _overall(changes: Sequence[Change], wanted: Mapping[Address, Desired], kinds: Kinds) -> Iterator[Diagnostic]:
    """What kinds say of all their objects together."""
    for name in sorted({address.kind for address in wanted}):
        wishes = [wish for address, wish in sorted(wanted.items()) if address.kind == name]
        yield from kinds[name].overall(wishes, [change for change in changes if change.address.kind == name])


def _candidates(matches: Mapping[Address, Match]) -> Iterator[tuple[Address, Candidates]]:
    for address, matched in matches.items():
        if isinstance(matched, Unclear) and matched.among is not None:
            rows = sorted(matched.among.rows, key=lambda row: row.remote.id)
            yield address, replace(matched.among, rows=tuple(rows))


def _decisions(kind: ResourceKind, identified: Identified, claims: Claims, situation: Situation) -> Iterator[Decision]:
    """What becomes of each address of a generation, apart from those that would create one object."""
    decided = {
        address: _decided(desired, identified.matches[address], situation)
        for address, desired in identified.wanted.items()
    }
    created = [change.desired for change, _ in decided.values() if isinstance(change, Create | Replace)]
    kept = (
        (identified.wanted[address], match.observed)
        for address, match in identified.matches.items()
        if isinstance(match, Found) and not isinstance(decided[address][0], Replace)
    )
    refused = {**creating_one_object(kind, created), **creating_what_is_kept(kind, created, kept)}
    for address, (change, said) in decided.items():
        if address in refused:
            yield _decided(identified.wanted[address], refused[address], situation)
        elif isinstance(change, Replace) and (others := claims.in_the_way(kind, change.desired)):
            yield _decided(change.desired, _existing(change, others[0], claims, situation.account), situation)
        elif isinstance(change, Replace):
            yield replace(change, seen=claims.seen(kind, change.desired)), said
        else:
            yield change, said


def _existing(change: Replace, other: Observed, claims: Claims, account: str) -> Unclear:
    """Created all the same it would be a twin, or be refused after the old object is deleted."""
    entry = claims.recorded[change.address.kind].get(other.remote.id)
    whose = "and is not managed here" if entry is None else f"and stays, as {entry.address} is left alone"
    return Unclear(
        "already-exists",
        f"what would replace {change.remote.id} exists already: {other.remote.id}, {whose}",
        "delete that one, or take it over: "
        f"reconciler ledger forget {change.address}{account_option(account)}, then apply",
    )


def _waiting(change: Change, renames: Renames) -> Change:
    """Where a change takes over an address from another, that one has to be done with it."""
    first = renames.first.get(change.address, ())
    return replace(change, depends_on=(*change.depends_on, *first)) if first else change


def _decided(desired: Desired, matched: Match, situation: Situation) -> Decision:
    kind = situation.kinds[desired.address.kind]
    match matched:
        case Unclear(code=code, summary=summary, hint=hint):
            return None, [_unclear(desired, code, summary, hint)]
        case Absent():
            return decide_absent(_half_replaced(desired, situation), kind, matched, situation)
        case Found():  # pragma: no branch - the last one
            return decide_found(desired, kind, matched, situation)


def _half_replaced(desired: Desired, situation: Situation) -> Desired:
    """With what the old object held that is not ours, where a run was killed between its delete and the create."""
    intent = situation.ledger.intents.get(desired.address)
    if intent is None or not intent.carried:
        return desired
    ours = desired.compared()
    return replacement(desired, {p: v for name, v in intent.carried.items() if (p := undotted(name)) not in ours})


def _id_after(change: Change, matched: Match) -> str | Unknown:
    """What children may use as this address's id: unknown where a create or a replace makes a new object."""
    if isinstance(matched, Found) and not isinstance(change, Replace):
        return matched.observed.remote.id
    return Unknown(change.address)


def _narrowed(order: Sequence[Change], findings: Sequence[Diagnostic], situation: Situation) -> Draft:
    """``--only`` and other selectors: the named addresses and, through every edge, what they depend on.

    A fix for drift leaves alone what they merely refer to, whose id is known. What must come first because it gives
    something up, or because an id is not known before, comes along all the same. So does the finding that another one
    points at.
    """
    scope = situation.scope
    if scope.only is None:
        return Draft(tuple(order), tuple(findings))
    parents = {one.address: parents_of(one, situation.kinds[one.address.kind]) for one in situation.resources}
    made = {change.address for change in order if isinstance(change, Create | Replace)}
    needed = {
        address: [one for one in above if one in made or not scope.fixes_drift] for address, above in parents.items()
    }
    for change in order:
        known = set(parents.get(change.address, ())) - made if scope.fixes_drift else set()
        needed.setdefault(change.address, []).extend(one for one in change.depends_on if one not in known)
    kept: set[Address] = set()
    waiting = list(scope.only)
    while waiting:
        address = waiting.pop()
        if address not in kept:
            kept.add(address)
            waiting.extend(needed.get(address, ()))
    refused = frozenset(one.address for one in findings if one.address and one.severity is Severity.ERROR)
    told = with_causes(kept, refused, situation.resources, situation.kinds)
    return Draft(
        tuple(change for change in order if change.address in kept),
        tuple(finding for finding in findings if finding.address is None or finding.address in told),
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
