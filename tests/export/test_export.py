"""``reconciler export`` as people use it: what is written, what is refused, and what the ledger knows afterwards."""

from __future__ import annotations

import json
import os
import resource
import shlex
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler.errors import ReconcilerError
from reconciler.workflow.writing_files import intend, write
from tests.journeys.conftest import telnyx, workspace
from tests.journeys.workspace import Emulator, Workspace, profile

__all__ = ["telnyx", "workspace"]
TOKEN = "https://hooks.example/x?token=canary-7f3a"
PROFILE_TOKEN = "MESSAGING_PROFILE_ALERTS_WEBHOOK_URL"
NUMBER = "ALPHANUMERIC_SENDER_ID_ALERTS_ACME_US_LONG_CODE_FALLBACK"

SEEDED = ("phone-number-messaging.yaml", "rcs-agents.yaml", "short-codes.yaml")
"""What every account of the sandbox begins with."""


@pytest.fixture
def alerts(telnyx: Emulator) -> dict[str, Any]:
    """A profile with an auto-response and a sender below it."""
    made: dict[str, Any] = telnyx.create(
        "messaging_profiles", name="Alerts", whitelisted_destinations=["US", "NO"], webhook_url=TOKEN
    )
    telnyx.create("autoresp_configs", messaging_profile_id=made["id"], op="stop", country_code="US", keywords=["stop"])
    telnyx.create(
        "alphanumeric_sender_ids",
        messaging_profile_id=made["id"],
        alphanumeric_sender_id="ACME",
        us_long_code_fallback="+15125550142",
    )
    telnyx.forget_requests()
    return made


def exported(workspace: Workspace, *arguments: str, code: int = 0) -> Any:
    """The document of an export."""
    done = workspace.call("export", "--format", "json", *arguments)
    assert done.code == code, done.out + done.err
    return done.document


def documents(workspace: Workspace, pattern: str = "*.yaml") -> dict[str, Any]:
    """Every manifest that was written, by address."""
    found = {}
    for path in sorted(workspace.folder.rglob(pattern)):
        if path.name != "reconciler.yaml":
            for each in yaml.load_all(path.read_text("utf-8"), Loader=yaml.CSafeLoader):
                found[f"{each['kind']}/{each['metadata']['name']}"] = each
    return found


def files(workspace: Workspace) -> dict[str, bytes]:
    """Everything in the folder but the state, temporary files included."""
    found = (path for path in workspace.folder.rglob("*") if path.is_file() and ".reconciler" not in path.parts)
    return {path.relative_to(workspace.folder).as_posix(): path.read_bytes() for path in found}


def codes(document: Any) -> list[str]:
    """Of its findings."""
    return [finding["code"] for finding in document["diagnostics"]]


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


def test_an_edit_is_never_lost(alerts: dict[str, Any], workspace: Workspace) -> None:
    """All refusals at once, and nothing written; --force writes, and only then."""
    exported(workspace)
    edited = workspace.folder / "messaging-profiles.yaml"
    edited.write_text(edited.read_text("utf-8") + "# ours\n", "utf-8")
    (workspace.folder / "auto-responses.yaml").unlink()
    before = files(workspace)
    refused = exported(workspace, code=1)
    assert codes(refused) == ["file-differs"]
    assert refused["diagnostics"][0]["source"]["file"] == "messaging-profiles.yaml"
    assert files(workspace) == before
    forced = exported(workspace, "--force")
    assert {each["path"]: each["writing"] for each in forced["files"]} == {
        "alphanumeric-sender-ids.yaml": "unchanged",
        "auto-responses.yaml": "written",
        "messaging-profiles.yaml": "replaced",
        **dict.fromkeys(SEEDED, "unchanged"),
    }
    assert "# ours" not in edited.read_text("utf-8")


SECRET = """
apiVersion: telnyx.reconciler/v1
kind: MessagingProfile
metadata:
  name: plain
spec:
  whitelisted_destinations: [US]
  webhook_url: https://hooks.example/${env:CANARY}
"""


