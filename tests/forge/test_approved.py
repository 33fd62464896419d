"""``approved``: the plan that was reviewed, or nothing. What does not fit together is refused, and nothing written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.responses import JSONResponse

from reconciler.errors import PlanRefused
from reconciler.forge.archive import files_in
from tests.forge.hosts import HEAD, TOKEN, always, once
from tests.forge.stage import Stage, packed
from tests.journeys.workspace import Outcome


def _approved(stage: Stage, *arguments: str) -> Outcome:
    return stage.run("approved", stage.option, "--out", "approved.json", *arguments, **stage.merge)


def _out(stage: Stage) -> Path:
    return stage.workspace.folder / "approved.json"


@pytest.fixture
def reviewed(stage: Stage) -> str:
    """A plan that was shown in a comment and left behind by its run, and then merged; its fingerprint."""
    fingerprint = stage.saved("alerts")
    assert stage.comment().code == 0
    stage.merged()
    stage.host.requests.clear()
    stage.telnyx.forget_requests()
    return fingerprint


def test_from_the_merge_to_the_plan(stage: Stage, reviewed: str) -> None:
    """The very bytes; standard output is the fingerprint alone; nothing is sent but GETs, and nothing to Telnyx."""
    done = _approved(stage)
    assert done.code == 0, done.err
    assert done.out == f"{reviewed}\n"
    assert _out(stage).read_bytes() == (stage.workspace.folder / "plan.json").read_bytes()
    assert _out(stage).stat().st_mode & 0o777 == 0o600
    assert stage.host.writes() == []
    assert stage.telnyx.requests() == []
    if stage.name == "github":
        assert stage.outputs["plan-file"] == "approved.json"
        assert stage.outputs["fingerprint"] == reviewed


def test_what_was_found_is_what_is_applied(stage: Stage, reviewed: str) -> None:
    """With the fingerprint that was printed, on a machine that has the key."""
    printed = _approved(stage).out.strip()
    done = stage.workspace.call("apply", "approved.json", "--fingerprint", printed)
    assert done.code == 0, done.err
    assert [row["name"] for row in stage.telnyx.rows("messaging_profiles")] == ["Alerts"]


def test_the_store_never_sees_the_token(stage: Stage, reviewed: str) -> None:
    """GitHub keeps artifacts elsewhere and redirects there."""
    assert _approved(stage).code == 0
    assert len(stage.host.stored) == (1 if stage.name == "github" else 0)
    assert all("authorization" not in headers and TOKEN not in str(headers) for headers in stage.host.stored)


def _another_fingerprint(stage: Stage) -> None:
    stage.saved("alerts", "smuggled")
    stage.merged()


def _edited(stage: Stage) -> None:
    content = (stage.workspace.folder / "plan.json").read_bytes()
    stage.merged(**{"plan.json": content.replace(b"hooks.example.com", b"hooks.evil.example")})


def _no_comment(stage: Stage) -> None:
    stage.host.comments.clear()


def _comment_of_somebody(stage: Stage) -> None:
    for row in stage.host.comments:
        row |= {"user": {"login": "ann", "type": "User"}, "author": {"id": 1}}


def _older_comment(stage: Stage) -> None:
    for row in stage.host.comments:
        row["body"] = row["body"].replace(f"head={HEAD}", f"head={'d' * 40}")


def _comment_of_another_run(stage: Stage) -> None:
    for row in stage.host.comments:
        row["body"] = row["body"].replace("run=500", "run=400")


def _comment_of_another_app(stage: Stage) -> None:
    """With our mark and stamp copied."""
    for row in stage.host.comments:
        row |= {"user": {"login": "echo[bot]", "type": "Bot"}, "author": {"id": 2, "username": "echo"}}


def _edited_comment(stage: Stage) -> None:
    for row in stage.host.comments:
        row["body"] = "\n".join([*row["body"].split("\n")[:2], "**No changes.**"])


def _comment_with_more(stage: Stage) -> None:
    for row in stage.host.comments:
        row["body"] += "\n_Withdrawn, see below._"


def _fork(stage: Stage) -> None:
    for row in stage.host.merged:
        if stage.name == "github":
            row["head"]["repo"] = {"full_name": "stranger/messaging"}
        else:
            row["source_project_id"] = 43


def _deleted_fork(stage: Stage) -> None:
    for row in stage.host.merged:
        if stage.name == "github":
            row["head"]["repo"] = None
        else:
            row["source_project_id"] = None


def _not_merged(stage: Stage) -> None:
    stage.host.merged.clear()


def _into_another_commit(stage: Stage) -> None:
    for row in stage.host.merged:
        row["merge_commit_sha"] = "e" * 40


def _into_another_branch(stage: Stage) -> None:
    for row in stage.host.merged:
        row |= {"base": {"ref": "unprotected"}, "target_branch": "unprotected"}


def _no_run(stage: Stage) -> None:
    stage.host.runs.clear()


def _newest_run_failed(stage: Stage) -> None:
    row = next(row for row in stage.host.runs if row["id"] == 500)
    stage.host.runs.append(
        {**row, "id": 700, "run_number": 9, "conclusion": "failure"}
        if stage.name == "github"
        else {**row, "id": 700, "status": "failed"}
    )


def _expired(stage: Stage) -> None:
    for row in stage.host.artifacts:
        row["expired"] = True


def _gone_meanwhile(stage: Stage) -> None:
    for row in stage.host.artifacts:
        row["expired"] = stage.name == "gitlab"
    stage.host.trouble = always("GET /api/v3/repos/acme/messaging/actions/artifacts", JSONResponse({}, 410))


def _no_artifact(stage: Stage) -> None:
    for row in stage.host.artifacts:
        row["name"] = "coverage"


def _no_archive(stage: Stage) -> None:
    stage.host.archive = b"<html>"


def _no_plan_in_it(stage: Stage) -> None:
    stage.merged("manifests.yaml")


REFUSED: dict[Callable[[Stage], None], str] = {
    _another_fingerprint: "plan-not-approved",
    _edited: "plan-edited",
    _no_comment: "no-approved-plan",
    _comment_of_somebody: "no-approved-plan",
    _older_comment: "no-approved-plan",
    _comment_of_another_run: "plan-not-approved",
    _comment_of_another_app: "no-approved-plan",
    _edited_comment: "comment-edited",
    _comment_with_more: "comment-edited",
    _fork: "plan-from-fork",
    _deleted_fork: "plan-from-fork",
    _not_merged: "no-approved-plan",
    _into_another_commit: "no-approved-plan",
    _into_another_branch: "no-approved-plan",
    _no_run: "no-approved-plan",
    _newest_run_failed: "no-approved-plan",
    _expired: "artifact-expired",
    _gone_meanwhile: "artifact-expired",
    _no_artifact: "no-approved-plan",
    _no_archive: "plan-truncated",
    _no_plan_in_it: "no-approved-plan",
}


@pytest.mark.parametrize("wrong", REFUSED, ids=lambda wrong: wrong.__name__.strip("_"))
def test_refused(stage: Stage, reviewed: str, wrong: Callable[[Stage], None]) -> None:
    """Exit 1, the reason by its code, and no file that a careless step could apply."""
    wrong(stage)
    done = _approved(stage)
    assert done.code == 1, done.err
    assert f"[{REFUSED[wrong]}]" in done.err
    assert done.out == ""
    assert not _out(stage).exists()


def test_a_forge_that_keeps_texts_in_its_own_way(stage: Stage, reviewed: str) -> None:
    """Ends of lines, blanks at them, and what is empty at the end are no edit."""
    for row in stage.host.comments:
        lines = row["body"].strip().split("\n")
        row["body"] = "\r\n".join([*lines[:2], *(f"{line}  " for line in lines[2:])])
    done = _approved(stage)
    assert done.code == 0, done.err
    assert done.out == f"{reviewed}\n"


def test_a_comment_in_any_of_its_forms(stage: Stage) -> None:
    """With the plan before it, without that, and short."""
    stage.saved("alerts")
    stage.comment()
    whole = len(stage.bodies[0])
    forms = {"The previous plan": 1 << 30, "too long to be kept": int(whole * 1.9), "The plan is too long": 1100}
    for number, (expected, longest) in enumerate(forms.items()):
        newest = stage.saved("alerts", f"billing-{number}")
        stage.host.longest = longest
        assert stage.comment().code == 0
        assert expected in stage.bodies[0]
        stage.merged()
        done = _approved(stage)
        assert done.out == f"{newest}\n", done.err


def test_by_the_app_that_is_named(stage: Stage, reviewed: str) -> None:
    """A token may not tell its own name, or be another's than the one that posted."""
    _comment_of_another_app(stage)
    name = "echo[bot]" if stage.name == "github" else "echo"
    assert _approved(stage, "--author", "other").code == 1
    done = _approved(stage, "--author", name)
    assert done.code == 0, done.err
    kept = stage.bodies
    assert stage.comment("--author", name).code == 0
    assert stage.bodies == kept


