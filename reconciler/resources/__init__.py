"""The kinds: one module each, found by looking. There is no list to edit."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import MappingProxyType

from reconciler.model.kind import Kinds, ResourceKind


@cache
def kinds() -> Kinds:
    """Every kind that a module of this package defines as ``KIND``, by name and in that order.

    Raises TypeError when two modules define one name.
    """
    found: dict[str, ResourceKind] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        kind = getattr(import_module(module.name), "KIND", None)
        if not isinstance(kind, ResourceKind):
            continue
        if kind.name in found:
            raise TypeError(f"two kinds are named {kind.name}; the second is in {module.name}")
        found[kind.name] = kind
    return MappingProxyType(dict(sorted(found.items())))
