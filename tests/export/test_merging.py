"""``--merge``: what is new comes beside what is there, and nothing is declared twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.export.folder import NUMBER, PROFILE_TOKEN, TOKEN, documents, exported, files
from tests.journeys.workspace import Emulator, Workspace, profile


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