def test_one_of_several_accounts(stage: Stage) -> None:
    """They were planned together and are applied one by one."""
    stage.workspace.write("accounts: {dev: {rate: 1000}, prod: {rate: 1000}}", "reconciler.yaml")
    stage.saved("alerts", out="dev.json", account="dev")
    fingerprint = stage.saved("billing", out="prod.json", account="prod")
    stage.comment("dev.json", "prod.json")
    stage.merged("dev.json", "prod.json", **{"notes.txt": b"no plan"})
    assert "accounts there: dev, prod" in _approved(stage).err
    assert _approved(stage, "--account", "prod").out.strip() == fingerprint
    assert _approved(stage, "--account", "test").code == 1
    (stage.workspace.folder / "all").mkdir()
    both = stage.run("approved", stage.option, "--out-dir", "all", **stage.merge)
    assert both.out.splitlines()[1] == fingerprint
    assert sorted(path.name for path in (stage.workspace.folder / "all").iterdir()) == ["dev.json", "prod.json"]
    assert stage.run("approved", stage.option, "--out-dir", "none", **stage.merge).code == 64
    assert _approved(stage, "--out-dir", "all").code == 64


def test_a_store_that_stumbles(github: Stage) -> None:
    """Fetched again."""
    github.saved("alerts")
    github.comment()
    github.merged()
    path = "GET /api/v3/repos/acme/messaging/actions/artifacts"
    github.host.trouble = once(path, JSONResponse({}, 502))
    assert _approved(github).code == 0


