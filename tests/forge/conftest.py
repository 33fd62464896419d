"""A stage at each of the two forges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forge.hosts import GitHubHost, GitLabHost, serving
from tests.forge.stage import Stage
from tests.journeys.workspace import Workspace, emulator


@pytest.fixture(params=["github", "gitlab"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """A host, an emulator, and a folder that is set up for both."""
    with emulator() as telnyx, serving(GitHubHost() if request.param == "github" else GitLabHost()) as host:
        yield Stage(request.param, host, Workspace.at(tmp_path / "project", telnyx), telnyx)


@pytest.fixture
def github(tmp_path: Path) -> Iterator[Stage]:
    """As ``stage``, at GitHub alone."""
    with emulator() as telnyx, serving(GitHubHost()) as host:
        yield Stage("github", host, Workspace.at(tmp_path / "project", telnyx), telnyx)