def test_a_secret_stays_one_without_the_ledger(telnyx: Emulator, workspace: Workspace) -> None:
    """What a manifest takes from the environment is never written out, though nothing else says that it is secret."""
    telnyx.create(
        "messaging_profiles",
        name="plain",
        whitelisted_destinations=["US"],
        webhook_url="https://hooks.example/sesame",
        mobile_only=True,
    )
    workspace.write(SECRET, "messaging-profiles.yaml")
    workspace.environment["CANARY"] = "sesame"
    assert exported(workspace, "--force")["files"][0]["writing"] == "replaced"
    spec = documents(workspace)["MessagingProfile/plain"]["spec"]
    assert spec["webhook_url"] == "${env:MESSAGING_PROFILE_PLAIN_WEBHOOK_URL}"
    assert not any(b"sesame" in path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file())


def test_secrets_that_cannot_be_told_are_not_replaced(telnyx: Emulator, workspace: Workspace) -> None:
    """Unset, of a manifest that is wrong, or of one that may mean two objects: the file stays as it is."""
    for _ in range(2):
        telnyx.create(
            "messaging_profiles",
            name="plain",
            whitelisted_destinations=["US"],
            webhook_url="https://hooks.example/sesame",
        )
    workspace.write(SECRET, "messaging-profiles.yaml")
    before = files(workspace)
    assert "undefined-variable" in codes(exported(workspace, "--force", code=1))
    workspace.environment["CANARY"] = "sesame"
    assert "ambiguous" in codes(exported(workspace, "--force", code=1))
    assert files(workspace) == before
    workspace.write(SECRET.replace("[US]", "[US]\n  mistaken: 1"), "messaging-profiles.yaml")
    before = files(workspace)
    assert "unknown-field" in codes(exported(workspace, "--force", code=1))
    assert files(workspace) == before


def test_merge_adds_what_is_new(alerts: dict[str, Any], telnyx: Emulator, workspace: Workspace) -> None:
    """In files of its own; what is managed or declared is left alone, whoever wrote it."""
    exported(workspace)
    workspace.environment |= {PROFILE_TOKEN: TOKEN, NUMBER: "+15125550142"}
    telnyx.create("messaging_profiles", name="Mine", whitelisted_destinations=["US"])
    workspace.declare(profile("by-hand", name="Mine"), name="hand.yaml")
    twin = telnyx.create("messaging_profiles", name="Alerts", whitelisted_destinations=["CA"])
    before = files(workspace)
    merged = exported(workspace, "--merge")
    assert [each["path"] for each in merged["files"]] == ["messaging-profiles.2.yaml"]
    assert files(workspace) | before == files(workspace)
    new = documents(workspace)["MessagingProfile/alerts.2"]
    assert (new["metadata"]["remote_id"], new["spec"]["name"]) == (twin["id"], "Alerts")
    assert workspace.actions() == {"MessagingProfile/by-hand": "adopt"}
    assert exported(workspace, "--merge")["files"] == []


def test_what_another_one_holds_is_left_out_again(telnyx: Emulator, workspace: Workspace) -> None:
    """Two answers to one keyword: the managed one stays, whichever came first, in every later export."""
    news = telnyx.create("messaging_profiles", name="News", whitelisted_destinations=["US"])
    answer = {"messaging_profile_id": news["id"], "op": "info", "resp_text": "Hi!"}
    first = telnyx.create("autoresp_configs", **answer, country_code="US", keywords=["HELP"])
    second = telnyx.create("autoresp_configs", **answer, country_code="*", keywords=["HELP", "MORE"])
    reports = [exported(workspace), exported(workspace, "--merge"), exported(workspace)]
    [managed] = (entry["remote"]["id"] for entry in workspace.ledger["entries"] if "AutoResponse" in entry["address"])
    assert managed in (first["id"], second["id"])
    left_out = second if managed == first["id"] else first
    for report in reports:
        [finding] = (each for each in report["diagnostics"] if each["code"] == "not-exported")
        assert left_out["id"] in finding["summary"]
        assert 'holds the keyword "HELP" as well' in finding["summary"]
    assert reports[1]["files"] == []
    assert workspace.call("plan", "--detailed-exitcode").code == 0


