"""Shortcuts to the parser for tests that need no kinds."""

from __future__ import annotations

from typing import Any

from reconciler.manifest.documents import Document, DocumentStream

from .folder import lines


def documents(content: str | bytes) -> list[Document]:
    """The documents of a faultless file."""
    stream = DocumentStream(content.encode() if isinstance(content, str) else content, "m.yaml")
    found = list(stream)
    assert lines(stream.findings) == []
    return found


def value_of(content: str) -> Any:
    """The value of the only document."""
    (document,) = documents(content)
    return document.value


def faults(content: str | bytes) -> list[str]:
    """What the parser alone finds wrong."""
    stream = DocumentStream(content.encode() if isinstance(content, str) else content, "m.yaml")
    list(stream)
    return lines(stream.findings)
