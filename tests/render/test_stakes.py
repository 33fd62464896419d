"""What stands above the question: what cannot be undone, what is touched, what does not hold; never more than fits."""

from __future__ import annotations

import dataclasses

import pytest

from reconciler.model.impact import Impact, Touched, Traffic
from reconciler.model.plan import Change, Plan
from reconciler.render.text.layout import cells
from reconciler.render.text.stakes import stakes
from reconciler.render.view import View

from .cases import BLOCKED, EMPTY, PLAN, UNASSIGNING
from .changes import PROFILE, RESPONSE, SENDER, adopt, create, delete, diff, replace, update


def _plan(*changes: Change, account: str = "prod", **more: object) -> Plan:
    return dataclasses.replace(Plan(account=account, project="p", changes=changes), **more)  # type: ignore[arg-type]  # fields of Plan


NUMBERS = Impact(
    touched=(Touched("phone number", 2, ("+15550100",)),), opt_outs=31, traffic=Traffic(48_210, 12, shared=False)
)


def test_one_of_everything() -> None:
    """In the order of how bad a mistake is."""
    assert stakes([PLAN]).splitlines()[1:] == [
        "This cannot be undone:",
        "  1 delete: AutoResponse/old-help",
        "  1 replace, gone until made again: AlphanumericSenderId/acme",
        "  AutoResponse: what it answered is lost",
        "  AutoResponse/old-help: phone numbers and traffic unknown",
        "  AlphanumericSenderId/acme: touches 1 sender ID ((sensitive)), 12 opt-outs stranded; 1 message out",
        "    and 0 in on its profile during the last 7 days; hosted numbers unknown",
        "Made elsewhere, and changed by this (1): MessagingProfile/legacy",
        "Guards lifted: spend-limit-raised",
    ]


@pytest.mark.parametrize(
    "plan",
    [
        EMPTY,
        _plan(create(PROFILE, "new"), update(PROFILE, "old", diff("name", "a", "b")), adopt(SENDER, "acme")),
        BLOCKED,
    ],
    ids=["empty", "harmless", "not applied"],
)
def test_nothing_at_stake_is_no_text(plan: Plan) -> None:
    """A warning that always stands there is not read."""
    assert stakes([plan]) == ""


def test_what_hangs_on_it() -> None:
    """Numbers, opt-outs and traffic, where the plan knows of them; of what touches nothing, nothing."""
    changes = [delete(PROFILE, name) for name in ("a", "b", "c", "idle")]
    impact = {change.address: NUMBERS for change in changes[:3]} | {changes[3].address: Impact()}
    lines = stakes([_plan(*changes, impact=impact)], view=View(width=160)).splitlines()
    touching = "touches 2 phone numbers (+15550100, …), 31 opt-outs stranded; 48,210 messages out and 12 in"
    assert lines[3:] == [
        f"  MessagingProfile/a: {touching} during the last 7 days",
        f"  MessagingProfile/b: {touching} during the last 7 days",
        "  and 1 more touch something: see the plan",
    ]


def test_what_is_unassigned_is_named() -> None:
    """As many as fit on the line, and how many more there are."""
    lines = stakes([UNASSIGNING], view=View(width=80)).splitlines()
    assert lines[3] == "  14 unassigned first: +15550200001, +15550100000, +15550100001 and 11 more"


def test_accounts_are_named() -> None:
    """Only those that are written to."""
    plans = [
        _plan(delete(RESPONSE, "stop"), account="dev", lifted=("max-deletes",)),
        _plan(delete(RESPONSE, "stop"), account="prod"),
        dataclasses.replace(BLOCKED, account="refused"),
    ]
    assert stakes(plans).splitlines()[1:] == [
        "This cannot be undone:",
        "  2 deletes: dev: AutoResponse/stop, prod: AutoResponse/stop",
        "Guards lifted: dev: max-deletes",
    ]


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_large_plans_have_few_lines(width: int) -> None:
    """They say how many more there are, and fit."""
    changes: list[Change] = [
        *(delete(PROFILE, f"marketing-{at}") for at in range(3000)),
        *(replace(SENDER, f"sender-{at}", diff("a", 1, 2)) for at in range(3000)),
        *(adopt(RESPONSE, f"stop-{at}", diff("a", 1, 2)) for at in range(3000)),
    ]
    lifted = tuple(f"hosted-delete-live:HostedNumberOrder/order-{at}" for at in range(100))
    lines = stakes([_plan(*changes, lifted=lifted)], view=View(width=width)).splitlines()
    assert len(lines) <= (9 if width == 60 else 7)
    assert all(cells(line) <= width for line in lines)
    assert "3000 deletes: MessagingProfile/marketing-0" in lines[2]
    assert lines[2].endswith(" more")


def test_hostile_names_are_harmless() -> None:
    """As everywhere."""
    assert "\x1b" not in stakes([_plan(delete(PROFILE, "a\x1b[2Jb"), lifted=("x\x1b[2J",))])
