"""Which moment of a run is the worst: told by rows, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from reconciler.api import Sent
from reconciler.model.address import Address
from reconciler.model.ledger import HalfReplaced, Intended, Line, Recorded, Removed
from reconciler.model.plan import Change, Plan
from reconciler.workflow.worst_moment import Watch
from tests.render.changes import PROFILE, create, delete, entry, replace, update

POST, PATCH, DELETE = (Sent(method, "/x", 200, 0.0, 1) for method in ("POST", "PATCH", "DELETE"))
GET, REFUSED, LOST = Sent("GET", "/x", 200, 0.0, 1), Sent("POST", "/x", 422, 0.0, 1), Sent("PATCH", "/x", None, 0.0, 1)
JOB, UPLOAD = Sent("POST", "/jobs", 200, 0.0, 1), Sent("POST", "/x/1/actions/file_upload", 200, 0.0, 1)
INVITE = Sent("PUT", "/invites/1/2", 200, 0.0, 1)
CREATING = ("POST /x", "PUT /invites/{}/{}")
QUESTION = Sent("POST", "/messaging/rcs/bulk_capabilities", 200, 0.0, 1)
Step = Sent | Line


def _recorded(name: str, *, was: str | None = None) -> Recorded:
    return Recorded(entry(Address(PROFILE, name), "id"), None if was is None else Address(PROFILE, was))


def _half(name: str) -> HalfReplaced:
    return HalfReplaced(Address(PROFILE, name))


def _worst(changes: Iterable[Change], *steps: Step) -> tuple[int, int] | None:
    """After how many writes, and at which step, counted from 1."""
    at = 0
    watch: Watch[int] = Watch(Plan(account="a", project="p", changes=tuple(changes)), lambda: at, creating=CREATING)
    for at, step in enumerate(steps, 1):  # noqa: B007 - the closure above reads it
        if isinstance(step, Sent):
            watch.sent(step)
        else:
            watch.noted(step)
    return watch.worst


A, B, C = create(PROFILE, "a"), create(PROFILE, "b"), update(PROFILE, "c")
R, S, D = replace(PROFILE, "r"), replace(PROFILE, "s"), delete(PROFILE, "d")


@pytest.mark.parametrize(
    ("reason", "changes", "steps", "worst"),
    [
        ("nothing was written", (A,), (GET, REFUSED, LOST, QUESTION, Intended(())), None),
        ("most is undone right after the first write", (C, D), (PATCH, _recorded("c"), DELETE), (1, 1)),
        ("a create that nobody noted", (C, A), (PATCH, _recorded("c"), POST, _recorded("a")), (2, 3)),
        ("two of them", (A, B), (POST, POST, _recorded("a"), _recorded("b")), (2, 2)),
        ("the gap of a replace", (A, R), (POST, _recorded("a"), DELETE, _half("r"), POST, _recorded("r")), (2, 4)),
        ("two gaps at once", (R, S), (DELETE, _half("r"), DELETE, _half("s"), POST, POST), (2, 4)),
        (
            "one gap after the other: the first",
            (R, S),
            (DELETE, _half("r"), POST, _recorded("r"), DELETE, _half("s")),
            (1, 2),
        ),
        ("made again, though not noted: no gap", (R,), (DELETE, _half("r"), POST, _recorded("r")), (1, 2)),
        ("a gap, and beside it what nobody noted", (R, S), (DELETE, _half("r"), POST, DELETE, _half("s")), (3, 5)),
        ("a job makes nothing", (C, A), (JOB, POST, _recorded("a"), _recorded("c")), (2, 2)),
        ("a job is a write", (C, R), (JOB, _recorded("c"), DELETE), (1, 1)),
        ("a job fills no gap", (C, R), (JOB, DELETE, _half("r"), POST), (2, 3)),
        ("a paper makes nothing", (C, D), (PATCH, UPLOAD, _recorded("c")), (1, 1)),
        (
            "what was handed in is noted with its object once more",
            (A, C),
            (POST, _recorded("a"), UPLOAD, _recorded("a"), PATCH),
            (1, 1),
        ),
        ("an invite is made by a PUT", (A, C), (PATCH, _recorded("c"), INVITE, _recorded("a")), (2, 3)),
        ("a delete leaves no gap", (D, C), (DELETE, Removed(Address(PROFILE, "d")), PATCH), (1, 1)),
        ("what an earlier run deleted is not this one's gap", (A, C), (_half("a"), PATCH, POST), (2, 3)),
    ],
)
def test_the_worst_moment(
    reason: str, changes: tuple[Change, ...], steps: tuple[Step, ...], worst: tuple[int, int]
) -> None:
    """The first difference decides: missing, then unrecorded, then undone; of equals the earliest."""
    assert _worst(changes, *steps) == worst, reason
