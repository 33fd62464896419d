"""Creating exactly one object, although answers get lost.

A POST that was sent and not answered may have been carried out. Sending it again could make a twin; not sending it
again could leave nothing. Only looking tells, and lists may lag behind writes (guide §18.6). So:

    POST ── answered ─────────────────────────────────────────────────────────→ ours
      │
      └─ in doubt ── look by natural key, until settle_seconds after the attempt
                       ├─ one that was not there before ──────────────────────→ ours
                       ├─ several ────────────────────────────────────────────→ fails, lists them, picks none
                       ├─ absent throughout, first time ── POST once more ──→ (as above)
                       ├─ absent throughout, second time ─────────────────────→ fails, still in doubt
                       └─ told to stop, or the last look failed ──────────────→ fails, still in doubt

"Not there before" leaves out every id that the ledger knows, that was seen when the run began, or that another
change of this run made. A kind without a natural key cannot be looked for, and is never sent again; nor is one that
no read shows, within this run: the next one sends it again, which is safe for such a kind.

While in doubt the intent stays in the ledger, and the next run begins by looking (``awaited``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from reconciler.errors import ApiError, OutcomeUnknown, Refused, ServerFailed
from reconciler.executor.run import Run
from reconciler.model.address import Address
from reconciler.model.answers import summary_of
from reconciler.model.events import Settling
from reconciler.model.keys import Key, candidates, key_alike
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Listing, Observed

ATTEMPTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """An object that may or may not have been created."""

    address: Address
    kind: ResourceKind
    key: Key
    parent_id: str | None
    seen: tuple[str, ...] = ()


def in_doubt(error: Exception) -> bool:
    """Whether the write that failed in this way may have been carried out all the same."""
    match error:
        case OutcomeUnknown() | ServerFailed():
            return True
        case Refused(status=HTTPStatus.REQUEST_TIMEOUT):
            return True
        case _:
            return False


def matching(kind: ResourceKind, key: Key, rows: Iterable[Observed], *, taken: Collection[str]) -> list[Observed]:
    """The rows that a create with this key may have made. A failed or finished object counts: it was made."""
    alike = [row for row in rows if key_alike(kind, row, key).identity == key.identity]
    # As if there were other manifests: what we sent has elements in common with what came of it, a stranger's not.
    return candidates(kind, key, alike, taken=taken, manifests=2)


def can_be_found(kind: ResourceKind, key: Key) -> bool:
    """Whether looking can tell what became of a create."""
    return key.identity is not None and bool(kind.identity or key.shared) and not kind.write_only


async def create_exactly_one(run: Run, sought: Sought, send: Callable[[], Awaitable[Observed]]) -> Observed:
    """Send a create, and settle by looking whenever its outcome is in doubt. Raises ApiError."""
    doubt: ApiError | None = None
    for _ in range(ATTEMPTS):
        try:
            made = await send()
        except ApiError as error:
            if not in_doubt(error):
                raise
            doubt = error
            found = await _look(run, sought, doubt)
            if found is not None:
                return found
        else:
            run.claimed.add((sought.kind.name, made.remote.id))
            return made
    raise doubt if doubt is not None else AssertionError("unreachable: at least one attempt is made")


async def _look(run: Run, sought: Sought, doubt: ApiError) -> Observed | None:
    """The object, or None when it certainly was not created. Raises ``doubt`` where that cannot be told."""
    if not can_be_found(sought.kind, sought.key):
        raise doubt
    run.emit(Settling((sought.address,), run.patience.settle_seconds))
    target = Listing(sought.kind.name, sought.parent_id)
    waits: Iterator[float] = run.patience.looks(run.patience.clock())
    while True:
        rows = await run.listings.fresh_or_none(target)
        taken = {*run.known_ids(sought.kind.name), *sought.seen}
        match matching(sought.kind, sought.key, rows or (), taken=taken):
            case [found]:
                run.claimed.add((sought.kind.name, found.remote.id))
                return found
            case [_, _, *_] as several:
                raise _several(sought, several, doubt)
        wait = next(waits, None)
        if wait is None:
            break
        await run.patience.pause(wait)
    if rows is None or run.patience.stop.is_set():
        raise doubt
    return None


def _several(sought: Sought, several: Iterable[Observed], doubt: ApiError) -> OutcomeUnknown:
    listed = "; ".join(summary_of(sought.kind, row) for row in several)
    return OutcomeUnknown(
        f"{sought.address}: the answer to its create was lost, and several objects may be the one: {listed}",
        request=doubt.request,
        hint="write the right id as metadata.remote_id, delete the others, and apply again",
    )
