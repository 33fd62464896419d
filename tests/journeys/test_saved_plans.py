"""What was reviewed is what runs: a saved plan is applied as saved, carried on, or refused (promise 2)."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.fields import spelled
from reconciler.model.fingerprint import fingerprint
from reconciler.model.saved.file import plan_file, read_plan_file
from tests.journeys.workspace import Emulator, Outcome, Workspace, manifest, profile

EDITED = profile("edited", webhook_url="https://b.example.com")


def answer(of: str, **spec: Any) -> dict[str, Any]:
    """A STOP answer."""
    stated = {"messaging_profile": of, "op": "stop", "country_code": "US", "keywords": ["STOP"], **spec}
    return manifest("AutoResponse", f"{of}-stop", **stated)


def saved(workspace: Workspace, *arguments: str) -> str:
    """Save the plan; its fingerprint."""
    done = workspace.call("plan", "--out", "plan.json", "--format", "json", *arguments)
    assert done.code == 0, done.err + done.out
    fingerprint: str = done.document["fingerprint"]
    return fingerprint


def applied(workspace: Workspace, *arguments: str) -> Outcome:
    """Apply what was saved."""
    return workspace.call("apply", "plan.json", "--auto-approve", "--settle", "1", *arguments)


@pytest.fixture
def review(telnyx: Emulator, workspace: Workspace) -> str:
    """A saved plan of a create, an update and a delete, with an untouched object beside them; its fingerprint."""
    workspace.declare(profile("edited"), profile("untouched"), answer("edited"))
    workspace.apply()
    workspace.declare(EDITED, profile("untouched"), profile("fresh"))
    found = saved(workspace, "--max-deletes", "1")
    telnyx.forget_requests()
    return found


def ids(telnyx: Emulator, collection: str = "messaging_profiles") -> dict[str, str]:
    """Ids by name."""
    return {row.get("name", row["id"]): row["id"] for row in telnyx.rows(collection)}


def test_runs_as_reviewed(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """Without the manifests, on nothing but the file; and a second time there is nothing to do."""
    (workspace.folder / "manifests.yaml").write_text("this: is no manifest\n", "utf-8")
    done = workspace.call("apply", "plan.json", "--fingerprint", review, "--format", "json")
    assert done.code == 0, done.err
    assert {each["address"]: each["action"] for each in done.document["outcomes"]} == {
        "MessagingProfile/edited": "update",
        "MessagingProfile/fresh": "create",
        "AutoResponse/edited-stop": "delete",
    }
    assert set(ids(telnyx)) == {"Edited", "Untouched", "Fresh"}
    assert telnyx.rows("autoresp_configs") == []
    telnyx.forget_requests()
    again = applied(workspace, "--format", "json")
    assert (again.code, again.codes) == (0, ["already-applied"])
    assert telnyx.writes() == []


def test_only_its_owner_reads_it(review: str, workspace: Workspace) -> None:
    """0600, and what was there before is replaced whole."""
    assert review
    assert stat.S_IMODE((workspace.folder / "plan.json").stat().st_mode) == 0o600


def test_shown_again(review: str, workspace: Workspace) -> None:
    """In every format the very words of the plan, without key, manifests or ledger."""
    elsewhere = Workspace.at(workspace.folder.parent / "elsewhere")
    (elsewhere.folder / "plan.json").write_bytes((workspace.folder / "plan.json").read_bytes())
    for name in ("text", "json", "markdown"):
        planned = workspace.call("plan", "--max-deletes", "1", "--format", name)
        shown = elsewhere.call("show", "plan.json", "--format", name)
        assert (shown.code, shown.out) == (0, planned.out)
    assert review in elsewhere.call("show", "plan.json").out


def _edit(telnyx: Emulator, _: Workspace) -> None:
    telnyx.edit("messaging_profiles", "Edited", webhook_url="https://portal.example.com")


def _edit_another_field(telnyx: Emulator, _: Workspace) -> None:
    telnyx.edit("messaging_profiles", "Edited", mobile_only=True)


def _do_it_already(telnyx: Emulator, _: Workspace) -> None:
    telnyx.edit("messaging_profiles", "Edited", webhook_url="https://b.example.com")


def _delete(telnyx: Emulator, _: Workspace) -> None:
    for row in telnyx.rows("autoresp_configs"):
        telnyx.delete("autoresp_configs", row["id"])


def _create(telnyx: Emulator, _: Workspace) -> None:
    telnyx.create("messaging_profiles", name="Fresh", whitelisted_destinations=["US"])


def _apply_something_else(_: Emulator, workspace: Workspace) -> None:
    text = (workspace.folder / "manifests.yaml").read_text("utf-8")
    workspace.declare(profile("edited", enabled=False), profile("untouched"), answer("edited"))
    workspace.apply()
    workspace.write(text)


def _lose_the_ledger(_: Emulator, workspace: Workspace) -> None:
    (workspace.folder / ".reconciler" / "default.ledger.json").unlink()


MOVES: list[tuple[Callable[[Emulator, Workspace], None], str, list[str]]] = [
    (
        _edit,
        "changed since it was reviewed",
        ['"https://portal.example.com"', '"https://b.example.com"', "last changed by"],
    ),
    (_edit_another_field, "changed since it was reviewed", ["mobile_only"]),
    (_do_it_already, "changed since it was reviewed", ['"https://b.example.com"']),
    (_delete, "no longer exists", []),
    (_create, "has appeared since the review", []),
    (_apply_something_else, "changed since it was reviewed", ["enabled"]),
    (_lose_the_ledger, "not the one that this plan was made with", []),
]


@pytest.mark.parametrize(("move", "told", "detail"), MOVES, ids=[move.__name__.strip("_") for move, _, _ in MOVES])
def test_the_world_has_moved(
    review: str,
    move: Callable[[Emulator, Workspace], None],
    told: str,
    detail: list[str],
    telnyx: Emulator,
    workspace: Workspace,
) -> None:
    """Exit 3, no write, and what was reviewed, what is there now, and who did it."""
    assert review
    move(telnyx, workspace)
    before = telnyx.state()
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert told in refused.err
    for part in detail:
        assert part in refused.err
    assert telnyx.writes() == []
    assert telnyx.state() == before


def test_what_the_plan_does_not_touch_does_not_matter(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """A stranger appears and an unplanned object changes: the plan runs, and leaves both as they are."""
    assert review
    telnyx.edit("messaging_profiles", "Untouched", enabled=False)
    telnyx.create("messaging_profiles", name="Stranger", whitelisted_destinations=["GB"])
    before = {row["name"]: row for row in telnyx.rows("messaging_profiles")}
    assert applied(workspace).code == 0
    after = {row["name"]: row for row in telnyx.rows("messaging_profiles")}
    assert [after[name] for name in ("Untouched", "Stranger")] == [before[name] for name in ("Untouched", "Stranger")]


def test_facts_that_a_guard_used(telnyx: Emulator, workspace: Workspace) -> None:
    """A number is put on a profile whose deletion was reviewed without any: nothing is written."""
    workspace.declare(profile("kept"), profile("gone"))
    workspace.apply()
    workspace.declare(profile("kept"))
    saved(workspace, "--max-deletes", "1")
    number = telnyx.rows("phone_numbers")[0]["id"]
    telnyx.edit("phone_numbers", number, messaging_profile_id=ids(telnyx)["Gone"])
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert "what hangs on its object has changed" in refused.err
    assert telnyx.writes() == []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data[: len(data) // 2], "plan-truncated"),
        (lambda data: data.replace("https://b.example.com", "https://e.example.com"), "plan-edited"),
        (lambda data: data.replace('{"reconciler_plan": 1', '{"reconciler_plan": 2', 1), "plan-too-new"),
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


def test_another_account_project_or_key(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """A plan runs where it was made, and nowhere else."""
    assert review
    refused = workspace.call("apply", "plan.json", "--auto-approve", "--account", "sandbox")
    assert refused.code == 64
    workspace.write("{project: other, accounts: {default: {rate: 1000}}}", "reconciler.yaml")
    assert applied(workspace, "--format", "json").codes == ["plan-foreign-account"]
    workspace.write("accounts: {default: {rate: 1000}}", "reconciler.yaml")
    workspace.environment["TELNYX_BASE_URL"] = telnyx.base.replace("127.0.0.1", "localhost")
    assert applied(workspace, "--format", "json").codes == ["plan-foreign-account"]
    workspace.environment["TELNYX_BASE_URL"] = telnyx.base
    workspace.environment["TELNYX_API_KEY"] = "KEY_of_somebody_else"
    empty = applied(workspace)
    assert empty.code == 3, "nothing that was reviewed is there"
    telnyx.key = "KEY_of_somebody_else"
    telnyx.create("messaging_profiles", name="Theirs", whitelisted_destinations=["GB"])
    foreign = applied(workspace, "--format", "json")
    assert (foreign.code, foreign.codes) == (1, ["wrong-account"])
    assert telnyx.writes() == []


def test_too_old(review: str, workspace: Workspace) -> None:
    """Measured from when it was saved."""
    assert review
    assert applied(workspace, "--max-age", "0m", "--format", "json").codes == ["plan-expired"]
    assert applied(workspace, "--max-age", "1h").code == 0


@pytest.mark.parametrize("option", ["--prune", "--allow-adopt", "--max-deletes=3", "--allow=x", "--only=A/b"])
def test_planning_is_over(review: str, option: str, workspace: Workspace) -> None:
    """A saved plan carries what was asked for when it was made."""
    assert review
    refused = workspace.call("apply", "plan.json", "--auto-approve", option)
    assert refused.code == 64, refused.err
    assert "does not go with a saved plan" in refused.err


def test_no_file_to_approve(workspace: Workspace) -> None:
    """Nothing is accepted and ignored."""
    workspace.declare(profile("fresh"))
    for option in (("--fingerprint", "sha256:0"), ("--max-age", "1h")):
        assert workspace.call("apply", "--auto-approve", *option).code == 64
    assert workspace.call("show", "manifests.yaml").code == 64
    assert workspace.call("apply", "manifests.yaml", "plan.json", "--auto-approve").code == 1


def test_adoption_was_agreed_to_in_the_review(telnyx: Emulator, workspace: Workspace) -> None:
    """A saved plan is consent (design §4)."""
    telnyx.create("messaging_profiles", name="Theirs", whitelisted_destinations=["GB"])
    workspace.declare(profile("theirs"))
    assert workspace.call("apply", "--auto-approve").code == 1
    saved(workspace)
    assert applied(workspace).code == 0
    assert telnyx.rows("messaging_profiles")[0]["whitelisted_destinations"] == ["US"]


def test_a_blocked_plan_stays_blocked(telnyx: Emulator, workspace: Workspace) -> None:
    """Saving lifts no guard; what was lifted when it was made stays lifted."""
    workspace.declare(profile("wide", whitelisted_destinations=["US"]))
    workspace.apply()
    workspace.declare(profile("wide", whitelisted_destinations=["*"]))
    assert workspace.call("plan", "--out", "plan.json").code == 1
    telnyx.forget_requests()
    assert applied(workspace).code == 1
    assert telnyx.requests() == []
    saved(workspace, "--allow", "destinations-widened")
    assert applied(workspace).code == 0


def test_secrets_are_found_again_or_refused(telnyx: Emulator, workspace: Workspace) -> None:
    """The value is not in the file; another value, or none, is not what was reviewed."""
    workspace.environment["TOKEN"] = "canary-4711"
    workspace.declare(profile("hooked", webhook_url="https://a.example.com/${env:TOKEN}"))
    saved(workspace)
    assert "canary-4711" not in (workspace.folder / "plan.json").read_text("utf-8")
    workspace.environment["TOKEN"] = "canary-0815"
    refused = applied(workspace)
    assert (refused.code, "canary" in refused.err + refused.out) == (3, False)
    del workspace.environment["TOKEN"]
    undefined = applied(workspace)
    assert undefined.code == 1
    assert "manifests.yaml:" in undefined.err
    assert telnyx.writes() == []
    workspace.environment["TOKEN"] = "canary-4711"
    assert applied(workspace).code == 0
    assert telnyx.rows("messaging_profiles")[0]["webhook_url"] == "https://a.example.com/canary-4711"
    workspace.declare(profile("hooked", webhook_url="https://b.example.com/${env:TOKEN}"))
    saved(workspace)
    assert applied(workspace).code == 0
    assert telnyx.rows("messaging_profiles")[0]["webhook_url"] == "https://b.example.com/canary-4711"


def test_carried_on_after_a_failure(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """Exit 4, then the same command: what is done is not done again, and what was not is done as reviewed."""
    telnyx.fault("PATCH /messaging_profiles/* * status-before=422")
    partly = applied(workspace, "--format", "json")
    assert partly.code == 4
    assert "plan.json" in partly.document["next_command"]
    telnyx.fault()
    telnyx.forget_requests()
    rest = applied(workspace, "--format", "json")
    assert rest.code == 0, rest.err
    assert [each["address"] for each in rest.document["outcomes"]] == ["MessagingProfile/edited"]
    assert "carried-on" in rest.codes
    assert [method for method, _ in telnyx.writes()] == ["PATCH"]
    assert applied(workspace, "--format", "json").codes == ["already-applied"]
    assert review


def test_not_carried_on_where_somebody_stepped_in(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """After exit 4 somebody edits the object whose change is done: it is no longer as this plan left it."""
    assert review
    telnyx.fault("POST /messaging_profiles * status-before=422")
    assert applied(workspace).code == 4
    telnyx.fault()
    telnyx.edit("messaging_profiles", "Edited", mobile_only=True)
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert "mobile_only" in refused.err
    assert telnyx.writes() == []


def test_not_carried_on_in_a_neighbouring_leaf(telnyx: Emulator, workspace: Workspace) -> None:
    """The leaf next to the one that was changed is part of what was reviewed, though both are in one object."""
    pool = {"long_code_weight": 1, "toll_free_weight": 10, "skip_unhealthy": True}
    workspace.declare(profile("edited", number_pool_settings=pool))
    workspace.apply()
    workspace.declare(profile("edited", number_pool_settings={**pool, "long_code_weight": 5}), profile("fresh"))
    saved(workspace)
    telnyx.fault("POST /messaging_profiles * status-before=422")
    assert applied(workspace).code == 4
    telnyx.fault()
    live = telnyx.rows("messaging_profiles")[0]["number_pool_settings"]
    telnyx.edit("messaging_profiles", "Edited", number_pool_settings={**live, "sticky_sender": True})
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert telnyx.writes() == []


def test_what_was_made_and_removed_is_not_made_again(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """A job that runs once more does not bring back what somebody has deleted meanwhile."""
    assert review
    assert applied(workspace).code == 0
    telnyx.delete("messaging_profiles", "Fresh")
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert "was made since the review, and no longer exists" in refused.err
    assert telnyx.writes() == []


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("write", [1, 2, 3])
def test_carried_on_after_a_kill(review: str, write: int, where: str, telnyx: Emulator, workspace: Workspace) -> None:
    """Killed around each write: the same file once more ends as reviewed, with no twin, and then has nothing to do."""
    assert review
    telnyx.fault(f"WRITE * {write} hold-{where}")
    with workspace.start("apply", "plan.json", "--auto-approve") as process:
        while not any(request["fault"] for request in telnyx.requests()):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        time.sleep(0.05)
        process.kill()
        process.communicate()
    telnyx.fault()
    done = applied(workspace)
    assert done.code == 0, done.err
    assert sorted(row["name"] for row in telnyx.rows("messaging_profiles")) == ["Edited", "Fresh", "Untouched"]
    assert {row["name"]: row["webhook_url"] for row in telnyx.rows("messaging_profiles")}["Edited"] == (
        "https://b.example.com"
    )
    assert telnyx.rows("autoresp_configs") == []
    assert applied(workspace, "--format", "json").codes == ["already-applied"]
    assert workspace.actions() == {}


def test_a_child_of_what_was_created_before_the_kill(telnyx: Emulator, workspace: Workspace) -> None:
    """The parent exists, the child was planned under something not yet created: it is the same child all the same."""
    workspace.declare(profile("new"), answer("new"))
    saved(workspace)
    telnyx.fault("POST /messaging_profiles/*/autoresp_configs * status-before=422")
    assert applied(workspace).code == 4
    telnyx.fault()
    done = applied(workspace, "--format", "json")
    assert done.code == 0, done.err
    assert [each["address"] for each in done.document["outcomes"]] == ["AutoResponse/new-stop"]


def test_a_child_of_what_is_not_recorded_yet(telnyx: Emulator, workspace: Workspace) -> None:
    """Killed between the parent's create and its record: only the intent knows the parent, and the child goes on."""
    workspace.declare(profile("new"), answer("new"))
    saved(workspace)
    telnyx.fault("POST /messaging_profiles 1 hold-after")
    with workspace.start("apply", "plan.json", "--auto-approve") as process:
        while not any(request["fault"] for request in telnyx.requests()):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        time.sleep(0.05)
        process.kill()
        process.communicate()
    telnyx.fault()
    done = applied(workspace, "--format", "json")
    assert done.code == 0, done.err
    assert len(telnyx.rows("messaging_profiles")) == len(telnyx.rows("autoresp_configs")) == 1
    assert workspace.actions() == {}


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
    assert made["dirty"] is True  # plan.json and reconciler.yaml are not in the commit
    assert made["manifests"].startswith("sha256:")


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
