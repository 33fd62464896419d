"""Every byte that a history is made of, and every word about bytes that are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.history import history_bytes, history_lines
from reconciler.model.fields import spelled
from reconciler.model.history import (
    Actor,
    ChangeEnded,
    Ending,
    FieldChange,
    HistoryLine,
    Lift,
    PlannedChange,
    RunBegun,
    RunEnded,
)
from reconciler.model.plan import Action
from reconciler.model.reference import Unknown

from .cases import OTHER, PAIRLESS, PROFILE
from .refusing import refused

BEGUN = RunBegun(
    run="r1",
    started="then",
    command="reconciler apply",
    tool="1.2",
    actor=Actor(name="me", system="ci", run="https://ci/1"),
    commit="abc",
    dirty=True,
    plan_saved="earlier",
    fingerprint="sha256:1",
    lifted=(Lift(guard="mass-vanish", by="--allow mass-vanish"),),
    changes=(
        PlannedChange(
            address=OTHER,
            action=Action.UPDATE,
            remote_id="id-1",
            moved_from=PROFILE,
            fields=(
                FieldChange(path="a", before=1, after=[2], sensitive=True),
                FieldChange(path="b", before=None, after=Unknown(PROFILE), id_of=PROFILE),
            ),
        ),
        PlannedChange(address=PROFILE, action=Action.CREATE),
    ),
)
BEGUN_DOCUMENT: dict[str, Any] = {
    "version": 1,
    "line": "begun",
    "run": "r1",
    "started": "then",
    "command": "reconciler apply",
    "tool": "1.2",
    "actor": {"name": "me", "system": "ci", "run": "https://ci/1"},
    "commit": "abc",
    "dirty": True,
    "plan_saved": "earlier",
    "fingerprint": "sha256:1",
    "lifted": [{"guard": "mass-vanish", "by": "--allow mass-vanish"}],
    "changes": [
        {
            "address": "AutoResponse/stop",
            "action": "update",
            "remote_id": "id-1",
            "moved_from": "MessagingProfile/marketing",
            "fields": [
                {"path": "a", "before": 1, "after": [2], "sensitive": True, "id_of": None},
                {
                    "path": "b",
                    "before": None,
                    "after": None,
                    "sensitive": False,
                    "id_of": "MessagingProfile/marketing",
                },
            ],
        },
        {
            "address": "MessagingProfile/marketing",
            "action": "create",
            "remote_id": None,
            "moved_from": None,
            "fields": [],
        },
    ],
}
ENDED = RunEnded(
    run="r1",
    finished="later",
    interrupted=True,
    changes=(
        ChangeEnded(address=OTHER, ending=Ending.APPLIED, remote_id="id-1", written=True),
        ChangeEnded(address=PROFILE, ending=Ending.FAILED, error="not-found"),
    ),
)
ENDED_DOCUMENT: dict[str, Any] = {
    "version": 1,
    "line": "ended",
    "run": "r1",
    "finished": "later",
    "interrupted": True,
    "changes": [
        {"address": "AutoResponse/stop", "ending": "applied", "remote_id": "id-1", "written": True, "error": None},
        {
            "address": "MessagingProfile/marketing",
            "ending": "failed",
            "remote_id": None,
            "written": False,
            "error": "not-found",
        },
    ],
}


def test_a_history_is_spelled_like_this() -> None:
    """Key by key, in this order; and back."""
    lines: tuple[HistoryLine, ...] = (BEGUN, ENDED)
    content = spelled(BEGUN_DOCUMENT) + b"\n" + spelled(ENDED_DOCUMENT) + b"\n"
    assert history_bytes(lines, where="h") == content
    assert history_lines(content.splitlines(), where="h") == lines


REPAIR = "repair that line or move the history away: it is a record for people, and nothing depends on it"
UPGRADE = f"a newer version may have written it: upgrade this program; otherwise {REPAIR}"
CHANGE, OVER = BEGUN_DOCUMENT["changes"][0], ENDED_DOCUMENT["changes"][0]
KNOWN = "has keys that this version does not know"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], "line 2 is not an object"),
        ({**ENDED_DOCUMENT, "version": 2}, "line 2 has version 2; this program knows versions up to 1"),
        ({**ENDED_DOCUMENT, "version": "1"}, '"version" of line 2 is not a whole number'),
        ({**ENDED_DOCUMENT, "line": "paused"}, 'line 2 is of a sort that this version does not know: "paused"'),
        ({**ENDED_DOCUMENT, "more": 1}, f'line 2 {KNOWN}: "more"'),
        ({**ENDED_DOCUMENT, "changes": [OVER, 1]}, "changes 2 of line 2 is not an object"),
        ({**ENDED_DOCUMENT, "changes": [{**OVER, "more": 1}]}, f'changes 1 of line 2 {KNOWN}: "more"'),
        ({**BEGUN_DOCUMENT, "more": 1}, f'line 2 {KNOWN}: "more"'),
        ({**BEGUN_DOCUMENT, "actor": {**BEGUN_DOCUMENT["actor"], "more": 1}}, f'"actor" of line 2 {KNOWN}: "more"'),
        ({**BEGUN_DOCUMENT, "lifted": [1]}, "lifted 1 of line 2 is not an object"),
        ({**BEGUN_DOCUMENT, "lifted": [{"guard": "", "by": "", "c": 1}]}, f'lifted 1 of line 2 {KNOWN}: "c"'),
        ({**BEGUN_DOCUMENT, "changes": [CHANGE, 1]}, "changes 2 of line 2 is not an object"),
        ({**BEGUN_DOCUMENT, "changes": [{**CHANGE, "more": 1}]}, f'changes 1 of line 2 {KNOWN}: "more"'),
        (
            {**BEGUN_DOCUMENT, "changes": [{**CHANGE, "fields": [1]}]},
            "fields 1 of a change of line 2 is not an object",
        ),
        (
            {**BEGUN_DOCUMENT, "changes": [{**CHANGE, "fields": [{**CHANGE["fields"][0], "more": 1}]}]},
            f'fields 1 of a change of line 2 {KNOWN}: "more"',
        ),
    ],
)
def test_wrong_histories_are_refused_in_these_words(value: Any, told: str) -> None:
    """The place, the line, the part, and what to do next."""
    with refused() as said:
        history_lines([spelled(BEGUN_DOCUMENT), spelled(value)], where="h")
    assert [*said] == [f'cannot understand "h": {told}', UPGRADE]


@pytest.mark.parametrize("key", [*BEGUN_DOCUMENT, *ENDED_DOCUMENT])
def test_every_key_of_a_history_is_needed(key: str) -> None:
    """A missing one is never guessed."""
    document = BEGUN_DOCUMENT if key in BEGUN_DOCUMENT else ENDED_DOCUMENT
    with pytest.raises(LedgerError, match=f'line 1 has no "{key}"'):
        history_lines([spelled({name: value for name, value in document.items() if name != key})], where="h")


def test_a_history_line_that_is_no_json() -> None:
    """With its number."""
    with refused() as told:
        history_lines([spelled(BEGUN_DOCUMENT), b"oops"], where="h")
    assert [*told] == ['"h", line 2, is not JSON', REPAIR]


def test_a_history_that_nobody_could_read_back() -> None:
    """Refused before it is written: only a defect could come to that."""
    with refused() as told:
        history_bytes([PAIRLESS], where="h")
    assert [*told] == [
        'cannot write "h": "address" of changes 1 of a new line: "nameless" is not an address; write Kind/name',
        "this is a defect of the program: please report it",
    ]
