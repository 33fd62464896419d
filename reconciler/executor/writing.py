"""What each change does: one function per action, from the first read to the line in the journal.

All take the run, the change and its progress, answer findings for the user, and raise on failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace as replace_fields
from typing import assert_never

from reconciler.errors import NotFound, OutcomeUnknown
from reconciler.executor.freshness import moved, reread
from reconciler.executor.guarding import check_guards
from reconciler.executor.handing_in import hand_in
from reconciler.executor.ignored import ignored_fields
from reconciler.executor.intents import unfinished_replace
from reconciler.executor.run import Progress, Run
from reconciler.executor.settle import Sought, create_exactly_one
from reconciler.executor.unassigning import unassign
from reconciler.model.answers import decode, field_of
from reconciler.model.bodies import (
    carried_over,
    create_body,
    differing,
    parent_id,
    replacement,
    sends_settings,
    update_body,
)
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.keys import key_of_values
from reconciler.model.kind import Json, ResourceKind
from reconciler.model.ledger import Entry, HalfReplaced, Origin, Removed
from reconciler.model.observed import Observed, Remote
from reconciler.model.plan import (
    Adopt,
    Change,
    Create,
    Delete,
    Desired,
    Forget,
    Move,
    Noop,
    Protected,
    Record,
    Replace,
    Update,
)
from reconciler.model.remembered import as_answered
from reconciler.model.spec import Leaf
from reconciler.model.standing import known_of, notices_of

Notes = tuple[Diagnostic, ...]


async def begin(run: Run, change: Create, progress: Progress) -> Notes:
    """Create. Where this is the second half of a replace, the ledger first says that the old object is gone."""
    if change.address in run.ledger.entries and unfinished_replace(change, run.ledger) is not None:
        await run.note(HalfReplaced(change.address))
    return await create(run, change, run.resolved(change.desired), progress)


async def create(run: Run, change: Create | Replace, desired: Desired, progress: Progress) -> Notes:
    """POST, settle when in doubt, record."""
    kind = run.kind_of(change)
    values = desired.created_with
    parent, body = parent_id(kind, values), create_body(kind, values)

    async def send() -> Observed:
        row = await kind.adapter.create(run.session, body, parent)
        if kind.write_only:
            return as_answered(kind, row, values, run.salt)
        try:
            return decode(kind, row, parent)
        except KeyError as error:
            request = f"create {change.address}"
            raise OutcomeUnknown(f"{request}: the API answered without an id", request=request) from error

    key = key_of_values(kind, values)
    sought = Sought(address=change.address, kind=kind, key=key, parent_id=parent, seen=change.seen)
    made = await create_exactly_one(run, sought, send)
    progress.written = True
    before = change.entry if isinstance(change, Replace) else None
    entry = run.entry(kind, desired, made, Origin.CREATED, before=before)
    await run.record(change, entry)
    sent = [kind.leaves[path] for path in desired.compared(kind.uncompared(made))]
    ignored = ignored_fields(desired, sent, made)
    entry, made = await hand_in(run, change, entry, made, progress)
    known = known_of(entry, desired.resource, run.salt)
    return (*ignored, *notices_of(kind, desired.resource, made, known, run.account))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What an update comes to at the moment at which it is to be sent. ``body`` is empty where nothing is."""

    desired: Desired
    observed: Observed
    sent: Sequence[Leaf]
    body: Json


async def update(run: Run, change: Update | Adopt, progress: Progress) -> Notes:
    """Send what differs, if anything, and record what came of it."""
    kind, patch = run.kind_of(change), await patch_of(run, change)
    if not patch.body:
        return await _record_update(run, change, patch, patch.observed, progress)
    row = await kind.adapter.update(run.session, change.remote, patch.body)
    progress.written = True
    return await record_answer(run, change, patch, row, progress)


async def patch_of(run: Run, change: Update | Adopt) -> Patch:
    """What is to be sent, once everything that must hold before it is sent was checked."""
    kind, desired = run.kind_of(change), run.resolved(change.desired)
    entry = change.entry if isinstance(change, Update) else None
    observed = await _observed_for_update(run, kind, change, desired, entry)
    return Patch(
        desired=desired,
        observed=observed,
        sent=differing(kind, observed, desired, entry=entry, salt=run.salt),
        body=update_body(kind, observed, desired, entry=entry, salt=run.salt),
    )


async def record_answer(run: Run, change: Update | Adopt, patch: Patch, row: Json, progress: Progress) -> Notes:
    """Record what the API made of a body that it took, as ``row`` shows it."""
    kind, before = run.kind_of(change), patch.observed
    answered = decode(kind, row, change.remote.parent_id)
    if any(field_of(leaf, answered) != field_of(leaf, before) for leaf in kind.references):
        run.moved.add(change.remote.id)
    now = answered if kind.adapter.sends_whole else _answer_to(patch.body, answered, before, kind)
    return await _record_update(run, change, patch, now, progress)


