"""Hosted orders as people live with them: asked about before they are placed, then papers, and mixed ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.workspace import Emulator, Outcome, Workspace, manifest, profile

ADDRESS = "HostedNumberOrder/desk"
ORDERS = "/messaging_hosted_number_orders"
CHECK = f"{ORDERS}/eligibility_numbers_check"
FIRST, SECOND, THIRD = "+15125550100", "+15125550101", "+15125550102"


def order(*numbers: str, name: str = "desk", **options: Any) -> dict[str, Any]:
    """The manifest of an order."""
    made = manifest("HostedNumberOrder", name, phone_numbers=list(numbers))
    return {**made, "options": options} if options else made


def known(telnyx: Emulator, number: str, status: str) -> None:
    """What Telnyx knows of a number."""
    telnyx.create("numbers_elsewhere", phone_number=number, eligible_status=status)


def questions(telnyx: Emulator) -> int:
    """How often Telnyx was asked whether numbers can be hosted."""
    return [each["path"] for each in telnyx.requests()].count(CHECK)


def said(planned: Outcome, code: str) -> list[dict[str, Any]]:
    """The findings with this code."""
    document = planned.document
    return [finding for finding in document.get("diagnostics", document.get("notices")) if finding["code"] == code]


def test_numbers_are_asked_about_once_by_a_plan_and_never_by_what_is_there(
    telnyx: Emulator, workspace: Workspace
) -> None:
    """One question for all orders, by a session that cannot write; none when the plan creates nothing."""
    workspace.declare(order(FIRST, SECOND), order(THIRD, name="back"))
    planned = workspace.plan()
    assert questions(telnyx) == 1
    assert planned["requests"]["reads"] == len(telnyx.requests())
    telnyx.forget_requests()
    workspace.call("plan", "--out", "plan.json")
    workspace.apply("plan.json")
    assert questions(telnyx) == 1, "the saved plan is not checked again"
    telnyx.forget_requests()
    assert workspace.actions() == {}
    assert (questions(telnyx), telnyx.writes()) == (0, [])


@pytest.mark.parametrize("quirks", [(), ("lowercase-eligibility",)])
def test_an_ineligible_number_stops_its_order_at_its_place(
    telnyx: Emulator, workspace: Workspace, quirks: tuple[str, ...]
) -> None:
    """Number by number; the others of the plan wait with it, until the order is corrected or the guard is lifted."""
    telnyx.quirks(*quirks)
    known(telnyx, SECOND, "NUMBER_CAN_NOT_BE_WIRELESS")
    workspace.declare(profile("alerts"), order(FIRST, SECOND, "+15121550100"))
    planned = workspace.call("plan", "--format", "json")
    assert planned.code == 1
    wireless, unroutable = said(planned, "hosted-ineligible")
    assert wireless["summary"] == f"{SECOND} cannot be hosted: it is a wireless number"
    assert unroutable["summary"] == "+15121550100 cannot be hosted: no call can be routed to it"
    lines = (workspace.folder / "manifests.yaml").read_text("utf-8").splitlines()
    assert [SECOND in lines[wireless["source"]["line"] - 1], wireless["severity"]] == [True, "error"]
    [change] = [one for one in planned.document["changes"] if one["address"] == ADDRESS]
    assert (change["action"], change["blocked_by"]) == ("create", "hosted-ineligible")
    telnyx.forget_requests()
    assert workspace.call("apply", "--auto-approve").code == 1
    assert (questions(telnyx), telnyx.writes()) == (1, [])
    lifted = workspace.apply("--allow", f"hosted-ineligible:{ADDRESS}")
    assert lifted.code == 0
    assert len(telnyx.rows("messaging_hosted_number_orders")) == 1


@pytest.mark.parametrize("status", ["NUMBER_CAN_NOT_BE_IN_TELNYX", "NUMBER_CAN_NOT_HOSTED_WITH_A_TELNYX_SUBSCRIBER"])
def test_a_number_at_telnyx_is_announced_and_ordered(telnyx: Emulator, workspace: Workspace, status: str) -> None:
    """Its owner is asked: a warning that the saved plan carries, and no stop."""
    known(telnyx, FIRST, status)
    workspace.declare(order(FIRST))
    planned = workspace.call("plan", "--format", "json", "--out", "plan.json")
    [warning] = said(planned, "hosted-internal-transfer")
    assert (planned.code, warning["severity"]) == (0, "warning")
    assert "72 hours" in warning["hint"]
    shown = workspace.call("show", "plan.json", "--format", "json")
    assert said(shown, "hosted-internal-transfer") == [warning]
    workspace.apply("plan.json")


def test_a_question_that_fails_is_a_warning(telnyx: Emulator, workspace: Workspace) -> None:
    """An order is checked by the API as well; an outage of the question is no outage of the apply."""
    workspace.declare(order(FIRST))
    telnyx.fault(f"POST {CHECK} * status-before=400")
    planned = workspace.call("plan", "--format", "json")
    [warning] = said(planned, "hosted-eligibility-unknown")
    assert (planned.code, warning["severity"], warning["address"]) == (0, "warning", ADDRESS)
    assert "1 of 1 could not be checked" in warning["summary"]


def test_a_number_from_the_environment_is_not_named(telnyx: Emulator, workspace: Workspace) -> None:
    """Neither by an objection nor by the text of an error (promise 7)."""
    workspace.environment["NUMBER"] = "+15125550188"
    known(telnyx, "+15125550188", "BILLING_ACCOUNT_IS_ABOLISHED")
    workspace.declare(order("${env:NUMBER}"))
    for form in ("text", "json", "markdown", "html", "github"):
        planned = workspace.call("plan", "--format", form)
        assert "cannot be hosted" in planned.out
        assert "5125550188" not in planned.out + planned.err


@pytest.fixture
def mixed(telnyx: Emulator, workspace: Workspace) -> Workspace:
    """An order that is complete, and of which one number failed."""
    workspace.declare(order(FIRST, SECOND))
    workspace.apply()
    telnyx.admin("POST", "advance", status="successful", numbers={SECOND: "failed_carrier_rejected"})
    return workspace


def test_a_mixed_order_is_told_number_by_number(mixed: Workspace) -> None:
    """In a plan and in the status; nothing is ordered again by itself."""
    planned = mixed.call("plan", "--format", "json")
    [failed] = said(planned, "hosted-numbers-failed")
    assert failed["summary"] == f"1 of 2 numbers failed: {SECOND} (failed_carrier_rejected)"
    assert failed["detail"].splitlines() == [
        f"  {FIRST}  successful",
        f"  {SECOND}  failed_carrier_rejected: its carrier refused: ask the carrier why",
    ]
    assert SECOND in mixed.call("status").words
    assert mixed.actions() == {}


def test_a_failed_number_is_ordered_again_alone_and_by_a_higher_attempt(mixed: Workspace, telnyx: Emulator) -> None:
    """It is left out of its own manifest without a complaint; the live number is never touched."""
    mixed.declare(order(FIRST), order(SECOND, name="again"))
    held = mixed.call("plan", "--format", "json")
    [again] = said(held, "hosted-failed-retry")
    assert (held.code, again["address"]) == (0, "HostedNumberOrder/again")
    assert "options: {attempt: 2}" in again["hint"]
    assert "failed_carrier_rejected" in again["detail"]
    mixed.declare(order(FIRST), order(SECOND, name="again", attempt=2))
    assert mixed.actions() == {ADDRESS: "record", "HostedNumberOrder/again": "create"}
    mixed.apply()
    assert said(mixed.call("plan", "--format", "json"), "hosted-numbers-failed") == []
    assert mixed.actions() == {}
    assert mixed.call("drift").code == 0
    assert [len(row["phone_numbers"]) for row in telnyx.rows("messaging_hosted_number_orders")] == [2, 1]
    assert [row["phone_number"] for row in telnyx.rows("messaging_hosted_numbers")] == [FIRST]
    (mixed.folder / ".reconciler" / "default.ledger.json").unlink()
    assert mixed.actions("--allow-adopt") == {ADDRESS: "adopt", "HostedNumberOrder/again": "adopt"}


def test_a_number_in_good_standing_cannot_be_left_out(mixed: Workspace) -> None:
    """The order still carries it."""
    mixed.declare(order(SECOND))
    refused = mixed.call("plan", "--format", "json")
    assert (refused.code, len(said(refused, "immutable-field"))) == (1, 1)
