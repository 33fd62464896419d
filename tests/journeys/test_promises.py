"""The nine promises to the user (design §1), one by one, each as thin and as real as it can be."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.errors import Stale
from reconciler.executor.pause import Patience
from reconciler.model.plan import Plan
from reconciler.workflow.apply import apply
from reconciler.workflow.carrying_out import Conduct
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting, Surroundings, prepare
from tests.journeys.workspace import Emulator, Workspace, manifest, profile

QUESTIONS = {"/messaging_hosted_number_orders/eligibility_numbers_check", "/messaging/rcs/bulk_capabilities"}
"""The closed list of POSTs without side effects."""

ANSWER = manifest(
    "AutoResponse",
    "stop",
    messaging_profile="alerts",
    op="stop",
    country_code="US",
    keywords=["STOP", "QUIT"],
    resp_text="Acme: you will receive no more messages.",
)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


READING = (
    ("validate",),
    ("plan",),
    ("plan", "--format", "json", "--detailed-exitcode"),
    ("drift",),
    ("status",),
    ("status", "--wait=0s"),
    ("doctor", "--probe"),
    ("explain", "MessagingProfile"),
    ("schema",),
)


@pytest.mark.parametrize("applied", [False, True], ids=["new", "applied and edited"])
def test_1_reading_never_writes(applied: bool, telnyx: Emulator, workspace: Workspace) -> None:
    """Every command but apply and destroy sends GETs and questions, and leaves every file as it is."""
    workspace.declare(profile("alerts"), ANSWER)
    if applied:
        workspace.apply()
        telnyx.edit("messaging_profiles", "Alerts", enabled=False)
    telnyx.forget_requests()
    files = _files(workspace.folder)
    for command in READING:
        assert workspace.call(*command).code in {0, 2}
    assert telnyx.requests()
    assert {path for _, path in telnyx.writes()} <= QUESTIONS
    assert {method for method, _ in telnyx.writes()} <= {"POST"}
    assert _files(workspace.folder) == files


def _setting(workspace: Workspace) -> Setting:
    around = Surroundings(
        folder=workspace.folder,
        environment=workspace.environment,
        stdin=lambda: b"",
        now=lambda: datetime.now(UTC),
        command="a test",
    )
    return prepare(around, None)


Meanwhile = Callable[[Emulator], object]
MEANWHILE: dict[str, Meanwhile] = {
    "edited": lambda telnyx: telnyx.edit("messaging_profiles", "Edited", enabled=False),
    "deleted": lambda telnyx: telnyx.delete("messaging_profiles", "Edited"),
    "made where a create was planned": lambda telnyx: telnyx.create(
        "messaging_profiles", name="New", whitelisted_destinations=["GB"]
    ),
    "deleted where a delete was planned": lambda telnyx: telnyx.delete("messaging_profiles", "Old"),
}


@pytest.mark.parametrize("meanwhile", MEANWHILE.values(), ids=MEANWHILE)
def test_2_what_was_reviewed_is_what_runs(
    meanwhile: Meanwhile, telnyx: Emulator, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The world moves between the plan and the yes: refused before the first write, never planned anew."""
    monkeypatch.chdir(workspace.folder)
    workspace.declare(profile("edited"), profile("old"))
    workspace.apply()
    workspace.declare(profile("edited", webhook_url="https://b.example.com"), profile("new"))
    telnyx.forget_requests()

    def approve(plan: Plan) -> bool:
        assert plan.pending
        meanwhile(telnyx)
        return True

    async def go() -> None:
        patience = Patience(time.monotonic, asyncio.sleep, asyncio.Event(), 1)
        request = PlanRequest()
        setting = _setting(workspace)
        await apply(setting, request, Conduct(approve=approve, asks=True, patience=patience, emit=lambda _: None))

    workspace.write("accounts: {default: {rate: 1000, guards: {allow: [looks-like-rename]}}}", "reconciler.yaml")
    with pytest.raises(Stale):
        asyncio.run(go())
    assert telnyx.writes() == []


LOST = ("drop-before", "drop-after", "truncate", "broken-json", "status-after=503", "status-before=503", "html=502")


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("path", ["/messaging_profiles", "/messaging_profiles/*/autoresp_configs"])
def test_3_nothing_twice_nothing_lost(path: str, fault: str, telnyx: Emulator, workspace: Workspace) -> None:
    """A create whose answer is lost makes exactly one object; kills are in ``test_crashes``."""
    workspace.declare(profile("alerts"), ANSWER)
    telnyx.fault(f"POST {path} 1 {fault}")
    done = workspace.call("apply", "--auto-approve", "--settle", "0.3")
    assert done.code == 0, done.err
    assert workspace.actions() == {}
    assert len(telnyx.rows("messaging_profiles")) == 1
    assert len(telnyx.rows("autoresp_configs")) == 1


def test_4_we_delete_only_what_we_recorded(telnyx: Emulator, workspace: Workspace) -> None:
    """Neither apply nor destroy removes what others made, nor what a file that fails to load declares."""
    theirs = telnyx.create("messaging_profiles", name="Theirs", whitelisted_destinations=["US"])
    workspace.declare(profile("alerts"), name="a.yaml")
    workspace.declare(profile("other"), name="b.yaml")
    workspace.apply()
    telnyx.forget_requests()
    (workspace.folder / "b.yaml").write_text("{ not: [yaml", encoding="utf-8")
    assert workspace.call("apply", "--auto-approve").code == 1
    assert telnyx.writes() == []
    (workspace.folder / "b.yaml").unlink()
    assert workspace.actions() == {"MessagingProfile/other": "delete"}
    workspace.apply()
    assert workspace.call("destroy", "--auto-approve").code == 0
    assert [row["id"] for row in telnyx.rows("messaging_profiles")] == [theirs["id"]]
    deleted = {path for method, path in telnyx.writes() if method == "DELETE"}
    assert f"/messaging_profiles/{theirs['id']}" not in deleted


