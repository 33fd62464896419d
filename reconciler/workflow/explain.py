"""``explain``: what a kind or one of its fields is, read off the very declaration that validates it."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reconciler.errors import UsageError
from reconciler.manifest import document_model
from reconciler.manifest.wording import nearest
from reconciler.model.kind import Kinds, ResourceKind, Verb
from reconciler.model.paths import Path, dotted
from reconciler.model.spec import Clear, Leaf, nested_settings
from reconciler.model.standing import Standing
from reconciler.resources import story
from reconciler.workflow.kind_life import life
from reconciler.workflow.pages import pages

_CLEARING = {
    Clear.NULL: "write null",
    Clear.EMPTY: "write null (the API is sent an empty string)",
    Clear.OMIT: "write null (it is left out of the object that is sent)",
}


_STATED = "none: it has to be stated"
_SOURCE = r" \(guide [^)]*\)"
"""Where a fact was found: for those who read the code."""
_FIELDS_OF_THE_KIND = "ignore_changes"
"""The block beside the spec whose values are names of the kind's own fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldExplained:
    """One field: what it accepts, whether it must be there, how it is cleared, what changing it does.

    ``default`` is what the API, or this program, makes of a create without it; ``example`` is a valid value.
    """

    path: str
    description: str
    accepts: str
    required: bool
    default: str
    clearing: str
    changing: str
    example: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class KindExplained:
    """A kind: its own words, what the API can do, what actions and statuses mean, its fields, and what is ``around``.

    ``shown``: whether the API can read them. ``more`` is what its file tells beyond the ``description``: tables and
    paragraphs, lines as they are.
    """

    name: str
    description: str
    more: str
    verbs: tuple[str, ...]
    shown: bool
    life: tuple[tuple[str, str], ...]
    guards: tuple[str, ...]
    statuses: tuple[tuple[str, Standing], ...]
    fields: tuple[FieldExplained, ...]
    around: tuple[FieldExplained, ...] = ()


def explain(kinds: Kinds, subject: str) -> KindExplained | FieldExplained:
    """Explain ``Kind``, ``Kind.field``, ``Kind.lifecycle.field``.

    Raises UsageError with the nearest name for anything else.
    """
    name, _, field = subject.partition(".")
    kind = kinds.get(name)
    if kind is None:
        raise UsageError(f'no kind and no error code "{name}"', hint=_nearest(name, kinds, pages()))
    fields = {dotted(path): _field(kind, path, leaf) for path, leaf in kind.leaves.items()}
    if not field:
        introduction, more = _told(kind)
        return KindExplained(
            name=kind.name,
            description=introduction,
            more=more,
            verbs=tuple(verb.value for verb in Verb if kind.can(verb)),
            shown=not kind.write_only,
            life=life(kind),
            statuses=tuple(kind.statuses.items()),
            guards=(*(guard.name for guard in kind.guards), *([kind.question.guard] if kind.question else [])),
            fields=tuple(fields.values()),
            around=tuple(_around(kind)),
        )
    everything = {**fields, **{each.path: each for each in _around(kind)}}
    if field not in everything:
        raise UsageError(f'{name} has no field "{field}"', hint=_nearest(field, everything))
    return everything[field]


def _around(kind: ResourceKind) -> Iterator[FieldExplained]:
    """What a manifest says beside its spec: for this program, and never sent to the API."""
    document = document_model(kind).model_json_schema()
    definitions = document.get("$defs", {})
    for section in ("metadata", "lifecycle", "options"):
        if section not in document["properties"]:
            continue
        part = document["properties"][section]
        inner = definitions[next(ref for ref in _refs(part)).rsplit("/", 1)[-1]]
        for name, schema in inner["properties"].items():
            required, default = name in inner.get("required", ()), schema.get("default")
            yield FieldExplained(
                path=f"{section}.{name}",
                description=schema.get("description", ""),
                accepts=_accepts(schema, definitions),
                required=required,
                default=_STATED if required else _json(default) if default is not None else "none",
                clearing="leave it out",
                changing="for this program: the value itself is never sent",
                example=_first(schema.get("examples")) if name != _FIELDS_OF_THE_KIND else _ignorable(kind),
            )


