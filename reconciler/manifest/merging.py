"""Mappings that are not plain ones: merge keys, and keys that are written twice or are not strings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from sys import intern
from typing import Any

from reconciler.manifest.places import Span, start_of
from reconciler.manifest.scalars import MERGE
from reconciler.manifest.wording import named, quoted

Report = Callable[[str, str, int, str], None]
"""Takes a code, a summary, a position and a hint."""


def merged(items: list[Any], spans: list[Any], report: Report) -> tuple[dict[str, Any], list[Any]]:
    """A mapping and its spans from alternating keys and values. Explicit keys win, then earlier merges."""
    mapping: dict[str, Any] = {}
    places: list[Any] = []
    merges: list[tuple[Any, Span]] = []
    for index in range(0, len(items), 2):
        key, value, at = items[index], items[index + 1], spans[index]
        if key is MERGE and not merges:
            merges = list(_sources(value, spans[index + 1], report))
        elif not isinstance(key, str):
            hint = f'quote it: "{quoted(key)}"' if isinstance(key, int | float) else "write a string"
            report("non-string-key", f"a key must be a string, not {named(key)}", start_of(at), hint)
        elif key is MERGE or key in mapping:
            begins = "keep one of them; or is a --- missing between two manifests?"
            usual = begins if key in {"apiVersion", "kind"} else "keep one of them"
            hint = "merge several mappings with <<: [*a, *b]" if key is MERGE else usual
            report("duplicate-key", f"the key {quoted(key)} is written twice", start_of(at), hint)
        else:
            mapping[intern(key)] = value
            places += (at, spans[index + 1])
    for value, span in merges:
        for number, (key, inner) in enumerate(value.items()):
            if key not in mapping and isinstance(span, list):
                mapping[key] = inner
                places += span[2 * number : 2 * number + 2]
    return mapping, places


def _sources(value: Any, span: Span, report: Report) -> Iterator[tuple[dict[str, Any], Span]]:
    if isinstance(value, dict):
        yield value, span
    elif isinstance(value, list) and isinstance(span, list) and all(isinstance(item, dict) for item in value):
        yield from zip(value, span[: len(value)], strict=True)
    else:
        report("wrong-merge", "<< merges a mapping or a list of mappings", start_of(span), "write <<: *anchor")
