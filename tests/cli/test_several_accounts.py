"""Several accounts in one command: side by side and apart, one report, one question, one exit code."""

from __future__ import annotations

import fcntl
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.render.schemas import json_schemas
from tests.cli.console import console
from tests.journeys.workspace import Emulator, Workspace, profile

KEYS = {"dev": "KEY_of_dev", "staging": "KEY_of_staging", "prod": "KEY_of_prod"}
ALL = "--all-accounts"
AGREED = ("--auto-approve", "--settle", "1")


@pytest.fixture
def shared(workspace: Workspace) -> Workspace:
    """One folder for three accounts, of one emulator."""
    lines = ["variables: {host: {type: string, default: dev.example.com}}", "accounts:"]
    for name, key in KEYS.items():
        workspace.environment[f"{name.upper()}_KEY"] = key
        lines.append(f"  {name}: {{paths: [all], rate: 1000, key_variable: {name.upper()}_KEY}}")
    lines[-1] = lines[-1].replace("}", ", variables: {host: prod.example.com}}")
    workspace.write("\n".join(lines), "reconciler.yaml")
    declare(workspace, "alerts")
    return workspace


def declare(workspace: Workspace, *names: str) -> None:
    """The same profiles for every account."""
    workspace.declare(*(profile(name, webhook_url="https://${var:host}/x") for name in names), name="all/a.yaml")


def live(telnyx: Emulator, account: str) -> dict[str, str]:
    """The webhooks of an account's profiles, by name."""
    rows = telnyx.admin("GET", "state", key=KEYS[account]).get("messaging_profiles", [])
    return {row["name"]: row["webhook_url"] for row in rows}


def writes(telnyx: Emulator, account: str) -> list[str]:
    """The methods of the writes with one account's key."""
    requests = telnyx.admin("GET", "requests", key=KEYS[account])
    return [each["method"] for each in requests if each["method"] != "GET"]


def by_account(document: Any) -> dict[str, Any]:
    """Each account's own document."""
    return {each["account"]: each for each in document["accounts"]}


def test_all_accounts_from_nothing_to_an_empty_plan(shared: Workspace, telnyx: Emulator) -> None:
    """Validate, plan, apply, plan, drift, status: a document for each account, as it is alone, and the sums."""
    schemas = json_schemas()
    for name, code, command in (
        ("diagnostics", 0, ("validate", ALL)),
        ("plan", 2, ("plan", ALL, "--detailed-exitcode")),
        ("apply", 0, ("apply", ALL, *AGREED)),
        ("plan", 0, ("plan", "--account", "prod,dev", "--detailed-exitcode")),
        ("drift", 0, ("drift", ALL)),
        ("status", 0, ("status", ALL)),
    ):
        ended = shared.call(*command, "--format", "json")
        assert ended.code == code, ended.out + ended.err
        Draft202012Validator(schemas[f"{name}-accounts"]).validate(ended.document)
        assert ended.document["summary"]["exit_code"] == code
    alone = shared.call("plan", "--account", "prod", "--format", "json").document
    together = shared.call("plan", "--account", "prod,dev", "--format", "json").document
    assert list(by_account(together)) == ["prod", "dev"]
    assert by_account(together)["prod"] == alone
    assert {name: live(telnyx, name)["Alerts"] for name in KEYS} == {
        "dev": "https://dev.example.com/x",
        "staging": "https://dev.example.com/x",
        "prod": "https://prod.example.com/x",
    }
    telnyx.admin(
        "POST", "edit", key=KEYS["staging"], collection="messaging_profiles", id="Alerts", set={"enabled": False}
    )
    telnyx.admin(
        "POST",
        "edit",
        key=KEYS["prod"],
        collection="messaging_profiles",
        id="Alerts",
        set={"webhook_url": "https://e.example"},
    )
    text = shared.call("drift", ALL)
    assert text.code == 2
    assert text.out.splitlines()[-1] == "3 accounts: 1 with drift (prod), 2 without drift (dev, staging)."
    assert [line for line in text.out.splitlines() if line.startswith("Account ")] == [
        "Account dev",
        "Account staging",
        "Account prod",
    ]
    markdown = shared.call("plan", ALL, "--format", "markdown").out
    assert [line for line in markdown.splitlines() if line.startswith("### ")] == [
        "### Account `dev`",
        "### Account `staging`",
        "### Account `prod`",
    ]


