"""The quick way through plain documents and the careful one must never disagree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from reconciler.manifest import documents
from reconciler.manifest.composing import is_plain
from reconciler.manifest.documents import Document, DocumentStream
from reconciler.manifest.places import Places

WORDS = [
    *("a", "name", "null", "~", "true", "0x1f", "012", "1.5", ".inf", '"quoted"', "'1'", "?", "x&y", "Hi!", "ä"),
    *("<<", "<<: {a: 1}", "? b", "!!str 1", "&x 1", "*x", "[", "]", "{", "}", ",", "- ", ": ", "a: 1", "b: [1, two]"),
    *("\n", "\n  ", "\n---\n", "\n...\n", "%TAG ! x", "# note", "|\n  text", ">-\n  text", "\t", "\u2028", "\x07"),
]


def _read(data: bytes) -> tuple[Any, ...]:
    stream = DocumentStream(data, "x.yaml")
    read = [(repr(one.value), _spans(one)) for one in stream]
    return read, stream.findings, stream.complete


def _spans(document: Document) -> str:
    assert isinstance(document.places, Places)
    return f"{document.places.span()} {document.places(())}"


def _carefully(data: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    with monkeypatch.context() as patched:
        patched.setattr(documents, "is_plain", lambda _: False)
        return _read(data)


@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_both_ways_read_the_same(text: str) -> None:
    """Values, places and findings, of whatever can be written."""
    with pytest.MonkeyPatch.context() as patched:
        assert _read(text.encode()) == _carefully(text.encode(), patched)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n---\na: 1\na: 2\n---\nb: 2\n",
        "a: 1\n---\nb: [\n",
        "a: {b: [1, {c: ~}]}\n---\n---\n- x\n- - y\n",
        "1: a\n",
        '"1": a\n',
        "<<: {a: 1}\n",
        "? [a]\n: b\n",
        "? {a: b}\n: c\n",
        ": a\n",
        "[" * 95 + "]" * 95,
        "[" * 150 + "]" * 150,
        "\ufeffa: 1\n---\n\ufeffb: [1, {c: 2}]\n",
        "  a: 1\r\n  b: {c: d}\r\n--- {e: [f]}\n--- # x\n - g\n - h: |+\n    i\n\n\n",
        "url: https://example.com/?a=1&b=2\n",
    ],
)
def test_plain_and_not_so_plain(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the quick way begins with, and may have to hand over."""
    assert is_plain(text.encode())
    assert _read(text.encode()) == _carefully(text.encode(), monkeypatch)


@pytest.mark.parametrize(
    "text",
    ["[" * 20_000, "- " * 20_000, "a: &x 1\nb: *x\n", "a: !!str 1\n", "&x a: 1\n", "[&x 1]", "a:\n" + " x" * 60_000],
)
def test_what_is_left_to_the_careful_way(text: str) -> None:
    """Deep nesting, anchors and tags never reach the composer."""
    assert not is_plain(text.encode())
