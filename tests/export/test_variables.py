"""The names of variables: one value each, the same ones from export to export, and asked for while unset."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from tests.export.folder import NUMBER, PROFILE_TOKEN, TOKEN, documents, exported, files
from tests.journeys.workspace import Emulator, Workspace


def two_accounts(workspace: Workspace, *paths: str) -> None:
    """The accounts ``dev`` and ``prod``, each with its paths."""
    lines = ["accounts:"]
    for name, path in zip(("dev", "prod"), paths, strict=True):
        workspace.environment[f"{name.upper()}_KEY"] = f"KEY_of_{name}"
        lines.append(f"  {name}: {{paths: [{path}], rate: 1000, key_variable: {name.upper()}_KEY}}")
    workspace.write("\n".join(lines), "reconciler.yaml")


def test_accounts_never_share_a_value_by_accident(telnyx: Emulator, workspace: Workspace) -> None:
    """The same profile with another webhook in each: one environment holds both values, and every plan is empty."""
    two_accounts(workspace, "dev", "prod")
    for name in ("dev", "prod"):
        made = {"name": "Alerts", "whitelisted_destinations": ["US"], "webhook_url": f"{TOKEN}-{name}"}
        telnyx.admin("POST", "create", key=f"KEY_of_{name}", collection="messaging_profiles", set=made)
        report = exported(workspace, "--account", name)
        assert [each["name"] for each in report["variables"]] == [f"{name.upper()}__{PROFILE_TOKEN}"]
        workspace.environment[f"{name.upper()}__{PROFILE_TOKEN}"] = f"{TOKEN}-{name}"
    assert workspace.call("plan", "--all-accounts", "--detailed-exitcode").code == 0


def test_accounts_that_read_one_folder_share_its_variables(telnyx: Emulator, workspace: Workspace) -> None:
    """There is one manifest, and it cannot name one account."""
    two_accounts(workspace, "all", "all")
    made = {"name": "Alerts", "whitelisted_destinations": ["US"], "webhook_url": TOKEN}
    telnyx.admin("POST", "create", key="KEY_of_dev", collection="messaging_profiles", set=made)
    assert [each["name"] for each in exported(workspace, "--account", "dev")["variables"]] == [PROFILE_TOKEN]
    elsewhere = exported(workspace, "elsewhere", "--account", "dev", "--no-record")
    assert [each["name"] for each in elsewhere["variables"]] == [f"DEV__{PROFILE_TOKEN}"]


def test_a_manifest_keeps_the_names_of_its_variables(alerts: dict[str, Any], workspace: Workspace) -> None:
    """Set or not; a new name is never one that a manifest uses for something else."""
    exported(workspace)
    for file in ("messaging-profiles.yaml", "alphanumeric-sender-ids.yaml"):
        path = workspace.folder / file
        path.write_text(path.read_text("utf-8").replace(PROFILE_TOKEN, "HOOK").replace(NUMBER, PROFILE_TOKEN), "utf-8")
    before = files(workspace)
    assert {each["name"] for each in exported(workspace)["variables"]} == {"HOOK", PROFILE_TOKEN}
    assert files(workspace) == before
    path = workspace.folder / "messaging-profiles.yaml"
    path.write_text(path.read_text("utf-8").replace("${env:HOOK}", "https://a.example/"), "utf-8")
    [made, number] = (each["name"] for each in exported(workspace, "--force")["variables"])
    assert number == PROFILE_TOKEN
    assert made.startswith(f"{PROFILE_TOKEN}_")


def test_a_name_used_twice_holds_one_value(telnyx: Emulator, workspace: Workspace) -> None:
    """Where the account holds two by now, the second one gets a name of its own."""
    manifest = "apiVersion: telnyx.reconciler/v1\nkind: MessagingProfile\nmetadata: {{name: {0}}}\n"
    manifest += 'spec: {{name: {0}, whitelisted_destinations: [US], webhook_url: "${{env:HOOK}}"}}\n'
    workspace.write(manifest.format("a") + "---\n" + manifest.format("b"), "messaging-profiles.yaml")
    for name in ("a", "b"):
        telnyx.create("messaging_profiles", name=name, whitelisted_destinations=["US"], webhook_url=TOKEN)
    workspace.environment["HOOK"] = TOKEN
    assert [each["name"] for each in exported(workspace, "--force")["variables"]] == ["HOOK"]
    telnyx.edit("messaging_profiles", "b", webhook_url=f"{TOKEN}2")
    names = [each["name"] for each in exported(workspace, "--force")["variables"]]
    assert names == ["HOOK", "MESSAGING_PROFILE_B_WEBHOOK_URL"]


@pytest.mark.usefixtures("alerts")
def test_a_renamed_manifest_keeps_its_name(telnyx: Emulator, workspace: Workspace) -> None:
    """Also with --force, and before a plan has seen it: the ledger follows, and what refers to it does."""
    exported(workspace)
    workspace.environment |= {PROFILE_TOKEN: TOKEN, NUMBER: "+15125550142"}
    for name, old, new in (
        ("messaging-profiles.yaml", "name: alerts\n", "name: paging\n"),
        ("auto-responses.yaml", "messaging_profile: alerts\n", "messaging_profile: paging\n"),
        ("alphanumeric-sender-ids.yaml", "messaging_profile: alerts\n", "messaging_profile: paging\n"),
    ):
        path = workspace.folder / name
        path.write_text(path.read_text("utf-8").replace(old, new) + "# ours\n", "utf-8")
    exported(workspace, "--force")
    found = documents(workspace)
    assert "MessagingProfile/alerts" not in found
    assert found["MessagingProfile/paging"]["spec"]["webhook_url"] == f"${{env:{PROFILE_TOKEN}}}"
    assert found["AutoResponse/alerts-stop-us"]["spec"]["messaging_profile"] == "paging"
    recorded = {entry["address"] for entry in workspace.ledger["entries"]}
    assert "MessagingProfile/paging" in recorded
    assert "MessagingProfile/alerts" not in recorded
    assert workspace.actions() == {}
    assert telnyx.writes() == []


@pytest.mark.usefixtures("alerts")
def test_what_is_set_is_not_asked_for(workspace: Workspace) -> None:
    """A shell can read what is to be filled in; what is set to another value is, too."""
    first = workspace.call("export").out
    stub = [line for line in first.splitlines() if line.startswith(("export ", "#"))]
    filled = "\n".join(stub).replace("=  #", "=filled  #")
    shell = subprocess.run(["/bin/sh"], input=f"{filled}\nenv", capture_output=True, text=True, check=True)
    assert {f"{PROFILE_TOKEN}=filled", f"{NUMBER}=filled"} <= set(shell.stdout.splitlines())
    workspace.environment[PROFILE_TOKEN] = TOKEN
    second = workspace.call("export").out
    assert "Set 1 variable before the next plan, each to what the account holds now; 1 more set already:" in second
    assert PROFILE_TOKEN not in second
    workspace.environment[NUMBER] = "+15125550000"
    [line] = [line for line in workspace.call("export").out.splitlines() if line.startswith("export ")]
    assert line.startswith(f"export {NUMBER}=  #")
    assert line.endswith("; set to something else now")
    workspace.environment[NUMBER] = "+15125550142"
    assert "2 variables are set, to what the account holds now" in workspace.call("export").out
    assert [each["held"] for each in exported(workspace)["variables"]] == ["same", "same"]
