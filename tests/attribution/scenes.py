"""Events, runs and questions about one field: what the tables are written in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.attribution.events import AuditEvent, events_of
from reconciler.attribution.joining import FieldNow, Pages, Wanted, answer
from reconciler.attribution.runs import Span, last_touch, spans_of
from reconciler.model.address import Address
from reconciler.model.attribution import Attribution
from reconciler.model.history import (
    Actor,
    ChangeEnded,
    Ending,
    FieldChange,
    PastRun,
    PlannedChange,
    RunBegun,
    RunEnded,
    past_runs,
)
from reconciler.model.paths import Path, undotted
from reconciler.model.plan import Action

MAIN = Address("MessagingProfile", "main")
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
ANNA, BOB, ROBOT = (f"6f1b3a52-0000-4000-8000-00000000000{digit}" for digit in "123")
PEOPLE = {ANNA: "Anna Ek"}


def at(seconds: float) -> str:
    """A time after noon as the log writes it: to the second."""
    return (NOON + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def row(seconds: float, user: str = ANNA, **fields: Any) -> dict[str, Any]:
    """An event of p1 as the API answers it; ``url=("a", "b")`` is a change from a to b."""
    moved: tuple[str, ...] = ("resource_id", "alternate_resource_id", "change_type")
    given = {name: fields.pop(name) for name in moved if name in fields}
    return {
        "id": f"e{seconds}{user[-1]}",
        "resource_id": "p1",
        "alternate_resource_id": None,
        "user_id": user,
        "change_made_by": "organization_member",
        "change_type": "update",
        "created_at": at(seconds),
        "changes": [
            {"field": name.replace("__", "."), "from": first, "to": second} for name, (first, second) in fields.items()
        ],
        **given,
    }


def decoded(rows: Sequence[Any]) -> list[AuditEvent]:
    """The newest first, as the reader of the log hands them on."""
    return sorted(events_of({"data": list(rows)}, PEOPLE), key=lambda event: event.time, reverse=True)


def run(
    seconds: float, *, action: Action = Action.UPDATE, lasted: float | None = 2, sensitive: bool = False, **values: Any
) -> PastRun:
    """A run of ours after noon that gave fields of p1 these values; ``lasted`` None: it was killed."""
    begun = RunBegun(
        run=str(seconds),
        started=(NOON + timedelta(seconds=seconds)).isoformat(),
        command="reconciler apply",
        tool="1",
        actor=Actor(name="ci"),
        commit="c0ffee",
        changes=(
            PlannedChange(
                address=MAIN,
                action=action,
                remote_id="p1",
                fields=tuple(
                    FieldChange(path=name.replace("__", "."), before=None, after=value, sensitive=sensitive)
                    for name, value in values.items()
                ),
            ),
        ),
    )
    if lasted is None:
        return past_runs([begun])[0]
    finished = (NOON + timedelta(seconds=seconds + lasted)).isoformat()
    ended = ChangeEnded(address=MAIN, ending=Ending.APPLIED, remote_id="p1", written=True)
    return past_runs([begun, RunEnded(run=str(seconds), finished=finished, changes=(ended,))])[0]


def folded(value: Any) -> Any:
    """What the field's kind holds to be equal: letters of either size."""
    return value.lower() if isinstance(value, str) else value


def wanted(
    now: Any, recorded: Any, spans: Sequence[Span] = (), *, field: str = "url", alternate_id: str | None = None
) -> Wanted:
    """A question about a field of p1 that has the value ``now`` and was left as ``recorded``."""
    path: Path = undotted(field)
    return Wanted(
        address=MAIN,
        remote_id="p1",
        alternate_id=alternate_id,
        applied=last_touch(spans, MAIN, "p1"),
        now=FieldNow(
            path=path,
            field=path,
            is_now=lambda value: bool(folded(value) == folded(now)),
            was_recorded=lambda value: bool(folded(value) == folded(recorded)),
            canonical=folded,
        ),
    )


def ask(
    rows: Sequence[Any], now: Any, recorded: Any, *runs: PastRun, whole: bool = True, **options: Any
) -> Attribution | None:
    """Who made it, going by this log and these runs (the newest first)."""
    spans = spans_of(runs)
    events = decoded(rows)
    until = events[-1].time if events else None
    return answer(wanted(now, recorded, spans, **options), Pages(events, until, whole), spans)


def ask_end(rows: Sequence[Any], *runs: PastRun, whole: bool = True) -> Attribution | None:
    """Who removed p1."""
    spans = spans_of(runs)
    events = decoded(rows)
    gone = Wanted(address=MAIN, remote_id="p1", applied=last_touch(spans, MAIN, "p1"))
    return answer(gone, Pages(events, events[-1].time if events else None, whole), spans)
