"""The kinds: one module each, found by looking. There is no list to edit."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType

from reconciler.model.kind import Kinds, ResourceKind


@cache
def kinds() -> Kinds:
    """Every kind that a module of this package defines as ``KIND``, by name and in that order.

    Raises TypeError when two modules define one name.
    """
    return MappingProxyType({name: module.KIND for name, module in _files().items()})


def story(name: str) -> str:
    """What the file of a kind tells before anything else."""
    return _files()[name].__doc__ or ""


def _files() -> Mapping[str, ModuleType]:
    found: dict[str, ModuleType] = {}
    for each in pkgutil.iter_modules(__path__, f"{__name__}."):
        module = import_module(each.name)
        kind = getattr(module, "KIND", None)
        if not isinstance(kind, ResourceKind):
            continue
        if kind.name in found:
            raise TypeError(f"two kinds are named {kind.name}; the second is in {each.name}")
        found[kind.name] = module
    return dict(sorted(found.items()))
