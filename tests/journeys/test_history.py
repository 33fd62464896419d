"""Every apply leaves a record that nobody can take back: who, from which commit, what, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import LedgerError
from reconciler.executor.pause import Patience
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.store import HeldLedger
from reconciler.model.address import Address
from reconciler.model.history import HistoryLine
from reconciler.model.plan import SENSITIVE, FieldDiff, Forget, Plan
from reconciler.workflow.apply import apply
from reconciler.workflow.carrying_out import AppliedPlan, Conduct
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.run_history import Ground, run_begun
from reconciler.workflow.setting import Setting, Surroundings, prepare
from tests.journeys.workspace import Emulator, Workspace, manifest, profile

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_ACTOR": "alice",
    "GITHUB_SERVER_URL": "https://user:canary@github.example",
    "GITHUB_REPOSITORY": "acme/messaging",
    "GITHUB_RUN_ID": "77",
}


def runs(workspace: Workspace, *arguments: str) -> list[Any]:
    """The history as programs read it."""
    told = workspace.call("history", "--format", "json", *arguments)
    assert told.code == 0, told.err + told.out
    found: list[Any] = told.document["runs"]
    return found


def answer(of: str, **spec: Any) -> dict[str, Any]:
    """A STOP answer, or another one."""
    stated = {"messaging_profile": of, "op": "stop", "country_code": "US", "keywords": ["STOP"], **spec}
    return manifest("AutoResponse", f"{of}-{stated['op']}", **stated)


def two_answers(of: str) -> list[dict[str, Any]]:
    """To delete both at once is guarded."""
    return [answer(of), answer(of, op="info", keywords=["HELP"])]


def committed(workspace: Workspace) -> str:
    """Put the folder under version control; the commit."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], cwd=workspace.folder, check=True, capture_output=True)
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=workspace.folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_nothing_done_is_nothing_recorded(workspace: Workspace) -> None:
    """Reading, and an apply without changes, leave no line."""
    assert runs(workspace) == []
    workspace.declare(profile("main"))
    workspace.plan()
    assert runs(workspace) == []
    workspace.apply()
    workspace.apply()
    assert len(runs(workspace)) == 1


def test_an_apply_tells_everything(telnyx: Emulator, workspace: Workspace) -> None:
    """Commit, CI run without its password, fingerprint, ids, values; the id of a new parent is filled in."""
    workspace.declare(profile("main", webhook_url="https://a.example.com"), answer("main"))
    commit = committed(workspace)
    workspace.environment |= GITHUB
    fingerprint = workspace.plan()["fingerprint"]
    workspace.apply()
    [run] = runs(workspace)
    assert run["result"] == "complete"
    assert run["actor"] == {
        "name": "alice",
        "system": "GitHub Actions",
        "run": "https://github.example/acme/messaging/actions/runs/77",
    }
    assert (run["commit"], run["dirty"], run["plan_saved"]) == (commit, False, None)
    assert run["fingerprint"] == fingerprint
    assert run["command"].startswith("reconciler apply --auto-approve")
    assert run["started"] < run["finished"]
    [made], [reply] = telnyx.rows("messaging_profiles"), telnyx.rows("autoresp_configs")
    assert [(each["address"], each["action"], each["outcome"], each["remote_id"]) for each in run["changes"]] == [
        ("MessagingProfile/main", "create", "applied", made["id"]),
        ("AutoResponse/main-stop", "create", "applied", reply["id"]),
    ]
    values = {field["path"]: (field["before"], field["after"]) for field in run["changes"][1]["fields"]}
    assert values["keywords"] == (None, ["STOP"])
    assert values["messaging_profile"] == (None, made["id"])

    workspace.declare(profile("main", webhook_url="https://b.example.com"), answer("main"))
    workspace.apply()
    run = runs(workspace)[0]
    assert run["dirty"]
    [change] = run["changes"]
    assert (change["address"], change["action"]) == ("MessagingProfile/main", "update")
    [field] = change["fields"]
    assert (field["before"], field["after"]) == ("https://a.example.com", "https://b.example.com")


