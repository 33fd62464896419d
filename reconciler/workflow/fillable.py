"""JSON schemas of manifests that know what is filled in: ``${var:name}`` where a number, a choice or a pattern is due.

Editors check a manifest as it is written, before anything is filled in. Which sources a section takes is
``reconciler.manifest.interpolation``'s rule: ``metadata.name`` takes none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reconciler.manifest.envelope import NAME_PATTERN
from reconciler.manifest.interpolation import OPEN_SECTIONS, SECTIONS
from reconciler.manifest.sources import SOURCES

_VARIABLE = rf"^\$\{{var:{NAME_PATTERN.strip('^$')}\}}$"
_PLAIN = frozenset({"number", "integer", "boolean"})
_NARROW = ("enum", "const", "pattern", "format", "maxLength")
_TOLD = ("title", "description", "default", "examples")
"""What editors show beside a value, whatever the value is."""

Schema = dict[str, Any]


def fillable(schema: Schema) -> Schema:
    """The schema of a document, in which scalars may be filled in from where their section allows it."""
    definitions = schema.get("$defs", {})
    walked: set[str] = set()

    def opened(part: Schema, sources: Iterable[str]) -> Schema:
        return _opened(part, lambda one: opened(one, sources), follow(sources), sources)

    def follow(sources: Iterable[str]) -> Callable[[str], None]:
        def define(reference: str) -> None:
            name = reference.rpartition("/")[2]
            if name not in walked:
                walked.add(name)
                definitions[name] = opened(definitions[name], sources)

        return define

    identity = definitions["Metadata"]["properties"]["name"]
    sections = dict.fromkeys(SECTIONS, SOURCES) | dict.fromkeys(OPEN_SECTIONS, ("var",))
    for name, sources in sections.items():
        if name in schema["properties"]:
            schema["properties"][name] = opened(schema["properties"][name], sources)
    definitions["Metadata"]["properties"]["name"] = identity
    return schema


def _opened(
    part: Schema, inner: Callable[[Schema], Schema], define: Callable[[str], None], sources: Iterable[str]
) -> Schema:
    if "$ref" in part:
        define(part["$ref"])
        return part
    found = dict(part)
    if "properties" in part:
        found["properties"] = {name: inner(one) for name, one in part["properties"].items()}
    if isinstance(part.get("additionalProperties"), dict):
        found["additionalProperties"] = inner(part["additionalProperties"])
    if "items" in part:
        found["items"] = inner(part["items"])
    if "anyOf" in part:
        nested = [one if _token(one, sources) else inner(one) for one in part["anyOf"]]
        tokens = [token for one in part["anyOf"] if (token := _token(one, sources)) is not None]
        found["anyOf"] = [*nested, *[token for at, token in enumerate(tokens) if token not in tokens[:at]]]
    token = _token(part, sources)
    if token is None:
        return found
    told = {name: found.pop(name) for name in _TOLD if name in found}
    return {**told, "anyOf": [found, token]}


def _token(part: Schema, sources: Iterable[str]) -> Schema | None:
    """What may stand in place of a scalar that is checked closely; text without rules takes it anyway.

    A secret is text: only a variable, alone in its scalar, becomes a number or a boolean.
    """
    if part.get("type") in _PLAIN:
        return {"type": "string", "pattern": _VARIABLE}
    if any(word in part for word in _NARROW) or part.get("minLength", 1) > 1:
        return {"type": "string", "pattern": rf"\$\{{({'|'.join(sources)}):[^{{}}]+\}}"}
    return None
