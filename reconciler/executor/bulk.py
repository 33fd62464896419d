"""One step of many changes: a job that is polled, then one look at what came of it.

    POST ── answered ──→ poll until nothing is pending, or nothing has moved for the settling time
         ├─ in doubt ──→ never sent again: the job may be at work, and nobody knows its name
         └─ refused ───→ everything by itself

    then read the objects, for the settling time at most, until all that the job may have updated are as wanted:

    as wanted ─────────────────────────────→ done, recorded as the API shows it
    said to have failed, or not as wanted ─→ by itself: a job gives no reasons (guide §6), an answer does
    told to stop before that was known ────→ fails, in doubt

An object that is updated by itself after the job did so all the same was told the same thing twice, which is harmless.
So is a kill at any point: the next run sees what is as wanted and only records it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.errors import ApiError, OutcomeUnknown, ReconcilerError
from reconciler.executor.ending import defect, ended
from reconciler.executor.graph import Left
from reconciler.executor.run import Progress, Run
from reconciler.executor.settle import in_doubt
from reconciler.executor.writing import Notes, Patch, patch_of, record_answer
from reconciler.model.address import Address
from reconciler.model.answers import decode, field_of
from reconciler.model.bulk import Bulk, Job
from reconciler.model.events import Applied, Failed, Settling, Stopped
from reconciler.model.kind import Json, ResourceKind
from reconciler.model.plan import Adopt, Change, Update
from reconciler.model.spec import Leaf
from reconciler.model.steps import FEWEST, Step


@dataclass(frozen=True, slots=True)
class _Part:
    """A change that the job can carry out, and what it would send by itself."""

    change: Update | Adopt
    patch: Patch


@dataclass(frozen=True, slots=True)
class _Sought:
    """What a job is asked for: ``value`` in ``leaf`` of each part, known by the name that jobs have for it."""

    kind: ResourceKind
    bulk: Bulk
    leaf: Leaf
    value: str
    parts: Mapping[str, _Part]
    names: Mapping[Address, str]


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of a job: the rows that are as wanted, and what it may yet do."""

    rows: Mapping[str, Json]
    doubtful: Collection[str] = ()


async def carry_out_together(run: Run, bulk: Bulk, step: Step) -> Sequence[Applied | Failed | Left]:
    """Carry out what a job can do, and leave the rest to be carried out by itself. Never raises."""
    try:
        sought = await _sought(run, bulk, step)
        if sought is None:
            return [Left(change, Stopped(change)) for change in step]
        came = await _assigned(run, sought)
        return await asyncio.gather(*(_end(run, sought, came, change) for change in step))
    except Exception as error:  # noqa: BLE001 - a defect here must not lose what each change comes to by itself
        return [Left(change, Failed(change, defect(change, error), written=True)) for change in step]


async def _end(run: Run, sought: _Sought, came: _Came, change: Change) -> Applied | Failed | Left:
    name = sought.names.get(change.address, "")
    if name in came.rows:
        return await _recorded(run, sought.parts[name], came.rows[name])
    if name in came.doubtful:
        return Left(change, Failed(change, _doubt(change, sought.bulk), written=True))
    return Left(change, Stopped(change))


async def _recorded(run: Run, part: _Part, row: Json) -> Applied | Failed:
    async def record(progress: Progress) -> Notes:
        progress.written = True
        return await record_answer(run, part.change, part.patch, row, progress)

    return await ended(run, part.change, record)


async def _sought(run: Run, bulk: Bulk, step: Step) -> _Sought | None:
    """What to ask for; None where too few changes come to exactly that, checked as each would be by itself."""
    kind = run.kind_of(step[0])
    leaf = kind.leaves[(bulk.field,)]
    parts = await asyncio.gather(*(_part(run, change) for change in step if isinstance(change, Update | Adopt)))
    fit = [part for part in parts if part is not None and part.patch.body.keys() == {leaf.field[0]}]
    if len(fit) < FEWEST:
        return None
    by_name = {bulk.member(part.patch.observed.attributes): part for part in fit}
    return _Sought(
        kind=kind,
        bulk=bulk,
        leaf=leaf,
        value=fit[0].patch.body[leaf.field[0]],
        parts=by_name,
        names={part.change.address: name for name, part in by_name.items()},
    )


async def _part(run: Run, change: Update | Adopt) -> _Part | None:
    """None for one that is not fit, for whatever reason: by itself it will say."""
    try:
        return _Part(change, await patch_of(run, change))
    except ReconcilerError:
        return None


async def _assigned(run: Run, sought: _Sought) -> _Came:
    everything = sought.parts.keys()
    try:
        job = await sought.bulk.begin(run.session, sought.value, list(everything))
    except ReconcilerError as error:
        if not in_doubt(error):
            return _Came({})
        run.emit(Settling(tuple(part.change.address for part in sought.parts.values()), run.patience.settle_seconds))
        return await _look(run, sought, awaited=everything, doubtful=everything)
    job = await _finished(run, sought.bulk, job)
    maybe = everything - job.failed
    return await _look(run, sought, awaited=maybe - job.pending, doubtful=maybe)


async def _finished(run: Run, bulk: Bulk, job: Job) -> Job:
    """The job once nothing of it is pending, or once there is no hope that it moves."""
    patience = run.patience
    waits = patience.looks(patience.clock())
    while job.pending and (wait := next(waits, None)) is not None:
        await patience.pause(wait)
        if patience.stop.is_set():
            break
        try:
            latest = await bulk.look(run.session, job.id)
        except ApiError:
            break  # what came of it the objects themselves tell
        if len(latest.pending) < len(job.pending):
            waits = patience.looks(patience.clock())
        job = latest
    return job


async def _look(run: Run, sought: _Sought, *, awaited: Collection[str], doubtful: Collection[str]) -> _Came:
    """Read the objects until all that are ``awaited`` are as wanted; a list may lag behind the job."""
    patience = run.patience
    waits = patience.looks(patience.clock())
    rows: dict[str, Json] = {}
    while True:
        rows |= await _as_wanted(run, sought, doubtful)
        wait = None if rows.keys() >= set(awaited) else next(waits, None)
        if wait is None:
            return _Came(rows, set(doubtful) - rows.keys())
        await patience.pause(wait)


async def _as_wanted(run: Run, sought: _Sought, names: Collection[str]) -> dict[str, Json]:
    """Those of the objects that hold what they should; none where they cannot be read just now."""
    try:
        rows = await sought.bulk.rows(run.session, list(names)) if names else ()
    except ApiError:
        return {}
    wanted = sought.leaf.canonical(sought.value)
    found = {sought.bulk.member(row): row for row in rows}
    return {name: row for name, row in found.items() if name in names and _value(sought, row) == wanted}


def _value(sought: _Sought, row: Json) -> Any:
    return sought.leaf.canonical(field_of(sought.leaf, decode(sought.kind, row, None)))


def _doubt(change: Change, bulk: Bulk) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{change.address}: the run ended before it was known what became of the bulk update that it is part of",
        request=f"POST {bulk.path}",
        hint="type the same command again: what is done by then is only recorded",
    )
