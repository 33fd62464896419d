"""Keys, addresses and accounts: what is refused, in whose words, and that nothing was sent or lost."""

from __future__ import annotations

import pytest

from tests.journeys.workspace import Emulator, Workspace, manifest, profile

STRANGER = "KEY_of_somebody_else"


@pytest.mark.parametrize("command", ["plan", "apply", "drift", "destroy"])
def test_a_missing_key_names_its_variable(command: str, bare: Workspace) -> None:
    """And the way to do without."""
    bare.declare(profile("alerts"))
    agreed = ["--auto-approve"] if command in {"apply", "destroy"} else []
    ended = bare.call(command, *agreed)
    assert ended.code == 64
    assert "TELNYX_API_KEY is not set" in ended.err
    assert "--account sandbox" in ended.err


def test_an_expired_key_names_its_variable(workspace: Workspace, telnyx: Emulator) -> None:
    """Also where reconciler.yaml chose the variable; the key itself is nowhere."""
    workspace.declare(profile("alerts"))
    workspace.write("accounts: {prod: {key_variable: PROD_KEY}}", "reconciler.yaml")
    workspace.environment["PROD_KEY"] = "expired-canary"
    ended = workspace.run("apply", "--auto-approve")
    assert ended.code == 1
    assert "401" in ended.err
    assert "PROD_KEY" in ended.err
    assert "canary" not in ended.out + ended.err
    assert telnyx.writes() == []


def test_a_server_that_is_not_there(workspace: Workspace) -> None:
    """A closed port: each attempt, where it was looked for, and no traceback."""
    workspace.declare(profile("alerts"))
    workspace.environment["TELNYX_BASE_URL"] = "http://127.0.0.1:9/v2"
    ended = workspace.run("plan")
    assert ended.code == 1
    assert "cannot reach the API" in ended.err
    assert "127.0.0.1" in ended.err
    retries = [line for line in ended.err.splitlines() if line.startswith("warning: ")]
    assert [line.split("; ")[1].split(" in ")[0] for line in retries] == [f"attempt {number}" for number in range(2, 6)]
    assert ended.err.count("GET /messaging_profiles") == len(retries) + 1
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("http://example.com/v2", 64, "unencrypted"),
        ("ftp://127.0.0.1/v2", 64, "not an https URL"),
        ("https://user:pass@example.com/v2", 64, "no user name"),
        ("nonsense", 64, "not an https URL"),
    ],
)
def test_an_address_that_a_key_must_not_be_sent_to(url: str, code: int, words: str, workspace: Workspace) -> None:
    """Refused before anything is sent, naming the variable."""
    workspace.declare(profile("alerts"))
    workspace.environment["TELNYX_BASE_URL"] = url
    ended = workspace.call("plan")
    assert (ended.code, "TELNYX_BASE_URL" in ended.err) == (code, True)
    assert words in ended.err
    assert "user:pass" not in ended.err


def test_an_address_that_is_nearly_right(workspace: Workspace, telnyx: Emulator) -> None:
    """Without its ``/v2``: an error, never an empty account to fill."""
    workspace.declare(profile("alerts"))
    workspace.environment["TELNYX_BASE_URL"] = telnyx.base.removesuffix("/v2")
    ended = workspace.call("apply", "--auto-approve")
    assert ended.code == 1
    assert telnyx.writes() == []


@pytest.mark.parametrize("command", ["plan", "apply", "drift", "destroy", "status"])
def test_the_ledger_knows_its_account(command: str, workspace: Workspace, telnyx: Emulator) -> None:
    """After one apply to an empty account already: another organization's key is refused, and so is another address."""
    workspace.declare(profile("alerts"))
    workspace.apply()
    telnyx.admin(
        "POST",
        "create",
        key=STRANGER,
        collection="messaging_profiles",
        set={"name": "Alerts", "whitelisted_destinations": ["US"]},
    )
    agreed = ["--auto-approve"] if command in {"apply", "destroy"} else []
    workspace.environment["TELNYX_API_KEY"] = STRANGER
    ended = workspace.call(command, "--format", "json", *agreed)
    assert ended.code == 1
    assert "wrong-account" in ended.out
    workspace.environment["TELNYX_API_KEY"] = telnyx.key
    workspace.environment["TELNYX_BASE_URL"] = telnyx.base.replace("127.0.0.1", "localhost")
    ended = workspace.call(command, "--format", "json", *agreed)
    assert ended.code == 1
    assert "wrong-account" in ended.out
    assert all(request["method"] == "GET" for request in telnyx.admin("GET", "requests", key=STRANGER))
    assert len(telnyx.rows("messaging_profiles")) == 1


def test_an_empty_stranger_looks_like_everything_vanished(workspace: Workspace, telnyx: Emulator) -> None:
    """Nothing there names its owner: the guard mass-vanish holds, until it is lifted by number."""
    workspace.declare(*(profile(f"profile-{index}") for index in range(3)))
    workspace.apply()
    workspace.environment["TELNYX_API_KEY"] = STRANGER
    ended = workspace.call("apply", "--auto-approve")
    assert ended.code == 1
    assert "mass-vanish" in ended.err
    assert workspace.call("apply", "--auto-approve", "--allow-vanished", "2").code == 1
    assert telnyx.admin("GET", "state", key=STRANGER)["messaging_profiles"] == []