@pytest.mark.parametrize(
    ("arguments", "configured", "by"),
    [(("--allow", "spend-limit-raised"), [], "--allow"), ((), ["spend-limit-raised"], "guards.allow")],
)
def test_a_lift_tells_by_what(arguments: tuple[str, ...], configured: list[str], by: str, workspace: Workspace) -> None:
    """The option, or the setting."""
    workspace.write(f"accounts: {{default: {{rate: 1000, guards: {{allow: {configured}}}}}}}", "reconciler.yaml")
    workspace.declare(profile("main", daily_spend_limit_enabled=True, daily_spend_limit="10.00"))
    workspace.apply()
    workspace.declare(profile("main", daily_spend_limit_enabled=True, daily_spend_limit="20.00"))
    workspace.apply(*arguments)
    assert runs(workspace)[0]["lifted"] == [{"guard": "spend-limit-raised", "by": by}]


def test_an_option_of_its_own_is_named(workspace: Workspace) -> None:
    """Not every guard is lifted by --allow; and what was not needed is no lift."""
    workspace.declare(profile("main"), *two_answers("main"))
    workspace.apply("--max-deletes", "5")
    assert runs(workspace)[0]["lifted"] == []
    workspace.declare(profile("main"))
    workspace.apply("--max-deletes", "2")
    run = runs(workspace)[0]
    assert run["lifted"] == [{"guard": "max-deletes", "by": "--max-deletes"}]
    assert {each["action"] for each in run["changes"]} == {"delete"}
    assert "guard max-deletes lifted by --max-deletes" in workspace.call("history").out


def test_a_saved_plan_tells_where_it_comes_from(workspace: Workspace) -> None:
    """The commit and the time of the review, not of the apply; its lifts are the plan's own."""
    workspace.declare(profile("main"), *two_answers("main"))
    workspace.apply()
    workspace.declare(profile("main"))
    commit = committed(workspace)
    planned = workspace.call("plan", "--max-deletes", "2", "--out", "plan.json", "--format", "json")
    assert planned.code == 0, planned.err
    workspace.declare(profile("main"), profile("later"))
    assert workspace.call("apply", "plan.json", "--auto-approve").code == 0
    run = runs(workspace)[0]
    assert (run["commit"], run["dirty"]) == (commit, False)
    assert run["fingerprint"] == planned.document["fingerprint"]
    assert run["plan_saved"] < run["started"]
    assert run["lifted"] == [{"guard": "max-deletes", "by": "the saved plan"}]


def test_a_failure_tells_its_code(telnyx: Emulator, workspace: Workspace) -> None:
    """Exit 4: what was done, what failed and why, what was not tried."""
    workspace.declare(profile("bad"), answer("bad"), profile("good"))
    telnyx.fault("POST /messaging_profiles 1 status-before=422")
    workspace.apply(code=4)
    [run] = runs(workspace)
    assert run["result"] == "partial"
    assert {each["address"]: (each["outcome"], each["error"]) for each in run["changes"]} == {
        "MessagingProfile/bad": ("failed", "invalid-request"),
        "AutoResponse/bad-stop": ("blocked", None),
        "MessagingProfile/good": ("applied", None),
    }
    told = workspace.call("history", "MessagingProfile/bad").out
    assert "partly done: 1 failed" in told
    assert "failed [invalid-request]" in told


