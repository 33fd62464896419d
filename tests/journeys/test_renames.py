"""Renames and moved files, from the command line against the emulator."""

from __future__ import annotations

from typing import Any

from tests.journeys.workspace import Emulator, Workspace, profile

PROFILE = "MessagingProfile"


def _renamed(manifest: dict[str, Any], old: str) -> dict[str, Any]:
    return {**manifest, "metadata": {**manifest["metadata"], "renamed_from": old}}


def _files(workspace: Workspace) -> dict[str, str]:
    return {entry["address"]: entry["file"] for entry in workspace.ledger["entries"]}


def test_a_manifest_in_another_file_is_no_change(workspace: Workspace, telnyx: Emulator) -> None:
    """Exit code 0, nothing written by the plan; the next apply keeps the ledger up to date, with nothing else to do."""
    workspace.declare(profile("alpha"), profile("beta"), name="a.yaml")
    workspace.apply()
    workspace.declare(profile("alpha"), name="a.yaml")
    workspace.declare(profile("beta"), name="b.yaml")
    kept = workspace.everything_kept()
    assert workspace.call("plan", "--detailed-exitcode").code == 0
    assert workspace.actions("a.yaml") == {}  # whose file the ledger still takes for that of both
    assert workspace.everything_kept() == kept
    telnyx.forget_requests()
    told = workspace.apply()
    assert "No changes" in told.out, told.out
    assert telnyx.writes() == []
    assert _files(workspace) == {f"{PROFILE}/alpha": "a.yaml", f"{PROFILE}/beta": "b.yaml"}
    assert workspace.apply().out == told.out


def test_a_moved_file_is_kept_up_with_by_whatever_is_applied(workspace: Workspace, telnyx: Emulator) -> None:
    """Saved plans too, which are all that some pipelines ever apply; not with ``--only``."""
    workspace.declare(profile("alpha"), profile("beta"), name="a.yaml")
    workspace.apply()
    workspace.declare(profile("alpha", enabled=False), name="a.yaml")
    workspace.declare(profile("beta"), name="b.yaml")
    workspace.apply("--only", f"{PROFILE}/alpha")
    assert _files(workspace)[f"{PROFILE}/beta"] == "a.yaml"
    workspace.declare(profile("alpha", enabled=True), name="a.yaml")
    assert workspace.call("plan", "--out", "saved.plan").code == 0
    assert _files(workspace)[f"{PROFILE}/beta"] == "a.yaml"
    workspace.apply("saved.plan")
    assert _files(workspace) == {f"{PROFILE}/alpha": "a.yaml", f"{PROFILE}/beta": "b.yaml"}
    assert len(telnyx.rows("messaging_profiles")) == 2


def test_a_chain_of_renames_keeps_every_id(workspace: Workspace, telnyx: Emulator) -> None:
    """One name hands on to the next in one apply; an exchange takes two, and is told so."""
    workspace.declare(profile("alpha"), profile("beta"))
    workspace.apply()
    ids = {row["name"]: row["id"] for row in telnyx.rows("messaging_profiles")}
    telnyx.forget_requests()
    workspace.declare(_renamed(profile("beta", name="Alpha"), "alpha"), _renamed(profile("gamma", name="Beta"), "beta"))
    assert workspace.actions() == {f"{PROFILE}/beta": "move", f"{PROFILE}/gamma": "move"}
    workspace.apply()
    assert telnyx.writes() == []
    held = {entry["address"]: entry["remote"]["id"] for entry in workspace.ledger["entries"]}
    assert held == {f"{PROFILE}/beta": ids["Alpha"], f"{PROFILE}/gamma": ids["Beta"]}
    assert workspace.actions() == {}  # the lines may stay
    workspace.declare(_renamed(profile("beta", name="Beta"), "gamma"), _renamed(profile("gamma", name="Alpha"), "beta"))
    refused = workspace.call("plan")
    assert refused.code == 1
    assert "third name" in refused.out + refused.err
