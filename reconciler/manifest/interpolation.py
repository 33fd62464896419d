"""``${env:NAME}``, ``${file:path}`` and ``${var:name}`` inside scalars; ``$${`` is a plain ``${``.

What comes from the environment or a file is a secret, in ``spec`` and ``options`` only: no finding made here or later
quotes it, and the result is a string. A variable of ``reconciler.yaml`` is none, may stand in ``metadata`` and
``lifecycle`` too, and keeps its type where it is the whole scalar. Nothing is ever interpolated again.

``metadata.name`` is never filled in: it is the identity by which ledgers, references and people know the object, and
another value of a variable must not delete it and create a new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciler.manifest.places import AnyPlaces
from reconciler.manifest.reading import Unusable, read_bounded
from reconciler.manifest.wording import error, nearest, quoted, suggestion
from reconciler.model.account import SANDBOX_ACCOUNT
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.variable import Variable

MARK = b"${"
"""A file without these bytes has nothing to fill in."""
MAX_BYTES = 64 * 1024
"""Bytes of a ``${file:…}``: more than any field of the API takes."""
SECTIONS = frozenset({"spec", "options"})
"""Where secrets may stand."""
OPEN_SECTIONS = frozenset({"metadata", "lifecycle"})
"""Where variables may stand as well."""
SOURCES = ("env", "file", "var")

_TOKEN = re.compile(r"\$\$\{|\$\{([^{}]*)(\}?)")
_ENVIRONMENT_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL = "write $${ for a literal ${"

DocumentPath = tuple[str | int, ...]


@dataclass(slots=True)
class Filled:
    """A document after interpolation. ``unfilled`` are the paths of scalars that have findings already.

    ``variables`` are those that a scalar holds. ``written`` is the document with the variables filled in and the
    secrets still to be found: what a saved plan keeps, which is applied with the values that were reviewed.
    """

    value: Any
    written: Any = None
    secrets: set[DocumentPath] = field(default_factory=set)
    unfilled: set[DocumentPath] = field(default_factory=set)
    variables: dict[DocumentPath, tuple[Variable, ...]] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)


class _Refusal(Exception):
    def __init__(self, code: str, summary: str, hint: str = "", detail: str = "") -> None:
        super().__init__(summary)
        self.code, self.summary, self.hint, self.detail = code, summary, hint, detail


@dataclass(frozen=True, slots=True)
class _Secret:
    """What stands in the manifest, and what it means."""

    token: str
    value: str


_Part = str | Variable | _Secret


class Interpolation:
    """Fills in documents from one environment, one project folder and one account. Reads each file once."""

    def __init__(
        self,
        environment: Mapping[str, str],
        project_root: Path,
        also: Iterable[Path] = (),
        variables: Mapping[str, Variable] = MappingProxyType({}),
        account: str = "",
    ) -> None:
        """Take the sources; nothing is read before a document asks for it. ``also`` are other folders to read from.

        ``variables`` are all that are declared, as the account has them.
        """
        self._environment = environment
        self._root = project_root.resolve()
        self._folders = (self._root, *(folder.resolve() for folder in also))
        self._files: dict[str, str] = {}
        self._variables = variables
        self._account = account

    def fill(self, document: Any, places: AnyPlaces) -> Filled:
        """A copy of ``document`` with everything filled in; what cannot be stays as written, with a finding."""
        filled = Filled(None)
        kept: dict[DocumentPath, Any] = {}

        def scalar(text: str, path: DocumentPath) -> Any:
            try:
                parts = list(self._parts(text, path))
                kept[path] = _kept(parts)
            except _Refusal as refusal:
                filled.unfilled.add(path)
                filled.findings.append(
                    error(refusal.code, refusal.summary, places(path), hint=refusal.hint, detail=refusal.detail)
                )
                return text
            if any(isinstance(part, _Secret) for part in parts):
                filled.secrets.add(path)
            if used := tuple(dict.fromkeys(part for part in parts if isinstance(part, Variable))):
                filled.variables[path] = used
            return _joined(parts)

        filled.value = _walk(document, (), scalar)
        if filled.secrets:
            filled.written = (
                _walk(document, (), lambda text, path: kept.get(path, text)) if filled.variables else document
            )
        return filled

    def _parts(self, text: str, path: DocumentPath) -> Iterator[_Part]:
        """A scalar, cut into plain texts and what is filled in. Raises _Refusal."""
        position = 0
        for match in _TOKEN.finditer(text):
            if match.start() > position:
                yield text[position : match.start()]
            position = match.end()
            if match.group() == "$${":
                yield "${"
            else:
                yield self._value_of(match.group(), match.group(1), path, closed=bool(match.group(2)))
        if position < len(text):
            yield text[position:]

    def _value_of(self, token: str, expression: str, path: DocumentPath, *, closed: bool) -> Variable | _Secret:
        source, colon, name = expression.partition(":")
        _check_place(token, source, path)
        if not closed or not colon or not name.strip():
            raise _Refusal(
                "malformed-interpolation",
                f"{quoted(token)} is none of ${{env:NAME}}, ${{file:path}} and ${{var:name}}",
                _LITERAL,
            )
        match source:
            case "env":
                return _Secret(token, self._environment_variable(name))
            case "file":
                return _Secret(token, self._file(name))
            case "var":
                return self._variable(name)
            case _:
                meant = nearest(source, SOURCES)
                hint = f"did you mean ${{{meant}:…}}? " if meant else ""
                raise _Refusal(
                    "unknown-source",
                    f"nothing is known as ${{{quoted(source)[1:-1]}:…}}",
                    f"{hint}known sources: {', '.join(SOURCES)}; {_LITERAL}",
                )

    def _variable(self, name: str) -> Variable:
        variable = self._variables.get(name)
        if variable is None:
            declare = "declare it under variables in reconciler.yaml"
            hint = suggestion(name, self._variables, "variables")
            raise _Refusal("undefined-variable", f"no variable {quoted(name)} is declared", hint or declare)
        if variable.value is None:
            own = "" if self._account == SANDBOX_ACCOUNT else f"set accounts.{self._account}.variables.{name}, or "
            raise _Refusal(
                "undefined-variable",
                f'the variable "{name}" has no value for account "{self._account}"',
                f"{own}give it a default",
                f"declared at {variable.source}",
            )
        return variable

    def _environment_variable(self, name: str) -> str:
        if not _ENVIRONMENT_VARIABLE.fullmatch(name):
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


def _check_place(token: str, source: str, path: DocumentPath) -> None:
    section = path[0] if path else ""
    if section in SECTIONS or (section in OPEN_SECTIONS and source == "var" and path != ("metadata", "name")):
        return
    if path == ("metadata", "name"):
        hint = "the name is the identity of the object: write it out, and vary spec.name"
    elif section in OPEN_SECTIONS:
        hint = "only in spec and options; ${var:name} is"
    else:
        hint = "only in spec and options, and ${var:name} in metadata and lifecycle too"
    raise _Refusal("misplaced-interpolation", f"{quoted(token)} cannot be filled in here", hint)


def _walk(value: Any, path: DocumentPath, scalar: Callable[[str, DocumentPath], Any]) -> Any:
    if isinstance(value, str):
        return scalar(value, path) if "${" in value else value
    if isinstance(value, dict):
        return {key: _walk(inner, (*path, key), scalar) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walk(inner, (*path, index), scalar) for index, inner in enumerate(value)]
    return value


def _plain(part: _Part) -> str:
    match part:
        case Variable():
            return part.spelled()
        case _Secret(value=value):
            return value
        case _:
            return part


def _joined(parts: Sequence[_Part]) -> Any:
    """The value: of a variable that stands alone, with its type."""
    match parts:
        case [Variable(value=value)]:
            return value
        case _:
            return "".join(map(_plain, parts))


def _kept(parts: Sequence[_Part]) -> Any:
    """As ``_joined``, but written so that reading it once more finds the secrets, and nothing else to fill in."""
    match parts:
        case [Variable(value=value)] if not isinstance(value, str):
            return value
    written, plain = "", ""
    for part in parts:
        if not isinstance(part, _Secret):
            plain += _plain(part)
            continue
        if plain.endswith("$"):
            raise _Refusal(
                "malformed-interpolation",
                f"a variable that ends in $ cannot stand right before {quoted(part.token)}",
                "put something between them",
            )
        written, plain = written + _escaped(plain) + part.token, ""
    return written + _escaped(plain)


def _escaped(text: str) -> str:
    return text.replace("${", "$${")