def test_5_a_field_you_do_not_write_is_not_ours(telnyx: Emulator, workspace: Workspace) -> None:
    """Unstated fields keep what others set, inside objects that are sent whole too; null clears."""
    pool = {"long_code_weight": 1, "toll_free_weight": 1, "skip_unhealthy": True}
    workspace.declare(profile("alerts", number_pool_settings=pool), ANSWER)
    workspace.apply()
    telnyx.edit(
        "messaging_profiles", "Alerts", webhook_url="https://x.example.com", number_pool_settings={"geomatch": True}
    )
    telnyx.edit("autoresp_configs", "stop", resp_text="What the portal says is kept.")
    unstated = {name: value for name, value in ANSWER["spec"].items() if name != "resp_text"}
    unstated |= {"keywords": ["STOP", "LEAVE"]}
    stop = manifest("AutoResponse", "stop", **unstated)
    workspace.declare(profile("alerts", number_pool_settings={**pool, "toll_free_weight": 3}), stop)
    assert workspace.call("drift").code == 2
    workspace.apply()
    [row] = telnyx.rows("messaging_profiles")
    assert row["webhook_url"] == "https://x.example.com"
    assert row["number_pool_settings"] == {**pool, "toll_free_weight": 3, "geomatch": True, "sticky_sender": False}
    [answer] = telnyx.rows("autoresp_configs")
    assert answer["resp_text"] == "What the portal says is kept."
    assert set(answer["keywords"]) == {"STOP", "LEAVE"}
    workspace.declare(profile("alerts", number_pool_settings=None, webhook_url=None), stop)
    workspace.apply()
    [row] = telnyx.rows("messaging_profiles")
    assert (row["number_pool_settings"], row["webhook_url"]) == (None, None)


def test_6_apply_then_plan_is_empty(telnyx: Emulator, workspace: Workspace) -> None:
    """Every kind is in ``test_every_kind``, every quirk in ``test_quirks``; here: nothing is even written twice."""
    workspace.declare(profile("alerts", whitelisted_destinations=["US", "CA"], webhook_url=None), ANSWER)
    workspace.apply()
    telnyx.forget_requests()
    before = workspace.everything_kept()
    assert workspace.call("plan", "--detailed-exitcode").code == 0
    workspace.apply()
    assert telnyx.writes() == []
    assert workspace.everything_kept() == before


def test_8_every_finding_has_a_place(workspace: Workspace) -> None:
    """All of them at once, each with file, line, column and what to do, in text and for programs."""
    workspace.write(
        """\
        apiVersion: telnyx.reconciler/v1
        kind: MessagingProfile
        metadata: {name: one}
        spec:
          whitelisted_destinatons: [US]
          webhook_url: ftp://example.com
        ---
        kind: AutoResponse
        metadata: {name: two}
        spec: {messaging_profile: uno, op: help, country_code: us, keywords: []}
        """
    )
    made = workspace.call("validate", "--format", "json")
    assert made.code == 1
    findings = made.document["diagnostics"]
    assert len(findings) >= 6
    places = [(f["source"]["file"], f["source"]["line"], f["source"]["column"]) for f in findings]
    assert places == sorted(places)
    assert all(file == "manifests.yaml" and line and column for file, line, column in places)
    assert all(finding["summary"] and finding["code"] for finding in findings)
    told = workspace.call("validate").err
    assert "manifests.yaml:5:3: error: " in told
    assert 'whitelisted_destinations"' in told
    for command in ("plan", "drift", "apply"):
        extra = ("--auto-approve",) if command == "apply" else ()
        refused = workspace.call(command, "--format", "json", *extra)
        assert (refused.code, refused.document["diagnostics"]) == (1, findings)


def test_9_the_ledger_can_be_lost(telnyx: Emulator, workspace: Workspace) -> None:
    """Plans are still correct by natural key, drift says that it cannot tell who moved, pruning waits."""
    workspace.declare(profile("alerts"), profile("gone"), ANSWER)
    workspace.apply()
    before = telnyx.state()
    shutil.rmtree(workspace.folder / ".reconciler")
    workspace.declare(profile("alerts"), ANSWER)
    changes = workspace.actions()
    assert changes == {"MessagingProfile/alerts": "adopt", "AutoResponse/stop": "adopt"}
    report = workspace.call("drift", "--format", "json")
    assert (report.code, report.document["can_tell_who"]) == (0, False)
    telnyx.edit("messaging_profiles", "Alerts", whitelisted_destinations=["GB"])
    report = workspace.call("drift", "--format", "json")
    assert (report.code, report.document["can_tell_who"]) == (2, False)
    telnyx.edit("messaging_profiles", "Alerts", whitelisted_destinations=["US"])
    workspace.apply()
    assert {row["name"] for row in telnyx.rows("messaging_profiles")} == {"Alerts", "Gone"}
    assert [row["id"] for row in telnyx.rows("autoresp_configs")] == [row["id"] for row in before["autoresp_configs"]]
    assert workspace.actions() == {}
    assert os.listdir(workspace.folder / ".reconciler")  # noqa: PTH208 - only whether it is back