def test_what_is_declared_elsewhere_is_not_declared_twice(telnyx: Emulator, workspace: Workspace) -> None:
    """Two manifests for one object would claim it twice: the place of the other one is named."""
    telnyx.create("messaging_profiles", name="Mine", whitelisted_destinations=["US"])
    workspace.declare(profile("by-hand", name="Mine"), name="hand.yaml")
    before = files(workspace)
    refused = exported(workspace, code=1)
    (finding,) = (each for each in refused["diagnostics"] if each["severity"] == "error")
    assert (finding["code"], finding["source"]["file"]) == ("already-declared", "hand.yaml")
    assert files(workspace) == before


@pytest.mark.usefixtures("alerts")
def test_one_profile_is_merged_beside_others_whose_lists_are_not_read(telnyx: Emulator, workspace: Workspace) -> None:
    """What is recorded below another profile is not looked for, and stands in nobody's way."""
    exported(workspace)
    workspace.environment |= {PROFILE_TOKEN: TOKEN, NUMBER: "+15125550142"}
    news = telnyx.create("messaging_profiles", name="News", whitelisted_destinations=["US"])
    telnyx.create("autoresp_configs", messaging_profile_id=news["id"], op="stop", country_code="US", keywords=["stop"])
    merged = exported(workspace, "--merge", "--name", "News")
    assert [each["path"] for each in merged["files"]] == ["auto-responses.2.yaml", "messaging-profiles.2.yaml"]
    assert workspace.call("plan", "--detailed-exitcode").code == 0


def test_another_split_says_once_of_each_file_what_is_in_the_way(telnyx: Emulator, workspace: Workspace) -> None:
    """A finding for each of a thousand manifests would hide the few files that are to be removed."""
    for name in ("One", "Two", "Three"):
        telnyx.create("messaging_profiles", name=name, whitelisted_destinations=["US"])
    exported(workspace)
    refused = exported(workspace, "--split", "resource", code=1)
    errors = [each for each in refused["diagnostics"] if each["severity"] == "error"]
    assert [each["code"] for each in errors] == ["already-declared"] * len({each["source"]["file"] for each in errors})
    assert any(" and 2 more are declared here" in each["summary"] for each in errors)


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


def test_links_and_strangers_in_the_way(alerts: dict[str, Any], workspace: Workspace, tmp_path: Path) -> None:
    """No link is followed and no folder replaced; every such file is named, and nothing is written."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (workspace.folder / "auto-responses").symlink_to(outside, target_is_directory=True)
    (workspace.folder / "messaging-profiles").write_text("a file")
    before = files(workspace)
    refused = exported(workspace, "--split", "resource", code=1)
    assert set(codes(refused)) == {"no-place-for-file"}
    assert {finding["source"]["file"] for finding in refused["diagnostics"]} == {
        "auto-responses/alerts-stop-us.yaml",
        "messaging-profiles/alerts.yaml",
    }
    assert files(workspace) == before
    assert list(outside.iterdir()) == []


def test_a_full_disk_leaves_nothing(alerts: dict[str, Any], workspace: Workspace) -> None:
    """The second file fails to be written: the first one is gone again, and nothing is recorded."""
    before = files(workspace)
    (workspace.folder / "out").mkdir()

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (220, 220))

    workspace.environment["PYTHONDONTWRITEBYTECODE"] = "1"  # the limit would cut those files, too
    process = workspace.start("export", "out", "--no-record", preexec_fn=small)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "[export-write]" in err
    assert files(workspace) == before
    assert list((workspace.folder / "out").iterdir()) == []


@pytest.mark.parametrize("before", [None, b"ours\n"])
def test_an_edit_between_look_and_write_is_kept(before: bytes | None, tmp_path: Path) -> None:
    """Large accounts take a while to be proven; whoever saves a file meanwhile keeps it, and no other is written."""
    if before is not None:
        (tmp_path / "b.yaml").write_bytes(before)
    intended, _ = intend(tmp_path, ".", {"a.yaml": b"a\n", "b.yaml": b"b\n"}, force=True)
    (tmp_path / "b.yaml").write_bytes(b"edited\n")
    with pytest.raises(ReconcilerError, match=r'"b\.yaml": somebody changed it meanwhile; no file was left behind'):
        write(intended)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"b.yaml": b"edited\n"}


def test_files_are_as_an_editor_makes_them(alerts: dict[str, Any], workspace: Workspace) -> None:
    """Readable for all who may read the project; a replaced one keeps its mode."""
    exported(workspace)
    path = workspace.folder / "messaging-profiles.yaml"
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    path.write_text("# gone\n")
    path.chmod(0o640)
    exported(workspace, "--force")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_folder_that_no_plan_reads(alerts: dict[str, Any], workspace: Workspace, tmp_path: Path) -> None:
    """Recording there would let the next plan forget everything again; without recording it is fine."""
    elsewhere = str(tmp_path / "elsewhere")
    for folder in (elsewhere, ".hidden"):
        refused = exported(workspace, folder, code=64)
        assert "--no-record" in refused["diagnostics"][0]["hint"]
    exported(workspace)
    assert exported(workspace, elsewhere, "--no-record")["recorded"] is None
    assert (tmp_path / "elsewhere" / "messaging-profiles.yaml").is_file()


def test_two_at_a_time(alerts: dict[str, Any], workspace: Workspace) -> None:
    """The ledger's lock holds; an export that does not record needs none."""
    from reconciler.ledger.local import LocalLedger  # noqa: PLC0415 - as above
    from tests.ledger.cases import holding  # noqa: PLC0415 - for this test alone

    with holding(LocalLedger(workspace.folder / ".reconciler", "default")):
        assert workspace.call("export").code == 5
        assert workspace.call("export", "--no-record").code == 0


