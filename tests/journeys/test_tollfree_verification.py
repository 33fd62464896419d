"""Toll-free verifications as people live with them: what is verified is left alone, and nobody's data is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.journeys.workspace import Emulator, Outcome, Workspace, manifest

ADDRESS = "TollfreeVerification/codes"
REQUESTS = "/messaging_tollfree/verification/requests"
NUMBERS = ("+18885550100", "+18885550101")
STORY = Path(__file__).parent / "kinds" / "tollfree_verification.yaml"
SPEC: dict[str, Any] = yaml.safe_load(STORY.read_text("utf-8"))["manifest"]["spec"]
PERSONAL = {
    "businessContactFirstName": "Canaria",
    "businessContactLastName": "O'Canary",
    "businessContactEmail": "canary@home.example",
    "businessContactPhone": "+15125550166",
    "businessRegistrationNumber": "078-05-1120",
    "businessAddr1": "1 Canary Lane",
    "businessAddr2": "Canary flat",
    "campaignVerifyAuthorizationToken": "cv-canary",
}
FORMATS = {
    "validate": ("text", "json"),
    "plan": ("text", "json", "markdown", "html"),
    "apply": ("text", "json", "jsonl"),
    "drift": ("text", "json", "markdown"),
    "status": ("text", "json"),
    "history": ("text", "json"),
}


def codes(**fields: Any) -> dict[str, Any]:
    """The manifest."""
    return manifest("TollfreeVerification", "codes", **{**SPEC, **fields})


@pytest.fixture
def owner(telnyx: Emulator) -> Emulator:
    """An account with two toll-free numbers on a profile."""
    profile = telnyx.create("messaging_profiles", name="Numbers", whitelisted_destinations=["US"])["id"]
    for number in NUMBERS:
        telnyx.create("phone_numbers", phone_number=number, type="tollfree", messaging_profile_id=profile)
    return telnyx


@pytest.fixture
def request_id(owner: Emulator, workspace: Workspace) -> str:
    """The request of ``codes``, which was just made."""
    workspace.declare(codes())
    workspace.apply()
    owner.forget_requests()
    [row] = owner.rows("tollfree_verifications")
    return str(row["id"])


def review(owner: Emulator, request: str, status: str, **more: Any) -> None:
    """The reviewers decide."""
    owner.admin("POST", "advance", order=request, status=status, **more)


def status_of(owner: Emulator, request: str) -> str:
    """Where the review stands."""
    return str(next(row for row in owner.rows("tollfree_verifications") if row["id"] == request)["verificationStatus"])


def test_what_is_verified_is_not_touched_without_a_word(owner: Emulator, workspace: Workspace, request_id: str) -> None:
    """The plan shows the change as blocked and the apply sends nothing; told by name, it sends the whole request."""
    review(owner, request_id, "Verified")
    assert workspace.actions() == {}
    workspace.declare(codes(useCaseSummary="Codes and alerts."))
    made = workspace.call("plan", "--format", "json")
    [change] = made.document["changes"]
    assert (made.code, change["action"], change["blocked_by"]) == (1, "update", "tfv-resubmit-verified")
    assert "+18885550100 would be unverified" in made.out
    workspace.apply(code=1)
    assert owner.writes() == []
    assert status_of(owner, request_id) == "Verified"
    workspace.apply("--allow", f"tfv-resubmit-verified:{ADDRESS}")
    assert owner.writes() == [("PATCH", f"{REQUESTS}/{request_id}")]
    assert status_of(owner, request_id) == "In Progress"
    assert workspace.actions() == {}


def test_a_plan_that_was_reviewed_before_the_verification_is_stale(
    owner: Emulator, workspace: Workspace, request_id: str
) -> None:
    """Nobody who approved it knew what it would cost."""
    workspace.declare(codes(useCaseSummary="Codes and alerts."))
    assert workspace.call("plan", "--out", "plan.json").code == 0
    review(owner, request_id, "Verified")
    applied = workspace.call("apply", "plan.json", "--auto-approve")
    assert applied.code == 3, applied.out + applied.err
    assert owner.writes() == []


def test_a_request_that_somebody_else_got_verified_keeps_the_number_verified(
    owner: Emulator, workspace: Workspace, request_id: str
) -> None:
    """A change of one request for a number unverifies it, although another request did it."""
    review(owner, request_id, "Rejected")
    other = owner.create("tollfree_verifications", **SPEC)["id"]
    review(owner, other, "Verified")
    workspace.declare(codes(useCaseSummary="Codes and alerts."))
    [change] = workspace.call("plan", "--format", "json").document["changes"]
    assert change["blocked_by"] == "tfv-resubmit-verified"


def test_a_number_of_another_request_is_not_added_to_this_one(
    owner: Emulator, workspace: Workspace, request_id: str
) -> None:
    """Be that one ours or not."""
    other = owner.create("tollfree_verifications", **{**SPEC, "phoneNumbers": [{"phoneNumber": NUMBERS[1]}]})["id"]
    workspace.declare(codes(phoneNumbers=[{"phoneNumber": number} for number in NUMBERS]))
    made = workspace.call("plan", "--format", "json")
    [change] = made.document["changes"]
    assert (made.code, change["blocked_by"]) == (1, "tfv-number-listed")
    assert f"{NUMBERS[1]}: listed by another request already ({other})" in made.out
    assert owner.writes() == []


def test_a_number_moves_between_two_requests_in_two_applies(
    owner: Emulator, workspace: Workspace, request_id: str
) -> None:
    """At no moment do two requests list it, and neither is it in none that somebody asked for."""
    second = "+18885550111"
    profile = owner.create("messaging_profiles", name="More", whitelisted_destinations=["US"])["id"]
    owner.create("phone_numbers", phone_number=second, type="tollfree", messaging_profile_id=profile)
    both = [{"phoneNumber": number} for number in NUMBERS]
    more = {**codes(phoneNumbers=[{"phoneNumber": second}]), "metadata": {"name": "more"}}
    workspace.declare(codes(phoneNumbers=both), more)
    workspace.apply()
    moved = {**more, "spec": {**more["spec"], "phoneNumbers": [{"phoneNumber": second}, both[1]]}}
    workspace.declare(codes(phoneNumbers=both[:1]), moved)
    blocked = workspace.call("plan", "--format", "json").document
    assert {each["blocked_by"] for each in blocked["changes"] if each["blocked_by"]} == {"tfv-number-listed"}
    workspace.declare(codes(phoneNumbers=both[:1]), more)
    workspace.apply()
    workspace.declare(codes(phoneNumbers=both[:1]), moved)
    workspace.apply()
    assert workspace.actions() == {}


def test_only_what_was_rejected_is_deleted(owner: Emulator, workspace: Workspace, request_id: str) -> None:
    """Until then the plan refuses, where the manifest had asked for a delete at all."""
    workspace.declare({**codes(), "lifecycle": {"on_remove": "delete"}})
    workspace.apply()
    (workspace.folder / "manifests.yaml").unlink()
    made = workspace.call("plan", "--allow-empty", "--format", "json")
    [change] = made.document["changes"]
    assert (made.code, change["blocked_by"]) == (1, "tfv-delete-not-rejected")
    review(owner, request_id, "Rejected")
    workspace.apply("--allow-empty")
    assert owner.writes() == [("DELETE", f"{REQUESTS}/{request_id}")]
    assert owner.rows("tollfree_verifications") == []


def test_status_tells_the_course_of_the_review(owner: Emulator, workspace: Workspace, request_id: str) -> None:
    """What the reviewers want now, with the command that answers them, and every status before it."""
    review(owner, request_id, "Waiting For Vendor")
    review(owner, request_id, "Waiting For Customer", reason="The website does not load.")
    shown = workspace.call("status")
    assert shown.code == 0, shown.out
    assert f"Waits for you {ADDRESS} Waiting For Customer: the reviewers want something changed" in shown.words
    assert "the reviewers say: The website does not load." in shown.out
    assert "\n      reconciler apply\n" in shown.out
    document = workspace.call("status", "--format", "json").document
    [thing] = document["underway"]
    assert (thing["address"], thing["turn"], thing["commands"]) == (ADDRESS, "you", ["reconciler apply"])
    assert [(stage["status"], stage["reason"]) for stage in thing["history"]] == [
        ("In Progress", ""),
        ("Waiting For Vendor", ""),
        ("Waiting For Customer", "The website does not load."),
    ]
    assert document["notices"] == []


def test_a_correction_goes_back_into_review(owner: Emulator, workspace: Workspace, request_id: str) -> None:
    """As the finding says; a rejected request is never asked for a second time."""
    review(owner, request_id, "Rejected", reason="no such business")
    workspace.declare(codes(businessName="Acme Incorporated"))
    workspace.apply()
    assert owner.writes() == [("PATCH", f"{REQUESTS}/{request_id}")]
    assert status_of(owner, request_id) == "In Progress"


def _everything(workspace: Workspace, command: str, *extra: str) -> list[Outcome]:
    return [workspace.call(command, "--format", name, *extra) for name in FORMATS[command]]


def test_personal_data_is_shown_nowhere_although_the_manifest_spells_it_out(
    owner: Emulator, workspace: Workspace
) -> None:
    """Not in plans, drift, mistakes, the ledger or the history: not ours, and not what others put there."""
    workspace.declare(codes(**PERSONAL))
    outcomes = [*_everything(workspace, "validate"), *_everything(workspace, "plan")]
    outcomes += _everything(workspace, "apply", "--auto-approve")
    assert outcomes[-1].code == 0, outcomes[-1].out
    changed = {name: f"{value} canary" for name, value in PERSONAL.items() if name != "businessContactPhone"}
    [row] = owner.rows("tollfree_verifications")
    owner.edit("tollfree_verifications", row["id"], **changed, businessContactPhone="+15125550167")
    drifted = [*_everything(workspace, "drift"), *_everything(workspace, "plan"), *_everything(workspace, "status")]
    assert drifted[0].code == 2
    assert len(drifted[1].document["found"][0]["fields"]) == len(PERSONAL)
    outcomes += [*drifted, workspace.call("history", "--audit", "--format", "json")]
    without_manifest = dict(codes(**PERSONAL), lifecycle={"on_remove": "delete"})
    workspace.declare(without_manifest)
    workspace.apply()
    owner.edit("tollfree_verifications", row["id"], **changed)
    (workspace.folder / "manifests.yaml").unlink()
    outcomes += _everything(workspace, "plan", "--allow-empty")
    outcomes.append(workspace.call("ledger", "show", ADDRESS, "--format", "json"))
    workspace.declare(codes(**{**PERSONAL, "businessContactPhone": "512-555-0166", "businessAddr1": "Canary " * 90}))
    wrong = _everything(workspace, "validate")
    assert wrong[1].codes == ["tfv-too-long", "number-not-e164"]
    told = "".join(one.out + one.err for one in [*outcomes, *wrong, *_everything(workspace, "history")])
    told += workspace.everything_kept()
    for canary in [*PERSONAL.values(), "5125550166", "512-555-0166", "5125550167"]:
        assert canary not in told, canary
    assert "anary" not in told


def test_a_removal_shows_no_personal_data_that_only_others_stated(owner: Emulator, workspace: Workspace) -> None:
    """What stands in the account is somebody's, whoever wrote it there."""
    made = owner.create("tollfree_verifications", **{**SPEC, "businessAddr2": "Canary flat"})["id"]
    stated = {name: value for name, value in SPEC.items() if name != "businessAddr2"}
    workspace.declare({**manifest("TollfreeVerification", "codes", **stated), "lifecycle": {"on_remove": "delete"}})
    workspace.apply()
    review(owner, made, "Rejected")
    (workspace.folder / "manifests.yaml").unlink()
    removal = workspace.call("plan", "--allow-empty", "--format", "json", "--out", "plan.json")
    [change] = removal.document["changes"]
    assert change["action"] == "delete"
    assert "businessAddr2" in {diff["path"] for diff in change["diffs"]}
    assert "anary" not in removal.out + (workspace.folder / "plan.json").read_text("utf-8")