def test_a_ledger_of_one_object_is_not_applied_into_an_empty_stranger(workspace: Workspace, telnyx: Emulator) -> None:
    """One of one is no mass, and still nothing there tells whose account it is."""
    workspace.declare(profile("only"))
    workspace.apply()
    workspace.environment["TELNYX_API_KEY"] = STRANGER
    ended = workspace.call("apply", "--auto-approve")
    assert ended.code == 1
    assert "nothing tells whose account this is" in ended.out
    assert telnyx.admin("GET", "state", key=STRANGER)["messaging_profiles"] == []


@pytest.mark.parametrize("command", ["plan", "apply", "drift"])
def test_a_ledger_with_an_unknown_kind_is_refused(command: str, workspace: Workspace, telnyx: Emulator) -> None:
    """A newer version manages more: what this one does not know must not be left out in silence."""
    workspace.declare(profile("only"))
    workspace.apply()
    path = workspace.folder / ".reconciler" / "default.ledger.json"
    path.write_text(path.read_text("utf-8").replace("MessagingProfile/only", "Fax/only"), "utf-8")
    telnyx.forget_requests()
    ended = workspace.call(command, *(["--auto-approve"] if command == "apply" else []))
    assert ended.code == 1
    assert "knows objects of kind Fax, which this version does not" in ended.out + ended.err
    assert telnyx.requests() == []


def test_several_accounts_have_several_ledgers(workspace: Workspace, telnyx: Emulator) -> None:
    """One must be chosen; each has its own paths, and neither touches what the other made."""
    workspace.write(
        """\
        accounts:
          one: {paths: [one], rate: 1000}
          two: {paths: [two], rate: 1000, key_variable: OTHER_KEY}
        """,
        "reconciler.yaml",
    )
    workspace.environment["OTHER_KEY"] = STRANGER
    workspace.declare(profile("alerts"), name="one/a.yaml")
    workspace.declare(profile("alerts"), manifest("RcsAgent", "a", agent_id="a1f09c3e5d7b4862"), name="two/a.yaml")
    ambiguous = workspace.call("plan")
    assert (ambiguous.code, "one" in ambiguous.err) == (64, True)
    workspace.apply("--account", "one")
    workspace.apply("--account", "two")
    assert len(telnyx.rows("messaging_profiles")) == 1
    assert len(telnyx.admin("GET", "state", key=STRANGER)["messaging_profiles"]) == 1
    assert workspace.call("destroy", "--account", "two", "--auto-approve").code == 0
    assert len(telnyx.rows("messaging_profiles")) == 1


def test_a_ledger_that_cannot_be_written(workspace: Workspace, telnyx: Emulator) -> None:
    """A file stands where the folder should be: refused before the first write, reading still works."""
    workspace.declare(profile("alerts"))
    (workspace.folder / ".reconciler").write_text("in the way", encoding="utf-8")
    ended = workspace.run("apply", "--auto-approve")
    assert ended.code == 1
    assert ".reconciler" in ended.err
    assert "Traceback" not in ended.err
    assert telnyx.writes() == []


TWO = "accounts: {one: {paths: [one]}, two: {paths: [two]}}"


def test_an_account_that_nobody_declared(bare: Workspace) -> None:
    """An empty name is a variable that was not set, and never the default account."""
    bare.declare(profile("alerts"))
    empty = bare.call("plan", "--account", "")
    assert (empty.code, 'no account ""' in empty.err) == (64, True)
    assert "there is no reconciler.yaml; without one the accounts are default and sandbox" in empty.err


def test_an_address_of_reconciler_yaml_that_a_key_must_not_be_sent_to(workspace: Workspace) -> None:
    """The message names where it stands, and not the variable that it overrides."""
    workspace.declare(profile("alerts"))
    workspace.write("accounts: {prod: {base_url: 'http://example.com'}}", "reconciler.yaml")
    ended = workspace.call("plan")
    assert ended.code == 64
    assert "accounts.prod.base_url in reconciler.yaml" in ended.err
    assert "TELNYX_BASE_URL" not in ended.err


def test_the_sandbox_of_several_accounts_asks_which(bare: Workspace) -> None:
    """Manifests of two accounts in one account are a plan that nobody means."""
    bare.write(TWO, "reconciler.yaml")
    bare.declare(profile("alerts"), name="one/a.yaml")
    bare.declare(profile("alerts"), name="two/a.yaml")
    for command in (["plan"], ["apply", "--auto-approve"], ["drift"]):
        ended = bare.call(*command, "--account", "sandbox")
        assert (ended.code, "PATHS" in ended.err) == (64, True), command
    assert bare.call("plan", "--account", "sandbox", "one").code == 0


def test_validate_looks_at_every_account(bare: Workspace) -> None:
    """Each by itself: what two of them declare is no duplicate; their findings come together."""
    bare.write(TWO, "reconciler.yaml")
    bare.declare(profile("alerts"), name="one/a.yaml")
    bare.declare(profile("alerts"), name="two/a.yaml")
    fine = bare.call("validate")
    assert (fine.code, "2 resources in 2 files" in fine.out) == (0, True), fine.err
    for name in ("one", "two"):
        bare.declare(profile("alerts", enabeld=True), name=f"{name}/a.yaml")
    broken = bare.call("validate")
    assert (broken.code, "one/a.yaml" in broken.err, "two/a.yaml" in broken.err) == (1, True, True)
    assert bare.call("validate", "--account", "one").err.count("two/a.yaml") == 0
    assert bare.call("validate", "one").code == 1
