"""The README's table of the API: it holds every operation of the official description once, and says what is so."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from reconciler.cli.main import COMMANDS
from reconciler.model.kind import Verb
from reconciler.resources import kinds
from tests.journeys.workspace import ROOT
from tests.sandbox.openapi import Description, description_path

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Row:
    """One line of the table: methods and path templates, whether we use them, and through what."""

    operations: tuple[tuple[str, str], ...]
    status: str
    words: str


@cache
def rows() -> tuple[Row, ...]:
    """The table, as it stands in the README."""
    section = (ROOT / "README.md").read_text("utf-8").partition("## What it covers of the API")[2].partition("\n## ")[0]
    found = re.findall(r"(?m)^\| (`.*?) \| (\w[\w ]+) \| (.*) \|$", section)
    return tuple(Row(tuple(_operations(cell)), status, words) for cell, status, words in found)


def _operations(cell: str) -> Iterator[tuple[str, str]]:
    for part in re.findall(r"`([^`]*)`", cell):
        *methods, path = part.split(" ")
        assert set(methods) <= set(METHODS), part
        for method in methods:
            yield method, path


def _covers(pattern: str, path: str) -> bool:
    """``/messages/**`` is ``/messages`` and everything below it."""
    return re.fullmatch(re.escape(pattern).replace(r"/\*\*", "(/.*)?"), path) is not None


def with_status(status: str) -> list[Row]:
    """The rows of one sort; no table has none."""
    found = [row for row in rows() if row.status == status]
    assert found
    return found


def test_it_holds_every_operation_once() -> None:
    """And none that the description lacks."""
    path = description_path()
    if not path.is_file():
        pytest.skip(f"no OpenAPI description at {path}; set TELNYX_OPENAPI")
    documented = {
        (method.upper(), template)
        for template, operations in Description.load(path).document["paths"].items()
        for method in operations
        if method.upper() in METHODS
    }
    told = [each for row in rows() for each in row.operations]
    twice = [each for each, times in Counter(told).items() if times > 1]
    assert twice == []
    missing = {one for one in documented if not any(one[0] == verb and _covers(path, one[1]) for verb, path in told)}
    assert missing == set()
    invented = [
        each for each in told if not any(each[0] == verb and _covers(each[1], path) for verb, path in documented)
    ]
    assert invented == []


def test_what_is_managed_is_what_the_kinds_do() -> None:
    """Each kind in one row, with the methods of its verbs."""
    means = {"POST": Verb.CREATE, "PATCH": Verb.UPDATE, "DELETE": Verb.DELETE}
    told: dict[str, frozenset[Verb]] = {}
    for row in with_status("managed"):
        name = row.words.strip("`")
        methods = {method for method, _ in row.operations} - {"GET"}
        if "PUT" in methods:  # it replaces one that is there, or makes one where there is no POST
            methods = methods - {"PUT"} | {"PATCH" if "POST" in methods else "POST"}
        told[name] = frozenset(means[method] for method in methods)
    assert told == {name: kind.adapter.verbs for name, kind in kinds().items()}


@cache
def _said() -> frozenset[str]:
    """Every path, or part of one, that the code has: its strings, apart from the sandbox's and the table of paces."""
    package = ROOT / "reconciler"
    theirs = {package / "api" / "endpoints.py", *(package / "sandbox").rglob("*.py")}
    trees = [ast.parse(path.read_text("utf-8")) for path in {*package.rglob("*.py")} - theirs]
    strings = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(text for text in strings if isinstance(text, str))


@pytest.mark.parametrize("row", with_status("used"), ids=lambda row: row.operations[0][1])
def test_what_is_used_stands_in_the_code(row: Row) -> None:
    """And is used by commands that there are."""
    parts = {part for text in _said() for part in text.split("/")}
    for _, path in row.operations:
        assert {part for part in path.split("/") if part and "{" not in part} <= parts
    commands = re.findall(r"`([a-z-]+)[^`]*`", row.words)
    assert commands
    assert set(commands) <= set(COMMANDS)


@pytest.mark.parametrize("row", with_status("out of scope"), ids=lambda row: row.operations[0][1])
def test_what_is_out_of_scope_is_not_in_the_code(row: Row) -> None:
    """A table that is behind would say less than the program does."""
    ours = {_fixed(path) for status in ("managed", "used") for one in with_status(status) for _, path in one.operations}
    for _, path in row.operations:
        beginning = _fixed(path)
        known = any(other.startswith(beginning) for other in ours)
        assert known or not any(text.startswith(beginning) for text in _said())


def _fixed(path: str) -> str:
    return re.split(r"/[{*]", path)[0]
