"""Every test of this folder runs in a project folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .folder import Folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An empty project, which is also the current folder."""
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)
