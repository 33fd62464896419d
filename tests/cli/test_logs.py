"""Standard error for programs and for whoever looks for a fault: every request is told, and every line can be JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.journeys.workspace import Emulator, Outcome, Workspace, manifest, profile

from .console import console

DEBUG = ("--log-level", "debug")
JSON = ("--log-format", "json")
ALERTS = profile("alerts", webhook_url="https://a.example.com")
STOP = manifest("AutoResponse", "stop", messaging_profile="alerts", op="stop", country_code="US", keywords=["STOP"])


def lines_of(ended: Outcome) -> list[dict[str, Any]]:
    """Standard error, every line of which must be one of ours."""
    found = [json.loads(line) for line in ended.err.splitlines()]
    for line in found:
        assert list(line)[:4] == ["time", "level", "event", "message"]
        assert line["level"] in {"debug", "info", "warning", "error"}
        assert line["message"]
        assert line["message"] == line["message"].strip("\n")
    return found


def requests_in(lines: list[dict[str, Any]]) -> list[tuple[str, str, int, int]]:
    """Method, path, status and attempt of each request."""
    return [
        (line["method"], line["path"], line["status"], line["attempt"]) for line in lines if line["event"] == "request"
    ]


def test_every_request_is_told_as_the_server_saw_it(workspace: Workspace, telnyx: Emulator) -> None:
    """Method and path of each, with status, time and attempt; reads and writes. No id: it may be a secret."""
    workspace.declare(ALERTS)
    workspace.apply()
    workspace.declare(ALERTS, STOP)
    telnyx.forget_requests()
    ended = workspace.call("apply", "--auto-approve", *DEBUG, *JSON)
    seen = [
        (each["method"], re.sub(r"[0-9a-f-]{36}", "{}", f"/{each['path'].split('/v2/')[-1].lstrip('/')}"))
        for each in telnyx.requests()
    ]
    told = requests_in(lines_of(ended))
    assert [(method, path) for method, path, _, _ in told] == seen
    assert ("POST", "/messaging_profiles/{}/autoresp_configs") in seen
    assert all((status, attempt) == (200, 1) for _, _, status, attempt in told)
    assert all(line["duration_ms"] > 0 for line in lines_of(ended) if line["event"] == "request")


def test_queries_are_told_by_the_names_of_their_parameters(workspace: Workspace) -> None:
    """Values may be names and numbers of customers."""
    workspace.declare(ALERTS)
    ended = workspace.call("plan", *DEBUG)
    assert "debug: GET /messaging_profiles?page[number]&page[size] 200 in " in ended.err
    assert " ms, attempt 1\n" in ended.err


@pytest.mark.parametrize(
    ("fault", "status", "level"),
    [("status-before=503", 503, "warning"), ("drop-after", None, "warning"), ("status-before=429", 429, "info")],
)
def test_a_request_that_is_sent_again_says_so(
    fault: str, status: int | None, level: str, workspace: Workspace, telnyx: Emulator
) -> None:
    """Each attempt, and between them why nothing happens and for how long."""
    workspace.declare(ALERTS)
    telnyx.fault(f"GET /messaging_profiles 1 {fault}")
    lines = lines_of(workspace.call("plan", *DEBUG, *JSON, waits=True))
    attempts = [(line["status"], line["attempt"]) for line in lines if line["event"] == "request"]
    assert attempts == [(status, 1), (200, 2)]
    [waiting] = [line for line in lines if line["event"] == "waiting"]
    assert (waiting["level"], waiting["status"], waiting["attempt"]) == (level, status, 1)
    assert waiting["seconds"] > 0
    assert "; attempt 2 in " in waiting["message"]


def test_failed_attempts_are_told_without_asking_for_it(workspace: Workspace, telnyx: Emulator) -> None:
    """As a warning in words; a run that wants errors only stays silent."""
    workspace.declare(ALERTS)
    telnyx.fault("GET /messaging_profiles 1 status-before=503")
    ended = workspace.call("plan")
    assert ended.err.startswith("warning: GET /messaging_profiles?page[number]&page[size] answered 503; attempt 2 in ")
    telnyx.fault("GET /messaging_profiles 1 status-before=503")
    assert workspace.call("plan", "--log-level", "error").err == ""


def test_levels_choose_what_is_said(workspace: Workspace, telnyx: Emulator) -> None:
    """Progress is information; a failed change is an error."""
    workspace.declare(
        ALERTS,
        manifest(
            "AutoResponse",
            "stop",
            messaging_profile="alerts",
            op="stop",
            country_code="US",
            keywords=["STOP"],
            resp_text="You will receive no more messages.",
        ),
    )
    telnyx.fault("POST /messaging_profiles 1 status-before=422")
    arguments = ("apply", "--auto-approve")
    assert "reading the account" in workspace.call(*arguments).err
    telnyx.fault("POST /messaging_profiles 1 status-before=422")
    quiet = workspace.call(*arguments, "--log-level", "warning").err
    assert "reading the account" not in quiet
    assert "MessagingProfile/alerts failed: " in quiet
    assert "AutoResponse/stop blocked by MessagingProfile/alerts" in quiet
    telnyx.fault("POST /messaging_profiles 1 status-before=422")
    assert "blocked by" not in workspace.call(*arguments, "--log-level", "error").err


def test_everything_that_is_said_is_json(workspace: Workspace, telnyx: Emulator) -> None:
    """Findings, progress, notes, refusals, misuse: no line on standard error is anything else."""
    workspace.declare(ALERTS, profile("old"))
    said: list[dict[str, Any]] = []
    for arguments in (
        ("validate",),
        ("plan", "--out", "plan.json"),
        ("apply", "plan.json", "--rehearse"),
        ("apply", "--auto-approve", "--format", "json"),
        ("drift",),
        ("status",),
        ("export", "--out", "exported", "--no-record"),
        ("ledger", "forget", "MessagingProfile/old", "--auto-approve"),
        ("apply",),
        ("destroy", "--auto-approve"),
        ("plan", "--bogus"),
        ("plan", "--account", "nobody"),
        ("explain", "nothing"),
        ("nonsense",),
    ):
        said += lines_of(workspace.call(*arguments, *DEBUG, *JSON))
    workspace.declare(profile("alerts", enabeld=True))
    [finding] = lines_of(workspace.call("validate", *JSON))
    assert (finding["level"], finding["event"], finding["code"]) == ("error", "finding", "unknown-field")
    assert finding["source"]["line"] > 1
    assert {line["event"] for line in said} == {
        "request",
        "observing",
        "began",
        "ended",
        "note",
        "finding",
        "plan",
    }


def test_a_lost_stream_is_told_as_json(workspace: Workspace) -> None:
    """By a process of its own, whose end is outside of any command."""
    workspace.declare(ALERTS)
    ended = workspace.run("plan", "--format", "json=/dev/full", *JSON)
    assert [line["code"] for line in lines_of(ended)] == ["output"]


def test_requests_of_several_accounts_name_theirs(workspace: Workspace, telnyx: Emulator) -> None:
    """As their events do."""
    account = "{key_variable: %s, rate: 1000, paths: [a.yaml]}"
    declared = f"dev: {account % 'TELNYX_API_KEY'}, prod: {account % 'OTHER'}"
    workspace.write(f"accounts: {{{declared}}}", "reconciler.yaml")
    workspace.environment["OTHER"] = "KEY_of_another_account"
    workspace.declare(ALERTS, name="a.yaml")
    lines = lines_of(workspace.call("apply", "--all-accounts", "--auto-approve", *DEBUG, *JSON))
    for event in ("request", "ended"):
        assert {line["account"] for line in lines if line["event"] == event} == {"dev", "prod"}
    assert telnyx.key not in json.dumps(lines)


def test_a_question_is_a_line_too(workspace: Workspace) -> None:
    """With the plan that it is about, whatever the level."""
    workspace.declare(ALERTS)
    with console(workspace, "apply", "--format", "json", *JSON, "--log-level", "error") as shown:
        shown.until('"event": "question"')
        shown.type("yes")
        assert shown.end() == 0
    said = [json.loads(line) for line in shown.shown.splitlines() if line.startswith('{"time"')]
    assert [line["event"] for line in said] == ["plan", "question"]
    assert "1 to create" in said[0]["message"]


def test_the_options_stand_behind_the_command(bare: Workspace) -> None:
    """Which is said where they do not."""
    ended = bare.call("--log-level", "debug", "plan")
    assert (ended.code, "--log-level stands behind the command" in ended.err) == (64, True)
    assert "'debug', 'info', 'warning', 'error'" in bare.call("plan", "--log-level", "loud").err
