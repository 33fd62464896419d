"""What an interruption leaves of a saved plan is carried on, where nobody has stepped in (promises 2 and 3)."""

from __future__ import annotations

import time

import pytest

from tests.journeys.reviewing import answer, applied, saved
from tests.journeys.workspace import Emulator, Workspace, profile


def test_carried_on_after_a_failure(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """Exit 4, then the same command: what is done is not done again, and what was not is done as reviewed."""
    telnyx.fault("PATCH /messaging_profiles/* * status-before=422")
    partly = applied(workspace, "--format", "json")
    assert partly.code == 4
    assert "plan.json" in partly.document["next_command"]
    telnyx.fault()
    telnyx.forget_requests()
    rest = applied(workspace, "--format", "json")
    assert rest.code == 0, rest.err
    assert [each["address"] for each in rest.document["outcomes"]] == ["MessagingProfile/edited"]
    assert "carried-on" in rest.codes
    assert [method for method, _ in telnyx.writes()] == ["PATCH"]
    assert applied(workspace, "--format", "json").codes == ["already-applied"]
    assert review


def test_not_carried_on_where_somebody_stepped_in(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """After exit 4 somebody edits the object whose change is done: it is no longer as this plan left it."""
    assert review
    telnyx.fault("POST /messaging_profiles * status-before=422")
    assert applied(workspace).code == 4
    telnyx.fault()
    telnyx.edit("messaging_profiles", "Edited", mobile_only=True)
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert "mobile_only" in refused.err
    assert telnyx.writes() == []


def test_not_carried_on_in_a_neighbouring_leaf(telnyx: Emulator, workspace: Workspace) -> None:
    """The leaf next to the one that was changed is part of what was reviewed, though both are in one object."""
    pool = {"long_code_weight": 1, "toll_free_weight": 10, "skip_unhealthy": True}
    workspace.declare(profile("edited", number_pool_settings=pool))
    workspace.apply()
    workspace.declare(profile("edited", number_pool_settings={**pool, "long_code_weight": 5}), profile("fresh"))
    saved(workspace)
    telnyx.fault("POST /messaging_profiles * status-before=422")
    assert applied(workspace).code == 4
    telnyx.fault()
    live = telnyx.rows("messaging_profiles")[0]["number_pool_settings"]
    telnyx.edit("messaging_profiles", "Edited", number_pool_settings={**live, "sticky_sender": True})
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert telnyx.writes() == []


def test_what_was_made_and_removed_is_not_made_again(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """A job that runs once more does not bring back what somebody has deleted meanwhile."""
    assert review
    assert applied(workspace).code == 0
    telnyx.delete("messaging_profiles", "Fresh")
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert "was made since the review, and no longer exists" in refused.err
    assert telnyx.writes() == []


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("write", [1, 2, 3])
def test_carried_on_after_a_kill(review: str, write: int, where: str, telnyx: Emulator, workspace: Workspace) -> None:
    """Killed around each write: the same file once more ends as reviewed, with no twin, and then has nothing to do."""
    assert review
    telnyx.fault(f"WRITE * {write} hold-{where}")
    with workspace.start("apply", "plan.json", "--auto-approve") as process:
        while not any(request["fault"] for request in telnyx.requests()):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        time.sleep(0.05)
        process.kill()
        process.communicate()
    telnyx.fault()
    done = applied(workspace)
    assert done.code == 0, done.err
    assert sorted(row["name"] for row in telnyx.rows("messaging_profiles")) == ["Edited", "Fresh", "Untouched"]
    assert {row["name"]: row["webhook_url"] for row in telnyx.rows("messaging_profiles")}["Edited"] == (
        "https://b.example.com"
    )
    assert telnyx.rows("autoresp_configs") == []
    assert applied(workspace, "--format", "json").codes == ["already-applied"]
    assert workspace.actions() == {}


def test_a_child_of_what_was_created_before_the_kill(telnyx: Emulator, workspace: Workspace) -> None:
    """The parent exists, the child was planned under something not yet created: it is the same child all the same."""
    workspace.declare(profile("new"), answer("new"))
    saved(workspace)
    telnyx.fault("POST /messaging_profiles/*/autoresp_configs * status-before=422")
    assert applied(workspace).code == 4
    telnyx.fault()
    done = applied(workspace, "--format", "json")
    assert done.code == 0, done.err
    assert [each["address"] for each in done.document["outcomes"]] == ["AutoResponse/new-stop"]


def test_a_child_of_what_is_not_recorded_yet(telnyx: Emulator, workspace: Workspace) -> None:
    """Killed between the parent's create and its record: only the intent knows the parent, and the child goes on."""
    workspace.declare(profile("new"), answer("new"))
    saved(workspace)
    telnyx.fault("POST /messaging_profiles 1 hold-after")
    with workspace.start("apply", "plan.json", "--auto-approve") as process:
        while not any(request["fault"] for request in telnyx.requests()):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        time.sleep(0.05)
        process.kill()
        process.communicate()
    telnyx.fault()
    done = applied(workspace, "--format", "json")
    assert done.code == 0, done.err
    assert len(telnyx.rows("messaging_profiles")) == len(telnyx.rows("autoresp_configs")) == 1
    assert workspace.actions() == {}
