"""``ledger …``: what is recorded, and the changes to it that touch nothing in the account."""

from __future__ import annotations

import asyncio

import pytest

from reconciler.ledger.local import LocalLedger
from reconciler.ledger.remote_client import PASSWORD, USERNAME
from reconciler.model.address import Address
from reconciler.model.ledger import Intended
from tests.journeys.test_history import answer, runs
from tests.journeys.workspace import Emulator, Workspace, profile
from tests.ledger.cases import holding, intent
from tests.ledger.stateserver import SECRET, USER, serving


@pytest.fixture
def two(telnyx: Emulator, workspace: Workspace) -> dict[str, str]:
    """A protected profile and a reply below it; their remote ids."""
    workspace.declare({**profile("main"), "lifecycle": {"prevent_destroy": True}}, answer("main"))
    workspace.apply()
    [made], [reply] = telnyx.rows("messaging_profiles"), telnyx.rows("autoresp_configs")
    telnyx.forget_requests()
    return {"MessagingProfile/main": made["id"], "AutoResponse/main-stop": reply["id"]}


def test_list(two: dict[str, str], telnyx: Emulator, workspace: Workspace) -> None:
    """Address, id, origin, project, file, protections; nothing is asked of the API, not even a key."""
    del workspace.environment["TELNYX_API_KEY"]
    listed = workspace.call("ledger", "list", "--format", "json")
    assert listed.code == 0, listed.err
    assert {each["address"]: each["remote_id"] for each in listed.document["entries"]} == two
    profile_ = next(each for each in listed.document["entries"] if each["address"] == "MessagingProfile/main")
    assert (profile_["origin"], profile_["project"], profile_["file"]) == ("created", "default", "manifests.yaml")
    assert (profile_["prevent_destroy"], profile_["on_remove"]) == (True, "delete")
    workspace.environment["COLUMNS"] = "200"
    shown = workspace.call("ledger", "list").out
    assert [line.split()[0] for line in shown.splitlines()[1:3]] == sorted(two)
    assert "prevent_destroy" in shown.splitlines()[2]
    assert telnyx.requests() == []


def test_show(two: dict[str, str], workspace: Workspace) -> None:
    """One entry as it is kept; one that is not there is answered with the nearest."""
    shown = workspace.call("ledger", "show", "AutoResponse/main-stop", "--format", "json").document
    assert shown["entry"]["remote_id"] == two["AutoResponse/main-stop"]
    assert shown["entry"]["parent_id"] == two["MessagingProfile/main"]
    assert shown["entry"]["applied"]["keywords"] == ["STOP"]
    assert shown["entry"]["references"] == ["MessagingProfile/main"]
    assert shown["intent"] is None
    text = workspace.call("ledger", "show", "AutoResponse/main-stop").out
    assert f"remote id        {two['AutoResponse/main-stop']}" in text
    assert 'keywords           ["STOP"]' in text
    wrong = workspace.call("ledger", "show", "AutoResponse/main-stpo", "--format", "json")
    assert (wrong.code, wrong.document["entry"]) == (64, None)
    assert '"AutoResponse/main-stop"' in wrong.document["diagnostics"][0]["hint"]


def test_what_is_pending(two: dict[str, str], workspace: Workspace) -> None:
    """A create whose outcome nobody knows: shown without an entry; forgotten, but nothing else, by hand."""
    address = Address("MessagingProfile", "lost")
    with holding(LocalLedger(workspace.folder / ".reconciler", "default")) as ledger:
        asyncio.run(ledger.append(Intended((intent(address),))))
    shown = workspace.call("ledger", "show", "MessagingProfile/lost", "--format", "json").document
    assert (shown["entry"], shown["intent"]["action"]) == (None, "create")
    assert "create   MessagingProfile/lost" in workspace.call("ledger", "show", "MessagingProfile/lost").out
    refused = workspace.call("ledger", "unprotect", "MessagingProfile/lost")
    assert (refused.code, "[unfinished]" in refused.err) == (1, True)
    assert workspace.call("ledger", "forget", "MessagingProfile/lost", "--auto-approve").code == 0
    assert workspace.ledger["intents"] == []


def test_forget(two: dict[str, str], telnyx: Emulator, workspace: Workspace) -> None:
    """The object stays, the entry goes, the history tells it; the next plan finds the object by its natural key."""
    done = workspace.call("ledger", "forget", "AutoResponse/main-stop", "--auto-approve")
    assert (done.code, done.out) == (0, "forgotten: AutoResponse/main-stop\n"), done.err
    assert telnyx.requests() == []
    assert workspace.recorded == {"MessagingProfile/main"}
    [change] = runs(workspace)[0]["changes"]
    assert (change["action"], change["outcome"]) == ("forget", "applied")
    assert change["remote_id"] == two["AutoResponse/main-stop"]
    assert workspace.actions() == {"AutoResponse/main-stop": "adopt"}
    assert workspace.ledger["last_run"]["outcomes"] == {"applied": 2}  # of the account, which this did not touch


def test_forget_changes_nothing_unless_all_is_well(two: dict[str, str], workspace: Workspace) -> None:
    """An unknown address among known ones, nobody to ask, somebody else at work."""
    unknown = workspace.call("ledger", "forget", "MessagingProfile/main", "AutoResponse/stop", "--auto-approve")
    assert (unknown.code, '"AutoResponse/main-stop"' in unknown.err) == (64, True)
    nobody = workspace.call("ledger", "forget", "MessagingProfile/main")
    assert (nobody.code, "--auto-approve" in nobody.err) == (64, True)
    assert workspace.recorded == set(two)
    assert len(runs(workspace)) == 1


