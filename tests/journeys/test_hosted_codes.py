"""Verification codes of a hosted order: sent once, handed in once, and to be found nowhere afterwards."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.errors import Invalid, Locked
from reconciler.executor.codes import check
from reconciler.model.codes import CodeStatus, Method
from reconciler.model.observed import Remote
from reconciler.resources import kinds
from reconciler.resources.hosted_codes import HostedCodes
from reconciler.workflow.hosted_codes import send_codes, verify
from tests.cli.console import console
from tests.journeys.test_waiting import setting_of
from tests.journeys.workspace import Emulator, Outcome, Workspace, manifest, profile

ONE, TWO = "+15125550100", "+15125550101"
DESK = "HostedNumberOrder/desk"
ORDER = manifest("HostedNumberOrder", "desk", phone_numbers=[ONE, TWO])
SEND = ("hosted", "send-codes", DESK, "--auto-approve")
VERIFY = ("hosted", "verify", DESK, "-")


@pytest.fixture
def order(telnyx: Emulator, workspace: Workspace) -> str:
    """The path of an order that was just placed."""
    workspace.declare(ORDER)
    workspace.apply()
    telnyx.forget_requests()
    return f"/messaging_hosted_number_orders/{telnyx.rows('messaging_hosted_number_orders')[0]['id']}"


def codes_of(telnyx: Emulator) -> dict[str, str]:
    """What people read from their handsets, by number."""
    return {row["phone_number"]: row["code"] for row in telnyx.rows("verification_codes")}


def statuses(told: Outcome) -> dict[str, str]:
    """How it went for each number."""
    return {number["phone_number"]: number["status"] for number in told.document["numbers"]}


def test_another_projects_order_is_left_alone(telnyx: Emulator, workspace: Workspace, order: str) -> None:
    """Its people have the handsets."""
    workspace.write("project: another\naccounts: {default: {rate: 1000}}", "reconciler.yaml")
    for words in (SEND, VERIFY):
        refused = workspace.call(*words, stdin=f"{ONE} 123456\n")
        assert (refused.code, "is managed by the project" in refused.err) == (1, True)
    assert telnyx.writes() == []


def test_codes_are_sent_and_handed_in(telnyx: Emulator, workspace: Workspace, order: str) -> None:
    """Each command tells the next one; what was verified is remembered, and asked for no more."""
    sent = workspace.call(*SEND, "--format", "json")
    assert (sent.code, statuses(sent)) == (0, {ONE: "sent", TWO: "sent"})
    assert sent.document["commands"] == [f"reconciler hosted verify {DESK}"]
    codes = codes_of(telnyx)
    first = workspace.call(*VERIFY, "--format", "json", stdin=f"{ONE} {codes[ONE]}\n\n{TWO}=0000000\n")
    assert (first.code, statuses(first)) == (4, {ONE: "verified", TWO: "rejected"})
    [thing] = workspace.call("status", "--format", "json").document["underway"]
    assert [part["words"] for part in thing["parts"]] == ["it is verified", "it wants a verification code"]
    again = workspace.call(*SEND, "--format", "json")
    assert statuses(again) == {TWO: "sent"}
    last = workspace.call(*VERIFY, stdin=f"{ONE} = {codes[ONE]}\n{TWO}\t{codes_of(telnyx)[TWO]}\n")
    assert (last.code, last.out) == (
        0,
        f"{ONE}  verified before\n{TWO}  verified\nnext:\n  reconciler status\n",
    )
    status = workspace.call("status").out
    assert "pending: its numbers are verified, the documents come next" in status
    assert "hosted send-codes" not in status
    assert telnyx.writes() == [
        ("POST", f"{order}/{action}")
        for action in ("verification_codes", "validation_codes", "verification_codes", "validation_codes")
    ]
    nothing = workspace.call(*SEND, "--format", "json")
    assert (nothing.code, nothing.codes, statuses(nothing)) == (0, ["no-code-wanted"], {})
    assert statuses(workspace.call(*SEND, "--number", ONE, "--format", "json")) == {ONE: "sent"}
    assert workspace.actions() == {}
    workspace.apply()
    assert workspace.ledger["entries"][0]["proven"] == [ONE, TWO]


def test_a_landline_is_called(telnyx: Emulator, workspace: Workspace, order: str) -> None:
    """What is wrong with a number stands inside of a success; the exact command helps."""
    telnyx.create("numbers_elsewhere", phone_number=TWO, landline=True)
    told = workspace.call(*SEND, "--format", "json")
    assert (told.code, statuses(told)) == (4, {ONE: "sent", TWO: "not_sent"})
    assert told.document["numbers"][1]["detail"] == "the number cannot receive text messages"
    call, enter = told.document["commands"]
    assert (call, enter) == (
        f"reconciler hosted send-codes {DESK} --method call --number {TWO}",
        f"reconciler hosted verify {DESK}",
    )
    called = workspace.call(*call.split()[1:], "--auto-approve")
    assert (called.code, called.out.splitlines()[0]) == (0, f"{TWO}  it is called")
    alone = workspace.call(*SEND, "--number", TWO, "--format", "json")
    assert (alone.code, statuses(alone)) == (1, {TWO: "not_sent"})


@pytest.mark.parametrize("action", ["verification_codes", "validation_codes"])
def test_a_lost_answer_is_told_and_never_sent_again(
    action: str, telnyx: Emulator, workspace: Workspace, order: str
) -> None:
    """Exit 4; the codes may be handed in all the same, and what was verified says so."""
    workspace.call(*SEND)
    lines = "".join(f"{number} {code}\n" for number, code in codes_of(telnyx).items())
    telnyx.forget_requests()
    telnyx.fault(f"POST {order}/{action} 1 drop-after")
    words = SEND if action == "verification_codes" else VERIFY
    lost = workspace.call(*words, "--format", "json", stdin=lines)
    assert (lost.code, lost.codes, set(statuses(lost).values())) == (4, ["unknown-outcome"], {"unknown"})
    assert telnyx.writes() == [("POST", f"{order}/{action}")]
    assert f"reconciler hosted verify {DESK}" in lost.document["diagnostics"][0]["hint"]
    [run] = workspace.call("history", "--limit", "1", "--format", "json").document["runs"]
    [change] = run["changes"]
    assert (change["outcome"], change["error"], change["written"]) == ("failed", "unknown-outcome", True)
    lines = "".join(f"{number} {code}\n" for number, code in codes_of(telnyx).items())
    after = workspace.call(*VERIFY, "--format", "json", stdin=lines)
    assert (after.code, len(set(statuses(after).values()))) == (0, 1)


def test_what_the_api_refuses_is_an_error_before_anything_changed(
    telnyx: Emulator, workspace: Workspace, order: str
) -> None:
    """1, and the history says that nothing was written."""
    telnyx.fault(f"POST {order}/verification_codes 1 status-before=422")
    told = workspace.call(*SEND, "--format", "json")
    assert (told.code, told.codes, told.document["numbers"]) == (1, ["invalid-request"], [])
    [run] = workspace.call("history", "--limit", "1", "--format", "json").document["runs"]
    assert [(change["outcome"], change["written"]) for change in run["changes"]] == [("failed", False)]
    telnyx.admin("POST", "advance", status="provisioning")
    over = workspace.call(*SEND, "--format", "json")
    assert (over.code, over.codes) == (0, ["no-code-wanted"])


def test_a_code_is_found_nowhere_afterwards(telnyx: Emulator, workspace: Workspace, order: str) -> None:
    """Not in logs at any level, results, the ledger or the history; nor is a line that cannot be read."""
    workspace.call(*SEND)
    codes = codes_of(telnyx)
    lines = "".join(f"{number} {code}\n" for number, code in codes.items())
    telnyx.fault(f"POST {order}/validation_codes 1 status-before=422")
    outcomes = [
        workspace.call(*VERIFY, "--log-level", "debug", stdin=lines),
        workspace.call(*VERIFY, stdin=f"{codes[ONE]}\n"),
        workspace.call(*VERIFY, stdin=f"{codes[ONE]} {ONE}\n"),
        workspace.call(*VERIFY, stdin=f"{ONE} {codes[ONE]}\n{ONE} {codes[TWO]}\n"),
        workspace.call("hosted", "verify", DESK, f"{ONE}={codes[ONE]}"),
        workspace.call(*VERIFY, "--log-level", "debug", "--log-format", "json", "--format", "json", stdin=lines),
        workspace.call("history", "--format", "json"),
    ]
    assert [told.code for told in outcomes] == [1, 64, 64, 64, 64, 0, 0]
    told = "".join(one.out + one.err for one in outcomes) + workspace.everything_kept()
    told += "".join(path.read_text("utf-8") for path in (workspace.folder / ".reconciler").glob("*history*"))
    assert "validation_codes" in told
    for code in codes.values():
        assert code not in told


class _Quoting:
    """A session to an API that repeats the code it was sent: in an answer, or in a refusal."""

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What is wrong with number TWO is wrong with the whole request."""
        [entry] = body["verification_codes"]
        if entry["phone_number"] == TWO:
            raise Invalid(f"POST {path}: 422 {entry['code']} is too old", request=f"POST {path}", status=422)
        return {"data": {"phone_numbers": [{"phone_number": ONE, "status": f"{entry['code']} is too old"}]}}


