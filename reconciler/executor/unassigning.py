"""Taking off an object what its plan names, and nothing else, just before the object is deleted.

What is unassigned is not ours: somebody asked for it, and a reviewer saw each by name. So each is read again, and
left alone unless it still points at the object; what came since the review is not touched and holds the delete, which
the guards of the delete say once more afterwards.

Killed in between, the object is there and some of what was named points nowhere. The intent of the delete is written
down, and the next run finds less attached: nothing is remembered of the rest, and nothing needs to be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from reconciler.errors import Interrupted, NotFound, PlanRefused, ReconcilerError
from reconciler.executor.observe import read
from reconciler.executor.run import Progress, Run
from reconciler.model.answers import decode, field_of
from reconciler.model.bodies import cleared_body
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Attached
from reconciler.model.observed import Remote
from reconciler.model.plan import Delete
from reconciler.model.spec import Leaf

AT_ONCE = 8
"""Under way at the same time. The session's pace is what limits them."""


async def unassign(run: Run, change: Delete, named: Sequence[Attached], progress: Progress) -> None:
    """Unassign what still points at the object of ``change``. Raises ApiError, and Interrupted when told to stop.

    The first failure ends it; what is under way then is waited for. What was done is in the notes of ``progress``.
    """
    waiting, done, failures = iter(named), list[Attached](), list[ReconcilerError]()

    async def work() -> None:
        while not failures and not run.halted and (one := next(waiting, None)) is not None:
            try:
                if await _unassigned(run, change, one):
                    progress.written = True
                    run.moved.add(one.id)
                    done.append(one)
            except ReconcilerError as error:
                failures.append(error)

    ended = await asyncio.gather(*(work() for _ in range(min(AT_ONCE, len(named)))), return_exceptions=True)
    if done:
        progress.notes.append(_told(change, done, len(named)))
    for failure in (*failures, *filter(None, ended)):
        raise failure
    if next(waiting, None) is not None:
        raise Interrupted(f"{change.address}: stopped before it was deleted", hint="type the same command again")


async def _unassigned(run: Run, change: Delete, one: Attached) -> bool:
    """Whether it pointed at the object and does no longer, by our doing."""
    kind, remote = run.kinds[one.what], Remote(one.id)
    leaf = _pointer(run, change, one)
    try:
        if field_of(leaf, await read(run.session, kind, remote)) != change.remote.id:
            return False
        answer = await kind.adapter.update(run.session, remote, cleared_body(leaf))
    except NotFound:
        return False
    return bool(field_of(leaf, decode(kind, answer, None)) != change.remote.id)


def _pointer(run: Run, change: Delete, one: Attached) -> Leaf:
    """The field with which it points at the object, where its kind can clear it."""
    for fact in run.kind_of(change).facts:
        leaf = run.kinds[one.what].leaves.get((fact.unassigned_by or "",))
        if leaf is not None and leaf.clear is not None:
            return leaf
    raise PlanRefused(f"{change.address}: {one.what} {one.label} cannot be unassigned", hint="plan again")


def _told(change: Delete, done: Sequence[Attached], named: int) -> Diagnostic:
    names = ", ".join(f"{one.what} {one.label}" for one in sorted(done, key=lambda one: (one.what, one.label)))
    return Diagnostic(
        code="unassigns-numbers",
        severity=Severity.INFO,
        summary=f"{len(done)} of {named} unassigned: {names}",
        hint="they neither send nor receive until they are assigned again",
        address=change.address,
    )
