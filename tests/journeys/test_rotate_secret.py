"""``rotate-secret``: exactly one new secret, in the user's file and nowhere else, whatever is lost or killed."""

from __future__ import annotations

import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.killing import dying
from tests.journeys.workspace import SECONDS, Emulator, Outcome, Workspace, emulator, manifest, profile

ALERTS = "MessagingProfile/alerts"
ASKED = "POST /messaging_profiles/*/actions/regenerate_secret"


@pytest.fixture(scope="module")
def served() -> Iterator[Emulator]:
    """One for all tests of this module; each works in an account of its own."""
    with emulator() as made:
        yield made


@pytest.fixture
def telnyx(served: Emulator, request: pytest.FixtureRequest) -> Emulator:
    """A fresh account."""
    return Emulator(served.base, key=f"KEY_{abs(hash(request.node.nodeid)):020d}", http=served.http)


@pytest.fixture
def workspace(tmp_path: Path, telnyx: Emulator) -> Workspace:
    """Two profiles, both applied."""
    made = Workspace.at(tmp_path / "project", telnyx)
    made.declare(profile("alerts"), profile("sales"))
    made.apply()
    telnyx.forget_requests()
    return made


def _secrets(telnyx: Emulator) -> dict[str, str]:
    """The live secrets, by the profile's name."""
    rows = telnyx.admin("GET", "state", secrets="1")["messaging_profiles"]
    return {row["name"].lower(): row["v1_secret"] for row in rows}


def _rotate(workspace: Workspace, *more: str, out: str = "secret.txt", address: str = ALERTS) -> Outcome:
    return workspace.call("rotate-secret", address, "--out", out, "--auto-approve", "--settle", "0.3", *more)


def _asked(telnyx: Emulator) -> int:
    """How often a new secret was asked for."""
    return sum(path.endswith("/regenerate_secret") for _, path in telnyx.writes())


def _written(workspace: Workspace, name: str = "secret.txt") -> str:
    path = workspace.folder / name
    assert stat.S_IMODE(path.lstat().st_mode) == 0o600
    return path.read_text("utf-8")


def _nothing_else(workspace: Workspace, *names: str) -> None:
    """No file of ours lies about beside those named."""
    known = {".reconciler", "manifests.yaml", "reconciler.yaml", *names}
    assert {path.name for path in workspace.folder.iterdir()} == known


def _nothing_pending(workspace: Workspace) -> None:
    assert "rotations" not in workspace.ledger
    assert not (workspace.folder / ".reconciler" / "default.journal.jsonl").exists()
    assert workspace.actions() == {}


def test_the_new_secret_is_in_the_file_and_nowhere_else(telnyx: Emulator, workspace: Workspace) -> None:
    """Promise 7, with several secrets, in every format and at the most talkative level, and in what is kept."""
    told, secrets = [], list(_secrets(telnyx).values())
    for number, (form, log) in enumerate([("text", "json"), ("json", "text")]):
        for name in ("alerts", "sales"):
            told.append(
                _rotate(
                    workspace,
                    *("--format", form, "--log-level", "debug", "--log-format", log),
                    out=f"{name}{number}",
                    address=f"MessagingProfile/{name}",
                )
            )
            assert told[-1].code == 0, told[-1].err
            assert _written(workspace, f"{name}{number}") == _secrets(telnyx)[name]
            secrets.append(_secrets(telnyx)[name])
    assert len(set(secrets)) == 6, "each rotation made another secret"
    told += [workspace.call(*each.split()) for each in ("history", "history --format json", "status", "ledger list")]
    told += [workspace.call("ledger", "show", ALERTS, "--format", form) for form in ("text", "json")]
    kept = workspace.everything_kept()
    for secret in secrets:
        assert all(secret not in each.out + each.err for each in told)
        assert secret not in kept
    assert any("POST /messaging_profiles/{}/actions/regenerate_secret 200" in each.err for each in told)
    assert told[2].document | {"remote_id": ""} == {
        "format_version": "1.0",
        "account": "default",
        "address": ALERTS,
        "remote_id": "",
        "outcome": "rotated",
        "file": "alerts1",
        "diagnostics": [],
    }
    _nothing_pending(workspace)


