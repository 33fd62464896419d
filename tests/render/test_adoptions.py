"""An adoption that only records is told apart from one that changes the object, in every format."""

from __future__ import annotations

import json

from reconciler.model.plan import Adopt, Move, Plan
from reconciler.render.format import formats
from tests.render.cases import PLAN
from tests.render.changes import PROFILE

ADOPTING = next(change for change in PLAN.changes if isinstance(change, Adopt) and change.diffs)


def _of(change: Adopt) -> Plan:
    return Plan(account="default", project="default", changes=(change,))


def _without_diffs() -> Adopt:
    return Adopt(
        address=ADOPTING.address,
        reason=ADOPTING.reason,
        remote=ADOPTING.remote,
        desired=ADOPTING.desired,
        digest=ADOPTING.digest,
    )


def test_people_are_told_whether_an_adoption_changes_anything() -> None:
    """In words, and not only by what is missing."""
    for name in ("text", "markdown"):
        assert "changes 1 field" in formats()[name].plan(_of(ADOPTING))
        quiet = formats()[name].plan(_of(_without_diffs()))
        assert "records only" in quiet
        assert "changes" not in quiet.replace("No changes", "")


def test_programs_are_told_too() -> None:
    """By a key of its own, which all that is ledger only has."""
    render = formats()["json"].plan
    [changing] = json.loads(render(_of(ADOPTING)))["changes"]
    [recording] = json.loads(render(_of(_without_diffs())))["changes"]
    assert (changing["ledger_only"], recording["ledger_only"]) == (False, True)
    told = {each["action"]: each["ledger_only"] for each in json.loads(render(PLAN))["changes"]}
    assert told["move"]
    assert told["record"]
    assert told["forget"]
    assert not told["create"]
    assert not told["noop"]
    assert Move.action.value == "move"
    assert ADOPTING.address.kind == PROFILE
