"""What is recorded and no longer desired: delete, forget, or leave protected.

| recorded, not desired                   | change                                                      |
|-----------------------------------------|-------------------------------------------------------------|
| exists                                  | Delete; Forget when retained or the API has no DELETE verb  |
| of a write-only kind                    | Forget: what was, or may have been, sent stays              |
| exists, prevent_destroy                 | Protected, and so is everything that it points at           |
| exists, and a desired address means it  | Forget: a claimed id is never deleted                       |
| gone                                    | Forget                                                      |
| neither seen nor gone                   | nothing, with a warning                                     |
| an interrupted create, found            | as if recorded; outside the pruning scope only Record       |
| an interrupted create, not found        | Forget                                                      |
| an interrupted create, several          | nothing, with a warning                                     |
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.answers import field_of, summary_of
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.digest import digest_of
from reconciler.model.kind import Kinds, ResourceKind, Verb
from reconciler.model.ledger import Entry, Intent, Ledger
from reconciler.model.observed import Observed
from reconciler.model.plan import SENSITIVE, Change, Delete, Desired, FieldDiff, Forget, Protected, Record
from reconciler.model.recording import is_secret
from reconciler.model.resource import OnRemove
from reconciler.planner.claims import Claims
from reconciler.planner.situation import Situation


def removals(situation: Situation, claims: Claims) -> tuple[list[Change], list[Diagnostic]]:
    """Changes for every entry and intent without a manifest, by address, and what could not be decided.

    An object that a desired address means is never removed, whatever else the ledger says of it.
    """
    found: list[Change] = []
    findings: list[Diagnostic] = []
    shielding: set[Address] = set()
    ledger = situation.ledger
    leftover = {*ledger.entries, *ledger.intents} - situation.desired - claims.moved
    for address in sorted(leftover):
        entry = ledger.entries.get(address)
        decided = _removal(address, entry, situation, claims)
        if isinstance(decided, Diagnostic):
            findings.append(decided)
        elif decided is not None:
            found.append(decided)
        elif entry is not None and entry.prevent_destroy:
            shielding.add(address)
    return _shield_parents(found, shielding, ledger), findings


def dangling(desired: Iterable[Desired], gone: Iterable[Change], kinds: Kinds) -> list[Diagnostic]:
    """References by id or by remote name to what this plan deletes; local names are refused when they are resolved."""
    deleted = {(c.address.kind, c.remote.id): c.address for c in gone if isinstance(c, Delete)}
    if not deleted:
        return []
    return [
        Diagnostic(
            code="reference-removed",
            severity=Severity.ERROR,
            summary=f"this plan deletes {deleted[leaf.reference.kind, remote_id]} ({remote_id}), and this refers to it",
            hint="keep its manifest, or remove this reference as well",
            address=one.address,
            source=one.resource.place_of(leaf.path),
        )
        for one in desired
        for leaf in kinds[one.address.kind].references
        if leaf.reference is not None
        and isinstance(remote_id := one.values.get(leaf.path), str)
        and (leaf.reference.kind, remote_id) in deleted
    ]


def _removal(address: Address, entry: Entry | None, situation: Situation, claims: Claims) -> Change | Diagnostic | None:
    """The change for one leftover address; None leaves it as it is."""
    kind, intent = situation.kinds[address.kind], situation.ledger.intents.get(address)
    if entry is not None:
        observed = situation.world.find(kind.name, entry.remote.id)
        gone = (kind.name, entry.remote.id) in situation.world.gone
        if observed is not None or (intent is None and not gone):
            return _recorded(kind, entry, observed, situation, claims)
    if intent is not None:
        return _interrupted(kind, intent, entry, situation, claims)
    return _gone(entry, situation)


def _recorded(
    kind: ResourceKind, entry: Entry, observed: Observed | None, situation: Situation, claims: Claims
) -> Change | Diagnostic | None:
    if not situation.prunes(entry):
        return None
    if observed is None:
        summary = f"{entry.remote.id} was neither seen nor answered with 404"
        return _undecided(entry.address, "not-observed", summary, "plan again; absence from a list proves nothing")
    if not kind.live(observed):
        return _gone(entry, situation)
    return _removed(kind, entry, observed, "not-desired", claims)


def _removed(kind: ResourceKind, entry: Entry, observed: Observed, reason: str, claims: Claims) -> Change:
    """How an existing object of ours goes."""
    address, remote = entry.address, observed.remote
    if (kind.name, remote.id) in claims.taken_over:
        return Forget(address=address, reason="claimed", remote=remote, entry=entry)
    claims.taken_over.add((kind.name, remote.id))
    if not kind.can(Verb.DELETE):
        return Forget(address=address, reason=_left_behind(kind, "no-delete-verb"), remote=remote, entry=entry)
    if entry.on_remove is OnRemove.RETAIN:
        return Forget(address=address, reason="retained", remote=remote, entry=entry)
    if entry.prevent_destroy:
        return Protected(address=address, reason="prevent-destroy", remote=remote)
    return _delete(kind, entry, observed, reason)


def _left_behind(kind: ResourceKind, otherwise: str) -> str:
    """Why an object is only forgotten, which reviewers of something that cannot be undone have to know."""
    return "cannot-take-back" if kind.write_only else otherwise


def _gone(entry: Entry | None, situation: Situation) -> Change | None:
    if entry is None or not situation.prunes(entry):
        return None
    return Forget(address=entry.address, reason="gone", remote=entry.remote, entry=entry)


def _interrupted(
    kind: ResourceKind,
    intent: Intent,
    entry: Entry | None,
    situation: Situation,
    claims: Claims,
) -> Change | Diagnostic | None:
    address, meant = intent.address, intent.entry or entry
    prunes = meant is None or situation.prunes(meant)
    match claims.intended(address):
        case [observed] if meant is not None:
            ours = replace(meant, remote=observed.remote)
            if prunes:
                return _removed(kind, ours, observed, "interrupted-create", claims)
            return Record(
                address=address,
                reason="interrupted-create",
                remote=observed.remote,
                desired=None,
                digest=digest_of(kind, observed),
                entry=ours,
            )
        case [_, _, *_] as several:
            listed = "; ".join(sorted(summary_of(kind, row, hidden=kind.kept) for row in several))
            summary = f"an interrupted create may have made any of {len(several)} objects: {listed}"
            hint = "remove the others, or declare it again with metadata.remote_id; until then it stays pending"
            return _undecided(address, "ambiguous", summary, hint)
        case _ if prunes:
            return Forget(address=address, reason=_left_behind(kind, "gone"), entry=entry)
        case _:
            return None


def _undecided(address: Address, code: str, summary: str, hint: str) -> Diagnostic:
    """A removal that waits. It stops nothing else."""
    return Diagnostic(code=code, severity=Severity.WARNING, summary=summary, hint=hint, address=address)


def _delete(kind: ResourceKind, entry: Entry, observed: Observed, reason: str) -> Delete:
    return Delete(
        address=entry.address,
        reason=reason,
        remote=observed.remote,
        digest=digest_of(kind, observed),
        entry=entry,
        observed_fields=_masked(kind, entry, observed),
        diffs=tuple(_lost(kind, entry, observed)),
    )


def _lost(kind: ResourceKind, entry: Entry, observed: Observed) -> Sequence[FieldDiff]:
    lost: list[FieldDiff] = []
    for leaf in kind.leaves.values():
        value = field_of(leaf, observed)
        if len(leaf.path) > 1 or value in (None, "", []):
            continue
        secret = leaf.path in kind.masked or is_secret(leaf.path, entry)
        lost.append(FieldDiff(path=leaf.path, before=SENSITIVE if secret else value, after=None, sensitive=secret))
    return lost


def _masked(kind: ResourceKind, entry: Entry, observed: Observed) -> Mapping[str, Any]:
    """The observed fields as a plan may hold them: what the ledger knows as secret, and personal data, is covered."""
    leaves = kind.leaves.values()
    hidden = {leaf.field[0] for leaf in leaves if leaf.path in kind.masked or is_secret(leaf.path, entry)}
    return {name: SENSITIVE if name in hidden else value for name, value in observed.attributes.items()}


def _shield_parents(changes: list[Change], shielding: Collection[Address], ledger: Ledger) -> list[Change]:
    """Turn the removal of whatever a protected object points at into Protected, all the way up."""
    shielded = {change.address for change in changes if isinstance(change, Protected)} | set(shielding)
    waiting = list(shielded)
    while waiting:
        address = waiting.pop()
        intent = ledger.intents.get(address)
        entry = ledger.entries.get(address) or (intent.entry if intent else None)
        for parent in entry.references if entry else ():
            if parent not in shielded:
                shielded.add(parent)
                waiting.append(parent)
    return [
        Protected(address=change.address, reason="protected-child", remote=change.remote)
        if isinstance(change, Delete) and change.address in shielded
        else change
        for change in changes
    ]