def test_an_api_that_quotes_a_code_is_not_quoted() -> None:
    """Neither where it refuses nor where it answers."""
    session: Any = _Quoting()
    refused = asyncio.run(check(session, HostedCodes(), Remote("id"), {TWO: "123456"}))
    assert refused.error is not None
    assert refused.error.summary.endswith(": 422 (sensitive) is too old")
    [end] = asyncio.run(check(session, HostedCodes(), Remote("id"), {ONE: "123456"})).ends
    assert (end.status, end.detail) == (CodeStatus.OTHER, 'the answer says "(sensitive) is too old"')


def test_secret_numbers_stay_out_of_sight(telnyx: Emulator, workspace: Workspace) -> None:
    """They are recognised all the same: in the input, and by the ledger afterwards."""
    workspace.environment["DESK"] = ONE
    workspace.declare(manifest("HostedNumberOrder", "desk", phone_numbers=["${env:DESK}"]))
    workspace.apply()
    outcomes = [workspace.call(*SEND, "--number", ONE), workspace.call(*SEND, "--number", TWO)]
    lines = f"{ONE} {codes_of(telnyx)[ONE]}\n"
    outcomes += [workspace.call(*VERIFY, stdin=lines), workspace.call("status"), workspace.call("history")]
    outcomes += [workspace.call(*VERIFY, "--format", "json", stdin=f"{TWO} 1\n"), workspace.call("plan")]
    assert [told.code for told in outcomes] == [0, 64, 0, 0, 0, 64, 0]
    assert "its numbers are verified" in outcomes[3].out
    told = "".join(one.out + one.err for one in outcomes) + workspace.everything_kept()
    assert "--number (sensitive)" in told
    assert ONE[2:] not in told


