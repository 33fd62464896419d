"""How far a long read is: told on standard error while it lasts, never of a short one, and nowhere else."""

from __future__ import annotations

import re

import pytest

from tests.cli.console import console
from tests.journeys.workspace import Emulator, Workspace, profile

PROFILES = 4
"""Profiles, each with a list of its own below it."""


@pytest.fixture
def slow(workspace: Workspace, telnyx: Emulator) -> Workspace:
    """An account that is asked little more than once a second, and takes some seconds to read."""
    for number in range(PROFILES):
        row = telnyx.create("messaging_profiles", name=f"p{number}", whitelisted_destinations=["US"])
        telnyx.create(
            "autoresp_configs", messaging_profile_id=row["id"], op="stop", country_code="US", keywords=["STOP"]
        )
    assert workspace.call("export").code == 0
    (workspace.folder / "reconciler.yaml").write_text("accounts: {default: {rate: 1.25}}\n")
    return workspace


def test_long_reads_in_a_log(slow: Workspace) -> None:
    """Short lines of how many lists of how many; the result is what it always is."""
    planned = slow.call("plan", "--detailed-exitcode")
    assert planned.code == 0
    assert planned.out == "No changes. The account matches the manifests.\n"
    lines = planned.err.splitlines()
    assert 1 <= len(lines) <= PROFILES
    for line in lines:
        assert re.fullmatch(
            r"reading the account: \d of 4 lists read(, \d\.\d requests/s)?(, (about \d+ s|a few seconds) left)?", line
        )


def test_long_reads_on_a_terminal(slow: Workspace) -> None:
    """A line that changes and is gone before the result is there."""
    with console(slow, "drift") as terminal:
        assert terminal.end() == 0
    assert re.search(r"reading the account: \d of 4 lists read", terminal.shown)
    *_, result = re.split(r"\x1b\[2K", terminal.shown)
    assert "No drift." in result
    assert "lists read" not in result


def test_short_reads_say_nothing(workspace: Workspace) -> None:
    """Not a line."""
    workspace.declare(profile("alerts"))
    workspace.apply()
    assert workspace.call("plan").err == workspace.call("drift").err == ""
