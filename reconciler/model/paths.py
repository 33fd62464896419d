"""Fields inside nested values: ``("number_pool_settings", "sticky_sender")``, written with dots for people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, final

Path = tuple[str, ...]


@final
class _Missing:
    """The type of MISSING, which is neither ``null`` nor any other value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


@lru_cache(maxsize=1024)
def dotted(path: Path) -> str:
    """``("a", "b")`` as ``a.b``."""
    return ".".join(path)


def undotted(text: str) -> Path:
    """``a.b`` as ``("a", "b")``. Field names of the API hold no dots."""
    return tuple(text.split("."))


def value_at(tree: Mapping[str, Any], path: Path) -> Any:
    """The value at ``path``, or MISSING where any step is absent or not a mapping."""
    value: Any = tree
    for step in path:
        if not isinstance(value, dict | Mapping) or step not in value:  # dict first: an ABC takes its time
            return MISSING
        value = value[step]
    return value


def overlaid(tree: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of ``tree`` with ``value`` at ``path``; what lies beside the path is untouched."""
    head, *rest = path
    copy = dict(tree)
    if rest:
        inner = copy.get(head)
        copy[head] = overlaid(inner if isinstance(inner, Mapping) else {}, tuple(rest), value)
    else:
        copy[head] = value
    return copy
