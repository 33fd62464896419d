"""``reconciler doctor`` as people use it: without manifests, without a ledger, on a schedule, with the wrong key."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.api import ApiKey, Target
from reconciler.checks import checks
from reconciler.model.checkup import Condition
from reconciler.render.schemas import json_schemas
from reconciler.workflow.doctor import address_of, doctor
from reconciler.workflow.request import DoctorRequest
from reconciler.workflow.setting import Surroundings, prepare
from tests.journeys.receiver import receiving
from tests.journeys.workspace import Emulator, Outcome, Workspace, profile

NAMES = ["endpoint", *(check.name for check in checks()), "ledger"]


def by_name(outcome: Outcome) -> dict[str, Any]:
    """The checks of a document."""
    return {check["name"]: check for check in outcome.document["checks"]}


def told(outcome: Outcome, name: str) -> list[str]:
    """The codes of a check's findings."""
    return [finding["code"] for finding in by_name(outcome)[name]["findings"]]


def live(telnyx: Emulator, name: str, **fields: Any) -> str:
    """A profile that a person made in the portal; its id."""
    made = telnyx.create("messaging_profiles", name=name, **{"whitelisted_destinations": ["DE"], **fields})
    return str(made["id"])


def test_the_built_in_sandbox_without_anything_around_it(bare: Workspace) -> None:
    """No key, no manifest, no ledger, no reconciler.yaml: a line for each check, nothing wrong, exit 0."""
    shown = bare.call("doctor", "--account", "sandbox")
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert [line[11:].split("  ")[0].replace(" ", "_") for line in lines[: len(NAMES)]] == NAMES
    assert all(line.startswith(("✓ ok ", "? unknown ")) for line in lines[: len(NAMES)])
    assert lines[-1] == "14 checks: 3 not known, 11 fine."


def test_one_run_in_every_format(workspace: Workspace, telnyx: Emulator) -> None:
    """Standard output for people, files for a program and for a job's summary: all of the same run."""
    live(telnyx, "Shop", webhook_url="http://hooks.example.com/x", whitelisted_destinations=["US"])
    telnyx.forget_requests()
    shown = workspace.call("doctor", "--format", "text", "--format", "json=d.json", "--format", "markdown=d.md")
    assert shown.code == 0, shown.out
    paths = [request["path"] for request in telnyx.requests()]
    assert len(paths) == len(set(paths))
    written = Outcome(0, (workspace.folder / "d.json").read_text("utf-8"), "")
    Draft202012Validator(json_schemas()["doctor"]).validate(written.document)
    assert list(by_name(written)) == NAMES
    assert told(written, "replies") == ["autoresp-missing-help", "autoresp-missing-start", "autoresp-missing-stop"]
    assert told(written, "webhooks") == ["webhook-url-not-https"]
    assert written.document["summary"]["warning"] == 2
    assert written.document["endpoint"] == telnyx.base
    page = (workspace.folder / "d.md").read_text("utf-8")
    for code in told(written, "replies"):
        assert f"[{code}]" in shown.out
        assert f"[{code}]" in page
        assert f"more: reconciler explain {code}" in shown.out


