"""Somebody changes the account in the portal: drift names the field, both values, who did it and when, and our line."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.journeys.test_history import committed
from tests.journeys.workspace import Emulator, Workspace, manifest, profile

ANNA, BOB = (f"6f1b3a52-0000-4000-8000-00000000000{digit}" for digit in "12")
PEOPLE = f"""
accounts: {{default: {{rate: 1000}}}}
people:
  {ANNA}: Anna Ek
"""
PORTAL = "https://portal.example.com"


@pytest.fixture
def applied(workspace: Workspace) -> Workspace:
    """A profile and its STOP reply, committed and applied; Anna is known by name."""
    workspace.write(PEOPLE, "reconciler.yaml")
    stop = {
        "messaging_profile": "main",
        "op": "stop",
        "country_code": "US",
        "keywords": ["STOP"],
        "resp_text": "You are unsubscribed.",
    }
    workspace.declare(profile("main", webhook_url="https://a.example.com"), manifest("AutoResponse", "stop", **stop))
    committed(workspace)
    workspace.apply()
    return workspace


def edit(telnyx: Emulator, collection: str, row: str, user: str, **fields: Any) -> None:
    """A certain person changes an object in the portal."""
    telnyx.admin("POST", "edit", collection=collection, id=row, set=fields, **{"as": user})


def drift(workspace: Workspace, *arguments: str) -> Any:
    """The report, of which there must be something."""
    told = workspace.call("drift", "--format", "json", *arguments)
    assert told.code == 2, told.out + told.err
    return told.document


def audit_reads(telnyx: Emulator) -> int:
    """Requests for the audit log."""
    return sum(each["path"] == "/audit_events" for each in telnyx.requests())


def test_drift_names_who(telnyx: Emulator, applied: Workspace) -> None:
    """Field, both values, who, when, and the commit of the line: in every format."""
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url=PORTAL)
    [reply] = telnyx.rows("autoresp_configs")
    edit(telnyx, "autoresp_configs", reply["id"], BOB, resp_text="Go away, and stay away.")
    telnyx.forget_requests()
    report = drift(applied)
    assert report["requests"]["reads"] == len(telnyx.requests())
    assert audit_reads(telnyx) == 1
    stop, main = report["found"]
    [field] = main["fields"]
    assert (field["path"], field["recorded"], field["observed"]) == ("webhook_url", "https://a.example.com", PORTAL)
    assert field["who"]["found_in"] == "audit_log"
    assert field["who"]["author"] == {"name": "Anna Ek", "user_id": ANNA, "role": "organization_member"}
    age = datetime.now(UTC) - datetime.fromisoformat(field["who"]["at"])
    assert -5 < age.total_seconds() < 60
    assert (field["line"]["author"], field["line"]["summary"], field["line"]["why"]) == ("t", "first", None)
    assert len(field["line"]["commit"]) == 40
    [text] = stop["fields"]
    assert text["who"]["author"] == {"name": None, "user_id": BOB, "role": "organization_member"}

    for format_name in ("text", "markdown"):
        shown = applied.call("drift", "--format", format_name)
        assert shown.code == 2
        assert f"Anna Ek (organization member, user {ANNA}), {field['who']['at'][:10]} " in shown.out
        assert f"organization member, user {BOB}" in shown.out
        assert f"commit {field['line']['commit'][:12]}: first" in shown.out


def test_nothing_is_asked_without_drift_or_against_the_wish(telnyx: Emulator, applied: Workspace) -> None:
    """The log is read where something drifted, and --no-attribution was not given."""
    telnyx.forget_requests()
    assert applied.call("drift").code == 0
    assert audit_reads(telnyx) == 0
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url=PORTAL)
    [found] = drift(applied, "--no-attribution")["found"]
    assert (found["fields"][0]["who"], found["fields"][0]["line"]) == (None, None)
    assert audit_reads(telnyx) == 0


def test_a_deletion(telnyx: Emulator, applied: Workspace) -> None:
    """An object that is gone, and who took it away."""
    [reply] = telnyx.rows("autoresp_configs")
    telnyx.admin("POST", "delete", collection="autoresp_configs", id=reply["id"], **{"as": ANNA})
    [found] = drift(applied)["found"]
    assert (found["state"], found["who"]["author"]["name"]) == ("missing", "Anna Ek")
    assert found["line"]["summary"] == "first"
    assert "removed by: Anna Ek" in applied.call("drift").out


def test_a_swapped_log(telnyx: Emulator, applied: Workspace) -> None:
    """From and to as in the documentation's example: the values tell."""
    telnyx.quirks("audit-swapped")
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url=PORTAL)
    [found] = drift(applied)["found"]
    assert found["fields"][0]["who"]["author"]["name"] == "Anna Ek"