def test_a_bad_key_stops_no_other_account(shared: Workspace, telnyx: Emulator) -> None:
    """Expired or not set at all: 1 where nothing is written, 4 where the others were; and the others converge."""
    shared.environment["STAGING_KEY"] = "expired-canary"
    del shared.environment["PROD_KEY"]
    planned = shared.call("plan", ALL, "--format", "json")
    assert (planned.code, planned.document["summary"]["exit_codes"]) == (1, {"dev": 0, "staging": 1, "prod": 64})
    ended = shared.call("apply", ALL, *AGREED, "--format", "json")
    assert ended.code == 4, ended.err
    found = by_account(ended.document)
    assert [found[name]["summary"]["applied"] for name in KEYS] == [1, 0, 0]
    assert found["staging"]["diagnostics"][0]["code"] == "unauthorised"
    assert "canary" not in ended.out + ended.err
    assert shared.call("drift", "--account", "dev,prod", "--format", "json").code == 1
    assert list(live(telnyx, "dev")) == ["Alerts"]


def test_an_api_failure_and_a_wrong_manifest_stop_no_other_account(shared: Workspace, telnyx: Emulator) -> None:
    """One account's write is refused, another's variable is bad; the third is done."""
    telnyx.fault("POST /messaging_profiles 1 status-before=422")
    text = (shared.folder / "reconciler.yaml").read_text("utf-8").replace("prod.example.com", "a b")
    (shared.folder / "reconciler.yaml").write_text(text, "utf-8")
    ended = shared.call("apply", ALL, *AGREED, "--format", "json")
    codes = ended.document["summary"]["exit_codes"]
    assert (codes["prod"], sorted([codes["dev"], codes["staging"]]), ended.code) == (1, [0, 1], 4)
    [finding] = by_account(ended.document)["prod"]["diagnostics"]
    assert 'variable "host" at reconciler.yaml:5:' in finding["detail"]
    assert {name: len(live(telnyx, name)) for name in codes} == {name: 1 - code for name, code in codes.items()}
    checked = shared.call("validate", ALL)
    assert (checked.code, "1 failed (prod), 2 valid (dev, staging)" in checked.out) == (1, True)


def test_a_lock_stops_no_other_account(shared: Workspace) -> None:
    """Another run holds dev: 5 by itself, 4 once something was written elsewhere."""
    path = shared.folder / ".reconciler" / "dev.lock"
    path.parent.mkdir(mode=0o700)
    with path.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        first = shared.call("apply", "--account", "dev,staging", *AGREED, "--format", "json")
        second = shared.call("apply", "--account", "staging,dev", *AGREED, "--format", "json")
    assert (first.code, first.document["summary"]["exit_codes"]) == (4, {"dev": 5, "staging": 0})
    assert (second.code, second.document["summary"]["written"]) == (5, False)


def test_guards_count_over_the_whole_run(shared: Workspace, telnyx: Emulator) -> None:
    """One delete is allowed to each account, and not to three at once: nothing is written, until the run is allowed."""
    declare(shared, *(f"profile-{index}" for index in range(4)))
    shared.apply(ALL)
    declare(shared, *(f"profile-{index}" for index in range(3)))
    telnyx.admin("DELETE", "requests")
    assert shared.call("plan", "--account", "dev").code == 0
    planned = shared.call("plan", ALL)
    assert (planned.code, "together delete 3 of 12 recorded objects" in planned.out) == (1, True)
    ended = shared.call("apply", ALL, *AGREED, "--max-deletes", "2")
    assert ended.code == 1
    assert "It cannot be applied" in ended.out
    assert {name: len(live(telnyx, name)) for name in KEYS} == dict.fromkeys(KEYS, 4)
    shared.apply(ALL, "--max-deletes", "3")
    assert {name: len(live(telnyx, name)) for name in KEYS} == dict.fromkeys(KEYS, 3)


