"""A ledger moves house: everything arrives, nothing is overwritten, the old place is left as it was."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from reconciler.errors import LedgerError, Locked, ReconcilerError, UsageError
from reconciler.ledger.local import LocalLedger
from reconciler.model.ledger import Recorded
from reconciler.workflow.ledger_migration import Migrated, migrate
from reconciler.workflow.setting import Setting
from tests.journeys.test_history import setting_of
from tests.journeys.workspace import Workspace, profile
from tests.ledger.cases import entry, holding, seen


@pytest.fixture
def setting(workspace: Workspace) -> Setting:
    """An account to which two runs have applied."""
    for url in ("a", "b"):
        workspace.declare(profile("main", webhook_url=f"https://{url}.example.com"))
        workspace.apply()
    return setting_of(workspace)


def migrated(setting: Setting, target: LocalLedger) -> Migrated:
    """Do it."""
    return asyncio.run(migrate(setting, target))


def kept(folder: Path) -> dict[str, bytes]:
    """Every file but the locks."""
    found = folder.iterdir() if folder.exists() else ()
    return {path.name: path.read_bytes() for path in found if path.suffix != ".lock"}


def test_everything_arrives(setting: Setting, tmp_path: Path) -> None:
    """Lineage, salt and serial included, so that saved plans and sealed secrets go on to match."""
    before = kept(setting.project.state_folder)
    target = LocalLedger(tmp_path / "new", "default")
    done = migrated(setting, target)
    assert (done.objects, done.runs) == (1, 2)
    assert kept(tmp_path / "new") == before == kept(setting.project.state_folder)
    assert {"default.ledger.json", "default.history.jsonl"} <= set(before)


def test_what_a_killed_run_left_arrives_too(setting: Setting, tmp_path: Path) -> None:
    """The journal is folded in on the way, and stays at the source."""
    assert isinstance(setting.ledger, LocalLedger)
    with holding(setting.ledger) as ledger:
        asyncio.run(ledger.append(Recorded(entry())))
    target = LocalLedger(tmp_path / "new", "default")
    assert migrated(setting, target).objects == 2
    assert seen(target).ledger == seen(setting.ledger).ledger
    assert not seen(target).unfinished
    assert seen(setting.ledger).unfinished


def test_one_that_was_cut_short_is_done_again(setting: Setting, tmp_path: Path) -> None:
    """A part of the history is there, and no ledger yet."""
    target = LocalLedger(tmp_path / "new", "default")
    lines = asyncio.run(setting.ledger.history()).lines
    with holding(target) as ledger:
        asyncio.run(ledger.append_history(lines[:3]))
    migrated(setting, target)
    assert kept(tmp_path / "new") == kept(setting.project.state_folder)


@pytest.mark.parametrize(
    ("occupied", "told"), [("ledger", "holds a ledger already"), ("history", "has another history already")]
)
def test_nothing_is_overwritten(occupied: str, told: str, setting: Setting, tmp_path: Path) -> None:
    """Whatever is there."""
    target = LocalLedger(tmp_path / "new", "default")
    with holding(target) as ledger:
        if occupied == "ledger":
            asyncio.run(ledger.begin_with(seen(setting.ledger).ledger))
        else:
            asyncio.run(ledger.append_history(asyncio.run(setting.ledger.history()).lines[1:2]))
    before = kept(tmp_path / "new")
    with pytest.raises(LedgerError, match=told):
        migrated(setting, target)
    assert kept(tmp_path / "new") == before


def test_refusals(setting: Setting, tmp_path: Path) -> None:
    """Onto itself; while somebody works on either side; from a place that holds none."""
    with pytest.raises(UsageError, match="is where the ledger is already"):
        migrated(setting, LocalLedger(setting.project.state_folder, "default"))
    target = LocalLedger(tmp_path / "new", "default")
    for busy in (setting.ledger, target):
        with holding(busy), pytest.raises(Locked):
            migrated(setting, target)
    (setting.project.state_folder / "default.ledger.json").unlink()
    with pytest.raises(ReconcilerError, match="there is no ledger in"):
        migrated(setting, target)
    assert not seen(target).exists
