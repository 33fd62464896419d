"""A secret never leaves (promise 7): not by any command, in any format, whatever request fails."""

from __future__ import annotations

from itertools import cycle

import pytest

from tests.journeys.workspace import Emulator, Outcome, Workspace, manifest, profile

TOKEN, DOMAIN_WORD, FILED = "s3cr3t-t0k3n-canary", "canary-of-the-environment", "canary-of-a-file"
FORMATS = {
    "plan": ("text", "json", "markdown", "html", "github"),
    "drift": ("text", "json", "markdown", "html", "github"),
    "apply": ("text", "json", "jsonl", "markdown"),
    "status": ("text", "json"),
    "doctor": ("text", "json", "markdown"),
    "validate": ("text", "json", "markdown", "html", "github", "sarif"),
    "destroy": ("text", "json", "jsonl", "markdown"),
    "history": ("text", "json"),
}


@pytest.fixture
def canaries(telnyx: Emulator, workspace: Workspace) -> list[str]:
    """Secrets from the environment, from a file, the API key, and what the server calls one."""
    workspace.environment |= {"HOOK_TOKEN": TOKEN, "REPLY_WORD": DOMAIN_WORD}
    workspace.write(FILED, "token.txt")
    workspace.declare(
        profile(
            "alerts",
            webhook_url="https://hooks.example.com/${env:HOOK_TOKEN}",
            webhook_failover_url="https://hooks.example.com/${file:token.txt}",
        ),
        manifest(
            "AutoResponse",
            "stop",
            messaging_profile="alerts",
            op="stop",
            country_code="US",
            keywords=["STOP", "QUIT"],
            resp_text="Good-bye says ${env:REPLY_WORD}.",
        ),
        manifest("HostedNumberOrder", "desk", phone_numbers=["${env:NUMBER}"], messaging_profile="alerts"),
    )
    workspace.environment["NUMBER"] = "+15125550188"
    return [TOKEN, DOMAIN_WORD, FILED, "5125550188", telnyx.key]


def _silent(canaries: list[str], telnyx: Emulator, workspace: Workspace, *outcomes: Outcome) -> None:
    live = [row["v1_secret"] for row in telnyx.admin("GET", "state", secrets="1")["messaging_profiles"]]
    for outcome in outcomes:
        for canary in [*canaries, *live]:
            assert canary not in outcome.out, outcome.out
            assert canary not in outcome.err, outcome.err
        assert "Traceback" not in outcome.err
    saved = workspace.folder / "plan.json"
    kept = workspace.everything_kept() + (saved.read_text("utf-8") if saved.exists() else "")
    for canary in [*canaries, *live]:
        assert canary not in kept


def _everything(workspace: Workspace, command: str, *extra: str) -> list[Outcome]:
    """With every request told, in words and as JSON in turn."""
    return [
        workspace.call(command, "--format", name, "--log-level", "debug", "--log-format", log, *extra)
        for name, log in zip(FORMATS[command], cycle(("text", "json")))
    ]


def test_no_command_shows_a_secret(canaries: list[str], telnyx: Emulator, workspace: Workspace) -> None:
    """Create, edit behind our back, drift, rotate, destroy: in every format."""
    outcomes = [*_everything(workspace, "validate"), *_everything(workspace, "plan")]
    outcomes += _everything(workspace, "apply", "--rehearse", "--faults", "outage")
    outcomes += _everything(workspace, "apply", "--auto-approve")
    assert outcomes[-1].code == 0
    assert any("POST /messaging_profiles" in each.err for each in outcomes), "the log must tell of what was sent"
    telnyx.edit("messaging_profiles", "Alerts", webhook_url=f"https://portal.example.com/{DOMAIN_WORD}")
    telnyx.edit("autoresp_configs", "stop", resp_text=f"The portal quotes {TOKEN} in public.")
    drifted = [*_everything(workspace, "drift"), *_everything(workspace, "plan"), *_everything(workspace, "status")]
    drifted += _everything(workspace, "doctor", "--unmanaged")
    assert drifted[0].code == 2
    outcomes += drifted
    workspace.environment["HOOK_TOKEN"] = f"{TOKEN}-rotated"
    outcomes += [*_everything(workspace, "plan"), *_everything(workspace, "apply", "--rehearse")]
    outcomes += _everything(workspace, "apply", "--auto-approve")
    assert workspace.actions() == {}
    _silent(canaries, telnyx, workspace, *outcomes)
    _silent(canaries, telnyx, workspace, *_looking_back(workspace))
    removal = workspace.call("destroy", "--auto-approve", "--format", "json")
    assert removal.code == 0, removal.out
    _silent(canaries, telnyx, workspace, removal, *_looking_back(workspace))


