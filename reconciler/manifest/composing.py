"""The quick way through a file of plain documents: the C parser composes each, and one walk takes values and places.

It knows nothing of tags, anchors, merges, odd keys and mistakes. Whatever it does not know raises ``NotPlain``; then
``documents`` reads the same document again the careful way, which alone decides what it means and what is wrong.
Composing recurses in C, so only files are composed that cannot nest deeply, which their bytes alone must show.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from sys import intern
from typing import Any, Final

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.nodes import MappingNode, ScalarNode

from reconciler.manifest.scalars import LEADS, NUMERIC, WORDS, number

_NESTING: Final = 1000
"""Levels that a document could have by its bytes. Composing needs less than 500 bytes of stack for one."""
_LONGEST: Final = 100_000
"""Bytes of one document, so that no limit on its values can be met."""
_DEEPEST: Final = 90
"""Levels that are read here; what the limit is, and where it is passed, the careful way says."""
_PROPERTY = re.compile(rb"(?<![\w=/.%])[&*!]")
"""What may begin an anchor, an alias or a tag. After such characters none of them can, as in ``?a=1&b=2``."""


class NotPlain(Exception):
    """Something that only the careful way can read."""


class _Composer(CParser):
    """Composes nodes without resolving tags. Called for each node, so C functions that answer at once stand in."""

    resolve = staticmethod(slice)
    descend_resolver = staticmethod(operator.is_)
    ascend_resolver = staticmethod(int)


def is_plain(data: bytes) -> bool:
    """Whether composing is safe: every level of nesting takes one of these characters, and no document has many."""
    if any(mark in data for mark in (b"&", b"*", b"!")) and _PROPERTY.search(data) is not None:
        return False
    # A line that begins so ends a document, wherever it stands.
    longest = max(data.split(b"\n---"), key=len)
    if len(longest) <= _NESTING:
        return True
    return len(longest) <= _LONGEST and all(
        len(part) <= _NESTING or sum(map(part.count, (b"[", b"{", b"-", b":", b"?"))) <= _NESTING
        for part in data.split(b"\n---")
    )


def composed(data: bytes) -> Iterator[tuple[Any, Any]]:
    """The value and the span of each document, empty ones too. Raises NotPlain, at mistakes as well."""
    parser = _Composer(data)
    reader = _Reader()
    try:
        while parser.check_node():
            yield reader.read(parser.get_node())
    except YAMLError:
        raise NotPlain from None


class _Reader:
    """Takes nodes apart. Remembers keys and sets of keys: a file has few."""

    __slots__ = ("_keys", "_shapes")

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._shapes: dict[tuple[str, ...], tuple[str, ...]] = {}

    def read(self, node: Any) -> tuple[Any, Any]:
        """A document's value and span."""
        if node.__class__ is ScalarNode:
            return _scalar(node), node.start_mark.index
        return self._mapping(node, 1) if node.__class__ is MappingNode else self._sequence(node, 1)

    def _mapping(self, node: Any, depth: int) -> tuple[dict[str, Any], list[Any]]:
        mapping: dict[str, Any] = {}
        spans: list[Any] = []
        known, scalar, leads = self._keys, ScalarNode, LEADS  # looked up hundreds of thousands of times
        for key, item in node.value:
            name = key.value
            if name.__class__ is list:
                raise NotPlain
            name = known.get(name) or self._key(key)
            kind = item.__class__
            if kind is scalar:
                value = item.value
                if not item.style and value[:1] in leads:
                    value = _scalar(item)
                mapping[name] = value
                spans += (key.start_mark.index, item.start_mark.index)
                continue
            if depth > _DEEPEST:
                raise NotPlain
            mapping[name], inner = (self._mapping if kind is MappingNode else self._sequence)(item, depth + 1)
            spans += (key.start_mark.index, inner)
        if 2 * len(mapping) != len(spans):
            raise NotPlain
        keys = tuple(mapping)
        spans += (node.start_mark.index, self._shapes.setdefault(keys, keys))
        return mapping, spans

    def _sequence(self, node: Any, depth: int) -> tuple[list[Any], list[Any]]:
        sequence: list[Any] = []
        spans: list[Any] = []
        for item in node.value:
            kind = item.__class__
            if kind is ScalarNode:
                sequence.append(_scalar(item))
                spans.append(item.start_mark.index)
                continue
            if depth > _DEEPEST:
                raise NotPlain
            value, inner = (self._mapping if kind is MappingNode else self._sequence)(item, depth + 1)
            sequence.append(value)
            spans.append(inner)
        spans.append(node.start_mark.index)
        return sequence, spans

    def _key(self, key: Any) -> str:
        name: str = key.value
        if not key.style and (name in WORDS or name[:1] in NUMERIC):
            raise NotPlain
        if name and name not in WORDS and name[:1] not in NUMERIC:
            self._keys[name] = intern(name)
        return intern(name)


def _scalar(node: Any) -> Any:
    value = node.value
    if node.style or value[:1] not in LEADS:
        return value
    return number(value) if value[:1] in NUMERIC else WORDS.get(value, value)
