"""``${env:NAME}`` and ``${file:path}`` inside scalars of ``spec`` and ``options``; ``$${`` is a plain ``${``.

Whatever was filled in is a secret: no finding made here or later quotes it. The result is always a string, and is
never interpolated again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.manifest.places import AnyPlaces
from reconciler.manifest.reading import Unusable, read_bounded
from reconciler.manifest.wording import error, nearest, quoted
from reconciler.model.diagnostic import Diagnostic

MARK = b"${"
"""A file without these bytes has nothing to fill in."""
MAX_BYTES = 64 * 1024
"""Bytes of a ``${file:…}``: more than any field of the API takes."""
SECTIONS = frozenset({"spec", "options"})

_TOKEN = re.compile(r"\$\$\{|\$\{([^{}]*)(\}?)")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL = "write $${ for a literal ${"

DocumentPath = tuple[str | int, ...]


@dataclass(slots=True)
class Filled:
    """A document after interpolation. ``unfilled`` are the paths of scalars that have findings already."""

    value: Any
    secrets: set[DocumentPath] = field(default_factory=set)
    unfilled: set[DocumentPath] = field(default_factory=set)
    findings: list[Diagnostic] = field(default_factory=list)


class _Refusal(Exception):
    def __init__(self, code: str, summary: str, hint: str = "") -> None:
        super().__init__(summary)
        self.code, self.summary, self.hint = code, summary, hint


class Interpolation:
    """Fills in documents from one environment and one project folder. Reads each file once."""

    def __init__(self, environment: Mapping[str, str], project_root: Path, also: Iterable[Path] = ()) -> None:
        """Take the sources; nothing is read before a document asks for it. ``also`` are other folders to read from."""
        self._environment = environment
        self._root = project_root.resolve()
        self._folders = (self._root, *(folder.resolve() for folder in also))
        self._files: dict[str, str] = {}

    def fill(self, document: Any, places: AnyPlaces) -> Filled:
        """A copy of ``document`` with everything filled in; what cannot be stays as written, with a finding."""
        filled = Filled(None)
        filled.value = self._walk(document, (), places, filled)
        return filled

    def _walk(self, value: Any, path: DocumentPath, places: AnyPlaces, filled: Filled) -> Any:
        if isinstance(value, str):
            return self._scalar(value, path, places, filled) if "${" in value else value
        if isinstance(value, dict):
            return {key: self._walk(inner, (*path, key), places, filled) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._walk(inner, (*path, index), places, filled) for index, inner in enumerate(value)]
        return value

    def _scalar(self, text: str, path: DocumentPath, places: AnyPlaces, filled: Filled) -> str:
        secret = False

        def replace(match: re.Match[str]) -> str:
            nonlocal secret
            if match.group() == "$${":
                return "${"
            if not path or path[0] not in SECTIONS:
                raise _Refusal(
                    "misplaced-interpolation",
                    f"{quoted(match.group())} cannot be filled in here",
                    "only in spec and options",
                )
            secret = True
            return self._value_of(match.group(1), closed=bool(match.group(2)))

        try:
            result = _TOKEN.sub(replace, text)
        except _Refusal as refusal:
            filled.unfilled.add(path)
            filled.findings.append(error(refusal.code, refusal.summary, places(path), hint=refusal.hint))
            return text
        if secret:
            filled.secrets.add(path)
        return result

    def _value_of(self, expression: str, *, closed: bool) -> str:
        source, colon, name = expression.partition(":")
        if not closed or not colon or not name.strip():
            raise _Refusal(
                "malformed-interpolation",
                f"{quoted('${' + expression + ('}' if closed else ''))} is neither ${{env:NAME}} nor ${{file:path}}",
                _LITERAL,
            )
        match source:
            case "env":
                return self._variable(name)
            case "file":
                return self._file(name)
            case _:
                meant = nearest(source, ("env", "file"))
                hint = f"did you mean ${{{meant}:…}}? " if meant else ""
                raise _Refusal(
                    "unknown-source",
                    f"nothing is known as ${{{quoted(source)[1:-1]}:…}}",
                    f"{hint}known sources: env, file; {_LITERAL}",
                )

    def _variable(self, name: str) -> str:
        if not _VARIABLE.fullmatch(name):
            raise _Refusal("malformed-interpolation", f"{quoted(name)} is not the name of a variable", _LITERAL)
        value = self._environment.get(name)
        if value is None:
            raise _Refusal("undefined-variable", f"the environment variable {name} is not set", f"export {name}=…")
        if not value:  # what a missing CI secret looks like; it would clear the field
            raise _Refusal(
                "undefined-variable", f"the environment variable {name} is empty", 'write "" to clear a field'
            )
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise _Refusal("undefined-variable", f"the environment variable {name} is not UTF-8 text")
        return value

    def _file(self, name: str) -> str:
        if name not in self._files:
            self._files[name] = self._read(name)
        return self._files[name]

    def _read(self, name: str) -> str:
        try:
            path = (self._root / name).resolve()
        except (OSError, RuntimeError, ValueError):  # a loop of symlinks, a NUL
            raise _Refusal("unusable-file", f"the file {quoted(name)} cannot be found") from None
        if not any(path.is_relative_to(folder) for folder in self._folders):
            raise _Refusal(
                "unusable-file",
                f"the file {quoted(name)} lies outside the project folder",
                "copy it into the project, or name its folder under files_from in reconciler.yaml",
            )
        try:
            text = read_bounded(path, MAX_BYTES).decode("utf-8")
        except Unusable as unusable:
            hint = unusable.hint or "paths are relative to the project folder"
            raise _Refusal("unusable-file", f"the file {quoted(name)} {unusable.reason}", hint) from None
        except UnicodeDecodeError:
            raise _Refusal("unusable-file", f"the file {quoted(name)} is not UTF-8 text") from None
        if "\0" in text:
            raise _Refusal("unusable-file", f"the file {quoted(name)} is not text")
        return text.removesuffix("\n").removesuffix("\r")