def test_an_export_of_a_request_plans_as_empty_and_holds_no_personal_data(
    owner: Emulator, workspace: Workspace
) -> None:
    """Numbers and pages are written as the API lists them; what is somebody's own comes from the environment."""
    owner.create("tollfree_verifications", **{**SPEC, **PERSONAL})
    made = workspace.call("export", "--format", "json")
    assert made.code == 0, made.out + made.err
    written = "".join(path.read_text("utf-8") for path in workspace.folder.rglob("*.yaml"))
    assert "anary" not in written
    [exported] = [
        document
        for path in workspace.folder.rglob("*.yaml")
        for document in yaml.safe_load_all(path.read_text("utf-8"))
        if document.get("kind") == "TollfreeVerification"
    ]
    assert exported["spec"]["phoneNumbers"] == [{"phoneNumber": NUMBERS[0]}]
    assert exported["spec"]["optInWorkflowImageURLs"] == [
        {"url": "https://acme.example/a.png"},
        {"url": "https://acme.example/b.png"},
    ]
    assert exported["spec"]["businessContactEmail"].startswith("${env:")
    variables = {each["name"]: each["field"] for each in made.document["variables"]}
    workspace.environment |= {name: PERSONAL[field] for name, field in variables.items()}
    assert workspace.actions() == {}
    assert sorted(variables.values()) == sorted(PERSONAL)
    assert "anary" not in json.dumps(made.document)


def test_a_rehearsal_goes_through_the_review_of_a_copy(owner: Emulator, workspace: Workspace, request_id: str) -> None:
    """Also under every fault: lost answers make no second request."""
    workspace.declare(codes(useCaseSummary="Codes and alerts."))
    done = workspace.call("apply", "--rehearse", "--faults", "lost-answers", "--format", "json")
    assert done.code == 0, done.out + done.err
    assert owner.writes() == []
    owner.fault("POST /messaging_tollfree/verification/requests 1 drop-after")
    more = {**codes(phoneNumbers=[{"phoneNumber": NUMBERS[1]}]), "metadata": {"name": "more"}}
    workspace.declare(codes(), more)
    workspace.apply()
    held = [row["phoneNumbers"] for row in owner.rows("tollfree_verifications")]
    assert held == [[{"phoneNumber": number}] for number in NUMBERS]
    assert workspace.actions() == {}