def test_the_history_tells_who_rotated_and_not_what(telnyx: Emulator, workspace: Workspace) -> None:
    """As an update of a field that is always masked."""
    assert _rotate(workspace).code == 0
    run = workspace.call("history", "--format", "json").document["runs"][0]
    assert run["command"].startswith("reconciler rotate-secret MessagingProfile/alerts --out secret.txt")
    [change] = run["changes"]
    assert (change["address"], change["action"], change["outcome"]) == (ALERTS, "update", "applied")
    assert change["fields"] == [
        {"path": "v1_secret", "before": "(sensitive)", "after": "(sensitive)", "sensitive": True}
    ]
    assert _asked(telnyx) == 1


def test_a_lost_answer_is_settled_by_looking(telnyx: Emulator, workspace: Workspace) -> None:
    """One request each, and the file holds what it made."""
    for fault in ("drop-after", "broken-json", "truncate", "status-after=500"):
        before = _secrets(telnyx)["alerts"]
        telnyx.forget_requests()
        telnyx.fault(f"{ASKED} 1 {fault}")
        done = _rotate(workspace, out=fault)
        assert (done.code, _asked(telnyx)) == (0, 1), fault
        assert _written(workspace, fault) == _secrets(telnyx)["alerts"] != before
    telnyx.fault()
    _nothing_pending(workspace)


def test_what_was_never_carried_out_changed_nothing(telnyx: Emulator, workspace: Workspace) -> None:
    """Exit 1, told as such, with no file; the next run rotates."""
    telnyx.fault(f"{ASKED} 1 drop-before")
    done = _rotate(workspace, "--format", "json")
    telnyx.fault()
    assert (done.code, done.document["outcome"], done.codes) == (1, "unchanged", ["not-rotated"])
    _nothing_else(workspace)
    _nothing_pending(workspace)
    assert _rotate(workspace).code == 0
    assert _written(workspace) == _secrets(telnyx)["alerts"]


def test_a_refusal_changes_nothing(telnyx: Emulator, workspace: Workspace) -> None:
    """A key that may not."""
    telnyx.fault(f"{ASKED} 1 status-before=403")
    done = _rotate(workspace, "--format", "json")
    assert (done.code, done.document["outcome"], done.codes) == (1, "unchanged", ["forbidden"])
    _nothing_else(workspace)
    _nothing_pending(workspace)


def test_what_cannot_be_told_is_told_so_and_the_next_run_finds_out(telnyx: Emulator, workspace: Workspace) -> None:
    """Exit 4; status names the command; no second secret is made, and a third party's file is not needed."""
    telnyx.fault(f"{ASKED} 1 drop-after", "GET /messaging_profiles/* 3-99 status-before=403")
    done = _rotate(workspace, "--format", "json")
    telnyx.fault()
    assert (done.code, done.document["outcome"], done.codes) == (4, "unknown", ["unknown-outcome"])
    _nothing_else(workspace)
    told = workspace.call("status")
    assert "reconciler rotate-secret MessagingProfile/alerts --out FILE" in told.words
    again = _rotate(workspace, "--format", "json", out="elsewhere")
    assert (again.code, again.document["outcome"]) == (0, "finished")
    assert _written(workspace, "elsewhere") == _secrets(telnyx)["alerts"]
    assert _asked(telnyx) == 1
    assert workspace.call("history", "--format", "json").document["runs"][0]["changes"][0]["action"] == "record"
    _nothing_pending(workspace)


def test_status_names_the_account_of_what_is_unfinished(telnyx: Emulator, workspace: Workspace) -> None:
    """The command is there to be copied."""
    workspace.write("accounts: {acme: {rate: 1000}}", "reconciler.yaml")
    workspace.apply("--account", "acme")
    telnyx.fault(f"{ASKED} 1 drop-after", "GET /messaging_profiles/* 3-99 status-before=403")
    assert _rotate(workspace, "--account", "acme").code == 4
    telnyx.fault()
    told = workspace.call("status", "--account", "acme")
    assert "reconciler rotate-secret MessagingProfile/alerts --out FILE --account acme finds out" in told.words


