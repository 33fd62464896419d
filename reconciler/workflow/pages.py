"""The pages of all error codes, from the tables in ``reconciler/pages``: data of the package, one table per code.

Tables rather than code, because they are prose: a code is used where the rule is, and explained there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from reconciler.model.diagnostic import Severity
from reconciler.model.page import Page, Step

_EXAMPLE = "example.yaml"


@cache
def pages() -> Mapping[str, Page]:
    """Every page by its code, in the order of the alphabet."""
    return {page.code: page for page in sorted(_read(), key=lambda page: page.code)}


def _read() -> Iterator[Page]:
    for file in (files("reconciler") / "pages").iterdir():
        if file.name.endswith(".toml"):
            for code, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
                yield Page(
                    code=code,
                    severity=Severity(table["severity"]),
                    what=table["what"],
                    why=table["why"],
                    next=table["next"],
                    steps=tuple(_steps(table)),
                )


def _steps(table: Mapping[str, Any]) -> Iterator[Step]:
    """The example: ``manifest`` is one that does not validate, ``command`` one command, ``step`` several."""
    if "manifest" in table:
        yield Step({_EXAMPLE: table["manifest"]}, f"validate {_EXAMPLE}")
        return
    written = table.get("files", {})
    for step in table.get("step", ({"run": table["command"]},) if "command" in table else ()):
        yield Step({**written, **step.get("files", {})}, step["run"])
        written = {}
