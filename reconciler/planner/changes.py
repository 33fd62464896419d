"""From a match to a change: what must happen so that the object is as stated, and is remembered so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.articles import with_article
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.digest import digest_of
from reconciler.model.handing_in import paper_diffs, paper_findings
from reconciler.model.kind import ResourceKind, Verb
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Observed
from reconciler.model.paper import names_paper
from reconciler.model.paths import dotted
from reconciler.model.plan import (
    Adopt,
    Change,
    Create,
    Desired,
    FieldDiff,
    Move,
    Noop,
    Record,
    Replace,
    Update,
)
from reconciler.model.recording import outdated, remembering
from reconciler.model.standing import known_of, notices_of
from reconciler.planner.diffing import diffs_of, field_diff
from reconciler.planner.matches import Absent, Found
from reconciler.planner.situation import Situation

Decision = tuple[Change | None, Sequence[Diagnostic]]
"""A change, or errors that say why there is none; other findings stand beside the change."""


def decide_absent(desired: Desired, kind: ResourceKind, match: Absent, situation: Situation) -> Decision:
    """Create, or say why it cannot be created. A kind may hold it back: then nothing happens, with a finding."""
    resource = desired.resource
    held = kind.hold(resource, match.attempt, list(situation.world.of_kind(kind.name)))
    if held is not None:
        return Noop(address=desired.address, reason=held.code, source=resource.source), [held]
    if not kind.can(Verb.CREATE):
        summary = f"the API cannot create {with_article(kind.name)}, and this account has none with this natural key"
        return None, [_error(desired, "cannot-create", summary, kind.create_hint)]
    shown = {path: value for path, value in desired.created_with.items() if value is not None}
    entry = _discreet(desired, situation)
    fields = tuple(field_diff(desired, path, None, value, entry=entry) for path, value in shown.items())
    create = Create(
        address=desired.address,
        reason=match.reason,
        source=resource.source,
        depends_on=desired.references,
        desired=desired,
        seen=match.seen,
        diffs=(*fields, *paper_diffs(kind, resource, None, None, situation.ledger.header.salt)),
    )
    return create, [_perhaps_again(desired)] if kind.write_only else ()


def _perhaps_again(desired: Desired) -> Diagnostic:
    """Said of each create of a write-only kind: with the ledger lost, it may be the second."""
    return Diagnostic(
        code="cannot-be-read-back",
        severity=Severity.INFO,
        summary=f"the API does not show {with_article(desired.address.kind)}: whether it was sent before is not known",
        hint="sending it is safe to repeat; from then on the ledger alone knows of it",
        address=desired.address,
        source=desired.resource.source,
    )


def decide_found(desired: Desired, kind: ResourceKind, match: Found, situation: Situation) -> Decision:
    """Noop, record, update, replace, move or adopt, from the fields that differ."""
    observed, resource, salt = match.observed, desired.resource, situation.ledger.header.salt
    known_so_far = known_of(match.entry, resource, salt)
    notices = notices_of(kind, resource, observed, known_so_far, situation.account)
    said = (*notices, *paper_findings(kind, resource, observed, match.entry, salt=salt, account=situation.account))
    papers = paper_diffs(kind, resource, observed, match.entry, salt)
    if match.reason == "recorded" and not papers and not _needs_work(desired, kind, match, situation):
        return _noop(desired, observed), said
    known = match.entry if match.entry and match.moved_from != desired.address else None
    diffs = diffs_of(kind, desired, observed, match.entry or _discreet(desired, situation), salt)
    rebuilds = [diff for diff in diffs if diff.forces_replace]
    entry = known or _unfinished(desired, observed, match, situation)
    if rebuilds and (not kind.replaceable or entry is None):
        adopting = entry is None and kind.replaceable
        return None, [_immutable(desired, kind, diff, adopting=adopting) for diff in rebuilds]
    if rebuilds and desired.resource.lifecycle.prevent_destroy:
        return None, [_protected(desired, diff) for diff in rebuilds]
    if rebuilds:  # of what is made anew, everything is handed in
        papers = paper_diffs(kind, resource, None, None, salt)
    change = _change_for(desired, kind, match, situation, (*diffs, *papers), entry if rebuilds else None)
    return change, said


def _change_for(
    desired: Desired,
    kind: ResourceKind,
    match: Found,
    situation: Situation,
    diffs: tuple[FieldDiff, ...],
    rebuilt: Entry | None,
) -> Change:
    observed = match.observed
    header: dict[str, Any] = {
        "address": desired.address,
        "source": desired.resource.source,
        "depends_on": desired.references,
        "remote": observed.remote,
        "diffs": diffs,
        "moved_from": match.moved_from if match.moved_from != desired.address else None,
    }
    digest = digest_of(kind, observed)
    if rebuilt is not None:
        return Replace(**header, reason="cannot-update", desired=desired, digest=digest, entry=rebuilt)
    if match.entry is None:
        free = match.pinned or match.interrupted or situation.allow_adopt or not kind.can(Verb.CREATE)
        return Adopt(
            **header,
            reason=match.reason,
            desired=desired,
            digest=digest,
            origin=Origin.CREATED if match.interrupted else Origin.ADOPTED,
            needs_consent=bool(diffs) and not free,
        )
    if diffs:
        fields = any(not names_paper(diff.path) for diff in diffs)
        reason = match.reason if match.moved_from is not None else "spec-differs" if fields else "documents"
        return Update(**header, reason=reason, desired=desired, digest=digest, entry=match.entry)
    if match.moved_from is not None:
        return Move(**header, reason=match.reason, desired=desired, digest=digest, entry=match.entry)
    reason = "interrupted" if desired.address in situation.ledger.intents else "ledger-outdated"
    return Record(**header, reason=reason, desired=desired, digest=digest, entry=match.entry)


def _needs_work(desired: Desired, kind: ResourceKind, match: Found, situation: Situation) -> bool:
    """Whether anything must be written, here or in the ledger.

    An entry that remembers this very wish and this very answer leaves nothing to compare: most of most plans.
    """
    if match.entry is None or desired.address in situation.ledger.intents:
        return True
    return outdated(kind, desired, match.observed, match.entry, situation.ledger.header.salt)


def _noop(desired: Desired, observed: Observed) -> Noop:
    return Noop(
        address=desired.address,
        reason="unchanged",
        source=desired.resource.source,
        depends_on=desired.references,
        remote=observed.remote,
    )


def _discreet(desired: Desired, situation: Situation) -> Entry | None:
    """What the ledger knows of another object of this address: which leaves are secret, and nothing to compare with.

    After half a replace, or an interrupted create, only the intent still knows that.
    """
    entry, intent = situation.ledger.entries.get(desired.address), situation.ledger.intents.get(desired.address)
    known = [one for one in (entry, intent.entry if intent else None) if one is not None]
    return replace(remembering(*known), applied={}, answered={}) if known else None


def _unfinished(desired: Desired, observed: Observed, match: Found, situation: Situation) -> Entry | None:
    intent = situation.ledger.intents.get(desired.address)
    if not match.interrupted or intent is None or intent.entry is None:
        return None
    return replace(intent.entry, remote=observed.remote)


def _immutable(desired: Desired, kind: ResourceKind, diff: FieldDiff, *, adopting: bool) -> Diagnostic:
    field = dotted(diff.path)
    if kind.write_only:
        hint = f"put the recorded {field} back, or give what is to be sent now another metadata.name"
    elif adopting:
        hint = f"we delete only what we recorded: adopt it as it is, with the live {field}, then change it"
    else:
        hint = f"put the live value back, or take {field} out to leave it alone"
    summary = f"{field} cannot be changed on an existing {desired.address.kind}"
    return _error(desired, "immutable-field", summary, hint, diff)


def _protected(desired: Desired, diff: FieldDiff) -> Diagnostic:
    summary = f"a new {dotted(diff.path)} means deleting and creating again, and prevent_destroy forbids that"
    return _error(desired, "prevent-destroy", summary, "put the live value back, or lift prevent_destroy", diff)


def _error(desired: Desired, code: str, summary: str, hint: str, diff: FieldDiff | None = None) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity=Severity.ERROR,
        summary=summary,
        hint=hint,
        address=desired.address,
        source=diff.source if diff else desired.resource.source,
    )
