"""Variables on the command line: one folder for several accounts, and saved plans that need no variable again."""

from __future__ import annotations

from typing import Any

from tests.journeys.workspace import Emulator, Workspace, profile

FILE = """\
variables:
  host: {{type: string, default: dev.example.com}}
  weight: {{type: integer, default: 1}}
  token: {{type: string, default: t}}
accounts:
  dev: {{paths: [all], rate: 1000}}
  prod: {{paths: [all], rate: 1000, key_variable: PROD_KEY, variables: {{host: {host}, weight: 9}}}}
"""
PROD = "KEY_of_production"


def shared(workspace: Workspace, host: str = "prod.example.com", **spec: Any) -> None:
    """One manifest for two accounts."""
    workspace.write(FILE.format(host=host), "reconciler.yaml")
    workspace.environment["PROD_KEY"] = PROD
    pool = {"long_code_weight": "${var:weight}", "toll_free_weight": 2, "skip_unhealthy": True}
    stated = {"webhook_url": "https://${var:host}/hooks", "number_pool_settings": pool, **spec}
    workspace.declare(profile("alerts", **stated), name="all/a.yaml")


def live(telnyx: Emulator, key: str) -> Any:
    """The only profile of an account."""
    [row] = telnyx.admin("GET", "state", key=key)["messaging_profiles"]
    return row


def test_one_manifest_serves_two_accounts(workspace: Workspace, telnyx: Emulator) -> None:
    """Each gets its values, with their types; then plan and drift of each are empty."""
    shared(workspace)
    for account in ("dev", "prod"):
        workspace.apply("--account", account)
        assert workspace.call("plan", "--account", account, "--detailed-exitcode").code == 0
        assert workspace.call("drift", "--account", account).code == 0
    found = {key: live(telnyx, key) for key in (telnyx.key, PROD)}
    assert {key: row["webhook_url"] for key, row in found.items()} == {
        telnyx.key: "https://dev.example.com/hooks",
        PROD: "https://prod.example.com/hooks",
    }
    assert {row["number_pool_settings"]["long_code_weight"] for row in found.values()} == {1, 9}
    shared(workspace, host="other.example.com")
    assert workspace.actions("--account", "prod") == {"MessagingProfile/alerts": "update"}
    assert workspace.actions("--account", "dev") == {}


def test_a_saved_plan_holds_the_values(workspace: Workspace, telnyx: Emulator) -> None:
    """Applied as reviewed: neither the manifest's variable nor reconciler.yaml's value is looked up again."""
    shared(workspace, name="${env:NAME}-${var:token}")
    workspace.environment["NAME"] = "Secret"
    assert workspace.call("plan", "--account", "prod", "--out", "plan.json").code == 0
    assert "Secret" not in (workspace.folder / "plan.json").read_text("utf-8")
    workspace.write("accounts: {prod: {rate: 1000, key_variable: PROD_KEY}}", "reconciler.yaml")
    assert workspace.call("apply", "plan.json", "--auto-approve", "--settle", "1").code == 0
    row = live(telnyx, PROD)
    assert (row["webhook_url"], row["name"]) == ("https://prod.example.com/hooks", "Secret-t")


def test_validate_checks_the_values_of_every_account(bare: Workspace) -> None:
    """Without an account, and for PATHS and standard input too: one bad value, where it stands, and its manifest."""
    shared(bare)
    fine = bare.call("validate")
    assert (fine.code, "1 resource in 1 file" in fine.out) == (0, True), fine.err
    shared(bare, host='"a b"')
    text = (bare.folder / "all" / "a.yaml").read_text("utf-8")
    for arguments in ((), ("all",), ("-",)):
        broken = bare.call("validate", *arguments, stdin=text)
        assert broken.code == 1, broken.err
        assert broken.err.count("error:") == 1
        assert 'the value comes from variable "host" at reconciler.yaml:7:78' in broken.err
    assert bare.call("validate", "--account", "dev").code == 0


def test_the_sandbox_has_the_defaults(bare: Workspace) -> None:
    """Of several accounts it is none; where something has no default, it says what to do."""
    shared(bare)
    assert bare.call("plan", "--account", "sandbox", "all").code == 0
    bare.write(FILE.format(host="x.example.com").replace(", default: 1}", "}"), "reconciler.yaml")
    ended = bare.call("plan", "--account", "sandbox", "all")
    assert ended.code == 1
    assert 'the variable "weight" has no value for account "sandbox"' in ended.err
    assert "\n  give it a default" in ended.err