def test_an_error_is_exit_code_1_and_a_warning_is_none(workspace: Workspace, telnyx: Emulator) -> None:
    """So that a scheduled job fails for what is broken, and for nothing else."""
    live(telnyx, "Shop", whitelisted_destinations=["US"])
    assert workspace.call("doctor").code == 0
    telnyx.edit("balance", "balance", balance="-100.00")
    ended = workspace.call("doctor", "--format", "json")
    assert (ended.code, told(ended, "balance")) == (1, ["doctor-no-funds"])
    workspace.environment["TELNYX_API_KEY"] = "expired-canary"
    ended = workspace.call("doctor", "--format", "json")
    assert (ended.code, told(ended, "key")) == (1, ["doctor-key-rejected"])
    assert "KEY…_…" in by_name(ended)["key"]["findings"][0]["detail"]
    assert "canary" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("key", "code"), [(None, "doctor-no-key"), ("", "doctor-no-key"), ("KEY_with a canary\n", "doctor-no-key")]
)
def test_a_key_that_cannot_be_used(key: str | None, code: str, workspace: Workspace, telnyx: Emulator) -> None:
    """Nothing is asked, and the ledger is looked at all the same."""
    workspace.environment.pop("TELNYX_API_KEY")
    if key is not None:
        workspace.environment["TELNYX_API_KEY"] = key
    ended = workspace.call("doctor", "--format", "json")
    assert (ended.code, told(ended, "key")) == (1, [code])
    assert "TELNYX_API_KEY" in by_name(ended)["key"]["findings"][0]["summary"]
    assert by_name(ended)["ledger"]["outcome"] == "ok"
    assert {check["outcome"] for name, check in by_name(ended).items() if name not in {"key", "ledger"}} == {"unknown"}
    assert "canary" not in ended.out + ended.err
    assert telnyx.requests() == []


def test_an_address_of_the_api_that_cannot_be_used_is_not_shown(workspace: Workspace) -> None:
    """It may hold a password."""
    workspace.environment["TELNYX_BASE_URL"] = "https://user:canary@api.telnyx.com/v2"
    ended = workspace.call("doctor", "--format", "json")
    assert (ended.code, told(ended, "endpoint")) == (1, ["doctor-endpoint"])
    assert "canary" not in ended.out + ended.err
    stands = workspace.call("status", "--format", "json")
    assert stands.document["endpoint"] == ""
    assert "canary" not in stands.out + stands.err


def test_what_is_wrong_here_stops_no_other_check(workspace: Workspace, telnyx: Emulator) -> None:
    """Manifests are not read at all; a ledger that cannot be read is one error among the checks."""
    workspace.declare(profile("shop"))
    workspace.apply()
    live(telnyx, "Other", webhook_url="")
    workspace.write("kind: [", "manifests.yaml")
    assert workspace.call("doctor").code == 0
    (workspace.folder / ".reconciler" / "default.ledger.json").write_text("{", encoding="utf-8")
    ended = workspace.call("doctor", "--format", "json")
    assert (ended.code, by_name(ended)["ledger"]["outcome"]) == (1, "error")
    assert by_name(ended)["webhooks"]["summary"] == "0 of 2 profiles have a webhook_url"


def test_what_the_ledger_records_is_judged_unless_all_is_asked_for(workspace: Workspace, telnyx: Emulator) -> None:
    """Findings about ours stand at their address, and about others at name and id."""
    workspace.declare(profile("shop", name="Shop"))
    workspace.apply()
    other = live(telnyx, "Other\x1b[31m", whitelisted_destinations=["CA"])
    ours = workspace.call("doctor", "--format", "json")
    assert {one["address"] for one in by_name(ours)["replies"]["findings"]} == {"MessagingProfile/shop"}
    everything = workspace.call("doctor", "--unmanaged", "--format", "json")
    found = by_name(everything)["replies"]["findings"]
    assert [one["address"] for one in found] == ["MessagingProfile/shop"] * 3 + [None] * 3
    assert all(f"({other})" in one["summary"] for one in found[3:])
    assert "\x1b" not in workspace.call("doctor", "--unmanaged").out


def test_the_key_of_another_account(workspace: Workspace, telnyx: Emulator) -> None:
    """Found as every plan would find it."""
    workspace.declare(profile("shop"))
    workspace.apply()
    workspace.environment["TELNYX_API_KEY"] = "KEY_of_somebody_else"
    theirs = {"name": "Theirs", "whitelisted_destinations": ["DE"]}
    telnyx.admin("POST", "create", key="KEY_of_somebody_else", collection="messaging_profiles", set=theirs)
    ended = workspace.call("doctor", "--format", "json")
    assert (ended.code, told(ended, "account")) == (1, ["wrong-account"])


