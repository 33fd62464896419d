"""From bytes to YAML documents: plain values and their places, in one pass over the C parser's events.

Documents without tags, anchors, oddities and mistakes are read by ``composing``, faster and to the same result.

Iterative and bounded on purpose. Nesting is checked before the next level is read; an alias shares the value it
repeats and its expanded size is counted, never built; so neither a deep list nor an alias bomb costs more than the
bytes it is written with.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from sys import intern
from typing import Any, final

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from reconciler.manifest.composing import NotPlain, composed, is_plain
from reconciler.manifest.merging import merged
from reconciler.manifest.places import AnyPlaces, Lines, Places, Span, moved_to, shifted
from reconciler.manifest.scalars import LEADS, NUMERIC, WORDS, WrongTag, check_collection_tag, number, tagged
from reconciler.manifest.syntax import explained
from reconciler.manifest.wording import error, quoted
from reconciler.model.diagnostic import Diagnostic

MAX_DEPTH = 100
"""Levels of nesting in a document, aliases expanded. The deepest kind needs about 6."""
MAX_NODES = 250_000
"""Values and keys in one document as written, and again in one file as added by aliases."""
MAX_DOCUMENTS = 100_000
"""Documents in one file, empty ones included."""
MAX_DIRECTIVES = 100
"""Mentions of ``%TAG`` in one file. The C parser compares each with all before it, in quadratic time."""


@final
class Document:
    """One YAML document. ``value`` may share parts with itself where aliases repeat them: never change it."""

    __slots__ = ("places", "value")

    def __init__(self, value: Any, places: AnyPlaces) -> None:
        self.value = value
        self.places = places


class _Unreadable(Exception):
    def __init__(self, code: str, summary: str, at: int, hint: str = "") -> None:
        super().__init__(summary)
        self.finding = (code, summary, at, hint)


@final
class _Anchored:
    """A finished value that aliases may repeat, its expanded size and the levels below it."""

    __slots__ = ("height", "size", "span", "value")

    def __init__(self, value: Any, span: Span, size: int, height: int) -> None:
        self.value, self.span, self.size, self.height = value, span, size, height


@final
class _Frame:
    """A collection that is being read: its values and spans so far, keys included."""

    __slots__ = ("anchor", "height", "is_mapping", "items", "nodes", "spans", "start")

    def __init__(self, start: int, anchor: str | None, is_mapping: bool, nodes: int) -> None:
        self.items: list[Any] = []
        self.spans: list[Any] = []
        self.start, self.anchor, self.is_mapping, self.nodes = start, anchor, is_mapping, nodes
        self.height = 0


@final
class DocumentStream:
    """Iterates over the documents of one file; afterwards ``findings`` says what was wrong with it.

    Empty documents are skipped. After a syntax error the rest of the file is not read and ``complete`` is False.
    """

    def __init__(self, data: bytes, file: str) -> None:
        self.findings: list[Diagnostic] = []
        self.complete = True
        self._data = data
        self._file = file
        self._lines = Lines(data, file)
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._nodes = 0
        self._aliased = 0
        self._shapes: dict[tuple[str, ...], tuple[str, ...]] = {}  # most mappings of a file have few sets of keys

    def __iter__(self) -> Iterator[Document]:
        """Read on to the next document."""
        try:
            for document in self._documents():
                if document.value is not None:
                    yield document
        except _Unreadable as stop:
            code, summary, at, hint = stop.finding
            self._stop(error(code, summary, self._lines.source(at), hint=hint))
        except YAMLError as problem:
            self._stop(explained(problem, self._data, self._file))

    def _documents(self) -> Iterator[Document]:
        """Every document, read quickly as long as they are plain, and with care from the first that is not."""
        done = 0
        if is_plain(self._data):
            try:
                for value, node in islice(composed(self._data), MAX_DOCUMENTS):
                    done += 1
                    at, end = node.start_mark, node.end_mark
                    yield Document(value, Places(self._lines, partial(_span_within, self._lines, at, end), at))
            except NotPlain:
                pass
            else:
                if done < MAX_DOCUMENTS:
                    return
        for frame in islice(self._frames(), done, None):
            yield Document(frame.items[0], Places(self._lines, frame.spans[0]))

    def _frames(self) -> Iterator[_Frame]:
        """The outermost frame of each document: its only item is the document's value."""
        if self._data.count(b"%TAG") > MAX_DIRECTIVES:
            at = len(self._data[: self._data.index(b"%TAG")].decode("utf-8-sig", "replace"))
            raise _Unreadable("too-large", f"more than {MAX_DIRECTIVES} %TAG directives", at, "remove them")
        events = iter(CParser(self._data).get_event, None)
        for _ in range(MAX_DOCUMENTS):
            frame = self._next(events)
            if frame is None:
                return
            yield frame
        raise _Unreadable("too-large", f"more than {MAX_DOCUMENTS} documents in one file", 0, "split it")

    def _stop(self, finding: Diagnostic) -> None:
        self.findings.append(finding)
        self.complete = False

    def _next(self, events: Iterator[Any]) -> _Frame | None:  # noqa: C901 - hot: a call per event costs a fifth
        frame = _Frame(0, None, is_mapping=False, nodes=0)
        self._stack = [frame]
        self._anchors = {}
        self._nodes = 0
        event = None
        scalar, words = ScalarEvent, WORDS  # every name in here is looked up half a million times
        note, keep = frame.spans.append, frame.items.append
        for event in islice(events, MAX_NODES):
            kind = event.__class__
            if kind is scalar:
                note(event.start_mark.index)
                value = event.value
                if event.tag is not None:
                    value = self._tagged(event)
                elif not event.style and (lead := value[:1]) in LEADS:  # plain, and perhaps no string
                    value = number(value) if lead in NUMERIC else words.get(value, value)
                keep(value)
                if event.anchor is not None:
                    self._anchors[event.anchor] = _Anchored(value, 0, 1, 0)
                continue
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                frame = self._open(event, is_mapping=kind is MappingStartEvent)
            elif kind is AliasEvent:
                self._alias(event, frame)
            elif kind is DocumentEndEvent:
                return self._stack[0]
            elif kind is StreamEndEvent:
                return None
            elif len(self._stack) > 1:  # the end of a collection; what else there is comes outside of them
                frame = self._close()
            note, keep = frame.spans.append, frame.items.append
        if event is None or isinstance(event, DocumentStartEvent):
            return None
        at = _start(event)
        raise _Unreadable("too-large", f"the document holds more than {MAX_NODES} values", at, "split it into several")

    def _tagged(self, event: Any) -> Any:
        try:
            return tagged(event.tag, event.value)
        except WrongTag as wrong:
            self._report(wrong.code, wrong.summary, _start(event), "leave the tag out, and quote a value that is text")
            return event.value

    def _report(self, code: str, summary: str, at: int, hint: str = "") -> None:
        self.findings.append(error(code, summary, self._lines.source(at), hint=hint))

    def _open(self, event: Any, *, is_mapping: bool) -> _Frame:
        start = event.start_mark.index
        if event.tag is not None:
            self._check_tag(event.tag, start, is_mapping=is_mapping)
        if len(self._stack) > MAX_DEPTH:
            raise _too_deep(start)
        frame = _Frame(start, event.anchor, is_mapping, self._nodes)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._stack.append(frame)
        return frame

    def _check_tag(self, tag: str, start: int, *, is_mapping: bool) -> None:
        try:
            check_collection_tag(tag, "map" if is_mapping else "seq")
        except WrongTag as wrong:
            self._report(wrong.code, wrong.summary, start, "leave the tag out")

    def _close(self) -> _Frame:
        frame = self._stack.pop()
        parent = self._stack[-1]
        value: Any = frame.items
        spans = frame.spans
        self._nodes += len(value) + 1
        if frame.is_mapping:
            value, keys, spans = self._mapping(value, spans)
            spans += (frame.start, keys)
        else:
            spans.append(frame.start)
        parent.items.append(value)
        parent.spans.append(spans)
        height = frame.height + 1
        parent.height = max(parent.height, height)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = _Anchored(value, spans, self._nodes - frame.nodes, height)
        return parent

    def _mapping(self, items: list[Any], spans: list[Any]) -> tuple[dict[str, Any], tuple[str, ...], list[Any]]:
        try:
            keys = tuple(map(intern, items[::2]))
        except TypeError:  # a merge, or a key that is not a string
            keys = ()
        mapping = dict(zip(keys, items[1::2], strict=False))
        if 2 * len(mapping) != len(items):
            mapping, spans = merged(items, spans, self._report)
            keys = tuple(mapping)
        return mapping, self._shapes.setdefault(keys, keys), spans

    def _alias(self, event: Any, frame: _Frame) -> None:
        start = _start(event)
        anchor = event.anchor
        found = self._anchors.get(anchor)
        if found is None:
            recursive = anchor in self._anchors
            raise _Unreadable(
                "recursive-alias" if recursive else "unknown-alias",
                f"*{anchor} stands inside the value it repeats" if recursive else f"nothing is anchored as &{anchor}",
                start,
                "" if recursive else f"write &{anchor} before the value to repeat, earlier in the same document",
            )
        if len(self._stack) + found.height > MAX_DEPTH + 1:
            raise _too_deep(start)
        self._nodes += found.size
        self._aliased += found.size
        if self._aliased > MAX_NODES:
            raise _Unreadable(
                "too-many-aliases", f"aliases repeat more than {MAX_NODES} values in this file", start, "write it out"
            )
        frame.items.append(found.value)
        frame.spans.append(moved_to(found.span, start))
        frame.height = max(frame.height, found.height)


def _span_within(lines: Lines, at: Any, end: Any) -> Span:
    """The span of the document between two marks of the parser."""
    # From the line break before it: indentation counts, and what begins a stream may look like a byte order mark.
    start = max(at.index - at.column - 1, 0)
    frame = next(DocumentStream(lines.text()[start : end.index].encode(), lines.file)._frames())  # noqa: SLF001 - of its own kind
    return shifted(frame.spans[0], start)


def _start(event: Any) -> int:
    return int(event.start_mark.index)


def _too_deep(at: int) -> _Unreadable:
    return _Unreadable(
        "too-deep",
        f"more than {MAX_DEPTH} levels of nesting",
        at,
        f"no manifest needs more than a few; {quoted('[')} and {quoted('{')} open one each",
    )
