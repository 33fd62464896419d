"""A kind is one file, its example, its cases, its journey and its schema: each is demanded by name."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reconciler.model.paths import dotted
from reconciler.resources import kinds
from reconciler.workflow.schema import schemas, stale

ROOT = Path(__file__).resolve().parents[2]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("name", list(kinds()))
@pytest.mark.parametrize(
    "place",
    ["reconciler/resources/{}.py", "examples/{}.yaml", "tests/resources/cases/{}.yaml", "tests/journeys/kinds/{}.yaml"],
)
def test_what_a_kind_brings_along(name: str, place: str) -> None:
    """One file of each sort, under its own name."""
    assert (ROOT / place.format(_snake(name))).is_file()


@pytest.mark.parametrize("name", list(kinds()))
def test_a_kind_has_a_schema(name: str) -> None:
    """That editors read: it knows the envelope and the fields."""
    schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8"))
    assert {"apiVersion", "kind", "metadata", "spec"} <= set(schema["properties"])


@pytest.mark.parametrize("name", list(kinds()))
def test_a_kind_has_a_page_that_names_every_field_and_status(name: str) -> None:
    """``make fresh`` compares whole pages."""
    page = (ROOT / "docs" / "kinds" / f"{name}.md").read_text("utf-8")
    told = set(re.findall(r"(?m)^\| `([\w. ]+)`", page))
    assert {dotted(path) for path in kinds()[name].leaves} < told
    assert {"adopt", "create", "update", "replace", "delete", *kinds()[name].statuses} < told
    assert (ROOT / "examples" / f"{_snake(name)}.yaml").read_text("utf-8") in page


def test_the_schemas_are_what_the_code_generates() -> None:
    """None is old, missing, or left over."""
    assert stale(kinds(), ROOT / "schemas") == []
    assert {path.stem for path in (ROOT / "schemas").iterdir()} == set(schemas(kinds()))
