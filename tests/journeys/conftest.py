"""An emulator for each test, and a folder that is set up for it."""

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
