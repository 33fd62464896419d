"""stdout carries the result and nothing else; what programs read is valid whatever the exit code (design §6)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from tests.journeys.workspace import COMMAND, ROOT, Emulator, Workspace, manifest, profile

SCHEMAS = {
    "plan": "plan",
    "apply": "apply",
    "destroy": "apply",
    "drift": "drift",
    "status": "status",
    "doctor": "doctor",
}
BROKEN = profile("alerts", enabeld=True)
STOP = manifest("AutoResponse", "stop", messaging_profile="beta", op="stop", country_code="US", keywords=["STOP"])


def _valid(name: str, document: Any) -> None:
    schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8"))
    Draft202012Validator(schema, registry=Registry()).validate(document)


def _arguments(command: str) -> list[str]:
    agreed = ["--auto-approve"] if command in {"apply", "destroy"} else []
    return [command, *agreed, "--format", "json"]


def _stranger(workspace: Workspace, telnyx: Emulator) -> None:
    """The key of another account, which is not empty."""
    workspace.environment["TELNYX_API_KEY"] = "KEY_of_somebody_else"
    theirs = {"name": "Theirs", "whitelisted_destinations": ["US"]}
    telnyx.admin("POST", "create", key="KEY_of_somebody_else", collection="messaging_profiles", set=theirs)


Trouble = Callable[[Workspace, Emulator], object]
TROUBLES: dict[str, Trouble] = {
    "none": lambda _, __: None,
    "invalid": lambda workspace, _: workspace.declare(BROKEN),
    "no key": lambda workspace, _: workspace.environment.pop("TELNYX_API_KEY"),
    "unreachable": lambda workspace, _: workspace.environment.update(TELNYX_BASE_URL="http://127.0.0.1:9/v2"),
    "unauthorised": lambda workspace, _: workspace.environment.update(TELNYX_API_KEY="expired"),
    "refused": lambda _, telnyx: telnyx.fault("GET * * status-before=422"),
    "html": lambda _, telnyx: telnyx.fault("GET * * html=404"),
    "wrong account": _stranger,
}
APART = {
    ("no key", "status"): {0},  # what the ledger says needs no key
    ("no key", "doctor"): {1},  # which is what it finds
    ("invalid", "destroy"): {0},  # it reads no manifests
    ("invalid", "doctor"): {0},  # as above
    ("invalid", "validate"): {1},
}


def _findings(document: Any) -> list[Any]:
    """Wherever a command puts them."""
    inside = [finding for check in document.get("checks", ()) for finding in check["findings"]]
    return [*document.get("diagnostics", ()), *document.get("notices", ()), *inside]


@pytest.mark.parametrize("command", [*SCHEMAS, "validate"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_json_is_one_valid_document(trouble: str, command: str, workspace: Workspace, telnyx: Emulator) -> None:
    """Whatever goes wrong: a document of the command's own schema, and a reason in it when it failed."""
    workspace.declare(profile("alerts"), profile("beta"))
    workspace.apply()
    workspace.declare(profile("alerts", enabled=False), profile("beta"), STOP)
    TROUBLES[trouble](workspace, telnyx)
    ended = workspace.call(*_arguments(command))
    _valid(SCHEMAS.get(command, "diagnostics"), ended.document)
    if ended.code not in {0, 2}:
        assert "error" in {finding["severity"] for finding in _findings(ended.document)}
        assert ended.err or command in {"validate", "status", "doctor"}  # whose findings are their result
    usual = {"none": {0, 2}, "no key": {64}}.get(trouble, {1}) if command != "validate" else {0}
    assert ended.code in APART.get((trouble, command), usual), ended.err


@pytest.mark.parametrize("command", [*SCHEMAS, "validate"])
def test_json_of_a_command_line_that_makes_no_sense(command: str, workspace: Workspace) -> None:
    """Once the format is understood, the refusal comes in it."""
    ended = workspace.call(*_arguments(command), "--account", "nobody")
    _valid(SCHEMAS.get(command, "diagnostics"), ended.document)
    assert ended.code == 64


