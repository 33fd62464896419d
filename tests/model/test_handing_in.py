"""Which papers are handed in: the table of ``handing_in``, row by row, with the statuses of hosted orders."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from reconciler.model.digest import sealed
from reconciler.model.handing_in import paper_diffs, paper_states
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.model.paper import Paper, PaperState
from reconciler.model.resource import Resource
from tests.planner.worlds import ORDER, SALT, live, order, recorded

GONE, DONE, DUE, REST = PaperState.UNKNOWN, PaperState.HANDED_IN, PaperState.DUE, PaperState.AT_REST
WAITS_FOR_ALL, WAITS_FOR_LOA, WAITS_FOR_BILL = "pending", "loa_file_invalid", "incorrect_billing_information"
WAITS_FOR_NONE, TAKES_NONE = "compliance_review_failed", "loa_file_successful"


def _never() -> bytes:
    raise AssertionError("nothing is read to decide")


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _states(status: str, named: Mapping[str, str], known: Mapping[str, str]) -> tuple[PaperState, PaperState]:
    """Of letter and bill, by what is in the files and what was in those that the ledger knows."""
    resource, observed, entry = _world(status, named, known)
    found = paper_states(ORDER, resource, observed, entry, SALT)
    diffs = paper_diffs(ORDER, resource, observed, entry, SALT)
    assert [diff.path[-1] for diff in diffs] == [name for name, state in found.items() if state is DUE]
    return found["loa"], found["bill"]


def _world(status: str, named: Mapping[str, str], known: Mapping[str, str]) -> tuple[Resource, Observed, Entry]:
    papers = {name: Paper(f"{name}.pdf", 9, _digest(content), _never) for name, content in named.items()}
    observed = live(ORDER, "o1", status=status, phone_numbers=[{"phone_number": "+15125550100", "status": "pending"}])
    seals = {name: sealed(_digest(content), SALT) for name, content in known.items()}
    return replace(order(), papers=papers), observed, replace(recorded(order(), observed), papers=seals)


BOTH = {"loa": "one", "bill": "one"}


@pytest.mark.parametrize(
    ("status", "named", "known", "expected"),
    [
        (WAITS_FOR_ALL, BOTH, {}, (DUE, DUE)),
        (WAITS_FOR_ALL, BOTH, BOTH, (DONE, DONE)),
        (WAITS_FOR_ALL, {**BOTH, "loa": "two"}, BOTH, (DUE, DONE)),
        (WAITS_FOR_ALL, {"loa": "one"}, {}, (DUE, GONE)),
        (WAITS_FOR_ALL, {}, BOTH, (DONE, DONE)),
        (WAITS_FOR_LOA, BOTH, BOTH, (DONE, DONE)),
        (WAITS_FOR_LOA, {**BOTH, "bill": "two"}, BOTH, (DONE, DUE)),
        (WAITS_FOR_LOA, BOTH, {}, (DUE, DUE)),
        (WAITS_FOR_BILL, {**BOTH, "bill": "two"}, BOTH, (DONE, DUE)),
        ("incomplete_documentation", BOTH, {"loa": "one"}, (DONE, DUE)),
        (WAITS_FOR_NONE, BOTH, {}, (REST, REST)),
        (WAITS_FOR_NONE, {**BOTH, "loa": "two"}, BOTH, (DUE, DONE)),
        (TAKES_NONE, {**BOTH, "loa": "two"}, BOTH, (REST, DONE)),
        ("provisioning", BOTH, {}, (REST, REST)),
        ("successful", {**BOTH, "loa": "two"}, {}, (REST, REST)),
        ("a-new-status", BOTH, {}, (REST, REST)),
    ],
)
def test_what_is_handed_in(
    status: str, named: Mapping[str, str], known: Mapping[str, str], expected: tuple[PaperState, PaperState]
) -> None:
    """By what the order waits for, what the ledger knows, and what is in the files now."""
    assert _states(status, named, known) == expected


def test_what_was_handed_in_for_another_order_says_nothing_of_this_one() -> None:
    """An order that was placed again gets its papers again."""
    resource, observed, entry = _world(WAITS_FOR_ALL, BOTH, BOTH)
    elsewhere = replace(entry, remote=entry.remote._replace(id="o0"))
    assert set(paper_states(ORDER, resource, observed, elsewhere, SALT).values()) == {DUE}
    assert set(paper_states(ORDER, resource, None, entry, SALT).values()) == {DUE}
