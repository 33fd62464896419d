"""What may be applied at all: the approved plan, young enough, of this organization."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.errors import PlanRefused
from reconciler.model.saved.plan import SavedPlan
from reconciler.workflow.approval import check_approval, check_organization
from tests.planner.worlds import profile, situation
from tests.saved.test_files import saved

PLAN = saved(situation([profile("a")]))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def made(created: str) -> SavedPlan:
    """The plan, saved at that time."""
    return replace(PLAN, made=replace(PLAN.made, created=created))


@pytest.mark.parametrize(
    "created", ["2026-11-21T11:00:00+00:00", "2026-11-21T13:00:00+00:00", "2026-11-21T13:30:00+02:00"]
)
def test_young_enough(created: str) -> None:
    """Up to the very age that is allowed, in any time zone."""
    check_approval(made(created), approved=None, max_age=HOUR, now=NOON)


@pytest.mark.parametrize(
    ("created", "code"),
    [
        ("2026-11-21T10:59:59+00:00", "plan-expired"),
        ("2026-11-21T13:00:01+00:00", "plan-expired"),
        ("2026-11-21T11:30:00", "plan-edited"),
        ("yesterday", "plan-edited"),
        ("", "plan-edited"),
    ],
    ids=["too old", "of the future", "of no time zone", "no time", "nothing"],
)
def test_of_a_wrong_age(created: str, code: str) -> None:
    """Where an age is asked for, a plan that does not tell its own is no better than an old one."""
    with pytest.raises(PlanRefused) as refused:
        check_approval(made(created), approved=None, max_age=HOUR, now=NOON)
    assert refused.value.code == code
    assert created in refused.value.summary
    check_approval(made(created), approved=PLAN.plan.fingerprint, max_age=None, now=NOON)


def test_another_plan_was_approved() -> None:
    """The refusal tells both fingerprints."""
    with pytest.raises(PlanRefused) as refused:
        check_approval(PLAN, approved="sha256:other", max_age=None, now=NOON)
    assert refused.value.code == "plan-not-approved"
    assert refused.value.summary == (
        f"this plan has the fingerprint {PLAN.plan.fingerprint}, and sha256:other was approved"
    )


@pytest.mark.parametrize(("planned", "now"), [("o-1", "o-1"), (None, "o-1"), ("o-1", None), (None, None)])
def test_no_other_organization(planned: str | None, now: str | None) -> None:
    """What is not known contradicts nothing."""
    check_organization(replace(PLAN, owner=replace(PLAN.owner, organization_id=planned)), now)


def test_another_organization() -> None:
    """The key leads to another account than the one that was reviewed."""
    with pytest.raises(PlanRefused) as refused:
        check_organization(replace(PLAN, owner=replace(PLAN.owner, organization_id="o-1")), "o-2")
    assert refused.value.code == "plan-foreign-account"
    assert refused.value.summary == "this plan was made for organization o-1, and the key belongs to o-2"