def test_unprotect(two: dict[str, str], telnyx: Emulator, workspace: Workspace) -> None:
    """Refused while a manifest says it, with the place; cleared once that is gone, and only then can it be removed."""
    refused = workspace.call("ledger", "unprotect", "MessagingProfile/main")
    assert refused.code == 1
    assert "manifests.yaml:" in refused.err
    assert "[still-protected]" in refused.err
    assert workspace.ledger["entries"][1]["prevent_destroy"]

    workspace.declare(profile("other"))
    workspace.apply()
    assert workspace.recorded == {"MessagingProfile/main", "MessagingProfile/other"}
    done = workspace.call("ledger", "unprotect", "MessagingProfile/main")
    assert (done.code, done.out) == (0, "no longer protected: MessagingProfile/main\n"), done.err
    [change] = runs(workspace)[0]["changes"]
    [field] = change["fields"]
    assert (field["path"], field["before"], field["after"]) == ("lifecycle.prevent_destroy", True, False)
    assert runs(workspace, "MessagingProfile/main.lifecycle.prevent_destroy")
    for asked in (("history",), ("history", "MessagingProfile/main")):
        assert "lifecycle.prevent_destroy  true → false" in workspace.call(*asked).out
    assert workspace.actions("--max-deletes", "9")["MessagingProfile/main"] == "delete"
    again = workspace.call("ledger", "unprotect", "MessagingProfile/main")
    assert (again.code, "nothing to do" in again.out) == (0, True)


def test_unlock_of_a_local_ledger_is_refused(two: dict[str, str], workspace: Workspace) -> None:
    """Its lock ends with its process: the store says so."""
    refused = workspace.call("ledger", "unlock", "abc")
    assert refused.code == 1
    assert '"abc"' in refused.err
    assert "ends with its process" in refused.err


@pytest.mark.parametrize("lock_id", ["", " "])
def test_unlock_of_nothing(lock_id: str, workspace: Workspace) -> None:
    """An empty variable of a script is no lock's ID, and no server is asked what it makes of it."""
    with serving() as server:
        workspace.environment |= {USERNAME: USER, PASSWORD: SECRET}
        workspace.write(f"accounts: {{default: {{ledger: {server.base}/state/one}}}}", "reconciler.yaml")
        server.state().lock = {"ID": "present"}
        refused = workspace.call("ledger", "unlock", lock_id)
        assert (refused.code, refused.out) == (64, "")
        assert "the ID of the lock is empty" in refused.err
        assert server.state().lock == {"ID": "present"}


def test_unlock_behind_http_claims_no_holder(workspace: Workspace) -> None:
    """The protocol answers that it is done, not whose lock it was."""
    with serving() as server:
        workspace.environment |= {USERNAME: USER, PASSWORD: SECRET}
        workspace.write(f"accounts: {{default: {{ledger: {server.base}/state/one}}}}", "reconciler.yaml")
        server.state().lock = {"ID": "present"}
        done = workspace.call("ledger", "unlock", "present")
        assert done.out == "the server accepted the unlock of present; it does not say whose it was\n", done.err
        assert (done.code, server.state().lock) == (0, None)


def test_migrate(two: dict[str, str], workspace: Workspace) -> None:
    """What it tells to put into reconciler.yaml is all that is missing: plans and history go on from there."""
    done = workspace.call("ledger", "migrate", "file:elsewhere")
    assert done.code == 0, done.err
    assert "copied 2 objects and 1 run" in done.out
    config = done.out.partition("accounts:")[2].replace("    ledger", "    rate: 1000\n    ledger")
    workspace.write(f"accounts:{config}", "reconciler.yaml")
    assert workspace.actions() == {}
    assert len(runs(workspace)) == 1
    assert (workspace.folder / "elsewhere" / "default.history.jsonl").exists()
    again = workspace.call("ledger", "migrate", "file:elsewhere")
    assert (again.code, "already" in again.err) == (64, True)
    wrong = workspace.call("ledger", "migrate", "ftp://user:canary@host/x")
    assert (wrong.code, "canary" in wrong.err + wrong.out) == (64, False)


def test_the_sandbox_does_not_migrate(workspace: Workspace) -> None:
    """No line of reconciler.yaml could say where its ledger is: nothing is copied, not even looked for."""
    workspace.declare(profile("main"))
    assert workspace.call("apply", "--account", "sandbox", "--auto-approve").code == 0
    refused = workspace.call("ledger", "migrate", "--account", "sandbox", "file:elsewhere")
    assert (refused.code, refused.out) == (64, "")
    assert "the sandbox's ledger stays in .reconciler/" in refused.err
    assert "choose an account of reconciler.yaml" in refused.err
    assert not (workspace.folder / "elsewhere").exists()


def test_migrate_to_a_server(two: dict[str, str], workspace: Workspace) -> None:
    """GitLab locks in its own way: what is typed here is what reconciler.yaml must say."""
    with serving(gitlab=True) as server:
        workspace.environment |= {USERNAME: USER, PASSWORD: SECRET}
        to = f"{server.base}/state/one"
        lock = ("--lock-address", f"{to}/lock", "--lock-method", "POST", "--unlock-method", "DELETE")
        elsewhere = workspace.call("ledger", "migrate", to, "--lock-address", "https://other.example/lock")
        assert (elsewhere.code, "another server" in elsewhere.err) == (64, True)
        done = workspace.call("ledger", "migrate", to, *lock)
        assert done.code == 0, done.err
        config = done.out.partition("accounts:")[2].replace("    ledger:", "    rate: 1000\n    ledger:")
        workspace.write(f"accounts:{config}", "reconciler.yaml")
        assert workspace.actions() == {}
        workspace.declare({**profile("main", webhook_url="https://b.example.com")}, answer("main"))
        workspace.apply()
        assert [run["result"] for run in runs(workspace)] == ["complete", "complete"]
        assert server.state().lock is None