def test_addresses_are_tried_only_when_asked_for(workspace: Workspace, telnyx: Emulator) -> None:
    """By a HEAD that carries nothing; the account is an emulator, so this machine may be asked."""
    with receiving() as receiver, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}/canary"
        live(telnyx, "Shop", webhook_url=receiver.url, webhook_failover_url=closed)
        telnyx.edit("rcs_agents", "Sandbox Support", webhook_url=receiver.url)
        unasked = workspace.call("doctor", "--format", "json")
        assert (by_name(unasked)["webhook_answers"]["outcome"], receiver.take()) == ("unknown", [])
        asked = workspace.call("doctor", "--probe", "--format", "json", "--log-level", "debug")
    [request] = receiver.take()
    assert (request.body, {"authorization", "cookie"} & set(request.headers)) == (b"", set())
    assert not [name for name in request.headers if "telnyx" in name]
    answers = by_name(asked)["webhook_answers"]
    assert (asked.code, told(asked, "webhook_answers")) == (0, ["doctor-webhook-unreachable"])
    assert answers["summary"].startswith("2 of 3 addresses")
    assert "webhook_failover_url does not answer from here" in answers["findings"][0]["summary"]
    assert "canary" not in asked.out + asked.err
    assert "debug: GET /messaging_profiles?page[number]&page[size] 200" in asked.err


def test_what_fails_thrice_is_told(workspace: Workspace, telnyx: Emulator) -> None:
    """Nobody waits two minutes for a list of what is wrong."""
    telnyx.fault("GET /balance * status-before=503")
    ended = workspace.call("doctor", "--format", "json")
    assert (ended.code, told(ended, "balance")) == (0, ["doctor-not-read"])
    assert [request["path"] for request in telnyx.requests()].count("/balance") == 3


@pytest.mark.parametrize(
    ("base", "here"),
    [("https://api.telnyx.com/v2", False), ("http://127.0.0.1:8080/v2", True), ("https://localhost/v2", True)],
)
def test_private_addresses_are_for_emulators_here(base: str, here: bool) -> None:
    """Any other account's may not be tried."""
    assert address_of(Target(destination=base, key=ApiKey("KEY", variable="K"))) == (base, here)


def test_several_accounts(workspace: Workspace, telnyx: Emulator) -> None:
    """Each as it would be alone; one that is ill makes the whole 1."""
    workspace.environment |= {"DEV_KEY": telnyx.key, "PROD_KEY": "expired"}
    lines = [f"  {name}: {{rate: 1000, key_variable: {name.upper()}_KEY}}" for name in ("dev", "prod")]
    workspace.write("\n".join(["accounts:", *lines]), "reconciler.yaml")
    ended = workspace.call("doctor", "--all-accounts", "--format", "json")
    Draft202012Validator(json_schemas()["doctor-accounts"]).validate(ended.document)
    assert (ended.code, ended.document["summary"]["exit_codes"]) == (1, {"dev": 0, "prod": 1})
    assert ended.document["summary"]["counts"]["error"] == 1
    assert [one["account"] for one in ended.document["accounts"]] == ["dev", "prod"]
    shown = workspace.call("doctor", "--account", "dev,prod").out
    assert shown.splitlines()[-1] == "2 accounts: 1 failed (prod), 1 fine (dev)."
    assert "### Account `prod`" in workspace.call("doctor", "--all-accounts", "--format", "markdown").out


@pytest.mark.parametrize(("hours", "outcome"), [(0, Condition.OK), (1, Condition.WARNING)])
def test_the_clock_of_this_machine(hours: int, outcome: Condition, workspace: Workspace, telnyx: Emulator) -> None:
    """Held against the dates of real answers."""
    around = Surroundings(
        folder=workspace.folder,
        environment=workspace.environment,
        stdin=lambda: b"",
        now=lambda: datetime.now(UTC) + timedelta(hours=hours),
        command="doctor",
    )
    found = asyncio.run(doctor(prepare(around, None), DoctorRequest()))
    [clock] = [check for check in found.checks if check.name == "clock"]
    assert clock.outcome is outcome
    assert telnyx.requests()
