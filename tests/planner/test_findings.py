"""Everything that the planner may have to say, each of it provoked and compared whole.

``findings.txt`` holds it: below the name of a row one finding after the other, with all of its parts. A finding that is
new fails ``test_every_sentence_is_heard`` until a row of the two tables provokes it; what it says is printed by

    python -m tests.planner.test_findings

to be read before it is put into the file.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import reconciler.planner
from reconciler.model.diagnostic import Diagnostic
from reconciler.planner.draft import draft
from tests.planner.findings_of_drafts import SITUATIONS
from tests.planner.findings_of_plans import ASKED

ROWS = [*SITUATIONS, *ASKED]
EXPECTED = dict(
    block.split("\n", 1) for block in Path(__file__).with_name("findings.txt").read_text("utf-8").strip().split("\n\n")
)
MODULES = sorted(Path(reconciler.planner.__path__[0]).glob("*.py"))
LETTERS = re.compile(r"[a-z]{2}")


def written(findings: Sequence[Diagnostic]) -> str:
    """All of every finding; what is empty is left out."""
    lines = []
    for one in findings:
        place = f" at {one.source}" if one.source is not None else ""
        lines.append(f"  {one.severity} {one.code} {one.address or '-'}{place}")
        lines += [f"    {name}{text}" for name, text in (("", one.summary), ("detail: ", one.detail)) if text != ""]
        lines += [f"    next: {one.hint}"] if one.hint != "" else []
    return "\n".join(lines)


def heard(row: str) -> Sequence[Diagnostic]:
    """What is said in a row."""
    return draft(SITUATIONS[row]).diagnostics if row in SITUATIONS else ASKED[row]()


@pytest.mark.parametrize("row", ROWS)
def test_every_finding_is_said_whole(row: str) -> None:
    """Code, severity, summary, detail, hint, address and place; and nothing beside it."""
    assert written(heard(row)) == EXPECTED[row], row


def sentences(module: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module that are made of words, as patterns, with their lines; no docstrings, no codes."""
    tree = ast.parse(module.read_text("utf-8"))
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in inner or id(node) in alone:
            continue
        match node:
            case ast.Constant(value=str(text)) | ast.JoinedStr(values=[ast.Constant(value=str(text))]):
                pattern = re.escape(text)
            case ast.JoinedStr(values=parts):
                text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
                pattern = "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in parts
                )
            case _:
                continue
        if " " in text.strip() and LETTERS.search(text):
            yield node.lineno, pattern


def test_every_sentence_is_heard() -> None:
    """Of the planner's own texts, none is in no row."""
    assert set(EXPECTED) == set(ROWS)
    said = "\n".join(EXPECTED.values())
    unheard = [
        f"{module.name}:{line}: {pattern}"
        for module in MODULES
        for line, pattern in sentences(module)
        if not re.search(pattern, said)
    ]
    assert unheard == []


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(f"{row}\n{written(heard(row))}" for row in ROWS) + "\n")