@pytest.mark.parametrize("where", ["http://forge.example/x", "file:///etc/passwd", "http://["])
def test_a_redirect_to_the_wrong_place(github: Stage, where: str) -> None:
    """Neither followed in the clear, nor into the machine."""
    github.saved("alerts")
    github.comment()
    github.merged()
    away = JSONResponse({}, 302, headers={"location": where})
    github.host.trouble = always("GET /api/v3/repos/acme/messaging/actions/artifacts", away)
    done = _approved(github)
    assert done.code == 1
    assert "it redirects to an address that is neither https nor on this machine" in done.err
    assert not _out(github).exists()


def test_which_workflow_planned(github: Stage) -> None:
    """Another one than that of the merge, or of no workflow at all."""
    github.saved("alerts")
    github.comment()
    github.merged()
    merge = {**github.merge, "GITHUB_WORKFLOW_REF": ""}
    assert "--workflow FILE" in github.run("approved", "--github", **merge).err
    assert github.run("approved", "--github", "--workflow", "messaging.yml", **merge).code == 0
    assert github.run("approved", "--github", "--workflow", "other.yml", **merge).code == 1


def test_a_bomb_is_not_unpacked(github: Stage) -> None:
    """What would fill the memory is refused: here by a limit that is set low."""
    github.saved("alerts")
    github.merged(zeros=bytes(1 << 20))
    assert files_in(github.host.archive, largest=2 << 20)
    with pytest.raises(PlanRefused, match="larger than any plan"):
        files_in(github.host.archive, largest=1 << 20)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_no_forge_packs_like_that(method: int) -> None:
    """Refused before it is unpacked: whole or corrupt, nobody sees an error of the unpacker."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("plan.json", b"x" * 5000)
    whole = bytearray(buffer.getvalue())
    corrupt = whole[:]
    corrupt[55:65] = bytes(255 - byte for byte in whole[55:65])
    for content in (whole, corrupt):
        with pytest.raises(PlanRefused, match="no whole zip archive"):
            files_in(bytes(content))


def test_a_file_without_a_name() -> None:
    """Another way in which an archive is none."""
    with pytest.raises(PlanRefused, match="no whole zip archive"):
        files_in(packed({"plan.json": b"{}"}).replace(b"plan.json", b"\0lan.json"))
