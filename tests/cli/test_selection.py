"""Which manifests and which part of them, and what each permission permits."""

from __future__ import annotations

import json

import pytest

from tests.journeys.workspace import Emulator, Workspace, manifest, profile


def _stop(name: str, of: str) -> dict[str, object]:
    return manifest("AutoResponse", name, messaging_profile=of, op="stop", country_code="US", keywords=["STOP"])


def _names(telnyx: Emulator) -> list[str]:
    return sorted(row["name"] for row in telnyx.rows("messaging_profiles"))


def test_standard_input_and_several_paths(workspace: Workspace, telnyx: Emulator) -> None:
    """Files, folders and ``-`` together; findings in standard input have a place too."""
    workspace.declare(profile("alpha"), name="a.yaml")
    workspace.declare(profile("beta"), name="folder/deep/b.yml")
    workspace.declare(profile("ignored"), name="other/c.yaml")
    piped = json.dumps(profile("gamma"))
    ended = workspace.run("apply", "--auto-approve", "a.yaml", "folder", "-", stdin=piped)
    assert ended.code == 0, ended.err
    assert _names(telnyx) == ["Alpha", "Beta", "Gamma"]
    broken = workspace.run("validate", "-", stdin=json.dumps(profile("gamma", enabeld=1)))
    assert broken.code == 1
    assert ":1:" in broken.err
    missing = workspace.call("plan", "nowhere.yaml")
    assert (missing.code, "nowhere.yaml" in missing.err) == (1, True)


def test_nothing_at_all_is_an_error_unless_it_is_meant(workspace: Workspace, telnyx: Emulator) -> None:
    """An empty folder never reads as: delete everything."""
    workspace.declare(profile("alpha"))
    workspace.apply()
    (workspace.folder / "manifests.yaml").unlink()
    assert workspace.call("apply", "--auto-approve").code == 1
    assert _names(telnyx) == ["Alpha"]
    workspace.apply("--allow-empty")
    assert _names(telnyx) == []


def test_paths_prune_only_when_told(workspace: Workspace, telnyx: Emulator) -> None:
    """With PATHS, what is recorded and not declared there stays, until ``--prune``."""
    workspace.declare(profile("alpha"), name="a.yaml")
    workspace.declare(profile("beta"), name="b.yaml")
    workspace.apply()
    (workspace.folder / "b.yaml").unlink()
    assert workspace.actions("a.yaml") == {}
    workspace.apply("a.yaml", "--prune")
    assert _names(telnyx) == ["Alpha"]


def test_only_brings_what_it_depends_on_and_prunes_nothing(workspace: Workspace, telnyx: Emulator) -> None:
    """The rest is left alone, removed manifests included."""
    workspace.declare(profile("old"))
    workspace.apply()
    workspace.declare(profile("alpha"), profile("beta"), _stop("stop", "alpha"))
    only = ("--only", "AutoResponse/stop")
    assert workspace.actions(*only) == {"MessagingProfile/alpha": "create", "AutoResponse/stop": "create"}
    workspace.apply(*only)
    assert _names(telnyx) == ["Alpha", "Old"]
    assert workspace.actions(*only) == {}


def test_max_deletes(workspace: Workspace, telnyx: Emulator) -> None:
    """Several deletes at once are blocked, shown in full, and lifted by number, by per cent or by name."""
    workspace.declare(*(profile(f"profile-{index}") for index in range(4)))
    workspace.apply()
    workspace.declare(profile("profile-0"), profile("profile-1"))
    blocked = workspace.call("plan", "--format", "json")
    assert (blocked.code, blocked.document["summary"]["blocked"]) == (1, 2)
    assert blocked.document["summary"]["delete"] == 2
    assert workspace.call("apply", "--auto-approve").code == 1
    assert workspace.call("apply", "--auto-approve", "--max-deletes", "1").code == 1
    assert len(_names(telnyx)) == 4
    for lift in (["--max-deletes", "2"], ["--max-deletes", "50%"], ["--allow", "max-deletes"]):
        assert workspace.call("plan", *lift).code == 0
    workspace.apply("--max-deletes", "2")
    assert len(_names(telnyx)) == 2


