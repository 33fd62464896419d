"""What is shown, word for word. ``golden.py`` writes the files anew."""

from __future__ import annotations

import pytest

from .golden import FOLDER, texts

TEXTS = texts()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_text_is_the_golden_one(name: str) -> None:
    """A change of a single letter is a change that somebody must mean."""
    assert TEXTS[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_every_golden_file_is_used() -> None:
    """A file without a text would only look like a test."""
    assert {path.name for path in FOLDER.iterdir()} == set(TEXTS)


def test_rendering_is_deterministic() -> None:
    """The same values give the same bytes."""
    assert texts() == TEXTS


def test_every_text_ends_its_last_line() -> None:
    """So that texts can be written one after the other."""
    assert [name for name, text in TEXTS.items() if not text.endswith("\n") or text.endswith("\n\n")] == []