def test_a_killed_run_leaves_its_trace(telnyx: Emulator, workspace: Workspace) -> None:
    """What it was about to do, with every value; the run that carries on has a record of its own."""
    workspace.declare(profile("one", webhook_url="https://a.example.com"))
    telnyx.fault("POST /messaging_profiles 1 hold-before")
    with workspace.start("apply", "--auto-approve") as process:
        while not any(request["fault"] for request in telnyx.requests()):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.kill()
        process.communicate()
    telnyx.fault()
    [cut] = runs(workspace)
    assert (cut["result"], cut["finished"]) == ("unfinished", None)
    [change] = cut["changes"]
    assert (change["address"], change["outcome"]) == ("MessagingProfile/one", "unknown")
    assert {f["path"]: f["after"] for f in change["fields"]}["webhook_url"] == "https://a.example.com"
    told = workspace.call("history").out
    assert "cut short" in told
    assert "unknown: the run has not said" in told
    last = workspace.call("status", "--format", "json").document["last_run"]
    assert (last["started"], last["finished"], last["outcomes"]) == (cut["started"], None, {"unknown": 1})
    status = workspace.call("status").out
    assert f"last run  began {cut['started']}: no end is recorded, it was cut short" in status
    assert "reconciler apply --auto-approve" in status
    workspace.apply()
    assert workspace.call("status", "--format", "json").document["last_run"]["outcomes"] == {"applied": 1}
    assert [run["result"] for run in runs(workspace)] == ["complete", "unfinished"]


def test_an_interrupted_run_tells_how_far_it_came(telnyx: Emulator, workspace: Workspace) -> None:
    """What was in flight is done, the rest was not begun."""
    workspace.declare(profile("one"), answer("one"))
    telnyx.fault("POST /messaging_profiles 1 delay-after=0.5")
    with workspace.start("apply", "--auto-approve") as process:
        while not telnyx.writes():
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.terminate()
        process.communicate()
    assert process.returncode == 130
    [run] = runs(workspace)
    assert run["result"] == "interrupted"
    assert [each["outcome"] for each in run["changes"]] == ["applied", "stopped"]


def test_one_object_and_one_field(workspace: Workspace) -> None:
    """Newest first, under former names too, and nothing of others."""
    for url in ("a", "b"):
        workspace.declare(profile("old", name="Main", webhook_url=f"https://{url}.example.com"), profile("other"))
        workspace.apply()
    renamed = profile("new.name", name="Main", webhook_url="https://b.example.com")
    workspace.declare(renamed, profile("other"))
    workspace.apply()
    renamed["spec"]["webhook_url"] = "https://c.example.com"
    workspace.declare(renamed, profile("other"))
    workspace.apply()
    whole = runs(workspace, "MessagingProfile/new.name")
    assert [[(c["address"], c["action"]) for c in run["changes"]] for run in whole] == [
        [("MessagingProfile/new.name", "update")],
        [("MessagingProfile/new.name", "move")],
        [("MessagingProfile/old", "update")],
        [("MessagingProfile/old", "create")],
    ]
    field = runs(workspace, "MessagingProfile/new.name.webhook_url")
    values = [[(f["before"], f["after"]) for c in run["changes"] for f in c["fields"]] for run in field]
    assert values == [
        [("https://b.example.com", "https://c.example.com")],
        [("https://a.example.com", "https://b.example.com")],
        [(None, "https://a.example.com")],
    ]
    assert len(runs(workspace, "MessagingProfile/new.name", "--limit", "1")) == 1
    told = workspace.call("history", "MessagingProfile/new.name.webhook_url").out
    assert '"https://b.example.com" → "https://c.example.com"' in told
    never = workspace.call("history", "MessagingProfile/other.webhook_failover_url")
    assert (never.code, "Nothing is recorded" in never.out) == (0, True)


@pytest.mark.parametrize(
    ("subject", "meant"),
    [
        ("MessagingProfile/mian", '"MessagingProfile/main"'),
        ("MessagingProfile/main.webhok_url", '"webhook_url"'),
        ("MessagingProfile/main.", '"MessagingProfile/main"'),
    ],
)
def test_a_mistyped_subject_is_answered_with_the_nearest(subject: str, meant: str, workspace: Workspace) -> None:
    """In both formats; the document is there, and empty."""
    workspace.declare(profile("main"))
    workspace.apply()
    told = workspace.call("history", subject, "--format", "json")
    assert told.code == 64
    assert told.document["runs"] == []
    [finding] = told.document["diagnostics"]
    assert meant in finding["hint"]
    assert 'for account "default"' in finding["summary"] or "webhok" in subject