def test_a_refused_apply_shows_its_plan(workspace: Workspace, telnyx: Emulator) -> None:
    """In full, each reason and each hint once, the verdict last; programs get the reasons in the document."""
    workspace.declare(*(profile(f"profile-{index}") for index in range(4)))
    workspace.apply()
    workspace.declare(profile("profile-0"), profile("profile-1"))
    refused = workspace.call("apply", "--auto-approve")
    assert refused.code == 1
    assert "- delete     profile-2" in refused.out
    told = refused.out + refused.err
    assert told.count("allow it with --max-deletes 2") == 1
    assert refused.err.splitlines()[-1].startswith("error: this plan cannot be applied: 2 change(s) are blocked")
    machine = workspace.call("apply", "--auto-approve", "--format", "json")
    assert machine.codes == ["max-deletes", "plan-refused"]
    assert "- delete     profile-2" in machine.err
    assert machine.err.count("allow it with --max-deletes 2") == 1


def test_a_guard_is_lifted_for_one_address_or_for_all(workspace: Workspace, telnyx: Emulator) -> None:
    """And a mistyped permission is none."""
    limits = {"daily_spend_limit": "10", "daily_spend_limit_enabled": True}
    workspace.declare(profile("alpha", **limits))
    workspace.apply()
    workspace.declare(profile("alpha", **{**limits, "daily_spend_limit": "20"}))
    assert workspace.call("apply", "--auto-approve").code == 1
    assert workspace.call("apply", "--auto-approve", "--allow", "spend-limit-raised:MessagingProfile/b").code == 64
    assert workspace.call("apply", "--auto-approve", "--allow", "spend-limit").code == 64
    assert telnyx.rows("messaging_profiles")[0]["daily_spend_limit"] == "10"
    told = workspace.apply("--allow", "spend-limit-raised:MessagingProfile/alpha")
    assert "spend-limit-raised" in told.out + told.err
    assert telnyx.rows("messaging_profiles")[0]["daily_spend_limit"] == "20"


@pytest.mark.parametrize(
    ("lift", "words"),
    [
        ("max-deletes:MessagingProfile/alpha", "takes no address"),
        ("mass-vanish:MessagingProfile/alpha", "takes no address"),
        ("looks-like-rename:MessagingProfile/alpha", "takes no address"),
        ("spend-limit-raised:alpha", "write Kind/name"),
        ("spend-limit-raised:", "write Kind/name"),
        ("spend-limit-raised:MessagingProfile/alhpa", 'did you mean "alpha"?'),
        ("spend-limit-raised:AutoResponse/alpha", "a guard of MessagingProfile"),
        ("max-delets", 'did you mean "max-deletes"?'),
    ],
)
def test_a_lift_that_lifts_nothing(lift: str, words: str, workspace: Workspace, telnyx: Emulator) -> None:
    """Is refused: on the command line as such, in reconciler.yaml with its place."""
    workspace.declare(profile("alpha"))
    typed = workspace.call("plan", "--allow", lift)
    assert (typed.code, words in typed.err) == (64, True), typed.err
    text = f"accounts:\n  default:\n    guards:\n      allow: [{json.dumps(lift)}]\n"
    workspace.write(text, "reconciler.yaml")
    written = workspace.call("plan")
    assert (written.code, words in written.err, "reconciler.yaml:4:15" in written.err) == (1, True, True), written.err


def test_lifts_of_reconciler_yaml_outlive_a_look_at_some_files(workspace: Workspace) -> None:
    """What they name may be declared in another file, or not be recorded yet."""
    text = "accounts: {default: {rate: 1000, guards: {allow: ['spend-limit-raised:MessagingProfile/beta']}}}"
    workspace.write(text, "reconciler.yaml")
    workspace.declare(profile("alpha"), name="a.yaml")
    workspace.declare(profile("beta"), name="b.yaml")
    assert workspace.call("plan", "a.yaml").code == 0
    assert workspace.call("destroy", "--auto-approve").code == 0


