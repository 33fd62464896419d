"""What ``doctor`` looks at: one module per check, found by looking. There is no list to edit."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from reconciler.checks.check import Check


@cache
def checks() -> tuple[Check, ...]:
    """Every check that a module of this package defines as ``CHECK``, in the order of the report.

    Raises TypeError when two modules define one name.
    """
    found: dict[str, Check] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        check = getattr(import_module(module.name), "CHECK", None)
        if not isinstance(check, Check):
            continue
        if check.name in found:
            raise TypeError(f"two checks are named {check.name}; the second is in {module.name}")
        found[check.name] = check
    return tuple(sorted(found.values(), key=lambda check: (check.place, check.name)))