class Failing:
    """A store whose history cannot be written after ``good`` lines; all else is the real one's."""

    def __init__(self, real: LocalLedger, good: int) -> None:
        """Count from here."""
        self._real, self._good = real, good

    def __getattr__(self, name: str) -> Any:
        """As the real one does."""
        return getattr(self._real, name)

    @contextlib.asynccontextmanager
    async def lock(self, command: str, since: datetime, *, wait: float = 0.0) -> AsyncIterator[HeldLedger]:
        """Hand out a ledger that fails likewise."""
        async with self._real.lock(command, since, wait=wait) as held:
            append = held.append_history

            async def append_history(lines: Sequence[HistoryLine]) -> None:
                if self._good == 0:
                    raise LedgerError("the disk is full", hint="free some space")
                self._good -= 1
                await append(lines)

            held.append_history = append_history  # type: ignore[method-assign]  # a fault, injected
            yield held


def setting_of(workspace: Workspace) -> Setting:
    """What a command there would work with."""
    around = Surroundings(
        folder=workspace.folder,
        environment=workspace.environment,
        stdin=bytes,
        now=lambda: datetime.now(UTC),
        command="reconciler apply",
    )
    return prepare(around, None)


def test_a_field_that_is_marked_is_never_trusted_to_be_masked(workspace: Workspace) -> None:
    """The planner masks; should it ever forget to, the history does not."""
    leaky = FieldDiff(path=("webhook_url",), before="https://canary", after=["canary"], sensitive=True)
    change = Forget(address=Address("MessagingProfile", "main"), reason="gone", diffs=(leaky,))
    begun = run_begun(setting_of(workspace), Ground(), Plan(account="default", project="default", changes=(change,)))
    [field] = begun.changes[0].fields
    assert (field.before, field.after, field.sensitive) == (SENSITIVE, SENSITIVE, True)


def applied_with(workspace: Workspace, failing: Callable[[LocalLedger], Failing]) -> AppliedPlan:
    """An apply whose store is chosen."""
    setting = setting_of(workspace)
    assert isinstance(setting.ledger, LocalLedger)
    broken: Any = failing(setting.ledger)

    async def run() -> AppliedPlan:
        conduct = Conduct(
            approve=lambda _: True,
            asks=False,
            patience=Patience(time.monotonic, asyncio.sleep, asyncio.Event(), 1.0),
            emit=lambda _: None,
        )
        return await apply(replace(setting, ledger=broken), PlanRequest(), conduct)

    return asyncio.run(run())


def test_nothing_is_written_that_could_not_be_recorded(
    telnyx: Emulator, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first line fails there is no request; where the last does, the results are safe and it is told."""
    monkeypatch.chdir(workspace.folder)
    workspace.declare(profile("main"))
    with pytest.raises(LedgerError, match="disk is full"):
        applied_with(workspace, lambda real: Failing(real, 0))
    assert telnyx.writes() == []
    applied = applied_with(workspace, lambda real: Failing(real, 1))
    assert applied.ledger_error is not None
    assert applied.report is not None
    assert not applied.report.failed
    assert workspace.recorded == {"MessagingProfile/main"}
    assert workspace.actions() == {}
    assert [run["result"] for run in runs(workspace)] == ["unfinished"]


def test_a_history_that_cannot_be_opened_stops_the_apply(telnyx: Emulator, workspace: Workspace) -> None:
    """Through the command line: what is wrong, and nothing written."""
    workspace.declare(profile("main"))
    (Path(workspace.folder) / ".reconciler" / "default.history.jsonl").mkdir(parents=True)
    failed = workspace.apply(code=1)
    assert 'default.history.jsonl": is a directory' in failed.err
    assert telnyx.writes() == []