def _refs(schema: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield str(schema["$ref"])
    for option in schema.get("anyOf", ()):
        yield from _refs(option)


def _field(kind: ResourceKind, path: Path, leaf: Leaf) -> FieldExplained:
    model: type[BaseModel] = kind.spec
    for step in path[:-1]:
        model = nested_settings(model.model_fields[step].annotation) or model
    info = model.model_fields[path[-1]]
    schema = _schema(model)
    return FieldExplained(
        path=dotted(path),
        description=info.description or "",
        accepts=_accepts(schema["properties"][path[-1]], schema.get("$defs", {})),
        required=info.is_required(),
        default=_default(info, leaf),
        clearing=_CLEARING[leaf.clear] if leaf.clear else "cannot be cleared: leave it out to leave it alone",
        changing=_changing(kind, path, leaf),
        example=_first(info.examples),
    )


@functools.cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    """The JSON schema of a model, made once for all of its fields."""
    return model.model_json_schema()


def _default(info: FieldInfo, leaf: Leaf) -> str:
    if leaf.local_name_by_default:
        return "metadata.name, when it is created or looked for; never compared"
    if info.is_required():
        return _STATED
    if leaf.default is None:
        return "up to the API, which documents no more than is said above"
    return "nothing" if leaf.default.value in (None, "") else _json(leaf.default.value)


def _ignorable(kind: ResourceKind) -> list[str]:
    """A field of this very kind that a manifest may leave to others, if there is one."""
    optional = (path for path in kind.leaves if not kind.spec.model_fields[path[0]].is_required())
    return [dotted(path) for path in itertools.islice(optional, 1)]


def _first(examples: Sequence[Any] | None) -> Any:
    return next(iter(examples or ()), None)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _changing(kind: ResourceKind, path: Path, leaf: Leaf) -> str:
    if kind.can(Verb.UPDATE) and not leaf.create_only:
        whole = "the object" if kind.adapter.sends_whole else path[0] if leaf.settings or len(path) > 1 else ""
        how = f": {whole} is read, and sent back whole with what is stated" if whole else ""
        return f"an update in place{how}"
    return (
        "a delete and a create, with a gap between"
        if kind.replaceable
        else "refused: it cannot be changed once it exists"
    )


def _accepts(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """A short reading of a JSON schema: enough to know what to type."""
    if "$ref" in schema:
        return _accepts(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(dict.fromkeys(_accepts(option, definitions) for option in schema[union]))
    if "enum" in schema:
        return "one of " + ", ".join(f'"{value}"' for value in schema["enum"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    return _plain(schema, definitions)


def _plain(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    kind = str(schema.get("type", "any value"))
    if kind == "array":
        return f"a list of {_accepts(schema.get('items', {}), definitions)}{_limits(schema)}"
    if kind == "object":
        names = schema.get("properties")
        return "an object with " + ", ".join(names) if names else "an object of names and words"
    return kind + _limits(schema)


def _limits(schema: Mapping[str, Any]) -> str:
    words = {
        "minimum": "at least {}",
        "exclusiveMinimum": "above {}",
        "maximum": "at most {}",
        "minLength": "{} characters or more",
        "maxLength": "at most {} characters",
        "minItems": "{} or more",
        "maxItems": "at most {}",
        "pattern": "matching {}",
    }
    told = [text.format(schema[word]) for word, text in words.items() if word in schema]
    return f" ({', '.join(told)})" if told else ""


def _told(kind: ResourceKind) -> tuple[str, str]:
    """How the kind's own file introduces it, and what it tells beyond that."""
    introduction, _, more = story(kind.name).partition("\n\n")
    return _readable(" ".join(introduction.split())), _readable(more.strip("\n"))


def _readable(text: str) -> str:
    return re.sub(_SOURCE, "", text).replace("``", "`")


def _nearest(word: str, known: Iterable[str], besides: Iterable[str] = ()) -> str:
    """The likeliest of all of them, whatever the case; else what is ``known``, without the many ``besides``."""
    near = nearest(word, [*known, *besides])
    return f'did you mean "{near}"?' if near else f"known: {', '.join(known)}"
