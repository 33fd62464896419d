"""No ``if kind ==`` outside ``resources``: code that knows a kind by name cannot be right about the next one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import reconciler
from reconciler.resources import kinds

PACKAGE = Path(reconciler.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
APART = (PACKAGE / "resources", PACKAGE / "sandbox")
"""Where each kind speaks for itself, and the server, which has no kinds."""
NAMES = frozenset(kinds())


def _docstrings(tree: ast.AST) -> set[int]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = set()
    for node in ast.walk(tree):
        body = node.body if isinstance(node, owners) else []
        for statement in body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                found.add(id(statement.value))
    return found


def kinds_named(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each kind that stands in code: compared, matched, looked up or listed."""
    tree = ast.parse(source)
    prose = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in prose and node.value in NAMES:
            yield node.lineno, str(node.value)


@pytest.mark.parametrize(
    "module",
    [path for path in MODULES if not set(APART) & set(path.parents)],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_no_kind_is_known_by_name(module: Path) -> None:
    """Outside ``resources``, where each kind says all there is to say about it."""
    assert list(kinds_named(module.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'if kind == "MessagingProfile": pass',
        'if change.address.kind != "RcsAgent": pass',
        'x = {"AutoResponse": 1}[kind.name]',
        'if kind.name in ("HostedNumberOrder", "RcsAgent"): pass',
        'match kind.name:\n case "AutoResponse": pass',
    ],
)
def test_the_test_sees_it(source: str) -> None:
    """Whichever way it is written."""
    assert list(kinds_named(source))


def test_prose_may_name_kinds() -> None:
    """A docstring explains with examples."""
    assert list(kinds_named('"""MessagingProfile"""\ndef f():\n    """MessagingProfile"""')) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_it_is_for(module: Path) -> None:
    """In its docstring."""
    assert ast.get_docstring(ast.parse(module.read_text("utf-8"))), module
