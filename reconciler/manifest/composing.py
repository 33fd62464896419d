"""The quick way through a file of plain documents: the C parser composes each, and one walk takes the values.

Nobody asks where the values of most documents stand: only the document's own place is kept. Whoever asks for more has
that one document read again, with care.

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
    """The value and the node of each document, empty ones too. Raises NotPlain, at mistakes as well."""
    parser = _Composer(data)
    known: dict[str, str] = {}
    try:
        while parser.check_node():
            node = parser.get_node()
            yield _value(node, 0, known), node
    except YAMLError:
        raise NotPlain from None


def _value(node: Any, depth: int, known: dict[str, str]) -> Any:
    """A node's value. ``known`` are the keys of the file that were looked at: few, and the same again and again."""
    if depth > _DEEPEST:
        raise NotPlain
    kind = node.__class__
    if kind is ScalarNode:
        return _scalar(node)
    if kind is not MappingNode:
        return [_value(item, depth + 1, known) for item in node.value]
    mapping: dict[str, Any] = {}
    scalar, leads = ScalarNode, LEADS  # looked up hundreds of thousands of times
    for key, item in node.value:
        name = key.value
        if name.__class__ is list:
            raise NotPlain
        name = known.get(name) or _key(key, known)
        if item.__class__ is scalar:
            value = item.value
            mapping[name] = value if item.style or value[:1] not in leads else _scalar(item)
        else:
            mapping[name] = _value(item, depth + 1, known)
    if len(mapping) != len(node.value):
        raise NotPlain
    return mapping


def _key(key: Any, known: dict[str, str]) -> str:
    name = intern(key.value)
    if name in WORDS or name[:1] in NUMERIC:
        if not key.style:
            raise NotPlain
    else:
        known[name] = name
    return name


def _scalar(node: Any) -> Any:
    value = node.value
    if node.style or value[:1] not in LEADS:
        return value
    return number(value) if value[:1] in NUMERIC else WORDS.get(value, value)
