"""The vocabulary in which a kind declares its fields, and the table of leaves that is read off a declaration.

A kind writes a pydantic model; what the API does with each field stands beside the field as an annotation. Everything
else (comparing, clearing, composing request bodies, ``explain``, the schemas) reads the resulting ``Leaf`` table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict

from reconciler.model.normalise import Normalise
from reconciler.model.paths import Path

unstated: Final[Any] = None
"""Default of a field that the manifest may leave out. Never read: ``model_fields_set`` decides what is stated."""


class Settings(BaseModel):
    """A nested object inside a spec. The API wants it whole: it is sent as observed, overlaid with what is stated."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Spec(BaseModel):
    """The ``spec`` of a manifest: exactly the API's writable fields, references renamed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Clear(Enum):
    """What to send so that the API clears a field which the manifest sets to ``null`` (guide §18.8)."""

    NULL = "null"
    EMPTY = "empty string"
    OMIT = "leaving it out of the replaced object"


@dataclass(frozen=True, slots=True)
class Cleared:
    """Annotation: this field may be ``null``, and this is how the API clears it. Without it, ``null`` is refused."""

    by: Clear


@dataclass(frozen=True, slots=True)
class Compared:
    """Annotation: both sides pass this normaliser before they are compared.

    ``enough`` tells of (wanted, seen) that differ whether the wish is met all the same.
    """

    by: Normalise
    enough: Callable[[Any, Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class CreateOnly:
    """Annotation: the API takes this field when creating and never again."""


@dataclass(frozen=True, slots=True)
class LocalNameByDefault:
    """Annotation: left out, ``metadata.name`` serves create and adoption, and is never compared (design §3)."""


@dataclass(frozen=True, slots=True)
class Default:
    """Annotation: what the API makes of a create that leaves this field out, where that is documented."""

    value: Any


@dataclass(frozen=True, slots=True)
class NoDefault:
    """Annotation: what the API makes of a create that leaves this field out is documented nowhere."""


def _every(_: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Confidential:
    """Annotation: such a value has no place in a repository, so an export writes ``${env:…}`` for it.

    ``what`` names it for people, as in "a phone number"; ``found`` tells which values are meant. ``masked``: it is
    personal data, so that it is shown nowhere and sealed in ledgers, also where a manifest spells it out.
    """

    what: str
    found: Callable[[Any], bool] = _every
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """Annotation: how a manifest writes an observed list, where that is not what it is compared as."""

    by: Normalise


@dataclass(frozen=True, slots=True)
class RefTo:
    """Annotation: this field names another resource; ``field`` is the API's name for the id.

    ``in_path`` says that the API wants the id in the URL and never in the body, nor answers it.
    """

    kind: str
    field: str
    in_path: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparable field: where it stands in the manifest and in the API, and how the API treats it."""

    path: Path
    field: Path
    clear: Clear | None = None
    normalise: Normalise | None = None
    create_only: bool = False
    local_name_by_default: bool = False
    reference: RefTo | None = None
    settings: bool = False
    default: Default | None = None
    confidential: Confidential | None = None
    written: Normalise | None = None
    enough: Callable[[Any, Any], bool] | None = None

    def canonical(self, value: Any) -> Any:
        """The value as it is compared: MISSING must be turned into None before."""
        return self.normalise(value) if self.normalise is not None else value

    def as_written(self, value: Any) -> Any:
        """The observed value as an export writes it: lists in the order of their canonical form."""
        if self.written is not None:
            return self.written(value)
        return self.canonical(value) if isinstance(value, list | tuple) else value


def nested_settings(annotation: Any) -> type[Settings] | None:
    """The Settings class inside ``X`` or ``X | None``, if there is one."""
    for option in (annotation, *get_args(annotation)):
        if isinstance(option, type) and issubclass(option, Settings):
            return option
    return None


def nullable(annotation: Any) -> bool:
    """Whether the declared type admits ``null``."""
    return annotation is NoneType or NoneType in get_args(annotation)


def _leaf(path: Path, field: Path, metadata: list[Any], *, settings: bool) -> Leaf:
    found: dict[str, Any] = {}
    for mark in metadata:
        match mark:
            case Cleared(by=by):
                found["clear"] = by
            case Compared():
                found |= {"normalise": mark.by, "enough": mark.enough}
            case CreateOnly():
                found["create_only"] = True
            case LocalNameByDefault():
                found["local_name_by_default"] = True
            case Default():
                found["default"] = mark
            case Confidential():
                found["confidential"] = mark
            case Written(by=by):
                found["written"] = by
            case RefTo():
                found["reference"] = mark
                field = (*field[:-1], mark.field)
            case _:
                pass
    return Leaf(path=path, field=field, settings=settings, **found)


def _walk(model: type[BaseModel], prefix: Path, field_prefix: Path) -> Iterator[Leaf]:
    for name, info in model.model_fields.items():
        inner = nested_settings(info.annotation)
        leaf = _leaf((*prefix, name), (*field_prefix, name), info.metadata, settings=inner is not None)
        if nullable(info.annotation) != (leaf.clear is not None):
            raise TypeError(f"{model.__name__}.{name}: `| None` and Cleared(...) go together")
        yield leaf
        if inner is not None:
            yield from _walk(inner, leaf.path, leaf.field)


@cache
def leaves_of(spec: type[Spec]) -> Mapping[Path, Leaf]:
    """Every leaf of a spec by manifest path, in declaration order; a Settings object is a leaf and has leaves.

    Raises TypeError for a declaration that contradicts itself.
    """
    return {leaf.path: leaf for leaf in _walk(spec, (), ())}


def stated_values(spec: BaseModel) -> dict[Path, Any]:
    """What the manifest states, leaf by leaf: a Settings object contributes its stated fields, or itself if null."""
    values: dict[Path, Any] = {}
    _state(spec, _fields(spec.__class__), values)
    return values


_Fields: TypeAlias = Sequence[tuple[str, Path, "_Fields"]]


@cache
def _fields(model: type[BaseModel], prefix: Path = ()) -> _Fields:
    """Name, path and inner fields of each field in order: thousands of specs share the paths."""
    inner = ((name, nested_settings(info.annotation)) for name, info in model.model_fields.items())
    return [(name, (*prefix, name), _fields(nested, (*prefix, name)) if nested else ()) for name, nested in inner]


def _state(model: BaseModel, fields: _Fields, values: dict[Path, Any]) -> None:
    stated, found = model.model_fields_set, model.__dict__
    for name, path, inner in fields:
        if name in stated:
            value = found[name]
            if inner and value is not None:
                _state(value, inner, values)
            else:
                values[path] = value