def test_it_asks_once_about_all_plans(shared: Workspace, telnyx: Emulator) -> None:
    """After the last account is planned and before the first is written to; a no is a no for all."""
    with console(shared, "apply", ALL) as terminal:
        shown = terminal.until('apply these changes to 3 accounts? Type "yes"')
        assert shown.count("Plan: 1 to create.") == 3
        terminal.type("no")
        assert terminal.end() == 1, terminal.shown
        assert terminal.shown.count('Type "yes"') == 1
        assert terminal.shown.count("declined; nothing was written") == 3
    assert all(writes(telnyx, name) == [] for name in KEYS)


def test_nobody_to_ask(shared: Workspace) -> None:
    """As with one account."""
    ended = shared.call("apply", ALL, "--format", "json")
    assert (ended.code, ended.document["accounts"], ended.codes) == (64, [], ["usage"])


def test_events_name_their_account(shared: Workspace) -> None:
    """Each line is an event of one account, and the last one the report."""
    ended = shared.call("apply", ALL, *AGREED, "--format", "jsonl")
    *events, last = ended.lines
    validator = Draft202012Validator(json_schemas()["events"])
    for event in events:
        validator.validate(event)
    assert {event["account"] for event in events} == set(KEYS)
    assert {e["account"] for e in events if e["event"] == "ended"} == set(KEYS)
    assert last["summary"]["counts"]["applied"] == 3
    assert "prod: [1/1] MessagingProfile/alerts created" in ended.err


def test_more_accounts_than_are_worked_on_at_a_time(bare: Workspace, telnyx: Emulator) -> None:
    """Six meet before the first write, though four are planned at a time."""
    names = [f"account-{index}" for index in range(6)]
    lines = [f"  {name}: {{paths: [all], rate: 1000, key_variable: KEY_{index}}}" for index, name in enumerate(names)]
    bare.write("\n".join(["accounts:", *lines]), "reconciler.yaml")
    bare.environment |= {f"KEY_{index}": f"KEY_of_{name}" for index, name in enumerate(names)}
    bare.environment["TELNYX_BASE_URL"] = telnyx.base
    bare.declare(profile("alerts"), name="all/a.yaml")
    ended = bare.call("apply", ALL, *AGREED, "--format", "json")
    assert ended.code == 0, ended.err
    assert ended.document["summary"]["counts"]["applied"] == 6
    seen = [(r["method"], r["time"]) for name in names for r in telnyx.admin("GET", "requests", key=f"KEY_of_{name}")]
    first_look = {name: telnyx.admin("GET", "requests", key=f"KEY_of_{name}")[0]["time"] for name in names}
    assert max(first_look.values()) < min(at for method, at in seen if method == "POST")


def test_an_interrupted_run_finishes_what_is_in_flight_everywhere(shared: Workspace, telnyx: Emulator) -> None:
    """One signal: every account finishes its write, begins no other, and the same command carries on."""
    names = [f"profile-{index:02}" for index in range(20)]
    declare(shared, *names)
    telnyx.fault("POST * * delay=0.5")
    with shared.start("apply", ALL, *AGREED, "--format", "json") as process:
        while not all(writes(telnyx, name) for name in KEYS):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    document = json.loads(out)
    for name, one in by_account(document).items():
        assert one["interrupted"]
        assert 0 < one["summary"]["applied"] == len(live(telnyx, name)) < len(names)
    telnyx.fault()
    shared.apply(ALL)
    assert {len(live(telnyx, name)) for name in KEYS} == {len(names)}


def test_130_while_reading(shared: Workspace, telnyx: Emulator) -> None:
    """At once, and with a whole document."""
    telnyx.fault("GET * 1 hold-before")
    with shared.start("plan", ALL, "--format", "json") as process:
        while not all(telnyx.admin("GET", "requests", key=key) for key in KEYS.values()):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, "Traceback" in err) == (130, False), err
    assert [finding["code"] for finding in json.loads(out)["diagnostics"]] == ["interrupted"]


