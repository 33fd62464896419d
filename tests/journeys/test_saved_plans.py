"""What was reviewed is what runs: a saved plan is applied as saved, or refused (promise 2)."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable

import pytest

from tests.journeys.reviewing import answer, applied, ids, saved
from tests.journeys.workspace import Emulator, Workspace, profile


def test_runs_as_reviewed(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """Without the manifests, on nothing but the file; and a second time there is nothing to do."""
    (workspace.folder / "manifests.yaml").write_text("this: is no manifest\n", "utf-8")
    done = workspace.call("apply", "plan.json", "--fingerprint", review, "--format", "json")
    assert done.code == 0, done.err
    assert {each["address"]: each["action"] for each in done.document["outcomes"]} == {
        "MessagingProfile/edited": "update",
        "MessagingProfile/fresh": "create",
        "AutoResponse/edited-stop": "delete",
    }
    assert set(ids(telnyx)) == {"Edited", "Untouched", "Fresh"}
    assert telnyx.rows("autoresp_configs") == []
    telnyx.forget_requests()
    again = applied(workspace, "--format", "json")
    assert (again.code, again.codes) == (0, ["already-applied"])
    assert telnyx.writes() == []


def test_only_its_owner_reads_it(review: str, workspace: Workspace) -> None:
    """0600, and what was there before is replaced whole."""
    assert review
    assert stat.S_IMODE((workspace.folder / "plan.json").stat().st_mode) == 0o600


def test_shown_again(review: str, workspace: Workspace) -> None:
    """The very words of the plan, without key, manifests or ledger; for people, whose it is and when it was saved."""
    elsewhere = Workspace.at(workspace.folder.parent / "elsewhere")
    (elsewhere.folder / "plan.json").write_bytes((workspace.folder / "plan.json").read_bytes())
    for name in ("text", "json", "markdown"):
        planned = workspace.call("plan", "--max-deletes", "1", "--format", name)
        shown = elsewhere.call("show", "plan.json", "--format", name)
        head, _, rest = shown.out.partition("\n\n") if name != "json" else ("", "", shown.out)
        assert (shown.code, rest) == (0, planned.out), shown.out
        if name != "json":
            whose, when = (line.replace("`", "").removeprefix("- ") for line in head.splitlines()[:2])
            assert re.fullmatch(r"account +default at http://127\.0\.0\.1:\d+/v2, organization \S+", whose)
            assert re.fullmatch(r"saved +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC by version \S+", when)
    assert review in elsewhere.call("show", "plan.json").out


def _edit(telnyx: Emulator, _: Workspace) -> None:
    telnyx.edit("messaging_profiles", "Edited", webhook_url="https://portal.example.com")


def _edit_another_field(telnyx: Emulator, _: Workspace) -> None:
    telnyx.edit("messaging_profiles", "Edited", mobile_only=True)


def _do_it_already(telnyx: Emulator, _: Workspace) -> None:
    telnyx.edit("messaging_profiles", "Edited", webhook_url="https://b.example.com")


def _delete(telnyx: Emulator, _: Workspace) -> None:
    for row in telnyx.rows("autoresp_configs"):
        telnyx.delete("autoresp_configs", row["id"])


def _create(telnyx: Emulator, _: Workspace) -> None:
    telnyx.create("messaging_profiles", name="Fresh", whitelisted_destinations=["US"])


def _apply_something_else(_: Emulator, workspace: Workspace) -> None:
    text = (workspace.folder / "manifests.yaml").read_text("utf-8")
    workspace.declare(profile("edited", enabled=False), profile("untouched"), answer("edited"))
    workspace.apply()
    workspace.write(text)


def _lose_the_ledger(_: Emulator, workspace: Workspace) -> None:
    (workspace.folder / ".reconciler" / "default.ledger.json").unlink()


MOVES: list[tuple[Callable[[Emulator, Workspace], None], str, list[str]]] = [
    (
        _edit,
        "changed since it was reviewed",
        ['"https://portal.example.com"', '"https://b.example.com"', "last changed by"],
    ),
    (_edit_another_field, "changed since it was reviewed", ["mobile_only"]),
    (_do_it_already, "changed since it was reviewed", ['"https://b.example.com"']),
    (_delete, "no longer exists", []),
    (_create, "has appeared since the review", []),
    (_apply_something_else, "changed since it was reviewed", ["enabled"]),
    (_lose_the_ledger, "not the one that this plan was made with", []),
]


@pytest.mark.parametrize(("move", "told", "detail"), MOVES, ids=[move.__name__.strip("_") for move, _, _ in MOVES])
def test_the_world_has_moved(
    review: str,
    move: Callable[[Emulator, Workspace], None],
    told: str,
    detail: list[str],
    telnyx: Emulator,
    workspace: Workspace,
) -> None:
    """Exit 3, no write, and what was reviewed, what is there now, and who did it."""
    assert review
    move(telnyx, workspace)
    before = telnyx.state()
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert told in refused.err
    for part in detail:
        assert part in refused.err
    assert telnyx.writes() == []
    assert telnyx.state() == before


def test_what_the_plan_does_not_touch_does_not_matter(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """A stranger appears and an unplanned object changes: the plan runs, and leaves both as they are."""
    assert review
    telnyx.edit("messaging_profiles", "Untouched", enabled=False)
    telnyx.create("messaging_profiles", name="Stranger", whitelisted_destinations=["GB"])
    before = {row["name"]: row for row in telnyx.rows("messaging_profiles")}
    assert applied(workspace).code == 0
    after = {row["name"]: row for row in telnyx.rows("messaging_profiles")}
    assert [after[name] for name in ("Untouched", "Stranger")] == [before[name] for name in ("Untouched", "Stranger")]


def test_facts_that_a_guard_used(telnyx: Emulator, workspace: Workspace) -> None:
    """A number is put on a profile whose deletion was reviewed without any: nothing is written."""
    workspace.declare(profile("kept"), profile("gone"))
    workspace.apply()
    workspace.declare(profile("kept"))
    saved(workspace, "--max-deletes", "1")
    number = telnyx.rows("phone_numbers")[0]["id"]
    telnyx.edit("phone_numbers", number, messaging_profile_id=ids(telnyx)["Gone"])
    telnyx.forget_requests()
    refused = applied(workspace)
    assert refused.code == 3, refused.err
    assert "what hangs on its object has changed" in refused.err
    assert telnyx.writes() == []


def test_another_account_project_or_key(review: str, telnyx: Emulator, workspace: Workspace) -> None:
    """A plan runs where it was made, and nowhere else."""
    assert review
    refused = workspace.call("apply", "plan.json", "--auto-approve", "--account", "sandbox")
    assert refused.code == 64
    workspace.write("{project: other, accounts: {default: {rate: 1000}}}", "reconciler.yaml")
    assert applied(workspace, "--format", "json").codes == ["plan-foreign-account"]
    workspace.write("accounts: {default: {rate: 1000}}", "reconciler.yaml")
    workspace.environment["TELNYX_BASE_URL"] = telnyx.base.replace("127.0.0.1", "localhost")
    assert applied(workspace, "--format", "json").codes == ["plan-foreign-account"]
    workspace.environment["TELNYX_BASE_URL"] = telnyx.base
    workspace.environment["TELNYX_API_KEY"] = "KEY_of_somebody_else"
    empty = applied(workspace)
    assert empty.code == 3, "nothing that was reviewed is there"
    telnyx.key = "KEY_of_somebody_else"
    telnyx.create("messaging_profiles", name="Theirs", whitelisted_destinations=["GB"])
    foreign = applied(workspace, "--format", "json")
    assert (foreign.code, foreign.codes) == (1, ["wrong-account"])
    assert telnyx.writes() == []


def test_too_old(review: str, workspace: Workspace) -> None:
    """Measured from when it was saved."""
    assert review
    assert applied(workspace, "--max-age", "0m", "--format", "json").codes == ["plan-expired"]
    assert applied(workspace, "--max-age", "1h").code == 0


@pytest.mark.parametrize("option", ["--prune", "--allow-adopt", "--max-deletes=3", "--allow=x", "--only=A/b"])
def test_planning_is_over(review: str, option: str, workspace: Workspace) -> None:
    """A saved plan carries what was asked for when it was made."""
    assert review
    refused = workspace.call("apply", "plan.json", "--auto-approve", option)
    assert refused.code == 64, refused.err
    assert "does not go with a saved plan" in refused.err


def test_no_file_to_approve(workspace: Workspace) -> None:
    """Nothing is accepted and ignored."""
    workspace.declare(profile("fresh"))
    for option in (("--fingerprint", "sha256:0"), ("--max-age", "1h")):
        assert workspace.call("apply", "--auto-approve", *option).code == 64
    assert workspace.call("show", "manifests.yaml").code == 64
    assert workspace.call("apply", "manifests.yaml", "plan.json", "--auto-approve").code == 1


def test_adoption_was_agreed_to_in_the_review(telnyx: Emulator, workspace: Workspace) -> None:
    """A saved plan is consent (design §4)."""
    telnyx.create("messaging_profiles", name="Theirs", whitelisted_destinations=["GB"])
    workspace.declare(profile("theirs"))
    assert workspace.call("apply", "--auto-approve").code == 1
    saved(workspace)
    assert applied(workspace).code == 0
    assert telnyx.rows("messaging_profiles")[0]["whitelisted_destinations"] == ["US"]


def test_a_blocked_plan_stays_blocked(telnyx: Emulator, workspace: Workspace) -> None:
    """Saving lifts no guard; what was lifted when it was made stays lifted."""
    workspace.declare(profile("wide", whitelisted_destinations=["US"]))
    workspace.apply()
    workspace.declare(profile("wide", whitelisted_destinations=["*"]))
    refused = workspace.call("plan", "--out", "plan.json")
    assert (refused.code, refused.err) == (1, "saved plan.json for review; it cannot be applied\n")
    telnyx.forget_requests()
    assert applied(workspace).code == 1
    assert telnyx.requests() == []
    saved(workspace, "--allow", "destinations-widened")
    assert applied(workspace).code == 0


def test_secrets_are_found_again_or_refused(telnyx: Emulator, workspace: Workspace) -> None:
    """The value is not in the file; another value, or none, is not what was reviewed."""
    workspace.environment["TOKEN"] = "canary-4711"
    workspace.declare(profile("hooked", webhook_url="https://a.example.com/${env:TOKEN}"))
    saved(workspace)
    assert "canary-4711" not in (workspace.folder / "plan.json").read_text("utf-8")
    workspace.environment["TOKEN"] = "canary-0815"
    refused = applied(workspace)
    assert (refused.code, "canary" in refused.err + refused.out) == (3, False)
    del workspace.environment["TOKEN"]
    undefined = applied(workspace)
    assert undefined.code == 1
    assert "manifests.yaml:" in undefined.err
    assert telnyx.writes() == []
    workspace.environment["TOKEN"] = "canary-4711"
    assert applied(workspace).code == 0
    assert telnyx.rows("messaging_profiles")[0]["webhook_url"] == "https://a.example.com/canary-4711"
    workspace.declare(profile("hooked", webhook_url="https://b.example.com/${env:TOKEN}"))
    saved(workspace)
    assert applied(workspace).code == 0
    assert telnyx.rows("messaging_profiles")[0]["webhook_url"] == "https://b.example.com/canary-4711"
