"""Every case file of every kind: changes, differences, bodies and findings (``casefiles`` explains the form)."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.answers import field_of
from reconciler.model.bodies import carried_over, create_body, replacement, update_body
from reconciler.model.paths import dotted
from reconciler.model.plan import Adopt, Change, Create, Replace, Update
from reconciler.model.spec import Clear, Leaf
from reconciler.planner.draft import Draft, draft
from reconciler.planner.situation import Situation
from tests.planner.casefiles import FOLDER, Case, cases
from tests.planner.worlds import KINDS, SALT

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_comes_of_three_worlds(case: Case) -> None:
    """As the file says."""
    here = case.situation()
    drafted = draft(here)
    changes = {change.address.name: change for change in drafted.changes if change.address.kind == case.kind.name}
    told = [f"{change.action.value} {name} {change.reason}" for name, change in changes.items()]
    assert told == case.given["changes"], case.name
    assert _codes(drafted, case) == case.given.get("findings", []), case.name
    for name, expected in case.given.get("diffs", {}).items():
        shown = {dotted(diff.path): [diff.before, diff.after] for diff in changes[name].diffs}
        assert shown == expected, case.name
    for name, expected in case.given.get("bodies", {}).items():
        assert _body(changes[name], here) == expected, case.name


def _codes(drafted: Draft, case: Case) -> list[str]:
    return [one.code for one in drafted.diagnostics if one.address is None or one.address.kind == case.kind.name]


def _body(change: Change, here: Situation) -> dict[str, Any]:
    kind = KINDS[change.address.kind]
    observed = here.world.find(kind.name, change.remote.id) if change.remote else None
    match change:
        case Create():
            return create_body(kind, change.desired.created_with)
        case Update() if observed:
            return update_body(kind, observed, change.desired, entry=change.entry, salt=SALT)
        case Adopt() if observed:
            return update_body(kind, observed, change.desired, salt=SALT)
        case Replace() if observed:
            desired = replacement(change.desired, carried_over(kind, observed, change.desired))
            return create_body(kind, desired.created_with)
        case _:
            return {}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_cases(name: str) -> None:
    """A new kind brings a folder of its own."""
    assert list((FOLDER / name).glob("*.yaml")), f"no case files for {name}: see tests/planner/casefiles.py"


CLEARED = [
    (name, leaf) for name, kind in KINDS.items() for leaf in kind.leaves.values() if leaf.clear and not leaf.create_only
]


@pytest.mark.parametrize(
    ("name", "leaf"), CLEARED, ids=lambda part: part if isinstance(part, str) else dotted(part.path)
)
def test_every_field_that_can_be_cleared_is_cleared_in_a_case(name: str, leaf: Leaf) -> None:
    """By an update whose body shows how."""
    for case in CASES:
        if case.kind.name != name:
            continue
        for local, stated in case.given.get("desired", {}).items():
            body = case.given.get("bodies", {}).get(local)
            if body is not None and leaf.path[0] in stated and stated[leaf.path[0]] is None:
                before = [field_of(leaf, row) for row in case.situation().world.of_kind(name)]
                if any(before) and (leaf.clear is Clear.OMIT) == (leaf.field[0] not in body):
                    return
    pytest.fail(f"no case clears {name}.{dotted(leaf.path)}")
