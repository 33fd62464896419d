"""Who loads what: the sandbox knows nothing of us, and each heavy package has one place that imports it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import reconciler

PACKAGE = Path(reconciler.__file__).parent

ONLY_IN = {
    "httpx": "transport",
    "yaml": "manifest",
    "deepdiff": "planner",
    "starlette": "sandbox",
    "uvicorn": "sandbox",
    "sqlite3": "sandbox",
    "rich": "render",
    "click": "cli",
    "obstore": "ledger",
    "prometheus_client": "render",
}


@cache
def _imported(path: Path) -> frozenset[str]:
    return frozenset(_names(path))


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize(("package", "home"), ONLY_IN.items())
def test_a_package_is_imported_in_one_place(package: str, home: str) -> None:
    """So that it can be exchanged, and loaded only where it is used."""
    importers = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if any(name.partition(".")[0] == package for name in _imported(path))
    }
    assert importers == {home}


def test_the_sandbox_imports_nothing_of_ours() -> None:
    """Otherwise the tests would only prove that the program agrees with itself."""
    found = {name for path in (PACKAGE / "sandbox").rglob("*.py") for name in _imported(path)}
    ours = {name for name in found if name.split(".")[0] == "reconciler" and not name.startswith("reconciler.sandbox")}
    assert ours == set()