def test_a_log_that_lags(telnyx: Emulator, applied: Workspace) -> None:
    """Unknown, rather than the last one who is in the log."""
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url=PORTAL)
    telnyx.quirks("audit-lag=3600")
    [found] = drift(applied)["found"]
    assert (found["fields"][0]["who"]["found_in"], found["fields"][0]["who"]["why"]) == ("nowhere", "no_event")
    assert "changed by: unknown: the audit log has no event of it" in applied.call("drift").out


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_may_not(telnyx: Emulator, applied: Workspace, status: int) -> None:
    """One finding, which is information: drift is told, and exits as ever."""
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url=PORTAL, enabled=False)
    telnyx.fault(f"GET /audit_events * status-before={status}")
    report = drift(applied)
    [finding] = report["diagnostics"]
    assert (finding["code"], finding["severity"]) == ("audit-not-read", "info")
    [found] = report["found"]
    assert {field["who"]["why"] for field in found["fields"]} == {"not_permitted"}


def test_a_run_of_ours_that_was_killed(telnyx: Emulator, applied: Workspace) -> None:
    """It wrote and could not say so: what the ledger does not know, the history does."""
    applied.write(PEOPLE + "variables: {}\n", "reconciler.yaml")
    text = (applied.folder / "manifests.yaml").read_text().replace("https://a.example.com", "https://b.example.com")
    (applied.folder / "manifests.yaml").write_text(text)
    ledger = applied.folder / ".reconciler" / "default.ledger.json"
    before = ledger.read_bytes()
    applied.apply()
    ledger.write_bytes(before)  # as from a backup
    [found] = drift(applied)["found"]
    assert found["fields"][0]["who"]["found_in"] == "history"
    assert found["fields"][0]["line"]["why"] == "not_committed"
    assert "this tool, in the run of" in applied.call("drift").out


def test_a_history_that_cannot_be_read(telnyx: Emulator, applied: Workspace) -> None:
    """Said, and no reason to fail."""
    time.sleep(1.1)  # without a history our own event of the same second is somebody's
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url=PORTAL)
    (applied.folder / ".reconciler" / "default.history.jsonl").write_text("{}\n")
    report = drift(applied)
    assert "history-not-read" in [finding["code"] for finding in report["diagnostics"]]
    assert report["found"][0]["fields"][0]["who"]["author"]["name"] == "Anna Ek"


def test_a_secret_is_attributed_and_not_shown(telnyx: Emulator, workspace: Workspace) -> None:
    """The log may hold it: it is compared, and appears nowhere."""
    workspace.environment["HOOK"] = "https://canary-1.example.com"
    workspace.declare(profile("main", webhook_url="${env:HOOK}"))
    workspace.apply()
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url="https://canary-2.example.com")
    told = workspace.call("drift", "--format", "json")
    assert told.document["found"][0]["fields"][0]["who"]["author"]["user_id"] == ANNA
    assert "canary" not in told.out + told.err + workspace.call("drift").out


def history(workspace: Workspace, *arguments: str) -> Any:
    """The history with what others did."""
    told = workspace.call("history", "--audit", "--format", "json", *arguments)
    assert told.code == 0, told.out + told.err
    return told.document


def test_who_changed_an_opt_out_text(telnyx: Emulator, applied: Workspace) -> None:
    """One timeline: our apply with its commit, somebody's change in the portal, our apply that put it back."""
    [reply] = telnyx.rows("autoresp_configs")
    edit(telnyx, "autoresp_configs", reply["id"], BOB, resp_text="Go away, and stay away.")
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url=PORTAL)
    applied.apply()
    told = history(applied, "AutoResponse/stop.resp_text")
    assert [run["changes"][0]["action"] for run in told["runs"]] == ["update", "create"]
    [change] = told["outside"]
    assert (change["address"], change["change"], change["author"]["user_id"]) == ("AutoResponse/stop", "update", BOB)
    values = ("You are unsubscribed.", "Go away, and stay away.")
    assert [(each["path"], each["before"], each["after"]) for each in change["fields"]] == [("resp_text", *values)]
    [commit] = told["commits"]
    assert (commit["author"], commit["summary"], commit["commit"]) == ("t", "first", told["runs"][0]["commit"])
    assert {one["address"] for one in history(applied)["outside"]} == {"AutoResponse/stop", "MessagingProfile/main"}

    text = applied.call("history", "AutoResponse/stop.resp_text", "--audit").out
    assert f"changed outside\n  by organization member, user {BOB}\n" in text
    assert "from commit" in text
    assert " of t, " in text
    assert text.count("UTC  done") == 2


