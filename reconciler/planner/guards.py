"""Reasons to refuse, run over the finished changes. A refusal blocks changes; a lift is the user's explicit word.

Kinds declare guards about one change and its facts; the guards of this file look at the plan as a whole:

    max-deletes        more deletes than max(1, 10 %) of what is recorded, or than half of a kind's (and more than one)
    mass-vanish        more recorded objects gone than max(1, 10 %), or all of them where nothing else tells whose
                       account this is: perhaps it is not the one we think it is
    looks-like-rename  one deleted or let go of, and one created, of a kind that loses what cannot be made again

``--max-deletes`` and ``--allow-vanished`` put the user's own limit in place of these thresholds. A guard of a kind is
lifted by its name or for one address; one of this file by its name alone, as it speaks of many addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Attached, Facts, Kinds
from reconciler.model.listed import listed
from reconciler.model.plan import Change, Create, Delete, Forget
from reconciler.model.policy import Policy
from reconciler.model.question import Verdicts
from reconciler.model.recording import discreet, without
from reconciler.model.source import Source
from reconciler.planner.leaving import Leaving
from reconciler.planner.situation import Situation
from reconciler.planner.tallies import deletes_of, many_vanished, seen_again, vanished_of
from reconciler.planner.unassigning import Unassignable, Unassigning, counted, owners

_NAMED = 3
PLAN_GUARDS = ("looks-like-rename", "mass-vanish", "max-deletes")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The changes, blocked where a guard says so, the findings, and every lift that was needed."""

    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]
    lifted: tuple[str, ...]
    unassigned: Mapping[Address, tuple[Attached, ...]] = field(default_factory=dict)
    """What each delete takes off its object first."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    guard: str
    address: Address | None
    summary: str
    hint: str
    blocks: tuple[Address, ...]
    warns: bool = False
    lifted_by: str | None = None
    detail: str = ""
    source: Source | None = None


def guard_names(kinds: Kinds) -> frozenset[str]:
    """Every name that ``--allow`` may be given."""
    return frozenset().union(PLAN_GUARDS, *(kind.liftable for kind in kinds.values()))


def run_guards(
    changes: Sequence[Change],
    facts: Mapping[Address, Facts],
    situation: Situation,
    policy: Policy,
    verdicts: Mapping[str, Verdicts] = MappingProxyType({}),
) -> Verdict:
    """Apply every guard to every change it speaks about. ``verdicts`` are what the kinds' questions were answered."""
    hanging = _hanging(changes, facts, situation)
    refusals = [
        *_by_kinds(hanging, situation, policy),
        *_unassigned(hanging, policy),
        *_by_questions(changes, situation.kinds, verdicts),
        *_too_many_deletes(changes, situation, policy),
        *_vanished(changes, situation, policy),
        *_renames(changes, situation.kinds),
    ]
    blocked: dict[Address, list[str]] = {}
    diagnostics: list[Diagnostic] = []
    lifted: set[str] = set()
    for refusal in refusals:
        lift = _lift(refusal, policy)
        if lift is not None:
            lifted.add(refusal.guard if refusal.lifted_by else lift)
        elif not refusal.warns:
            for address in refusal.blocks:
                blocked.setdefault(address, []).append(refusal.guard)
        diagnostics.append(_finding(refusal, lift, changes))
    return Verdict(
        tuple(_blocked(c, blocked[c.address]) if c.address in blocked else c for c in changes),
        tuple(diagnostics),
        tuple(sorted(lifted)),
        {
            one.change.address: one.unassignable.free
            for one in hanging
            if policy.unassign_numbers and one.unassignable.free
        },
    )


def _blocked(change: Change, guards: Sequence[str]) -> Change:
    """The change with every guard that blocks it, each once, in the order of their findings here."""
    return replace(change, blocked_by=", ".join(dict.fromkeys(guards)))


class _Hanging(NamedTuple):
    """A change, what hangs on its object and stays there, and what of that could be unassigned."""

    change: Change
    facts: Facts
    unassignable: Unassignable


def _hanging(changes: Sequence[Change], facts: Mapping[Address, Facts], situation: Situation) -> list[_Hanging]:
    leaving, unassigning = Leaving(changes, situation.kinds), Unassigning(changes, situation)
    found: list[_Hanging] = []
    for change in changes:
        remaining = {
            name: tuple(one for one in attached if not leaving.has(one, change))
            for name, attached in discreet(facts.get(change.address, {}), situation.ledger.entries.values()).items()
        }
        found.append(_Hanging(change, remaining, unassigning.of(change, remaining)))
    return found


def _by_kinds(hanging: Sequence[_Hanging], situation: Situation, policy: Policy) -> Iterable[_Refusal]:
    for change, facts, (free, kept) in hanging:
        freed = without(facts, {one.id for one in free})
        left = freed if policy.unassign_numbers else facts
        for guard in situation.kinds[change.address.kind].guards:
            summary = guard.refuses(change, left)
            if summary is None:
                continue
            hint, detail = "", ""
            if not guard.warns:
                hint = f"allow it with --allow {guard.name}:{change.address}"
                if free and guard.refuses(change, freed) != summary:
                    hint = f"add --unassign-numbers to take {counted(free)} off it first, or {hint}"
                if kept and guard.refuses(change, without(left, {one.attached.id for one in kept})) != summary:
                    detail = owners(kept, situation.project)
            yield _Refusal(
                guard.name, change.address, summary, hint, (change.address,), warns=guard.warns, detail=detail
            )


