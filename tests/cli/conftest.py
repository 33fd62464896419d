"""A fresh folder for each test, and an emulator for those that ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.workspace import Emulator, Workspace, emulator


@pytest.fixture
def telnyx() -> Iterator[Emulator]:
    """A new emulator on a socket."""
    with emulator() as made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path, telnyx: Emulator) -> Workspace:
    """A fresh folder whose default account is ``telnyx``."""
    return Workspace.at(tmp_path / "project", telnyx)


@pytest.fixture
def bare(tmp_path: Path) -> Workspace:
    """A fresh folder without any account: no key, no address."""
    return Workspace.at(tmp_path / "bare")
