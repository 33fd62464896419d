"""Every change of the planner's tables, whole: what the tables say of it in a word or two, and all that it carries.

``changes.txt`` holds them below the names of their rows. A row that is new, or a change that became another, fails;
what comes of the rows now is printed by

    python -m tests.planner.test_changes

to be read before it is put into the file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.digest import digest_of
from reconciler.model.ledger import Entry
from reconciler.model.observed import Remote
from reconciler.model.paths import dotted
from reconciler.model.plan import Change, Desired, FieldDiff, entry_of
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from tests.planner import test_claimed_ids, test_interrupted, test_moves, test_references, test_truth_table
from tests.planner.casefiles import cases

TABLES = (test_truth_table, test_claimed_ids, test_interrupted, test_moves, test_references)
ROWS: dict[str, Situation] = {
    **{row: here for table in TABLES for row, (here, _) in table.ROWS.items()},
    **{case.name: case.situation() for case in cases()},
}
EXPECTED = dict(
    block.split("\n", 1) for block in Path(__file__).with_name("changes.txt").read_text("utf-8").strip().split("\n\n")
)
TOLD = {"address", "reason", "source", "remote", "moved_from", "desired", "entry", "digest", "diffs"}
"""What has a line or a word of its own; every other field is written as it is, where it is not empty."""


def written(here: Situation) -> str:
    """All changes of a situation's draft, with all that they carry."""
    return "\n".join(line for change in draft(here).changes for line in _change(change, here))


def _change(change: Change, here: Situation) -> Iterator[str]:
    words = {"at": change.source, "of": change.remote and _plain(change.remote), "from": change.moved_from}
    told = "".join(f" {word} {value}" for word, value in words.items() if value is not None)
    yield f"  {change.action} {change.address} {change.reason}{told}"
    for diff in change.diffs:
        yield f"    {_diff(diff)}"
    desired: Desired | None = getattr(change, "desired", None)
    if desired is not None:
        assert desired.resource in here.resources
        told = f" by default {_values(desired.defaults)}" if desired.defaults else ""
        yield f"    wants {_values(desired.values)}{told}"
    if (entry := entry_of(change)) is not None:
        yield f"    knows {_entry(entry, here)}"
    if (digest := getattr(change, "digest", None)) is not None:
        yield f"    saw {_digest(digest, change, here)}"
    for field in fields(change):
        value = getattr(change, field.name)
        if field.name not in TOLD and value not in ((), None, False):
            yield f"    {field.name} {_plain(value)}"


def _diff(diff: FieldDiff) -> str:
    flags = [name for name in ("sensitive", "forces_replace") if getattr(diff, name)]
    elements = [f"{name} {list(found)}" for name in ("added", "removed") if (found := getattr(diff, name))]
    told = "".join(f", {one}" for one in (*elements, *flags))
    return f"{dotted(diff.path)}: {_plain(diff.before)} → {_plain(diff.after)}{told} at {diff.source}"


def _entry(entry: Entry, here: Situation) -> str:
    for known in here.ledger.entries.values():
        if known == entry:
            return f"the entry of {known.address}"
    shown = {field.name: getattr(entry, field.name) for field in fields(entry)}
    return ", ".join(f"{name} {_plain(value)}" for name, value in shown.items() if value not in ((), False))


def _digest(digest: str, change: Change, here: Situation) -> str:
    found = here.world.find(change.address.kind, change.remote.id) if change.remote else None
    if found is not None and digest == digest_of(here.kinds[change.address.kind], found):
        return "the object"
    return digest or "nothing"


def _values(values: Mapping[tuple[str, ...], Any]) -> str:
    return ", ".join(f"{dotted(path)} {_plain(value)}" for path, value in sorted(values.items()))


def _plain(value: Any) -> str:
    match value:
        case Address() | StrEnum():
            return str(value)
        case Remote():
            return value.id if value.parent_id is None else f"{value.id} below {value.parent_id}"
        case tuple():
            return f"({', '.join(map(str, value))})"
        case Mapping():
            return "{" + ", ".join(f"{key}: {_plain(one)}" for key, one in sorted(value.items())) + "}"
        case str() | None | bool() | list() | int():
            return repr(value)
        case _:
            return str(value)


@pytest.mark.parametrize("row", ROWS)
def test_every_change_is_whole(row: str) -> None:
    """Reason, place, dependencies, fields, what it wants, knows and saw."""
    assert written(ROWS[row]) == EXPECTED.get(row, ""), row


def test_every_row_is_there() -> None:
    """And no other."""
    assert {row for row, here in ROWS.items() if draft(here).changes} == set(EXPECTED)


if __name__ == "__main__":
    blocks = ((row, written(here)) for row, here in ROWS.items())
    sys.stdout.write("\n\n".join(f"{row}\n{found}" for row, found in blocks if found) + "\n")
