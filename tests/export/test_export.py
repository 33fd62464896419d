"""``reconciler export`` as people use it: what is written, what is read, and what the ledger knows afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.export.folder import NUMBER, PROFILE_TOKEN, SEEDED, TOKEN, codes, documents, exported, files
from tests.journeys.workspace import Emulator, Workspace, profile


def test_the_first_plan_is_empty(alerts: dict[str, Any], telnyx: Emulator, workspace: Workspace) -> None:
    """References, variables and ownership; nothing is written to the account, and no secret anywhere."""
    report = exported(workspace)
    assert telnyx.writes() == []
    assert [variable["name"] for variable in report["variables"]] == [PROFILE_TOKEN, NUMBER]
    assert report["variables"][0] | {"what": ""} == {
        "name": PROFILE_TOKEN,
        "address": "MessagingProfile/alerts",
        "field": "webhook_url",
        "remote_id": alerts["id"],
        "what": "",
        "held": "unset",
    }
    found = documents(workspace)
    assert found["MessagingProfile/alerts"]["spec"] == {
        "name": "Alerts",
        "whitelisted_destinations": ["NO", "US"],
        "webhook_url": f"${{env:{PROFILE_TOKEN}}}",
    }
    assert found["AutoResponse/alerts-stop-us"]["spec"] == {
        "messaging_profile": "alerts",
        "op": "stop",
        "country_code": "US",
        "keywords": ["STOP"],
    }
    assert found["AlphanumericSenderId/alerts-acme"]["spec"]["us_long_code_fallback"] == f"${{env:{NUMBER}}}"
    kept = workspace.everything_kept() + json.dumps(found) + json.dumps(report)
    assert "canary" not in kept
    assert "5125550142" not in kept
    unset = workspace.call("plan")
    assert (unset.code, PROFILE_TOKEN in unset.err) == (1, True)
    workspace.environment |= {PROFILE_TOKEN: TOKEN, NUMBER: "+15125550142"}
    assert workspace.actions() == {}
    assert {(entry["origin"], entry["on_remove"]) for entry in workspace.ledger["entries"]} == {("adopted", "retain")}
    assert {entry["file"] for entry in workspace.ledger["entries"]} >= {"messaging-profiles.yaml"}
    assert workspace.call("drift").code == 0


def test_nothing_is_recorded_unless_wanted(alerts: dict[str, Any], workspace: Workspace) -> None:
    """The ledger is not even begun; the plan adopts without a field that differs."""
    report = exported(workspace, "--no-record")
    assert report["recorded"] is None
    assert not (workspace.folder / ".reconciler" / "default.ledger.json").exists()
    workspace.environment |= {PROFILE_TOKEN: TOKEN, NUMBER: "+15125550142"}
    assert set(workspace.actions().values()) == {"adopt"}
    assert not any(change["diffs"] for change in workspace.plan()["changes"])


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        ("none", {"manifests.yaml"}),
        ("kind", {f"{kind}.yaml" for kind in ("alphanumeric-sender-ids", "auto-responses", "messaging-profiles")}),
        ("profile", {"messaging-profiles/alerts.yaml"}),
        (
            "resource",
            {
                "messaging-profiles/alerts.yaml",
                "auto-responses/alerts-stop-us.yaml",
                "alphanumeric-sender-ids/alerts-acme.yaml",
            },
        ),
    ],
)
def test_splits(split: str, expected: set[str], alerts: dict[str, Any], workspace: Workspace) -> None:
    """Each gives the same manifests in other files, and those are what the ledger keeps."""
    exported(workspace, "sub/telnyx", "--split", split)
    written = {name.removeprefix("sub/telnyx/") for name in files(workspace) if name != "reconciler.yaml"}
    seeded = {name for name in written if f"{name.partition('/')[0].removesuffix('.yaml')}.yaml" in SEEDED}
    assert written - seeded == expected
    workspace.environment |= {PROFILE_TOKEN: TOKEN, NUMBER: "+15125550142"}
    assert workspace.actions() == {}


def test_selection(alerts: dict[str, Any], telnyx: Emulator, workspace: Workspace) -> None:
    """By kind and by name: what hangs on a chosen profile comes along, and others are not even asked for."""
    other = telnyx.create("messaging_profiles", name="Other", whitelisted_destinations=["US"])
    telnyx.forget_requests()
    report = exported(workspace, "--no-record", "--name", "alert*")
    assert set(documents(workspace)) == {
        "MessagingProfile/alerts",
        "AutoResponse/alerts-stop-us",
        "AlphanumericSenderId/alerts-acme",
    }
    assert not any(other["id"] in request["path"] for request in telnyx.requests())
    assert len(report["files"]) == 3
    workspace.environment |= {PROFILE_TOKEN: TOKEN, NUMBER: "+15125550142"}
    exported(workspace, "agents", "--kind", "RcsAgent", "--no-record")
    assert {name for name in documents(workspace) if name.startswith("RcsAgent")} == {
        "RcsAgent/sandbox-marketing",
        "RcsAgent/sandbox-support",
    }
    assert exported(workspace, "--kind", "Profile", code=64)["diagnostics"][0]["code"] == "usage"


def test_a_reference_to_something_left_out_is_an_id(alerts: dict[str, Any], workspace: Workspace) -> None:
    """It is exact, whatever else is called so."""
    exported(workspace, "--kind", "AlphanumericSenderId", "--no-record")
    [sender] = documents(workspace).values()
    assert sender["metadata"]["name"] == "alerts-acme"
    assert sender["spec"]["messaging_profile"] == {"id": alerts["id"]}


def test_names_stay_when_objects_come(telnyx: Emulator, workspace: Workspace) -> None:
    """The older one keeps the plain name, with the ledger and without it."""
    telnyx.create("messaging_profiles", name="Alerts!", whitelisted_destinations=["US"])
    exported(workspace, "--no-record", "--kind", "MessagingProfile")
    telnyx.create("messaging_profiles", name="Alerts?", whitelisted_destinations=["US"])
    telnyx.create("messaging_profiles", name="Alerts 2", whitelisted_destinations=["US"])
    exported(workspace, "--no-record", "--kind", "MessagingProfile", "--force")
    assert {name: each["spec"]["name"] for name, each in documents(workspace).items()} == {
        "MessagingProfile/alerts": "Alerts!",
        "MessagingProfile/alerts.2": "Alerts?",
        "MessagingProfile/alerts-2": "Alerts 2",
    }


def test_the_ledger_knows_best(alerts: dict[str, Any], telnyx: Emulator, workspace: Workspace) -> None:
    """Addresses and protections that it records are kept, also when the manifests are lost."""
    kept = profile("main", name="Main")
    workspace.declare({**kept, "lifecycle": {"prevent_destroy": True, "on_remove": "retain"}}, name="old.yaml")
    workspace.apply("old.yaml")
    (workspace.folder / "old.yaml").unlink()
    exported(workspace, "--kind", "MessagingProfile")
    assert documents(workspace)["MessagingProfile/main"]["lifecycle"] == {
        "prevent_destroy": True,
        "on_remove": "retain",
    }
    workspace.environment |= {PROFILE_TOKEN: TOKEN}
    assert workspace.actions() == {}
    [entry] = [each for each in workspace.ledger["entries"] if each["address"] == "MessagingProfile/main"]
    assert (entry["origin"], entry["file"]) == ("created", "messaging-profiles.yaml")


def test_what_no_manifest_can_say(telnyx: Emulator, workspace: Workspace) -> None:
    """A field is left out with a comment; where the kind insists on it, the whole object is, and people are told."""
    with_password = telnyx.create("messaging_profiles", name="Password", whitelisted_destinations=["US"])
    legacy = telnyx.create("messaging_profiles", name="Legacy", whitelisted_destinations=["US"])
    store = telnyx.create(
        "autoresp_configs",
        messaging_profile_id=with_password["id"],
        op="info",
        country_code="US",
        keywords=["HELP"],
        resp_text="Hi!",
    )
    assert store["resp_text"] == "Hi!"
    telnyx.edit("messaging_profiles", with_password["id"], webhook_url="https://user:canary@a.example/")
    telnyx.create("autoresp_configs", messaging_profile_id=legacy["id"], op="info", country_code="US", keywords=[" X "])
    report = exported(workspace)
    assert sorted(codes(report)) == ["field-left-out", "field-left-out", "not-exported", "read-only"]
    written = (workspace.folder / "messaging-profiles.yaml").read_text("utf-8")
    assert "# webhook_url is left out: its value breaks the rule webhook-url-invalid" in written
    assert "canary" not in written + json.dumps(report) + workspace.everything_kept()
    assert workspace.actions() == {}


def test_text(alerts: dict[str, Any], workspace: Workspace) -> None:
    """The result names files and variables on stdout; progress and findings go to stderr."""
    done = workspace.call("export")
    assert done.code == 0
    assert "written    messaging-profiles.yaml  (1 manifest)" in done.out
    assert PROFILE_TOKEN in done.out
    assert "11 objects recorded as ours" in done.out
    assert "canary" not in done.out + done.err


def test_lists_below_parents_wait_for_these_alone(
    alerts: dict[str, Any], telnyx: Emulator, workspace: Workspace
) -> None:
    """They are nearly all of the requests: no second page of another list is waited for before the first of them."""
    for number in range(251):
        telnyx.create(
            "alphanumeric_sender_ids", messaging_profile_id=alerts["id"], alphanumeric_sender_id=f"ACME {number}"
        )
    telnyx.forget_requests()
    assert workspace.call("export").code == 0
    asked = [request["path"] for request in telnyx.requests()]
    below = next(place for place, path in enumerate(asked) if path.endswith("/autoresp_configs"))
    senders = [place for place, path in enumerate(asked) if path.endswith("/alphanumeric_sender_ids")]
    assert len(senders) == 2
    assert asked[0].endswith("/messaging_profiles")
    assert below < senders[1]


def test_findings_name_twins_in_every_export(telnyx: Emulator, workspace: Workspace) -> None:
    """That a webhook is a secret by now, as the ledger remembers, is no reason to hide what the profile is called."""
    for hook in (TOKEN, None):
        telnyx.create("messaging_profiles", name="Alerts", whitelisted_destinations=["US"], webhook_url=hook)
    first = exported(workspace)
    told = [each["summary"] for each in first["diagnostics"] if each["code"] == "pin-needed"]
    assert [each.count('("Alerts")') for each in told] == [1, 1]
    assert exported(workspace)["diagnostics"] == first["diagnostics"]


def test_one_reason_is_one_finding(telnyx: Emulator, workspace: Workspace) -> None:
    """However many objects share it; another field or rule is another one, and each manifest has its comment."""
    for number in range(7):
        made = telnyx.create("messaging_profiles", name=f"P{number}", whitelisted_destinations=["US"])
        telnyx.edit("messaging_profiles", made["id"], webhook_url=f"https://user:canary{number}@a.example/")
    telnyx.edit("messaging_profiles", "P6", webhook_failover_url="https://user:canary@a.example/")
    report = exported(workspace)
    first, second = (each for each in report["diagnostics"] if each["code"] == "field-left-out")
    rule = "is left out: its value breaks the rule webhook-url-invalid"
    assert first["summary"].startswith(f"webhook_url of 7 objects of kind MessagingProfile {rule}")
    assert first["detail"] == f"{', '.join(f'MessagingProfile/p{number}' for number in range(5))} and 2 more"
    assert first["address"] is None
    assert second["summary"].startswith(f"webhook_failover_url {rule}")
    assert second["address"] == "MessagingProfile/p6"
    assert (workspace.folder / "messaging-profiles.yaml").read_text("utf-8").count(f"# webhook_url {rule}") == 7
    assert "canary" not in json.dumps(report)
