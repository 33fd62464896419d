"""The codes that the package uses, found in its syntax trees.

A code is text at one of these places: the ``code`` of a call, by keyword or by position where a function or class of
the package takes one under that name (or as ``guard``); a ``default_code``; the name of a ``Guard``; what a property
called ``code`` answers. Besides, any other text of words joined by dashes counts as a code unless it is among
``OTHER_WORDS``, so that none can hide in a tuple or a table.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.journeys.workspace import ROOT

PACKAGE = ROOT / "reconciler"
DASHED = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
WORD = re.compile(r"[a-z][a-z0-9-]*")
CODE_NAMES = frozenset({"code", "guard"})

OTHER_WORDS = frozenset(
    {
        *("cf-ray", "content-type", "request-id", "retry-after", "user-agent", "x-amzn-requestid", "x-request-id"),
        "x-next-page",
        *("has-changes", "plan-file"),
        *("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-telnyx-request-id"),
        *("utf-8", "utf-8-sig", "utf-16-be", "rev-parse", "ls-files", "cat-file", "author-time"),
        *("lost-answers", "rate-limits"),
        *("half-replaced", "send-codes", "check-ignore", "rotate-secret"),
        *("opt-out", "opt-outs"),
        # reasons of changes, see render/words.py
        *(
            "cannot-take-back",
            "cannot-update",
            "interrupted-create",
            "interrupted-replace",
            "ledger-outdated",
            "natural-key",
        ),
        *("no-delete-verb", "not-desired", "protected-child", "spec-differs"),
    }
)
"""Headers, encodings, outputs of a step, words of git, fault profiles, reasons, a noun, a command: all have dashes."""

WITHOUT = frozenset({"cli/words.py", "render/schemas.py"})
"""Files whose words are those of other tools, and the names of documents."""


@functools.cache
def codes_used(package: Path = PACKAGE) -> dict[str, str]:
    """Every code and one place where it stands. The sandbox is left out: its codes are Telnyx's."""
    trees = {
        path: ast.parse(path.read_text("utf-8"))
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).parts[0] != "sandbox" and path.relative_to(package).as_posix() not in WITHOUT
    }
    takes = _positions(trees.values())
    found: dict[str, str] = {}
    for path, tree in trees.items():
        for text, line in _codes(tree, takes):
            found.setdefault(text, f"{path.relative_to(package)}:{line}")
    return found


def _positions(trees: Iterable[ast.Module]) -> dict[str, int]:
    """Where functions and classes of the package take a code: name → position of the argument."""
    takes = {"Guard": 0}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args if argument.arg != "self"]
        elif isinstance(node, ast.ClassDef):
            names = [each.target.id for each in node.body if _is_field(each)]  # type: ignore[attr-defined]  # _is_field
            init = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
            names = [argument.arg for argument in init.args.args[1:]] if init else names
        else:
            continue
        for index, name in enumerate(names):
            if name in CODE_NAMES:
                takes[node.name] = index
    return takes


def _is_field(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)


def _codes(tree: ast.Module, takes: dict[str, int]) -> Iterator[tuple[str, int]]:
    for node in _walk(tree):
        match node:
            case ast.Constant(value=str(text)) if DASHED.fullmatch(text) and text not in OTHER_WORDS:
                yield text, node.lineno
            case ast.keyword(arg="code", value=value):
                yield from _texts(value)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments) if name in takes:
                yield from _texts(*arguments[takes[name] : takes[name] + 1])
            case (
                ast.Assign(targets=[ast.Name(id="default_code" | "_CODE")], value=ast.expr() as value)
                | ast.AnnAssign(target=ast.Name(id="default_code"), value=ast.expr() as value)
            ):
                yield from _texts(value)
            case ast.FunctionDef(name="code"):
                for answer in (each for each in ast.walk(node) if isinstance(each, ast.Return) and each.value):
                    yield from _texts(answer.value)  # type: ignore[arg-type]  # not None, see above
            case ast.JoinedStr(values=[*_, ast.Constant(value=str(end))]) if written := re.search(
                r" \[([a-z-]+)\]", end
            ):
                yield written[1], node.lineno
            case _:
                pass


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but the examples of fields, which are anybody's words."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not (isinstance(node, ast.keyword) and node.arg == "examples"):
            yield node
            waiting += ast.iter_child_nodes(node)


def _texts(*nodes: ast.expr) -> Iterator[tuple[str, int]]:
    """The text that an expression may come to, as far as it is written there."""
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)) if WORD.fullmatch(text):
                yield text, node.lineno
            case ast.IfExp(body=first, orelse=second):
                yield from _texts(first, second)
            case _:
                pass