def test_terraform(alerts: dict[str, Any], telnyx: Emulator, workspace: Workspace) -> None:
    """Names are Terraform's; everything else in the state is reported, and none of its secrets shown."""
    other = telnyx.create("messaging_profiles", name="Other", whitelisted_destinations=["US"])
    odd = telnyx.create("messaging_profiles", name="Odd", whitelisted_destinations=["US"])
    state = {
        "version": 4,
        "terraform_version": "1.9.0",
        "resources": [
            _resource("telnyx_messaging_profile", "alerts", [(alerts["id"], "us-east")], module='module.eu["a b"]'),
            _resource("telnyx_messaging_profile", "other", [(other["id"], 0), ("gone", 1)]),
            _resource("telnyx_messaging_profile", "odd", [(odd["id"], "a'; touch pwned; '")]),
            _resource("telnyx_billing_group", "group", [("b1", None)]),
            {**_resource("telnyx_messaging_profile", "read", [("x", None)]), "mode": "data"},
        ],
    }
    (workspace.folder / "state.json").write_text(json.dumps(state))
    report = exported(workspace, "--from-terraform", "state.json")
    names = {name for name in documents(workspace) if name.startswith("MessagingProfile")}
    odd_name = "MessagingProfile/odd.a-touch-pwned-"
    assert names == {"MessagingProfile/eu.a-b.alerts.us-east", "MessagingProfile/other.0", odd_name}
    told = [finding["summary"] for finding in report["diagnostics"]]
    assert sorted(told) == sorted(
        [
            'module.eu["a b"].telnyx_messaging_profile.alerts["us-east"] is MessagingProfile/eu.a-b.alerts.us-east',
            f"telnyx_messaging_profile.odd[\"a'; touch pwned; '\"] is {odd_name}",
            "telnyx_messaging_profile.other[0] is MessagingProfile/other.0",
            "telnyx_messaging_profile.other[1] is not mapped: the account shows no such object, or nobody asked for it",
            "telnyx_billing_group.group is not mapped: no kind here manages it",
            "1 mobile number without a manifest: the API shows such settings and changes none",
        ]
    )
    [hint] = [finding["hint"] for finding in report["diagnostics"] if finding["address"] == odd_name]
    assert shlex.split(hint)[-4:] == [
        "terraform",
        "state",
        "rm",
        "telnyx_messaging_profile.odd[\"a'; touch pwned; '\"]",
    ]
    assert "canary" not in json.dumps(report)
    workspace.environment |= dict.fromkeys([report["variables"][0]["name"]], TOKEN)
    workspace.environment |= {variable["name"]: "+15125550142" for variable in report["variables"][1:]}
    assert workspace.actions() == {}


