"""docs/doctor.md: its output is what the command says, its commands run, and its table names every check."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from reconciler.checks import checks
from tests.docs.stable import stable
from tests.journeys.workspace import ROOT, Workspace

PAGE = (ROOT / "docs" / "doctor.md").read_text("utf-8")


def test_the_page_shows_a_real_run(tmp_path: Path) -> None:
    """With the page's own manifest, on the built-in sandbox; then every other command of it."""
    workspace = Workspace.at(tmp_path)
    [manifest] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    workspace.write(manifest, "shop.yaml")
    workspace.apply("--account", "sandbox")
    [(command, shown)] = re.findall(r"```console\n\$ (.*?)\n(.*?)```", PAGE, re.DOTALL)
    ended = workspace.call(*shlex.split(command)[1:])
    assert stable(ended.out, str(tmp_path)) == shown
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL):
        for line in block.splitlines():
            assert workspace.call(*shlex.split(line)[1:]).code == 0, line


def test_every_check_is_told() -> None:
    """In the order of the report."""
    names = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert names == ["endpoint", *(check.name for check in checks()), "ledger"]
