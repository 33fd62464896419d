"""Names and values of others, made harmless for wherever they are shown.

A profile's display name may hold terminal commands, marks that reorder text, newlines that forge a line of our
output, markup, or a command for the CI system that reads it. Every format passes every foreign string through here.
"""

from __future__ import annotations

import json
import re
from typing import Any

from reconciler.model.reference import Unknown

_SUSPECT = re.compile(r"[^\x20-\x7e]")
_WORKFLOW_COMMAND = re.compile(r"^(\s*):(?=:)|##(?=\[)")
_BACKTICKS = re.compile("`+")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def _python_escape(found: re.Match[str]) -> str:
    char = found[0]
    return char if char.isprintable() else repr(char)[1:-1]


def _json_escape(found: re.Match[str]) -> str:
    char = found[0]
    if char.isprintable() or char == "\n":
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def visible(text: str) -> str:
    r"""One line in which every character shows: ``\x1b``, ``\u202e`` and ``\n`` stand as they are written here.

    GitHub Actions obeys lines that begin with ``::`` and ``##[`` anywhere; both are broken up.
    """
    shown = _SUSPECT.sub(_python_escape, text)
    return _WORKFLOW_COMMAND.sub(lambda m: f"{m[1]}\\x3a" if m[1] is not None else "#\\x23", shown)


def visible_lines(text: str) -> list[str]:
    """As ``visible``, for a text of ours that has lines of its own. The caller indents them."""
    return [visible(line) for line in text.split("\n")] if text else []


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Exact JSON in which nothing is invisible: a parser reads the very value, a terminal obeys none of it."""
    separators = None if indent is not None else (", ", ": ")
    text = json.dumps(value, indent=indent, separators=separators, ensure_ascii=False, default=str)
    return _SUSPECT.sub(_json_escape, text).replace("##[", "#\\u0023[")


def shown(value: Any) -> str:
    """A value on one line: JSON, which tells ``"1"`` from ``1``; what is not known yet says of what it will come."""
    if isinstance(value, Unknown):
        return visible(str(value))
    return json_text(value)


def code(text: str) -> str:
    """Inline code in Markdown and its tables, for text that is ``visible`` already.

    A code span where that is literal; where a pipe, a backtick or a backslash would end or change it, HTML with
    every punctuation mark as an entity.
    """
    if text and not set(text) & set("|`\\") and text == text.strip():
        return f"`{text}`"
    return f"<code>{_PUNCTUATION.sub(lambda m: f'&#{ord(m[0])};', text)}</code>"


def fenced(text: str, language: str = "text") -> str:
    """A Markdown block in which ``text`` is literal: its fence is longer than any inside."""
    fence = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"
