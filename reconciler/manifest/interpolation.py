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

from reconciler.manifest.fence import Fence, Refusal
from reconciler.manifest.places import AnyPlaces
from reconciler.manifest.sources import ENVIRONMENT_VARIABLE, LITERAL, Secret, Sources
from reconciler.manifest.wording import error, quoted
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.variable import Variable

MARK = b"${"
"""A file without these bytes has nothing to fill in."""
SECTIONS = frozenset({"spec", "options"})
"""Where secrets may stand."""
OPEN_SECTIONS = frozenset({"metadata", "lifecycle"})
"""Where variables may stand as well."""

_TOKEN = re.compile(r"\$\$\{|\$\{([^{}]*)(\}?)")

DocumentPath = tuple[str | int, ...]


@dataclass(slots=True)
class Filled:
    """A document after interpolation. ``unfilled`` are the paths of scalars that have findings already.

    ``variables`` are those that a scalar holds. ``written`` is the document with the variables filled in and the
    secrets still to be found: what a saved plan keeps, which is applied with the values that were reviewed.
    ``environment`` names the environment variable that a scalar consists of, and ``mentioned`` all of them, set or not.
    """

    value: Any
    written: Any = None
    secrets: set[DocumentPath] = field(default_factory=set)
    unfilled: set[DocumentPath] = field(default_factory=set)
    variables: dict[DocumentPath, tuple[Variable, ...]] = field(default_factory=dict)
    environment: dict[DocumentPath, str] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    findings: list[Diagnostic] = field(default_factory=list)


_Part = str | Variable | Secret


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
        self._sources = Sources(environment, project_root, also, variables, account)

    @property
    def fence(self) -> Fence:
        """Which files may be read."""
        return self._sources.fence

    def fill(self, document: Any, places: AnyPlaces) -> Filled:
        """A copy of ``document`` with everything filled in; what cannot be stays as written, with a finding."""
        filled = Filled(None)
        kept: dict[DocumentPath, Any] = {}

        def scalar(text: str, path: DocumentPath) -> Any:
            named = [found[1].removeprefix("env:") for found in _TOKEN.finditer(text) if _of_environment(found)]
            filled.mentioned.update(named)
            if named and text == f"${{env:{named[0]}}}":
                filled.environment[path] = named[0]
            try:
                parts = list(self._parts(text, path))
                kept[path] = _kept(parts)
            except Refusal as refusal:
                filled.unfilled.add(path)
                filled.findings.append(
                    error(refusal.code, refusal.summary, places(path), hint=refusal.hint, detail=refusal.detail)
                )
                return text
            if any(isinstance(part, Secret) for part in parts):
                filled.secrets.add(path)
            if used := tuple(dict.fromkeys(part for part in parts if isinstance(part, Variable))):
                filled.variables[path] = used
            return _joined(parts)

        filled.value = _walk(document, (), scalar)
        filled.written = _walk(document, (), lambda text, path: kept.get(path, text)) if filled.variables else document
        return filled

    def _parts(self, text: str, path: DocumentPath) -> Iterator[_Part]:
        """A scalar, cut into plain texts and what is filled in. Raises Refusal."""
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

    def _value_of(self, token: str, expression: str, path: DocumentPath, *, closed: bool) -> Variable | Secret:
        source, colon, name = expression.partition(":")
        _check_place(token, source, path)
        if not closed or not colon or not name.strip():
            raise Refusal(
                "malformed-interpolation",
                f"{quoted(token)} is none of ${{env:NAME}}, ${{file:path}} and ${{var:name}}",
                LITERAL,
            )
        return self._sources.value_of(token, source, name)


def _of_environment(token: re.Match[str]) -> bool:
    source, _, name = (token[1] or "").partition(":")
    return source == "env" and ENVIRONMENT_VARIABLE.fullmatch(name) is not None


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
    raise Refusal("misplaced-interpolation", f"{quoted(token)} cannot be filled in here", hint)


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
        case Secret(value=value):
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
        if not isinstance(part, Secret):
            plain += _plain(part)
            continue
        if plain.endswith("$"):
            raise Refusal(
                "malformed-interpolation",
                f"a variable that ends in $ cannot stand right before {quoted(part.token)}",
                "put something between them",
            )
        written, plain = written + _escaped(plain) + part.token, ""
    return written + _escaped(plain)


def _escaped(text: str) -> str:
    return text.replace("${", "$${")
