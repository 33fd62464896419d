"""The tutorial, carried out: files are written, commands run, and what they print is put where it is shown.

python -m tests.docs.tutorial        writes it anew; read the difference before committing it
"""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.docs.stable import stable
from tests.journeys.workspace import ROOT, Workspace

PAGE = ROOT / "docs" / "tutorial.md"
ELSE = "…"
"""Stands for output that is not shown."""

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"`([\w./-]+\.yaml)`")
_EXIT = re.compile(r"\s+# exit (\d+)$")


def carried_out(text: str, workspace: Workspace) -> str:
    """The page as it should be. Raises AssertionError for a command that ends in another way than the page says."""
    parts, end = [], 0
    for block in _BLOCK.finditer(text):
        before = text[end : block.start()]
        parts.append(before)
        match block[1]:
            case "yaml":
                paragraph = before.strip().rpartition("\n\n")[2]
                workspace.write(block[2], _FILE.findall(paragraph)[-1])
                parts.append(block[0])
            case "console":
                parts.append("```console\n" + "".join(_session(block[2], workspace)) + "```")
            case other:
                raise AssertionError(f"a block of {other} is neither a file nor a session")
        end = block.end()
    return "".join([*parts, text[end:]])


def _session(shown: str, workspace: Workspace) -> Iterator[str]:
    for part in re.split(r"(?m)^(?=\$ )", shown)[1:]:
        line, _, output = part.partition("\n")
        told = _EXIT.search(line)
        program, *words = shlex.split(_EXIT.sub("", line.removeprefix("$ ")))
        assert program == "reconciler", f"{line}: only our own commands are run"
        ended = workspace.call(*words, together=True)
        printed = stable(ended.out, str(workspace.folder))
        assert ended.code == (int(told[1]) if told else 0), f"{line}\n{printed}"
        yield f"{line}\n"
        yield output if output.strip() == ELSE else printed


def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(carried_out(PAGE.read_text("utf-8"), Workspace.at(Path(folder) / "acme")), "utf-8")


if __name__ == "__main__":
    _main()