MISTYPED: Mapping[tuple[str, ...], str] = {
    ("send-codes", "MessagingProfile/main", "--auto-approve"): "no MessagingProfile takes verification codes",
    ("send-codes", "HostedOrder/desk", "--auto-approve"): 'did you mean "HostedNumberOrder"?',
    ("send-codes", "HostedNumberOrder/disk", "--auto-approve"): 'did you mean "HostedNumberOrder/desk"?',
    ("send-codes", "disk", "--auto-approve"): 'did you mean "desk"?',
    ("send-codes", "main", "--auto-approve"): 'the ledger records no "main" that takes verification codes',
    ("send-codes", "/", "--auto-approve"): "write Kind/name",
    ("send-codes", "desk"): "there is nobody to ask",
    ("send-codes", "desk", "--auto-approve", "--number", "+15125550199"): f"it has {ONE}, {TWO}",
    ("send-codes", "desk", "--auto-approve", "--method", "mail"): "'mail' is not one of",
    ("verify", "desk"): "pipe lines of NUMBER CODE, and write -",
    ("verify", "desk", "-"): "no code was given",
}


def test_what_is_mistyped_is_answered_with_what_is_right(telnyx: Emulator, workspace: Workspace) -> None:
    """64, and nothing is sent."""
    workspace.declare(ORDER, profile("main"))
    workspace.apply()
    telnyx.forget_requests()
    for words, said in MISTYPED.items():
        told = workspace.call("hosted", *words)
        assert told.code == 64, told.err
        assert said in told.err, words
    assert telnyx.writes() == []


def test_both_hold_the_lock_and_a_name_alone_will_do(telnyx: Emulator, workspace: Workspace, order: str) -> None:
    """Two people who ask at once would get codes of which only one counts."""
    setting = setting_of(workspace)

    async def while_locked() -> None:
        async with setting.ledger.lock("another", setting.around.now()):
            with pytest.raises(Locked):
                await send_codes(setting, "desk", (), Method.SMS, lambda *_: True)
            with pytest.raises(Locked):
                await verify(setting, "desk", {ONE: "1"})

    with contextlib.chdir(workspace.folder):
        asyncio.run(while_locked())
        declined = asyncio.run(send_codes(setting, "desk", (), Method.SMS, lambda *_: False))
    assert declined.declined
    assert telnyx.writes() == []
    assert workspace.call("hosted", "send-codes", "desk", "--auto-approve").code == 0


def test_a_person_is_asked_for_each_code(telnyx: Emulator, workspace: Workspace, order: str) -> None:
    """On the terminal; what is left empty is left alone."""
    workspace.call(*SEND)
    with console(workspace, "hosted", "verify", "desk") as terminal:
        terminal.until(f"code for {ONE}")
        terminal.type(codes_of(telnyx)[ONE])
        terminal.until(f"code for {TWO}")
        terminal.type("")
        assert terminal.end() == 0
    assert f"{ONE}  \x1b[32mverified" in terminal.shown


def test_the_kinds_that_take_codes() -> None:
    """Of all that there are."""
    assert [name for name, kind in kinds().items() if kind.codes] == ["HostedNumberOrder"]
