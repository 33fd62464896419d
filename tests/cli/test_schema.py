"""``reconciler schema``: what it writes is what it checks, and every way to fall behind is named."""

from __future__ import annotations

import json
from pathlib import Path

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
