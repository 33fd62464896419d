"""The files of an export: all of them or none, and never over an edit."""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import ReconcilerError
from reconciler.workflow.writing_files import intend, write
from tests.export.folder import SEEDED, codes, exported, files
from tests.journeys.workspace import Workspace


def test_an_edit_is_never_lost(alerts: dict[str, Any], workspace: Workspace) -> None:
    """All refusals at once, and nothing written; --force writes, and only then."""
    exported(workspace)
    edited = workspace.folder / "messaging-profiles.yaml"
    edited.write_text(edited.read_text("utf-8") + "# ours\n", "utf-8")
    (workspace.folder / "auto-responses.yaml").unlink()
    before = files(workspace)
    refused = exported(workspace, code=1)
    assert codes(refused) == ["file-differs"]
    assert refused["diagnostics"][0]["source"]["file"] == "messaging-profiles.yaml"
    assert files(workspace) == before
    forced = exported(workspace, "--force")
    assert {each["path"]: each["writing"] for each in forced["files"]} == {
        "alphanumeric-sender-ids.yaml": "unchanged",
        "auto-responses.yaml": "written",
        "messaging-profiles.yaml": "replaced",
        **dict.fromkeys(SEEDED, "unchanged"),
    }
    assert "# ours" not in edited.read_text("utf-8")


def test_links_and_strangers_in_the_way(alerts: dict[str, Any], workspace: Workspace, tmp_path: Path) -> None:
    """No link is followed and no folder replaced; every such file is named, and nothing is written."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (workspace.folder / "auto-responses").symlink_to(outside, target_is_directory=True)
    (workspace.folder / "messaging-profiles").write_text("a file")
    before = files(workspace)
    refused = exported(workspace, "--split", "resource", code=1)
    assert set(codes(refused)) == {"no-place-for-file"}
    assert {finding["source"]["file"] for finding in refused["diagnostics"]} == {
        "auto-responses/alerts-stop-us.yaml",
        "messaging-profiles/alerts.yaml",
    }
    assert files(workspace) == before
    assert list(outside.iterdir()) == []


def test_a_full_disk_leaves_nothing(alerts: dict[str, Any], workspace: Workspace) -> None:
    """The second file fails to be written: the first one is gone again, and nothing is recorded."""
    before = files(workspace)
    (workspace.folder / "out").mkdir()

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (220, 220))

    workspace.environment["PYTHONDONTWRITEBYTECODE"] = "1"  # the limit would cut those files, too
    process = workspace.start("export", "out", "--no-record", preexec_fn=small)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "[export-write]" in err
    assert files(workspace) == before
    assert list((workspace.folder / "out").iterdir()) == []


@pytest.mark.parametrize("before", [None, b"ours\n"])
def test_an_edit_between_look_and_write_is_kept(before: bytes | None, tmp_path: Path) -> None:
    """Large accounts take a while to be proven; whoever saves a file meanwhile keeps it, and no other is written."""
    if before is not None:
        (tmp_path / "b.yaml").write_bytes(before)
    intended, _ = intend(tmp_path, ".", {"a.yaml": b"a\n", "b.yaml": b"b\n"}, force=True)
    (tmp_path / "b.yaml").write_bytes(b"edited\n")
    with pytest.raises(ReconcilerError, match=r'"b\.yaml": somebody changed it meanwhile; no file was left behind'):
        write(intended)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"b.yaml": b"edited\n"}


def test_files_are_as_an_editor_makes_them(alerts: dict[str, Any], workspace: Workspace) -> None:
    """Readable for all who may read the project; a replaced one keeps its mode."""
    exported(workspace)
    path = workspace.folder / "messaging-profiles.yaml"
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    path.write_text("# gone\n")
    path.chmod(0o640)
    exported(workspace, "--force")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_folder_that_no_plan_reads(alerts: dict[str, Any], workspace: Workspace, tmp_path: Path) -> None:
    """Recording there would let the next plan forget everything again; without recording it is fine."""
    elsewhere = str(tmp_path / "elsewhere")
    for folder in (elsewhere, ".hidden"):
        refused = exported(workspace, folder, code=64)
        assert "--no-record" in refused["diagnostics"][0]["hint"]
    exported(workspace)
    assert exported(workspace, elsewhere, "--no-record")["recorded"] is None
    assert (tmp_path / "elsewhere" / "messaging-profiles.yaml").is_file()


def test_two_at_a_time(alerts: dict[str, Any], workspace: Workspace) -> None:
    """The ledger's lock holds; an export that does not record needs none."""
    from reconciler.ledger.local import LocalLedger  # noqa: PLC0415 - as above
    from tests.ledger.cases import holding  # noqa: PLC0415 - for this test alone

    with holding(LocalLedger(workspace.folder / ".reconciler", "default")):
        assert workspace.call("export").code == 5
        assert workspace.call("export", "--no-record").code == 0