def _looking_back(workspace: Workspace) -> list[Outcome]:
    """Every run, every object's own history, every entry of the ledger, in every format."""
    told = _everything(workspace, "history")
    addresses = {change["address"] for run in told[-1].document["runs"] for change in run["changes"]}
    assert len(addresses) == 3
    for address in addresses:
        told += _everything(workspace, "history", address)
    for name in FORMATS["history"]:
        told += [workspace.call("ledger", "list", "--format", name)]
        told += [workspace.call("ledger", "show", address, "--format", name) for address in workspace.recorded]
    assert {each.code for each in told} == {0}
    assert any("(sensitive)" in each.out for each in told)
    return told


def test_no_saved_plan_holds_a_secret(canaries: list[str], telnyx: Emulator, workspace: Workspace) -> None:
    """Neither the file nor whatever shows, applies, carries on or refuses it."""
    workspace.apply()
    telnyx.edit("messaging_profiles", "Alerts", webhook_url=f"https://portal.example.com/{DOMAIN_WORD}")
    workspace.environment["HOOK_TOKEN"] = f"{TOKEN}-rotated"
    outcomes = [workspace.call("plan", "--out", "plan.json")]
    outcomes += [workspace.call("show", "plan.json", "--format", name) for name in FORMATS["plan"]]
    telnyx.edit("messaging_profiles", "Alerts", webhook_url=f"https://portal.example.com/{TOKEN}")
    apply = ("apply", "plan.json", "--auto-approve", "--format")
    stale = [workspace.call(*apply, name) for name in FORMATS["apply"]]
    assert {each.code for each in stale} == {3}
    _silent(canaries, telnyx, workspace, *outcomes, *stale)
    workspace.call("plan", "--out", "plan.json")
    done = [workspace.call(*apply, name) for name in FORMATS["apply"]]
    assert {each.code for each in done} == {0}
    _silent(canaries, telnyx, workspace, *done)


@pytest.mark.parametrize(
    "fault",
    [
        "status-before=422",
        "status-before=500",
        "status-before=401",
        "drop-after",
        "broken-json",
        "html=502",
        "truncate",
    ],
)
@pytest.mark.parametrize(
    "request_", ["POST /messaging_profiles 1", "POST /messaging_profiles/*/* *", "GET * 1", "GET * 4"]
)
def test_no_failure_shows_a_secret(
    fault: str, request_: str, canaries: list[str], telnyx: Emulator, workspace: Workspace
) -> None:
    """Whichever request fails, and in whatever way."""
    telnyx.fault(f"{request_} {fault}")
    arguments = ("apply", "--auto-approve", "--settle", "0", "--format", "jsonl", "--log-level", "debug")
    failed = workspace.call(*arguments)
    telnyx.fault()
    again = workspace.call(*arguments)
    assert again.code == 0, again.err
    assert "debug: GET /messaging_profiles" in again.err
    _silent(canaries, telnyx, workspace, failed, again)


def test_a_wrong_secret_is_not_quoted(canaries: list[str], telnyx: Emulator, workspace: Workspace) -> None:
    """A value that does not fit is a finding with a place, without the value."""
    for wrong in ("spaced canary", "canary\\", "\x01canary"):
        workspace.environment["HOOK_TOKEN"] = wrong
        workspace.environment["NUMBER"] = "canary-no-number"
        for command in ("validate", "plan", "apply"):
            extra = ("--auto-approve",) if command == "apply" else ()
            for told in _everything(workspace, command, *extra):
                assert told.code == 1
                assert "canary" not in told.out.replace("canaries", "") + told.err