async def _record_update(run: Run, change: Update | Adopt, patch: Patch, now: Observed, progress: Progress) -> Notes:
    entry = change.entry if isinstance(change, Update) else None
    origin = change.entry.origin if isinstance(change, Update) else change.origin
    known = entry or _known_before(run, change)
    made = run.entry(run.kind_of(change), patch.desired, now, origin, before=known)
    await run.record(change, made)
    await hand_in(run, change, made, now, progress)
    return ignored_fields(patch.desired, patch.sent, now, secrets=entry.secrets if entry else ())


def _answer_to(body: Json, answered: Observed, before: Observed, kind: ResourceKind) -> Observed:
    """What the API made of the fields that were sent, and the others as they were when they were found right.

    A field that somebody else set meanwhile is no answer to us: recorded as one, it would be taken for what the API
    makes of our value, and never be put right.
    """
    ours = kind.kept - kind.computed - body.keys()
    kept = {name: before.attributes[name] for name in ours if name in before.attributes}
    return replace_fields(answered, attributes={**answered.attributes, **kept})


def _known_before(run: Run, change: Update | Adopt) -> Entry | None:
    """What the ledger knew under the address of an adopted object: as a rule nothing, or how it was begun."""
    intent = run.ledger.intents.get(change.address)
    return run.ledger.entries.get(change.address) or (intent.entry if intent else None)


async def _observed_for_update(
    run: Run, kind: ResourceKind, change: Update | Adopt, desired: Desired, entry: Entry | None
) -> Observed:
    """The object to compute the body from: read anew where the body overwrites what others may have set."""
    observed = await run.observed(kind, change.remote)
    body = update_body(kind, observed, desired, entry=entry, salt=run.salt)
    if not body or not (kind.adapter.sends_whole or sends_settings(kind, body)):
        return observed
    fresh = await reread(run, kind, change)
    if fresh is None:
        raise moved(change, "disappeared")
    await check_guards(run, kind, change)
    return fresh


async def delete(run: Run, change: Delete, progress: Progress) -> Notes:
    """Delete what is still as planned and passes its guards; gone already is as good."""
    await _delete(run, change, progress)
    await run.note(Removed(change.address))
    return ()


async def replace(run: Run, change: Replace, progress: Progress) -> Notes:
    """Delete, note that half is done, create. From the delete on, the intent is what finishes this."""
    kind, desired = run.kind_of(change), run.resolved(change.desired)
    old = await _delete(run, change, progress) or run.world.find(kind.name, change.remote.id)
    await run.note(HalfReplaced(change.moved_from or change.address))
    goal = desired if old is None else replacement(desired, carried_over(kind, old, desired))
    return await create(run, change, goal, progress)


async def _delete(run: Run, change: Delete | Replace, progress: Progress) -> Observed | None:
    kind = run.kind_of(change)
    observed = await reread(run, kind, change)
    if observed is not None:
        named = run.unassigned.get(change.address, ())
        await check_guards(run, kind, change, named)
        if named and isinstance(change, Delete):
            await unassign(run, change, named, progress)
            await check_guards(run, kind, change)
        await _gone(run, kind, change.remote)
    progress.written = True
    run.removed.add(change.remote.id)
    return observed


async def _gone(run: Run, kind: ResourceKind, remote: Remote) -> None:
    try:
        await kind.adapter.delete(run.session, remote)
    except NotFound:
        return  # somebody was faster: this is what was wanted


async def move(run: Run, change: Move) -> Notes:
    """The same object under another address."""
    kind, desired = run.kind_of(change), run.resolved(change.desired)
    observed = await run.observed(kind, change.remote)
    entry = run.entry(kind, desired, observed, change.entry.origin, before=change.entry)
    await run.record(change, entry, moved_from=change.moved_from or change.entry.address)
    return ()


async def record(run: Run, change: Record) -> Notes:
    """Remember an object as it is; without a manifest, as it was meant to be."""
    entry = change.entry
    if change.desired is not None:
        kind, desired = run.kind_of(change), run.resolved(change.desired)
        observed = await run.observed(kind, change.remote)
        entry = run.entry(kind, desired, observed, change.entry.origin, before=change.entry)
    await run.record(change, entry)
    return ()


async def forget(run: Run, change: Forget) -> Notes:
    """Stop managing an object."""
    await run.note(Removed(change.address))
    return ()


async def act(run: Run, change: Change, progress: Progress) -> Notes:
    """Do what the change says."""
    match change:
        case Create():
            step = begin(run, change, progress)
        case Update() | Adopt():
            step = update(run, change, progress)
        case Replace():
            step = replace(run, change, progress)
        case Delete():
            step = delete(run, change, progress)
        case Move():
            step = move(run, change)
        case Record():
            step = record(run, change)
        case Forget():
            step = forget(run, change)
        case Noop() | Protected():  # pragma: no cover - neither is ever pending
            return ()
        case _:
            assert_never(change)
    return await step
