"""An emulator for each test, and a folder that is set up for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.reviewing import EDITED, answer, saved
from tests.journeys.workspace import Emulator, Workspace, emulator, profile


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
def review(telnyx: Emulator, workspace: Workspace) -> str:
    """A saved plan of a create, an update and a delete, with an untouched object beside them; its fingerprint."""
    workspace.declare(profile("edited"), profile("untouched"), answer("edited"))
    workspace.apply()
    workspace.declare(EDITED, profile("untouched"), profile("fresh"))
    found = saved(workspace, "--max-deletes", "1")
    telnyx.forget_requests()
    return found
