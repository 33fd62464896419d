"""A kind that the API never deletes says so of a manifest that counts on it, where it counts on it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from reconciler.manifest import load
from reconciler.model.diagnostic import Severity
from reconciler.model.kind import Verb
from reconciler.resources import kinds
from tests.resources.stating import ROOT, snake


@pytest.mark.parametrize("name", kinds())
@pytest.mark.parametrize("on_remove", ["delete", "retain"])
def test_what_cannot_be_deleted_is_no_promise(name: str, on_remove: str, tmp_path: Path) -> None:
    """A warning with its place, for exactly these kinds; the manifest stays valid."""
    example = (ROOT / "examples" / f"{snake(name)}.yaml").read_text("utf-8")
    documents = [each for each in yaml.safe_load_all(example) if each["kind"] == name]
    wanted = {**documents[0], "lifecycle": {"on_remove": on_remove}}
    wanted.pop("options", None)
    file = tmp_path / "it.yaml"
    file.write_text(yaml.safe_dump(wanted, sort_keys=False), "utf-8")
    loaded = load([str(file)], kinds=kinds(), project_root=tmp_path, environment={}, stdin=lambda: b"")
    told = [each for each in loaded.diagnostics if each.code == "cannot-delete"]
    assert len(told) == (on_remove == "delete" and not kinds()[name].can(Verb.DELETE))
    assert {each.severity for each in told} <= {Severity.WARNING}
    for each in told:
        assert each.source is not None
        assert f"on_remove: {on_remove}" in file.read_text("utf-8").splitlines()[each.source.line - 1]
    assert [each.address.kind for each in loaded.resources] == [name]
