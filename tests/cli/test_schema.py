"""``reconciler schema``: what it writes is what it checks, and every way to fall behind is named."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.model.kind import ResourceKind
from reconciler.model.spec import Leaf
from reconciler.resources import kinds
from reconciler.workflow.schema import schemas
from tests.journeys.workspace import ROOT, Workspace

OK, ERROR, USAGE = 0, 1, 64


def test_what_is_written_is_fresh(bare: Workspace) -> None:
    """One file for each name, the same as in the repository, in a folder that need not be there."""
    written = bare.call("schema", "--out", "new/schemas")
    files = [Path(line) for line in written.out.splitlines()]
    assert (written.code, written.err) == (OK, "")
    assert sorted(path.stem for path in files) == sorted(schemas(kinds()))
    for path in files:
        assert (bare.folder / path).read_bytes() == (ROOT / "schemas" / path.name).read_bytes()
    checked = bare.call("schema", "--check", "new/schemas")
    assert (checked.code, checked.out, checked.err) == (OK, "", "")


def test_what_fell_behind_is_named(bare: Workspace) -> None:
    """A file that was changed, one that is missing, and one of a kind that there is no more."""
    bare.call("schema", "--out", "schemas")
    folder = bare.folder / "schemas"
    (folder / "RcsAgent.json").write_text("{}\n", encoding="utf-8")
    (folder / "manifest.json").unlink()
    (folder / "Fax.json").write_text("{}\n", encoding="utf-8")
    checked = bare.call("schema", "--check", "schemas")
    assert checked.code == ERROR
    assert checked.err.splitlines() == [
        f"schemas/{name}.json: not what the code generates; run: reconciler schema --out schemas"
        for name in ("Fax", "RcsAgent", "manifest")
    ]


def test_one_of_them(bare: Workspace) -> None:
    """The names, and the schema of each name."""
    names = bare.call("schema").out.split()
    assert names == sorted(schemas(kinds()))
    assert json.loads(bare.call("schema", "plan").out) == schemas(kinds())["plan"]


def test_one_thing_at_a_time(bare: Workspace) -> None:
    """Nothing is written where it is not clear what was asked for."""
    done = bare.call("schema", "plan", "--out", "schemas")
    assert done.code == USAGE
    assert "NAME, --out and --check exclude each other" in done.err.replace("nAME", "NAME")
    assert not (bare.folder / "schemas").exists()


def _scalars() -> list[Any]:
    return [
        pytest.param(kind, leaf, id=f"{kind.name}.{'.'.join(leaf.path)}")
        for kind in kinds().values()
        for leaf in kind.leaves.values()
        if not leaf.settings
    ]


@cache
def _schema(kind: str) -> Any:
    return schemas(kinds())[kind]


def _fits(kind: ResourceKind, leaf: Leaf, value: Any) -> bool:
    """Whether the schema of one field takes a value."""
    whole = _schema(kind.name)
    part = whole["properties"]["spec"]
    for step in leaf.path:
        [reference] = [one["$ref"] for one in (part, *part.get("anyOf", ())) if "$ref" in one]
        part = whole["$defs"][reference.rpartition("/")[2]]["properties"][step]
    return Draft202012Validator({**part, "$defs": whole["$defs"]}).is_valid(value)


@pytest.mark.parametrize(("kind", "leaf"), _scalars())
def test_every_field_takes_a_variable(kind: ResourceKind, leaf: Leaf) -> None:
    """An editor reads the manifest before anything is filled in; what is no variable is as wrong as ever."""
    token: Any = "${var:some-name}"
    listed = [[token], [{"phoneNumber": token}], [{"url": token}]]  # plain, or as the toll-free family lists things
    assert any(_fits(kind, leaf, value) for value in (token, *listed))
    assert not _fits(kind, leaf, {"a": 1})
    assert not _fits(kind, leaf, [{"a": 1}])


@pytest.mark.parametrize(
    ("field", "value", "good"),
    [
        ("enabled", "yes", False),
        ("enabled", "a ${var:x}", False),
        ("enabled", "${env:X}", False),
        ("daily_spend_limit", "much", False),
        ("daily_spend_limit", "${env:X}", True),
        ("daily_spend_limit", "${var:whole}.50", True),
        ("webhook_api_version", "3", False),
        ("webhook_url", "https://${var:host}/x", True),
        ("whitelisted_destinations", ["US", "${var:home}"], True),
        ("whitelisted_destinations", ["us"], False),
        ("number_pool_settings", {"long_code_weight": "1", "toll_free_weight": 1, "skip_unhealthy": True}, False),
    ],
)
def test_what_else_a_field_takes(field: str, value: Any, good: bool) -> None:
    """A secret is text, so it is no number and no boolean."""
    kind = kinds()["MessagingProfile"]
    assert _fits(kind, kind.leaves[(field,)], value) == good


def test_other_sections_take_variables_alone() -> None:
    """And the name, by which everybody knows the object, takes none."""
    validator = Draft202012Validator(_schema("MessagingProfile"))

    def wrong(document: Any) -> bool:
        whole = {"apiVersion": "telnyx.reconciler/v1", "kind": "MessagingProfile", "metadata": {"name": "a"}}
        return not validator.is_valid({**whole, "spec": {"whitelisted_destinations": ["US"]}, **document})

    assert not wrong({"metadata": {"name": "a", "labels": {"env": "${var:env}"}}})
    assert not wrong({"lifecycle": {"prevent_destroy": "${var:protected}", "on_remove": "${var:removal}"}})
    assert wrong({"lifecycle": {"on_remove": "${env:REMOVAL}"}})
    assert wrong({"metadata": {"name": "${var:name}"}})