def test_a_killed_run_leaves_no_twin_anywhere(shared: Workspace, telnyx: Emulator) -> None:
    """Killed while every account writes: the same command once more makes what is missing, and nothing twice."""
    names = [f"profile-{index}" for index in range(4)]
    declare(shared, *names)
    telnyx.fault("POST * 1/3 hold-after")
    with shared.start("apply", ALL, *AGREED) as process:
        while sum(len(live(telnyx, name)) for name in KEYS) < len(names):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.kill()
    telnyx.fault()
    shared.apply(ALL)
    found = [telnyx.admin("GET", "state", key=key)["messaging_profiles"] for key in KEYS.values()]
    assert [len(rows) for rows in found] == [len(names)] * len(KEYS)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("plan", "--account", "dev,dev"), 'the account "dev" is named twice'),
        (("plan", "--account", "dev,"), "names an account without a name"),
        (("plan", "--account", "dev,nope"), 'no account "nope"'),
        (("plan", "--account", "dev", ALL), "exclude each other"),
        (("plan", "--account", "dev,prod", "--out", "p.json"), "reconciler plan --out prod.json --account prod"),
        (("apply", ALL, "--rehearse"), "reconciler apply --rehearse --account staging"),
        (("apply", ALL, "--auto-approve", "plan.json"), "no saved plan is for several"),
        (("destroy", "--account", "dev,prod", "--auto-approve"), "--account dev; --account prod"),
        (("destroy", ALL), "this command works on one account; --account NAME chooses the account"),
        (("history", "--account", "dev,prod"), "this command works on one account"),
        (("adopt", "--account", "dev,prod"), "this command works on one account"),
        (("ledger", "list", "--account", "dev,prod"), "this command works on one account"),
    ],
)
def test_what_only_one_account_can_have(command: tuple[str, ...], words: str, shared: Workspace) -> None:
    """Refused as misused, saying what to type; nothing is asked of the API."""
    assert shared.call("plan", "--account", "dev", "--out", "plan.json").code == 0
    ended = shared.call(*command)
    assert (ended.code, words in ended.err) == (64, True), ended.err


def test_accounts_that_are_one_are_not_applied_together(shared: Workspace, telnyx: Emulator) -> None:
    """One key: twins would be made. One ledger: each would remove what is the other's."""
    shared.environment["PROD_KEY"] = shared.environment["DEV_KEY"]
    ended = shared.call("apply", ALL, *AGREED)
    assert (ended.code, "they are the same account" in ended.err) == (64, True)
    assert KEYS["dev"] not in ended.err
    assert writes(telnyx, "dev") == []
    ledger = "ledger: 'http://127.0.0.1:9/state'"
    shared.write(f"accounts: {{dev: {{{ledger}}}, prod: {{{ledger}}}}}", "reconciler.yaml")
    for command in (("plan", ALL), ("apply", ALL, *AGREED), ("status", "--account", "dev,prod")):
        ended = shared.call(*command)
        assert (ended.code, 'the accounts "dev" and "prod" have one ledger' in ended.err) == (64, True), ended.err


def test_a_broken_project_is_one_finding(bare: Workspace, tmp_path: Path) -> None:
    """No account is looked at, and the report says why."""
    bare.write("accounts: {dev: {pathz: [a]}, prod: {}}", "reconciler.yaml")
    ended = bare.call("plan", ALL, "--format", "json")
    assert (ended.code, ended.codes, ended.document["accounts"]) == (1, ["unknown-field"], [])


def test_the_last_line_tells_who_has_changes(shared: Workspace) -> None:
    """Whether or not the exit code does."""
    last = {
        line: shared.call(*line.split(), ALL).out.splitlines()[-1]
        for line in ("plan", "plan --detailed-exitcode", "validate")
    }
    assert last == {
        "plan": "3 accounts: 3 with changes (dev, staging, prod).",
        "plan --detailed-exitcode": "3 accounts: 3 with changes (dev, staging, prod).",
        "validate": "3 accounts: 3 valid (dev, staging, prod).",
    }
    one = shared.call("apply", "--account", "dev", *AGREED)
    assert one.code == 0
    assert shared.call("apply", ALL, *AGREED).out.splitlines()[-1] == (
        "3 accounts: 2 applied (staging, prod), 1 unchanged (dev)."
    )
    declare(shared, "alerts", "billing")
    shared.call("apply", "--account", "dev", *AGREED)
    assert shared.call("plan", ALL).out.splitlines()[-1] == (
        "3 accounts: 2 with changes (staging, prod), 1 unchanged (dev)."
    )