@pytest.mark.parametrize("spelt", [["--format", "json"], ["--format=json"], ["--format", "jsonl"]])
def test_json_of_an_option_that_is_none(spelt: list[str], workspace: Workspace) -> None:
    """The findings alone: what the command would have answered is not known."""
    ended = workspace.call("apply", *spelt, "--onyl", "x")
    _valid("diagnostics", ended.document)
    assert (ended.code, ended.codes) == (64, ["usage"])
    assert "did you mean" in ended.err.lower()
    assert ended.err.startswith("error: ")


def test_jsonl_is_one_valid_object_per_line(workspace: Workspace, telnyx: Emulator) -> None:
    """Events of a run that fails half-way, then its result."""
    workspace.declare(profile("alpha"), profile("beta"), STOP)
    telnyx.fault("POST /messaging_profiles 2 status-before=422")
    ended = workspace.run("apply", "--auto-approve", "--format", "jsonl")
    assert ended.code == 4
    *events, result = ended.lines
    _valid("apply", result)
    assert (result["summary"]["failed"], result["complete"]) == (1, False)
    assert {event["event"] for event in events} >= {"observing", "began", "ended"}
    for event in events:
        _valid("events", event)


def test_every_line_of_jsonl_is_an_object(workspace: Workspace, telnyx: Emulator) -> None:
    """Also the last, and also when nothing was begun."""
    workspace.declare(profile("alpha"))
    for _ in range(2):
        assert all(isinstance(line, dict) for line in workspace.apply("--format", "jsonl").lines)
    workspace.declare(BROKEN)
    assert all(isinstance(line, dict) for line in workspace.apply("--format", "jsonl", code=1).lines)


def test_ids_of_what_was_made(workspace: Workspace, telnyx: Emulator) -> None:
    """In the result for programs, and afterwards in status for everybody."""
    workspace.declare(profile("alpha"))
    done = workspace.apply("--format", "json")
    [row] = telnyx.rows("messaging_profiles")
    assert [each["remote_id"] for each in done.document["outcomes"]] == [row["id"]]
    known = workspace.call("status", "--format", "json").document["entries"]
    assert known == [{"address": "MessagingProfile/alpha", "remote_id": row["id"]}]
    assert f"  MessagingProfile/alpha  id {row['id']}" in workspace.call("status").out


def test_progress_and_findings_go_to_stderr(workspace: Workspace, telnyx: Emulator) -> None:
    """Text as well: the plan and its result on stdout, everything on the way on stderr, colour nowhere."""
    workspace.declare(profile("alpha"))
    done = workspace.run("apply", "--auto-approve")
    assert "reading the account" in done.err
    assert f"[1/1] MessagingProfile/alpha created, id {telnyx.rows('messaging_profiles')[0]['id']}" in done.err
    assert "reading the account" not in done.out
    assert "Plan: 1 to create." in done.out
    assert "\x1b" not in done.out + done.err
    machine = workspace.run("apply", "--auto-approve", "--format", "json")
    assert isinstance(machine.document, dict)


@pytest.mark.parametrize("command", ["plan", "explain MessagingProfile", "schema MessagingProfile", "status"])
def test_a_reader_that_stops_reading_is_no_news(command: str, workspace: Workspace) -> None:
    """``| head -1``: no traceback, no complaint about the closed pipe."""
    workspace.declare(*(profile(f"profile-{index}", webhook_url="https://a.example.com") for index in range(400)))
    ended = subprocess.run(
        ["sh", "-c", f"{COMMAND} {command} | head -c 10"],
        cwd=workspace.folder,
        env=workspace.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout
    for word in ("Traceback", "BrokenPipe", "Exception"):
        assert word not in ended.stderr, ended.stderr
