"""The tutorial works as it is written, from its first command to its last."""

from __future__ import annotations

from pathlib import Path

from tests.docs.tutorial import PAGE, carried_out
from tests.journeys.workspace import Workspace


def test_the_tutorial_shows_what_happens(tmp_path: Path) -> None:
    """Files, commands, exit codes, output. ``python -m tests.docs.tutorial`` writes the page anew."""
    text = PAGE.read_text("utf-8")
    assert carried_out(text, Workspace.at(tmp_path / "acme")) == text
