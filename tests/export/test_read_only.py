"""Mobile numbers: the API shows such settings and changes none, so an export names them and writes no manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.export import Selection
from tests.export.stage import stage
from tests.journeys.conftest import telnyx, workspace
from tests.journeys.workspace import Emulator, Workspace

__all__ = ["telnyx", "workspace"]

NUMBERS = [{"id": str(2126210528794641864 + i), "phone_number": f"+1312555014{i}"} for i in range(7)]


def findings(folder: Path, count: int, **asked: Any) -> list[tuple[str, str, str]]:
    """What an export of an account with mobile numbers says, beside its manifests."""
    with stage(folder, {"mobile_phone_numbers": NUMBERS[:count]}) as one:
        report = one.export(**asked)
        assert not one.writes
        assert not any("1312555014" in text for text in one.files.values())
    return [(each.code, each.summary, each.detail) for each in report.diagnostics]


WHY = "without a manifest: the API shows such settings and changes none"
FIVE = ", ".join(f"+1312555014{i}" for i in range(5))


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, []),
        (1, [("read-only", f"1 mobile number {WHY}", "+13125550140")]),
        (7, [("read-only", f"7 mobile numbers {WHY}", f"{FIVE} and 2 more")]),
    ],
)
def test_they_are_named(tmp_path: Path, count: int, told: list[tuple[str, str, str]]) -> None:
    """All are counted, some are named, and the selection decides whether they are asked for."""
    assert findings(tmp_path / "all", count) == told
    assert findings(tmp_path / "numbers", count, selection=Selection(kinds=("PhoneNumberMessaging",))) == told
    assert findings(tmp_path / "codes", count, selection=Selection(kinds=("ShortCode",))) == []
    assert findings(tmp_path / "names", count, selection=Selection(names=("Alerts*",))) == []


def test_a_list_that_cannot_be_read_is_told(telnyx: Emulator, workspace: Workspace) -> None:
    """No manifest depends on it, so the export goes on."""
    telnyx.fault("GET /mobile_phone_numbers/messaging * status-before=403")
    done = workspace.call("export", "--format", "json")
    assert done.code == 0, done.err
    assert [each["code"] for each in done.document["diagnostics"]] == ["not-looked-at"]
    assert done.document["files"]
