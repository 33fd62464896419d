"""Which fields a pydantic model knows at a path: what unknown ones are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from reconciler.model.spec import Spec, leaves_of


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for option in get_args(annotation):
        yield from _models_in(option)


def field_names_at(model: type[BaseModel], path: tuple[str | int, ...]) -> frozenset[str]:
    """The names that a mapping at ``path`` may hold; none where it is not a mapping of fields."""
    return frozenset(name for inner in _models_at(model, path) for name in inner.model_fields)


def is_required(model: type[BaseModel], path: tuple[str | int, ...]) -> bool:
    """Whether the field at ``path`` must be stated."""
    *above, name = path
    fields = [inner.model_fields[str(name)] for inner in _models_at(model, above) if name in inner.model_fields]
    return any(field.is_required() for field in fields)


def _models_at(model: type[BaseModel], path: Iterable[str | int]) -> list[type[BaseModel]]:
    models = [model]
    for step in path:
        fields = [inner.model_fields[step] for inner in models if isinstance(step, str) and step in inner.model_fields]
        if fields:  # else it is an item of a list, or a name that the user chose
            models = [found for field in fields for found in _models_in(field.annotation)]
    return models


@cache
def reference_paths(model: type[BaseModel]) -> frozenset[tuple[str | int, ...]]:
    """The paths in a document at which references stand; pydantic's locations hold a tag after them."""
    spec: Any = model.model_fields["spec"].annotation if "spec" in model.model_fields else None
    if not (isinstance(spec, type) and issubclass(spec, Spec)):
        return frozenset()
    return frozenset(("spec", *leaf.path) for leaf in leaves_of(spec).values() if leaf.reference)
