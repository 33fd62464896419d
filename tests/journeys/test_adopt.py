"""``adopt``: objects become ours, nothing in the account changes, and the next plan shows what differs."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from reconciler.ledger.local import LocalLedger
from reconciler.model.address import Address
from reconciler.model.ledger import Intended
from tests.journeys.workspace import Emulator, Workspace, manifest, profile
from tests.ledger.cases import holding, intent

PROFILE, ANSWER, SENDER = "MessagingProfile", "AutoResponse", "AlphanumericSenderId"
PROFILES, ANSWERS = "messaging_profiles", "autoresp_configs"
TEXT = "Acme: you will receive no more messages."


def answer(name: str, of: str, **spec: Any) -> dict[str, Any]:
    """A STOP answer."""
    stated = {"op": "stop", "country_code": "US", "keywords": ["STOP"], "resp_text": TEXT}
    return manifest(ANSWER, name, messaging_profile=of, **{**stated, **spec})


def live_profile(telnyx: Emulator, name: str, **fields: Any) -> str:
    """Somebody made it in the portal."""
    return str(telnyx.create(PROFILES, name=name, whitelisted_destinations=["US"], **fields)["id"])


def live_answer(telnyx: Emulator, parent: str, **fields: Any) -> str:
    """Likewise."""
    stated = {"op": "stop", "country_code": "US", "keywords": ["STOP"], "resp_text": TEXT, **fields}
    return str(telnyx.create(ANSWERS, messaging_profile_id=parent, **stated)["id"])


@pytest.fixture
def quiet(workspace: Workspace, telnyx: Emulator) -> Any:
    """Whatever a test does, no command of it wrote anything to the account."""
    telnyx.forget_requests()
    yield workspace
    assert telnyx.writes() == []


def origins(workspace: Workspace) -> dict[str, tuple[str, str]]:
    """What is recorded: id and origin by address."""
    return {one["address"]: (one["remote"]["id"], one["origin"]) for one in workspace.ledger["entries"]}


def test_everything_that_is_declared_and_found(quiet: Workspace, telnyx: Emulator) -> None:
    """As a process of its own: parents with their children, equal or not; the rest is told and left alone."""
    sales, support = live_profile(telnyx, "Sales"), live_profile(telnyx, "Support", mobile_only=False)
    stop = live_answer(telnyx, sales)
    before = telnyx.state()
    quiet.declare(
        profile("sales"),
        answer("stop", "sales"),
        profile("support", mobile_only=True, enabled=True),
        profile("new"),
        manifest("RcsAgent", "bot", agent_id="agent-1", webhook_url=None),
    )
    done = quiet.run("adopt", "--format", "json")
    assert done.code == 0, done.err
    assert done.document == {
        "format_version": "1.0",
        "account": "default",
        "adopted": [
            {"address": f"{ANSWER}/stop", "remote_id": stop, "differs": []},
            {"address": f"{PROFILE}/sales", "remote_id": sales, "differs": []},
            {"address": f"{PROFILE}/support", "remote_id": support, "differs": ["mobile_only"]},
        ],
        "already": [],
        "absent": [f"{PROFILE}/new", "RcsAgent/bot"],
        "diagnostics": [],
    }
    assert telnyx.state() == before
    assert origins(quiet) == {
        f"{ANSWER}/stop": (stop, "adopted"),
        f"{PROFILE}/sales": (sales, "adopted"),
        f"{PROFILE}/support": (support, "adopted"),
    }
    planned = quiet.call("plan", "--format", "json", "--only", f"{PROFILE}/support").document
    assert [(each["action"], [diff["path"] for diff in each["diffs"]]) for each in planned["changes"]] == [
        ("update", ["mobile_only"])
    ]
    assert planned["summary"]["adopt"] == 0
    again = quiet.call("adopt")
    assert (again.code, "Nothing to adopt." in again.out) == (0, True)


def test_what_differs_is_changed_by_the_next_apply_without_further_consent(
    workspace: Workspace, telnyx: Emulator
) -> None:
    """To adopt it was the explicit word; what changes was in the plan."""
    sales = live_profile(telnyx, "Sales")
    workspace.declare(profile("sales", mobile_only=True))
    assert workspace.call("apply", "--auto-approve").code == 1  # nobody agreed to change a stranger's object
    assert workspace.call("adopt").code == 0
    workspace.apply()
    assert [(row["id"], row["mobile_only"]) for row in telnyx.rows(PROFILES)] == [(sales, True)]
    assert workspace.actions() == {}
    [began] = [
        run for run in workspace.call("history", "--format", "json").document["runs"] if "adopt" in run["command"]
    ]
    assert [(each["action"], each["outcome"]) for each in began["changes"]] == [("adopt", "applied")]


def test_by_their_ids(quiet: Workspace, telnyx: Emulator) -> None:
    """Names may differ, and of several the one that is named is meant; the others are not touched."""
    first, second = live_profile(telnyx, "Sales"), live_profile(telnyx, "Sales")
    old, _ = live_profile(telnyx, "Legacy"), live_profile(telnyx, "Other")
    quiet.declare(profile("sales"), profile("modern"), profile("other"))
    named = (f"{PROFILE}/sales={second}", f"{PROFILE}/modern={old}")
    done = quiet.call("adopt", "--format", "json", *named)
    assert done.code == 0, done.err
    assert [(each["remote_id"], each["differs"]) for each in done.document["adopted"]] == [
        (old, ["name"]),
        (second, []),
    ]
    assert origins(quiet).keys() == {f"{PROFILE}/sales", f"{PROFILE}/modern"}
    assert quiet.actions() == {f"{PROFILE}/modern": "update", f"{PROFILE}/other": "adopt"}
    again = quiet.call("adopt", "--format", "json", *named)
    assert (again.code, again.document["already"]) == (0, [f"{PROFILE}/modern", f"{PROFILE}/sales"])
    assert first not in json.dumps(quiet.ledger)


def test_all_findings_at_once_and_nothing_recorded(quiet: Workspace, telnyx: Emulator) -> None:
    """Each with a place; one of them is enough to record nothing."""
    sales, other = live_profile(telnyx, "Sales"), live_profile(telnyx, "Other")
    of_other = live_answer(telnyx, other)
    taken = live_profile(telnyx, "Taken")
    quiet.declare(profile("taken"))
    assert quiet.call("adopt").code == 0
    quiet.declare(
        profile("sales"),
        answer("stop", "sales"),
        profile("taken"),
        profile("twin", name="Twin"),
        {**profile("pinned"), "metadata": {"name": "pinned", "remote_id": other}},
        profile("gone"),
    )
    kept = quiet.everything_kept()
    refused = quiet.call(
        "adopt",
        "--format",
        "json",
        f"{PROFILE}/sales={sales}",
        f"{ANSWER}/stop={of_other}",  # hangs on another profile than its manifest says
        f"{PROFILE}/twin={taken}",  # is another address's
        f"{PROFILE}/pinned={sales}",  # says otherwise itself
        f"{PROFILE}/gone=40000000-0000-4000-8000-000000000000",  # is not there
        f"{PROFILE}/taken={other}",  # is recorded as another object
        f"{PROFILE}/nowhere={sales}",  # has no manifest
    )
    assert refused.code == 1
    found = {(finding["address"], finding["code"]) for finding in refused.document["diagnostics"]}
    assert found == {
        (f"{ANSWER}/stop", "no-such-remote"),
        (f"{PROFILE}/twin", "claimed-twice"),
        (f"{PROFILE}/pinned", "pin-conflict"),
        (f"{PROFILE}/gone", "no-such-remote"),
        (f"{PROFILE}/taken", "pin-conflict"),
        (f"{PROFILE}/nowhere", "not-declared"),
    }
    placed = {finding["address"] for finding in refused.document["diagnostics"] if finding["source"]}
    assert placed == {address for address, _ in found} - {f"{PROFILE}/nowhere"}
    assert quiet.everything_kept() == kept


def test_what_another_name_has_is_moved_and_not_adopted(quiet: Workspace, telnyx: Emulator) -> None:
    """Its old manifest is gone: that is a rename, which apply carries out and which keeps its origin."""
    sales = live_profile(telnyx, "Sales")
    quiet.declare(profile("sales"))
    assert quiet.call("adopt").code == 0
    quiet.declare(profile("sold", name="Sales"))
    refused = quiet.call("adopt", "--format", "json", f"{PROFILE}/sold={sales}")
    assert (refused.code, refused.codes) == (1, ["claimed-twice"])
    assert "MessagingProfile/sales" in refused.document["diagnostics"][0]["summary"]
    assert quiet.call("adopt", "--format", "json").document["adopted"] == []
    assert quiet.recorded == {f"{PROFILE}/sales"}
    assert quiet.actions() == {f"{PROFILE}/sold": "move"}


def test_several_that_could_be_meant(quiet: Workspace, telnyx: Emulator) -> None:
    """What tells them apart is listed, numbers included, and what to write; other commands list the same."""
    first = live_profile(telnyx, "Sales", webhook_url="https://hooks.example.com/in?token=canary")
    second = live_profile(telnyx, "Sales")
    for number in ("+15125550101", "+15125550102"):
        telnyx.create("phone_numbers", phone_number=number, messaging_profile_id=second)
    quiet.declare(profile("sales"))
    for command in ("adopt", "plan"):
        refused = quiet.call(command, "--format", "json")
        assert refused.code == 1
        [finding] = refused.document["diagnostics"]
        assert finding["code"] == "ambiguous"
        lines = {line.partition(" ")[0]: line for line in finding["detail"].splitlines()}
        assert lines.keys() == {first, second}
        assert "phone numbers: 2" in lines[second]
        assert "phone numbers: 0" in lines[first]
        assert "created_at=" in lines[first]
        assert "canary" not in refused.out + refused.err
        assert lines[second].endswith(f"remote_id: {second}, or reconciler adopt {PROFILE}/sales={second}")
    asked = [each["path"] for each in telnyx.requests() if each["path"].endswith("/phone_numbers")]
    assert len(asked) == 4  # one for each candidate and command, and for nothing else
    assert quiet.call("adopt", f"{PROFILE}/sales={second}").code == 0


def test_a_field_that_cannot_change_keeps_a_stranger_a_stranger(quiet: Workspace, telnyx: Emulator) -> None:
    """Recorded, its next plan would be to delete it and make another: first the manifest says what is there."""
    parent = live_profile(telnyx, "Sales")
    telnyx.create(
        "alphanumeric_sender_ids",
        alphanumeric_sender_id="ACME",
        messaging_profile_id=parent,
        us_long_code_fallback="+15125550100",
    )
    declared = {"alphanumeric_sender_id": "ACME", "messaging_profile": "sales"}
    quiet.declare(profile("sales"), manifest(SENDER, "acme", **declared, us_long_code_fallback="+15125550199"))
    refused = quiet.call("adopt", "--format", "json")
    assert (refused.code, refused.codes) == (1, ["immutable-field"])
    quiet.declare(profile("sales"), manifest(SENDER, "acme", **declared, us_long_code_fallback="+15125550100"))
    assert quiet.call("adopt").code == 0
    assert quiet.actions() == {}


def test_what_a_killed_run_began_is_left_to_apply(quiet: Workspace, telnyx: Emulator) -> None:
    """Only apply can tell what it made: adopting that would make a stranger of our own object."""
    live_profile(telnyx, "Sales")
    quiet.declare(profile("sales"))
    with holding(LocalLedger(quiet.folder / ".reconciler", "default")) as ledger:
        asyncio.run(ledger.append(Intended((intent(Address(PROFILE, "sales")),))))
    refused = quiet.call("adopt", "--format", "json")
    assert (refused.code, refused.codes) == (1, ["unfinished"])
    assert "MessagingProfile/sales" in refused.document["diagnostics"][0]["summary"]
    assert telnyx.requests() == []


def test_somebody_else_is_writing(quiet: Workspace, telnyx: Emulator) -> None:
    """The ledger has one writer: exit code 5, and not a request."""
    live_profile(telnyx, "Sales")
    quiet.declare(profile("sales"))
    with holding(LocalLedger(quiet.folder / ".reconciler", "default")):
        assert quiet.call("adopt").code == 5
    assert telnyx.requests() == []


def test_words_that_make_no_sense(workspace: Workspace) -> None:
    """Misused command lines are 64, and say what is wrong."""
    workspace.declare(profile("sales"))
    for words in (["Profil/sales=1"], [f"{PROFILE}/sales=1", f"{PROFILE}/sales=2"]):
        refused = workspace.call("adopt", *words)
        assert refused.code == 64, refused.err
    told = workspace.call("import")
    assert (told.code, "adopt" in told.err) == (64, True)


def test_the_ways_out_of_an_entry_of_another_project_work(workspace: Workspace) -> None:
    """Applied before the project had a name: either that name again, or the commands that the finding spells."""
    declared = workspace.folder / "reconciler.yaml"
    workspace.declare(profile("alpha"), answer("alpha-stop", "alpha"))
    workspace.apply()
    declared.write_text("project: default\naccounts: {default: {rate: 1000}}\n", encoding="utf-8")
    assert workspace.actions() == {}
    declared.write_text("project: acme\naccounts: {default: {rate: 1000}}\n", encoding="utf-8")
    for address in f"{PROFILE}/alpha", f"{ANSWER}/alpha-stop":
        refused = workspace.call("plan", "--format", "json")
        [finding] = [one for one in refused.document["diagnostics"] if one["code"] == "claimed-twice"]
        assert (finding["address"], '"project: default"' in finding["hint"]) == (address, True)
        forget, adopt = re.findall(r"reconciler (ledger forget \S+|adopt \S+)[,;]", finding["hint"])
        assert workspace.call(*forget.split(), "--auto-approve").code == 0
        assert workspace.call(*adopt.split()).code == 0
    assert workspace.actions() == {}
    assert {entry["project"] for entry in workspace.ledger["entries"]} == {"acme"}