def test_history_asks_nobody_unless_told_to(telnyx: Emulator, applied: Workspace) -> None:
    """Offline as ever; the log's events are not even looked for."""
    telnyx.forget_requests()
    told = applied.call("history", "--format", "json").document
    assert (told["outside"], told["commits"]) == (None, [])
    assert telnyx.requests() == []


def test_a_swapped_log_in_the_history(telnyx: Emulator, applied: Workspace) -> None:
    """What our own runs did tells which way round it is."""
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url=PORTAL)
    telnyx.quirks("audit-swapped")
    [change] = history(applied)["outside"]
    [field] = change["fields"]
    assert (field["before"], field["after"]) == ("https://a.example.com", PORTAL)


def test_what_others_removed_is_told_by_its_last_id(telnyx: Emulator, applied: Workspace) -> None:
    """Deleted in the portal, made again by us: both ids are of one address."""
    [reply] = telnyx.rows("autoresp_configs")
    telnyx.admin("POST", "delete", collection="autoresp_configs", id=reply["id"], **{"as": ANNA})
    applied.apply("--allow-vanished", "9")
    [made] = telnyx.rows("autoresp_configs")
    edit(telnyx, "autoresp_configs", made["id"], BOB, keywords=["STOP", "END"])
    told = history(applied, "AutoResponse/stop")["outside"]
    assert [(one["change"], one["remote_id"]) for one in told] == [("update", made["id"]), ("delete", reply["id"])]


def test_a_history_without_a_readable_log(telnyx: Emulator, applied: Workspace) -> None:
    """Our runs are told, and that the rest is not known."""
    telnyx.fault("GET /audit_events * status-before=403")
    told = history(applied)
    assert (len(told["runs"]), told["outside"]) == (1, [])
    assert [finding["code"] for finding in told["diagnostics"]] == ["audit-not-read"]


def test_secrets_stay_out_of_the_history(telnyx: Emulator, workspace: Workspace) -> None:
    """What somebody put into a field that holds a secret here may be one, too."""
    workspace.environment["HOOK"] = "https://canary-1.example.com"
    workspace.declare(profile("main", webhook_url="${env:HOOK}"))
    workspace.apply()
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url="https://canary-2.example.com")
    told = workspace.call("history", "--audit", "--format", "json")
    assert told.document["outside"][0]["author"]["user_id"] == ANNA
    assert "canary" not in told.out + workspace.call("history", "--audit").out


def test_a_history_that_was_cut(telnyx: Emulator, applied: Workspace) -> None:
    """--limit leaves out what others did before the oldest run that is shown."""
    edit(telnyx, "messaging_profiles", "Main", ANNA, webhook_url=PORTAL)
    text = (applied.folder / ".reconciler" / "default.history.jsonl").read_text()
    applied.apply()
    assert len(history(applied)["outside"]) == 1
    newest = history(applied, "--limit", "2")
    assert len(newest["runs"]) + len(newest["outside"]) == 2
    # As if all of that had been a hundred days before the apply that put it back.
    aged = (applied.folder / ".reconciler" / "default.history.jsonl").read_text().removeprefix(text)
    day = datetime.now(UTC) - timedelta(days=100)
    old = re.sub(r'"(started|finished)":"[^"]+"', lambda m: f'"{m[1]}":"{day.isoformat()}"', text)
    assert old != text
    (applied.folder / ".reconciler" / "default.history.jsonl").write_text(old + aged)
    told = history(applied)
    assert [finding["code"] for finding in told["diagnostics"]] == ["audit-window"]
    assert history(applied, "--limit", "1")["diagnostics"] == []


def test_an_agent(telnyx: Emulator, workspace: Workspace) -> None:
    """A kind whose objects have one name for life, and no other id."""
    [agent] = telnyx.rows("rcs_agents")[:1]
    spec = {"agent_id": agent["agent_id"], "webhook_url": "https://a.example.com"}
    workspace.declare(manifest("RcsAgent", "agent", **spec))
    workspace.apply("--allow-adopt")
    edit(telnyx, "rcs_agents", agent["agent_id"], ANNA, webhook_url=PORTAL)
    [found] = drift(workspace)["found"]
    assert found["fields"][0]["who"]["author"]["user_id"] == ANNA
