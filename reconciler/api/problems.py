"""Reading what went wrong out of any error body Telnyx or a proxy may send (guide §18.3). Never raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.errors import Problem

_LONGEST = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
"""Control characters, and those that reorder or hide text on a terminal."""


def read_problems(body: Any, *, mask: Callable[[str], str]) -> tuple[Problem, ...]:
    """Answer the problems a decoded body names; none for HTML, empty and unknown bodies.

    ``mask`` hides the key, should the server quote it. Texts are cleaned and cut for display.
    """
    return tuple(
        Problem(
            code=clean(problem.code, mask),
            title=clean(problem.title, mask),
            detail=clean(problem.detail, mask),
            pointer=clean(problem.pointer, mask),
        )
        for problem in _read(body)
    )


def clean(text: str, mask: Callable[[str], str]) -> str:
    """Answer ``text`` on one line, without the key, at most 300 characters long."""
    line = _CONTROL.sub(" ", mask(text)).strip()
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _read(body: Any) -> Sequence[Problem]:
    match body:
        case {"errors": [*entries]}:
            return [_one(entry) for entry in entries if isinstance(entry, Mapping)]
        case {"errors": Mapping() as entry}:
            return [_one(entry)]
        case {"detail": [*entries]}:  # FastAPI (10DLC)
            return [_of_validation(entry) for entry in entries if isinstance(entry, Mapping)]
        case {"code": _} | {"title": _} | {"detail": str()}:  # a single bare object
            return [_one(body)]
        case {"message": str(message)} | {"error": str(message)}:
            return [Problem(code="", title=message)]
        case _:
            return []


def _one(entry: Mapping[str, Any]) -> Problem:
    source = entry.get("source")
    pointer = ""
    if isinstance(source, Mapping):
        pointer = _text(source.get("pointer")) or _text(source.get("parameter"))
    title = _text(entry.get("title")) or _text(entry.get("message"))
    return Problem(code=_text(entry.get("code")), title=title, detail=_text(entry.get("detail")), pointer=pointer)


def _of_validation(entry: Mapping[str, Any]) -> Problem:
    place = entry.get("loc")
    steps = [_text(step) for step in place] if isinstance(place, Sequence) and not isinstance(place, str) else []
    pointer = "/" + "/".join(steps[1:] if steps[:1] == ["body"] else steps) if steps else ""
    return Problem(code=_text(entry.get("type")), title=_text(entry.get("msg")), pointer=pointer)


def _text(value: Any) -> str:
    """Codes are strings, but some services send numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)
