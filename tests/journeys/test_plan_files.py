"""The file of a saved plan: where it may stand, what it tells of git, and what becomes of one that was edited."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.fields import spelled
from reconciler.model.fingerprint import fingerprint
from reconciler.model.saved.file import VERSION, plan_file, read_plan_file
from tests.journeys.reviewing import applied, saved
from tests.journeys.workspace import Emulator, Workspace, profile


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data[: len(data) // 2], "plan-truncated"),
        (lambda data: data.replace("https://b.example.com", "https://e.example.com"), "plan-edited"),
        (
            lambda data: data.replace(f'{{"reconciler_plan": {VERSION}', f'{{"reconciler_plan": {VERSION + 1}', 1),
            "plan-too-new",
        ),
    ],
    ids=["truncated", "edited", "too-new"],
)
def test_a_file_that_is_not_as_saved(
    review: str, spoil: Callable[[str], str], code: str, telnyx: Emulator, workspace: Workspace
) -> None:
    """Each is refused with its own message, before anything is read from the account."""
    assert review
    path = workspace.folder / "plan.json"
    path.write_text(spoil(path.read_text("utf-8")), "utf-8")
    for arguments in (("apply", "plan.json", "--auto-approve"), ("show", "plan.json")):
        refused = workspace.call(*arguments, "--format", "json")
        assert (refused.code, refused.codes) == (1, [code])
    assert telnyx.requests() == []


def test_edited_with_its_checksum(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """Whoever repairs the checksum has another fingerprint, and whoever repairs that is not what was approved."""
    path = workspace.folder / "plan.json"
    intact = path.read_bytes()
    honest = read_plan_file(intact, "plan.json")
    edited = read_plan_file(_resealed(intact.replace(b"https://b.example.com", b"https://e.example.com")), "plan.json")
    path.write_bytes(plan_file(edited, ""))
    refused = applied(workspace, "--format", "json")
    assert (refused.code, refused.codes) == (1, ["plan-edited"])
    forged = replace(edited, plan=replace(edited.plan, fingerprint=fingerprint(edited.plan, "")))
    path.write_bytes(plan_file(forged, ""))
    refused = applied(workspace, "--fingerprint", review, "--format", "json")
    assert (refused.code, refused.codes) == (1, ["plan-not-approved"])
    assert telnyx.requests() == []
    assert honest.plan.fingerprint == review


def _resealed(data: bytes) -> bytes:
    outer = json.loads(data)
    content = spelled(outer["content"])
    digest = hashlib.sha256(content).hexdigest()
    return f'{{"reconciler_plan": 1, "checksum": "sha256:{digest}", "content":\n'.encode() + content + b"}\n"


def test_where_it_cannot_be_saved(workspace: Workspace) -> None:
    """A folder that is not there: one clear message, and the plan is not lost: nothing was done."""
    workspace.declare(profile("fresh"))
    refused = workspace.call("plan", "--out", "missing/plan.json")
    assert refused.code == 1
    assert "missing/plan.json" in refused.err
    assert "Traceback" not in refused.err


@pytest.mark.parametrize("name", ["plan.yaml", "plan.yml", "-"])
def test_names_that_mean_something_else(name: str, workspace: Workspace) -> None:
    """A plan among manifests would be read as one."""
    workspace.declare(profile("fresh"))
    refused = workspace.call("plan", "--out", name)
    assert (refused.code, (workspace.folder / name).exists()) == (64, False)


@pytest.mark.parametrize("name", ["", "pipe", "folder", "linked", ".reconciler/default.ledger.json"])
def test_what_a_plan_must_not_take_the_place_of(name: str, workspace: Workspace) -> None:
    """A pipe, a device, a folder or our own ledger is refused before anything is read, and stays what it is."""
    workspace.declare(profile("fresh"))
    workspace.apply()
    (workspace.folder / "folder").mkdir()
    os.mkfifo(workspace.folder / "pipe")
    (workspace.folder / "linked").symlink_to("/dev/null")
    before = _standing(workspace.folder)
    refused = workspace.call("plan", "--out", name)
    assert (refused.code, "is no name for a saved plan" in refused.err) == (64, True)
    assert ("is kept for the ledger" in refused.err) == name.startswith(".reconciler")
    assert _standing(workspace.folder) == before


def _standing(folder: Path) -> dict[Path, tuple[int, int, int]]:
    return {path: ((at := path.lstat()).st_ino, at.st_mode, at.st_mtime_ns) for path in folder.rglob("*")}


def test_of_git(workspace: Workspace) -> None:
    """The commit that the manifests are at, and whether they were changed since."""
    workspace.declare(profile("fresh"))
    folder = Path(workspace.folder)
    _git(folder, "init", "-q")
    _git(folder, "add", "manifests.yaml")
    _git(folder, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "x")
    saved(workspace)
    made = json.loads((folder / "plan.json").read_text("utf-8"))["content"]["made"]
    assert made["commit"] == _git(folder, "rev-parse", "HEAD").strip()
    assert made["dirty"] is True  # reconciler.yaml is not in the commit
    assert made["manifests"].startswith("sha256:")
    assert f"{made['commit'][:12]}, with changes" in workspace.call("show", "plan.json").out
    _git(folder, "add", "reconciler.yaml")
    _git(folder, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "y")
    for dirty, change in (
        (False, "plan.json"),  # a plan that was saved before
        (False, "new.txt"),
        (False, "new/readme.md"),
        (False, ".github/workflow.yaml"),  # no plan reads hidden folders
        (False, "node_modules/x.yml"),
        (True, "new.yaml"),
        (True, "new/one.yml"),
        (True, "manifests.yaml"),
    ):
        (folder / change).parent.mkdir(exist_ok=True)
        with (folder / change).open("a") as file:
            file.write("" if change == "plan.json" else "# new\n")
        saved(workspace)
        assert _dirty(folder) is dirty, change
        if change not in {"plan.json", "manifests.yaml"}:
            (folder / change).unlink()


def test_of_git_where_paths_are_given(workspace: Workspace) -> None:
    """A new manifest that the command does not read is none of its business; one that it reads is."""
    workspace.declare(profile("fresh"), name="one/a.yaml")
    folder = Path(workspace.folder)
    _git(folder, "init", "-q")
    _git(folder, "add", "one", "reconciler.yaml")
    _git(folder, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "x")
    workspace.declare(profile("other"), name="two/b.yaml")
    saved(workspace, "one")
    assert _dirty(folder) is False
    workspace.call("apply", "plan.json", "--auto-approve")
    workspace.declare(profile("fresh", webhook_url="https://b.example.com"), name="one/a.yaml")
    _git(folder, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qam", "y")
    assert workspace.call("apply", "one", "--auto-approve").code == 0
    assert [run["dirty"] for run in workspace.call("history", "--format", "json").document["runs"]] == [False, False]
    saved(workspace, "one", "two/b.yaml")
    assert _dirty(folder) is True


def _dirty(folder: Path) -> object:
    return json.loads((folder / "plan.json").read_text("utf-8"))["content"]["made"]["dirty"]


def test_a_folder_that_passes_itself_off_as_a_repository(workspace: Workspace) -> None:
    """Whoever may write manifests may commit these files, too: nothing that they name is started."""
    folder = workspace.folder
    _git(folder, "init", "-q")
    configuration = (
        '[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = "touch started; false"'
    )
    for name, text in {"HEAD": "ref: refs/heads/main", "config": configuration, "objects/x": "", "refs/x": ""}.items():
        workspace.write(text, f"inner/{name}")
    for place in ("inner", "inner/nested"):
        inner = Workspace(folder / place, workspace.environment)
        inner.write("accounts: {default: {rate: 1000}}", "reconciler.yaml")
        inner.declare(profile("fresh"))
        saved(inner, "manifests.yaml")
        assert json.loads((inner.folder / "plan.json").read_text("utf-8"))["content"]["made"]["commit"] is None
    assert list(folder.rglob("started")) == []


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout


SECRET = profile("fresh", webhook_url="${env:HOOK}")


def _no_place_of_the_secret(content: Any) -> None:
    content["resources"][0]["written"] = None


def _another_place_of_the_secret(content: Any) -> None:
    content["resources"][0]["written"]["metadata"]["name"] = "other"


def _local_time(content: Any) -> None:
    content["made"]["created"] = "2026-01-01"


def _from_the_future(content: Any) -> None:
    content["made"]["created"] = "9999-01-01T00:00:00+00:00"


def _an_absurd_number(content: Any) -> None:
    content["requests"]["estimated_seconds"] = 10**400


def _half_a_character(content: Any) -> None:
    content["resources"][0]["labels"] = {"team": "\ud83d"}


def _no_fields(content: Any) -> None:
    content["reviewed"] = {"MessagingProfile/fresh": 7}


def _a_kind_of_a_newer_version(content: Any) -> None:
    content["resources"] += [{**content["resources"][0], "address": "Rocket/moon"}]


@pytest.mark.parametrize(
    ("edit", "exit_code", "code"),
    [
        (_no_place_of_the_secret, 1, "plan-edited"),
        (_another_place_of_the_secret, 3, "stale"),
        (_local_time, 1, "plan-edited"),
        (_from_the_future, 1, "plan-expired"),
        (_an_absurd_number, 1, "plan-edited"),
        (_half_a_character, 1, "plan-edited"),
        (_no_fields, 1, "plan-edited"),
        (_a_kind_of_a_newer_version, 1, "plan-too-new"),
    ],
)
def test_edited_under_the_approved_fingerprint(
    edit: Callable[[Any], None], exit_code: int, code: str, telnyx: Emulator, workspace: Workspace
) -> None:
    """Not everything in a file is in its fingerprint: what is edited beside it is refused all the same."""
    workspace.environment["HOOK"] = "https://b.example.com/canary"
    workspace.declare(SECRET)
    approved = saved(workspace)
    path = workspace.folder / "plan.json"
    content = json.loads(path.read_bytes())["content"]
    edit(content)
    path.write_bytes(_resealed(json.dumps({"content": content}).encode()))
    refused = workspace.call("apply", "plan.json", "--fingerprint", approved, "--max-age", "1h", "--format", "json")
    assert refused.code == exit_code, refused.err
    assert code in refused.codes
    assert telnyx.writes() == []


def test_a_ledger_of_a_newer_version(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """Refused as by every other command."""
    path = workspace.folder / ".reconciler" / "default.ledger.json"
    path.write_text(path.read_text("utf-8").replace("MessagingProfile/untouched", "Rocket/moon"), "utf-8")
    refused = applied(workspace, "--format", "json")
    assert (refused.code, refused.codes) == (1, ["ledger"])
    assert "Rocket" in refused.err
    assert telnyx.writes() == []
    assert review
