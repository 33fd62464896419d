"""Nothing here runs text as code, unpickles, or hands words to a shell: manifests and answers come from others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import reconciler

SOURCES = sorted(Path(reconciler.__file__).parent.rglob("*.py"))
MODULES = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "pty",
    "commands",
    "code",
    "codeop",
    "xmlrpc",
    "ctypes",
}
CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "execv", "execve", "spawnv", "getoutput"}
LOADERS = {"load", "load_all", "unsafe_load", "full_load"}
"""Of yaml: documents are read by our own walk over its parser, which constructs nothing."""


def _dangers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if name.name.split(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in MODULES:
                yield module
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id="yaml"), attr=name)) if name in LOADERS:
                yield f"yaml.{name}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="os" | "subprocess"), attr=name)) if name in CALLS:
                yield name
            case ast.keyword(arg="shell", value=value) if not isinstance(value, ast.Constant) or value.value:
                yield "shell="
            case _:
                pass


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: "/".join(path.parts[-2:]))
def test_nothing_dangerous(source: Path) -> None:
    """Read off the syntax tree of every module."""
    assert list(_dangers(ast.parse(source.read_text("utf-8")))) == []


def test_it_would_be_seen() -> None:
    """The walk knows what it looks for."""
    lines = ("import pickle", "from marshal import loads", "eval('1')", "os.system('x')", "yaml.load(x)")
    text = "\n".join((*lines, "subprocess.run('x', shell=True)"))
    assert sorted(_dangers(ast.parse(text))) == ["eval", "marshal", "pickle", "shell=", "system", "yaml.load"]