def _unassigned(hanging: Sequence[_Hanging], policy: Policy) -> Iterable[_Refusal]:
    for change, _, (free, _) in hanging:
        if free and policy.unassign_numbers:
            summary = f"{counted(free)} unassigned before it is deleted: they neither send nor receive without it"
            hint = "asked for by --unassign-numbers"
            yield _Refusal("unassigns-numbers", change.address, summary, hint, (), warns=True)


def _by_questions(changes: Iterable[Change], kinds: Kinds, verdicts: Mapping[str, Verdicts]) -> Iterable[_Refusal]:
    for change in changes:
        question = kinds[change.address.kind].question
        if question is None or not isinstance(change, Create):
            continue
        for one in question.objections(change, verdicts.get(change.address.kind, {})):
            lift = "" if one.warns else f", or allow it with --allow {one.code}:{change.address}"
            source = change.desired.resource.place(one.at)
            yield _Refusal(
                one.code,
                change.address,
                one.summary,
                one.hint + lift,
                (change.address,),
                warns=one.warns,
                source=source,
            )


def _too_many_deletes(changes: Sequence[Change], situation: Situation, policy: Policy) -> Iterable[_Refusal]:
    if policy.destroying:
        return
    deletes = [change.address for change in changes if isinstance(change, Delete)]
    counted, limit, lifted_by = deletes_of(changes, situation), policy.max_deletes, None
    excessive = counted.excessive
    if limit is not None and counted.within(limit):
        lifted_by = "--max-deletes"
    elif limit is not None:
        excessive = bool(deletes)
    if excessive:
        yield _Refusal(
            "max-deletes",
            None,
            f"this plan deletes {counted}",
            f"if that is meant, allow it with --max-deletes {len(deletes)}",
            tuple(deletes),
            lifted_by=lifted_by,
        )


def _vanished(changes: Sequence[Change], situation: Situation, policy: Policy) -> Iterable[_Refusal]:
    recorded, vanished = len(seen_again(situation)), vanished_of(situation)
    nameless = bool(vanished) and _nobody_home(situation)
    if nameless or many_vanished(len(vanished), recorded):
        told = ", and nothing tells whose account this is" if nameless else ""
        touched = {change.address for change in changes}
        yield _Refusal(
            "mass-vanish",
            None,
            f"{len(vanished)} of {recorded} recorded objects no longer exist{told}",
            "check that the key belongs to the right account; if they were deleted on purpose, "
            f"allow it with --allow-vanished {len(vanished)}",
            tuple(sorted(address for address in vanished if address in touched)),
            lifted_by="--allow-vanished" if len(vanished) <= policy.allow_vanished else None,
        )


def _nobody_home(situation: Situation) -> bool:
    """Whether nothing recorded is left, nor anything else that tells whose account this is.

    An empty account says nothing about its owner: it may be ours, emptied, or that of another key.
    """
    ledger, world = situation.ledger, situation.world
    left = any((entry.address.kind, entry.remote.id) not in world.gone for entry in seen_again(situation))
    return not left and bool(ledger.header.organization_id) and world.organization_id is None


def _renames(changes: Sequence[Change], kinds: Kinds) -> Iterable[_Refusal]:
    for name in sorted(name for name, kind in kinds.items() if kind.loses_identity):
        ours = [change for change in changes if change.address.kind == name]
        does = {
            "deletes": [c.address for c in ours if isinstance(c, Delete)],
            "lets go of": [c.address for c in ours if isinstance(c, Forget) and c.reason == "retained"],
            "creates": [c.address for c in ours if isinstance(c, Create)],
        }
        created, old = does["creates"], [*does["deletes"], *does["lets go of"]]
        if old and created:
            line = f"renamed_from: {old[0].name}" if len(old) == len(created) == 1 else "renamed_from with the old name"
            yield _Refusal(
                "looks-like-rename",
                created[0],
                "this " + " and ".join(f"{verb} {listed(them, _NAMED)}" for verb, them in does.items() if them),
                f"a rename keeps the id and what hangs on it: write {line} under metadata of {listed(created, _NAMED)}"
                "; if both are meant, allow it with --allow looks-like-rename",
                (*old, *created),
            )


def _lift(refusal: _Refusal, policy: Policy) -> str | None:
    """The words that lift a refusal, if any did."""
    if refusal.warns:
        return None
    if refusal.lifted_by is not None:
        return refusal.lifted_by
    if refusal.guard in policy.allowed:
        return refusal.guard
    specific = f"{refusal.guard}:{refusal.address}"
    return specific if specific in policy.allowed and refusal.blocks == (refusal.address,) else None


def _finding(refusal: _Refusal, lift: str | None, changes: Sequence[Change]) -> Diagnostic:
    source = refusal.source or next((change.source for change in changes if change.address == refusal.address), None)
    if lift is not None:
        severity, hint = Severity.WARNING, f"lifted by {refusal.lifted_by or f'--allow {lift}'}"
    else:
        severity, hint = (Severity.WARNING if refusal.warns else Severity.ERROR), refusal.hint
    return Diagnostic(
        code=refusal.guard,
        severity=severity,
        summary=refusal.summary,
        detail=refusal.detail,
        hint=hint,
        address=refusal.address,
        source=source,
    )
