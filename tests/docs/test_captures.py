"""The pictures of the README show what the commands print today, and ask nobody for anything."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.captures import COLUMNS, FOLDER, captures, readable
from tests.journeys.workspace import ROOT


def test_pictures_show_what_is_printed(tmp_path: Path) -> None:
    """Word for word. ``python -m tests.docs.captures`` draws them anew."""
    today = {f"{name}.svg": readable(capture.svg()) for name, capture in captures(tmp_path / "acme").items()}
    drawn = {path.name: readable(path.read_text("utf-8")) for path in FOLDER.iterdir()}
    assert drawn == today
    assert "Plan: 1 to create, 2 to update, 1 to replace, 1 to delete." in drawn["plan.svg"]
    assert "This cannot be undone:" in drawn["apply.svg"]
    assert max(len(line) for lines in drawn.values() for line in lines) <= COLUMNS


def test_pictures_load_nothing() -> None:
    """No font, style or script of anybody; and each is shown somewhere, with words for those who cannot see it."""
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))
    for path in FOLDER.iterdir():
        svg = path.read_text("utf-8")
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)(?![\w.]*example\.)[^\s<\"]*", svg) == []
        assert not re.search(r"@import|@font-face|<script|<image|<foreignObject|href=", svg)
        assert re.search(rf"!\[[^\]]{{20,}}\]\([\w/]*{path.name}\)", pages), path.name