def _resource(type_: str, name: str, instances: list[tuple[str, Any]], module: str | None = None) -> dict[str, Any]:
    return {
        **({"module": module} if module else {}),
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider": 'provider["registry.terraform.io/petsinc/telnyx"]',
        "instances": [
            {
                **({} if key is None else {"index_key": key}),
                "schema_version": 0,
                "attributes": {"id": id_, "name": "ignored", "v1_secret": "canary-secret"},
            }
            for id_, key in instances
        ],
    }


@pytest.mark.parametrize("content", ["", "[]", '{"version": 3, "resources": []}', "{canary}", '{"canary": 1}'])
def test_no_terraform_state(content: str, workspace: Workspace) -> None:
    """Said before anything is asked, without a word of what is in the file."""
    (workspace.folder / "state.json").write_text(content)
    refused = workspace.call("export", "--from-terraform", "state.json")
    assert refused.code == 64
    assert "canary" not in refused.err


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


def test_a_secret_is_not_lost_behind_one_of_the_same_name(telnyx: Emulator, workspace: Workspace) -> None:
    """Another manifest keeps the variable; the one that cannot be read might not."""
    manifest = "apiVersion: telnyx.reconciler/v1\nkind: MessagingProfile\nmetadata: {{name: {0}}}\n"
    manifest += 'spec: {{name: {1}, whitelisted_destinations: [US], webhook_url: "${{env:HOOK}}"}}\n'
    broken = manifest.format("other", "a").replace("[US]", "[US], mistaken: 1")
    workspace.write(broken + "---\n" + manifest.format("b", "b"), "messaging-profiles.yaml")
    for name in ("a", "b"):
        hook = "https://hooks.example/sesame"
        telnyx.create("messaging_profiles", name=name, whitelisted_destinations=["US"], webhook_url=hook)
    workspace.environment["HOOK"] = "https://hooks.example/sesame"
    before = files(workspace)
    assert "unknown-field" in codes(exported(workspace, "--force", code=1))
    assert files(workspace) == before


def test_a_name_that_another_project_keeps_secret_names_nothing(telnyx: Emulator, workspace: Workspace) -> None:
    """What hangs on that project's profile is called by the profile's address there, in variables too."""
    manifest = "apiVersion: telnyx.reconciler/v1\nkind: MessagingProfile\nmetadata: {name: theirs}\n"
    manifest += 'spec: {name: "${env:NAME}", whitelisted_destinations: [US]}\n'
    workspace.write("project: other\naccounts: {default: {rate: 1000}}", "reconciler.yaml")
    workspace.write(manifest, "theirs.yaml")
    workspace.environment["NAME"] = "Canary Sesame"
    workspace.apply()
    (workspace.folder / "theirs.yaml").unlink()
    workspace.write("project: ours\naccounts: {default: {rate: 1000}}", "reconciler.yaml")
    [row] = telnyx.rows("messaging_profiles")
    telnyx.create("autoresp_configs", messaging_profile_id=row["id"], op="stop", country_code="US", keywords=["stop"])
    telnyx.create(
        "alphanumeric_sender_ids",
        messaging_profile_id=row["id"],
        alphanumeric_sender_id="ACME",
        us_long_code_fallback="+15125550142",
    )
    report = exported(workspace)
    written = json.dumps(documents(workspace)) + json.dumps(report) + workspace.everything_kept()
    assert "AutoResponse/theirs-stop-us" in documents(workspace)
    assert not any(word in written.casefold() for word in ("canary", "sesame"))


def test_findings_name_twins_in_every_export(telnyx: Emulator, workspace: Workspace) -> None:
    """That a webhook is a secret by now, as the ledger remembers, is no reason to hide what the profile is called."""
    for hook in (TOKEN, None):
        telnyx.create("messaging_profiles", name="Alerts", whitelisted_destinations=["US"], webhook_url=hook)
    first = exported(workspace)
    told = [each["summary"] for each in first["diagnostics"] if each["code"] == "pin-needed"]
    assert [each.count('("Alerts")') for each in told] == [1, 1]
    assert exported(workspace)["diagnostics"] == first["diagnostics"]


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