def test_a_file_that_cannot_be_written_any_more_loses_nothing(telnyx: Emulator, workspace: Workspace) -> None:
    """Somebody makes a file of that name while the request is under way: theirs stays, and ours is fetched later."""
    telnyx.fault(f"{ASKED} 1 delay-after=0.4")

    def interfere() -> None:
        while not _asked(telnyx):
            time.sleep(0.01)
        workspace.write("theirs", "secret.txt")

    somebody = threading.Thread(target=interfere)
    somebody.start()
    done = _rotate(workspace, "--format", "json")
    somebody.join()
    assert (done.code, done.document["outcome"], done.codes) == (4, "unwritten", ["secret-unwritten"])
    assert (workspace.folder / "secret.txt").read_text() == "theirs"
    assert _rotate(workspace).code == 1, "theirs is still there"
    again = _rotate(workspace, "--force")
    assert again.code == 0
    assert "rotated by an earlier run" in again.words
    assert _written(workspace) == _secrets(telnyx)["alerts"]
    assert _asked(telnyx) == 1
    _nothing_pending(workspace)


MOMENTS = ("hold-before", "hold-after", "lines 0", "lines 1", "lseek", "ftruncate", "link", "replace")
QUICK = ("hold-after", "replace")


@pytest.mark.parametrize(
    "moment", [pytest.param(one, marks=() if one in QUICK else pytest.mark.soak) for one in MOMENTS]
)
def test_a_kill_at_any_moment_loses_nothing(moment: str, telnyx: Emulator, workspace: Workspace) -> None:
    """Before and after the commit, before, while and after the file is made: the next run ends with one live secret."""
    forced = ("--force",) if moment == "replace" else ()
    command = ("rotate-secret", ALERTS, "--out", "secret.txt", "--auto-approve", "--settle", "0.3", *forced)
    before = _secrets(telnyx)["alerts"]
    if moment.startswith("hold"):
        telnyx.fault(f"{ASKED} 1 {moment}")
        process = workspace.start(*command)
        while not any(each["fault"] for each in telnyx.requests()):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.kill()
    elif moment.startswith("lines"):
        process = dying(workspace, "signal", "9", moment.split()[1], *command)
    else:
        process = dying(workspace, "call", moment, *command)
    with process:
        process.communicate(timeout=SECONDS)
    telnyx.fault()
    assert process.returncode == -9
    left = [path.name for path in workspace.folder.iterdir() if path.name.startswith(".secret")]
    assert len(left) <= (moment == "replace"), "no secret lies about under another name, but between two system calls"
    made_by_then = _secrets(telnyx)["alerts"] != before
    asked = _asked(telnyx)
    again = _rotate(workspace)
    assert again.code == 0, again.err
    assert _written(workspace) == _secrets(telnyx)["alerts"] != before
    assert _asked(telnyx) == asked + (not made_by_then), "what was made is not made again"
    _nothing_pending(workspace)


def test_a_file_is_never_replaced_without_consent(telnyx: Emulator, workspace: Workspace) -> None:
    """Nor is anything asked of the API."""
    workspace.write("mine", "secret.txt")
    refused = _rotate(workspace, "--format", "json")
    assert (refused.code, refused.codes) == (1, ["secret-file"])
    assert (workspace.folder / "secret.txt").read_text() == "mine"
    assert _asked(telnyx) == 0
    assert _rotate(workspace, "--force").code == 0
    assert _written(workspace) == _secrets(telnyx)["alerts"]


def test_a_name_as_long_as_names_can_be(telnyx: Emulator, workspace: Workspace) -> None:
    """Nothing about the file is found out to be impossible once the secret is made, whether it replaces one or not."""
    name = "é" * 127
    for more in ((), ("--force",)):
        assert _rotate(workspace, *more, out=name).code == 0
        assert _written(workspace, name) == _secrets(telnyx)["alerts"]
    _nothing_else(workspace, name)


