"""Objects that take days to become good, moved by the administrator: Telnyx takes days, tests do not (guide 22.9).

Each family of endpoints describes the way of its objects as a `Course`; which there are, `routes` says.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.account import Account
from reconciler.sandbox.refusals import not_found, refuse
from reconciler.sandbox.rest import Resource
from reconciler.sandbox.store import Row

Ask = Mapping[str, Any]
"""What the administrator asked for: `status`, and what else the course knows."""


def _nothing_else(_ask: Ask) -> None:
    """A course that knows nothing but `status`."""


@dataclass(frozen=True, slots=True)
class Course:
    """How the objects of one collection come along."""

    resource: Resource
    statuses: frozenset[str]
    """Every status that an object can be moved to."""
    movable: Callable[[Row], bool]
    """Whether a row still has a step to go by itself."""
    move: Callable[[Account, Row, Ask], Row]
    """Move a row to the `status` that is asked for, or one step on."""
    check: Callable[[Ask], None] = _nothing_else
    """Refuse what this course would be asked in a wrong way, before anything moves."""


def advance(account: Account, courses: Iterable[Course], ask: Ask) -> list[Row]:
    """Move one object, or all that have a step to go, to `status` or one step on; the rows that were moved."""
    status, name = ask.get("status"), ask.get("order")
    for course in courses:
        course.check(ask)
    found = [course for course in courses if name is None or account.rows(course.resource.collection).get(str(name))]
    if not found:
        raise not_found(f"nothing that takes its time has the id {name!r}")
    able = [course for course in found if status is None or status in course.statuses]
    if not able:
        known = sorted(status for course in found for status in course.statuses)
        detail = f"status must be one of {', '.join(known)}" if known else "this takes no status"
        raise refuse(422, "10032", detail, pointer="/status")
    return [
        course.move(account, row, ask)
        for course in able
        for row in list(account.rows(course.resource.collection))
        if (row.id == name if name is not None else course.movable(row))
    ]