def test_adoption_needs_consent_where_it_changes_something(workspace: Workspace, telnyx: Emulator) -> None:
    """Without a difference it is free; with one it takes the flag or a pin."""
    row = telnyx.create("messaging_profiles", name="Alpha", whitelisted_destinations=["US"])
    workspace.declare(profile("alpha"))
    workspace.apply()
    assert len(_names(telnyx)) == 1
    other = telnyx.create("messaging_profiles", name="Beta", whitelisted_destinations=["US"])
    workspace.declare(profile("alpha"), profile("beta", enabled=False))
    for options in ((), ("--format", "markdown")):
        planned = workspace.call("plan", *options)
        assert (planned.code, "apply needs --allow-adopt, or a yes" in planned.out) == (0, True)
    assert "apply needs" not in workspace.call("plan", "--allow-adopt").out
    shown = workspace.call("apply", "--auto-approve")
    assert (shown.code, "> adopt      beta" in shown.out) == (1, True)
    refused = workspace.call("apply", "--auto-approve", "--format", "json")
    assert (refused.code, "adoption-needs-consent" in refused.codes) == (1, True)
    assert all(row["enabled"] for row in telnyx.rows("messaging_profiles"))
    pinned = profile("beta", enabled=False)
    pinned["metadata"]["remote_id"] = other["id"]
    workspace.declare(profile("alpha"), pinned)
    workspace.apply()
    assert [row["enabled"] for row in telnyx.rows("messaging_profiles") if row["name"] == "Beta"] == [False]
    # Adopted objects are kept when their manifest goes.
    workspace.declare(pinned)
    assert workspace.actions() == {"MessagingProfile/alpha": "forget"}
    workspace.apply()
    assert row["id"] in {each["id"] for each in telnyx.rows("messaging_profiles")}


def test_prevent_destroy_outlives_the_manifest(workspace: Workspace, telnyx: Emulator) -> None:
    """It stops the removal of the object and of its parents, by apply and by destroy, and changes no exit code."""
    stop = {**_stop("stop", "alpha"), "lifecycle": {"prevent_destroy": True}}
    workspace.declare(profile("alpha"), profile("beta"), stop)
    workspace.apply()
    workspace.declare(profile("beta"))
    assert workspace.actions() == {"AutoResponse/stop": "protected", "MessagingProfile/alpha": "protected"}
    workspace.apply()
    assert workspace.call("destroy", "--auto-approve").code == 0
    assert _names(telnyx) == ["Alpha"]
    assert len(telnyx.rows("autoresp_configs")) == 1
    assert workspace.recorded == {"AutoResponse/stop", "MessagingProfile/alpha"}


@pytest.mark.parametrize("way", ["same file", "other file", "renamed_from"])
def test_a_renamed_manifest_moves(way: str, workspace: Workspace, telnyx: Emulator) -> None:
    """The ledger learns the new name; the object and its id stay."""
    workspace.declare(profile("alpha"), _stop("stop", "alpha"))
    workspace.apply()
    before = telnyx.state()
    renamed = manifest("MessagingProfile", "omega", name="Alpha", whitelisted_destinations=["US"])
    stop = _stop("stop", "omega")
    if way == "renamed_from":
        renamed["metadata"]["renamed_from"] = "alpha"
    if way == "same file":
        workspace.declare(renamed, stop)
        paths: tuple[str, ...] = ()
    else:
        (workspace.folder / "manifests.yaml").unlink()
        workspace.declare(renamed, stop, name="new.yaml")
        paths = ("new.yaml",) if way == "renamed_from" else ()
    assert workspace.actions(*paths)["MessagingProfile/omega"] == "move"
    workspace.apply(*paths)
    assert telnyx.state() == before
    assert "MessagingProfile/omega" in workspace.recorded
    assert "MessagingProfile/alpha" not in workspace.recorded
    assert workspace.actions() == {}


def test_ignored_changes_are_sent_once_and_left_alone(workspace: Workspace, telnyx: Emulator) -> None:
    """``ignore_changes``: neither drift nor a plan speaks of them again."""
    alpha = profile("alpha", webhook_url="https://a.example.com")
    alpha["lifecycle"] = {"ignore_changes": ["webhook_url"]}
    workspace.declare(alpha)
    workspace.apply()
    telnyx.edit("messaging_profiles", "Alpha", webhook_url="https://b.example.com")
    assert workspace.actions() == {}
    assert workspace.call("drift").code == 0