PLACES = (
    ("-", 64, "is no file"),
    ("", 64, "is no file"),
    ("/dev/stdout", 64, "no regular file"),
    ("/dev/tty", 64, "no regular file"),
    ("link", 64, "no regular file"),
    (".", 64, "no regular file"),
    ("secret.yaml", 64, "read as something else"),
    (".reconciler/secret", 64, "read as something else"),
    ("nowhere/secret", 1, "no such file or directory"),
    ("manifests.yaml/secret", 1, "not a directory"),
)


def test_no_place_but_a_private_file_will_do(telnyx: Emulator, workspace: Workspace) -> None:
    """Found out before anything is asked of the API."""
    (workspace.folder / "link").symlink_to("elsewhere")
    for out, code, words in PLACES:
        refused = _rotate(workspace, out=out)
        assert (refused.code, words in refused.err) == (code, True), (out, refused.err)
    assert _asked(telnyx) == 0
    _nothing_else(workspace, "link")


def test_a_repository_is_no_place_for_a_secret(telnyx: Emulator, workspace: Workspace) -> None:
    """Unless git ignores it there: whoever commits all would commit it."""
    subprocess.run(["git", "init", "--quiet", workspace.folder], check=True)
    refused = _rotate(workspace, "--format", "json")
    assert (refused.code, refused.codes, _asked(telnyx)) == (1, ["secret-file"], 0)
    workspace.write("/secret.txt\n", ".gitignore")
    assert _rotate(workspace).code == 0


def _refused(done: Outcome, code: int, words: str) -> None:
    assert (done.code, words in done.err) == (code, True), done.err


def test_only_what_this_project_manages_is_rotated(telnyx: Emulator, workspace: Workspace) -> None:
    """Not another's, not an unknown one, and no kind without a secret."""
    stop: dict[str, Any] = {"messaging_profile": "sales", "op": "stop", "country_code": "US", "keywords": ["STOP"]}
    workspace.declare(profile("alerts"), profile("sales"), manifest("AutoResponse", "stop", **stop))
    workspace.apply()
    _refused(_rotate(workspace, address="AutoResponse/stop"), 64, "has no secret that can be rotated")
    _refused(_rotate(workspace, address="MessagingProfile/alert"), 1, 'did you mean "MessagingProfile/alerts"?')
    workspace.call("ledger", "forget", ALERTS, "--auto-approve")
    _refused(_rotate(workspace), 1, "reconciler adopt MessagingProfile/alerts=REMOTE_ID")
    workspace.write("project: another\naccounts: {default: {rate: 1000}}", "reconciler.yaml")
    _refused(_rotate(workspace, address="MessagingProfile/sales"), 1, "is managed by the project")
    assert _asked(telnyx) == 0


def test_it_is_not_done_without_a_yes(telnyx: Emulator, workspace: Workspace) -> None:
    """Where nobody can be asked it is misuse of the command line."""
    refused = workspace.call("rotate-secret", ALERTS, "--out", "secret.txt")
    assert (refused.code, _asked(telnyx)) == (64, 0)
    _nothing_else(workspace)


def test_whoever_is_asked_is_told_what_hangs_on_it(telnyx: Emulator, workspace: Workspace) -> None:
    """The name, what breaks, and how much sends and receives with the profile, on standard error."""
    [alerts] = [row["id"] for row in telnyx.rows("messaging_profiles") if row["name"] == "Alerts"]
    telnyx.create("phone_numbers", phone_number="+15550100001", messaging_profile_id=alerts)
    done = _rotate(workspace)
    told = " ".join(done.err.split())
    assert f"{ALERTS} id {alerts}" in told
    assert "v1_secret is made anew: whatever verifies or signs with the old one stops working at once" in told
    assert "it touches 1 phone number; no messages during the last 7 days" in told
