"""Why a saved plan cannot run: what was reviewed, what is there now, and who made the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.model.reference import ById, ByName
from reconciler.model.source import Source
from reconciler.planner.draft import draft
from reconciler.planner.overtaking import explained
from reconciler.planner.remainder import remainder
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    AGENT,
    SALT,
    agent,
    answer,
    live,
    live_answer,
    live_profile,
    profile,
    recorded,
    situation,
)
from tests.saved.test_files import saved, through_a_file

A, P1, GOAL = profile("a"), live_profile(), profile("a", enabled=False)
HERE = recorded(A, P1)
UPDATE, CREATE = situation([GOAL], [HERE], [P1]), situation([A])
STOP, LIVE_STOP = answer(), live_answer()
KEPT = recorded(STOP, LIVE_STOP)
AUTHORS = {"p1": "user 7 at noon"}
CHANGED, BY = "its object was changed since it was reviewed", "last changed by user 7 at noon"
FIVE = dict.fromkeys(
    ["daily_spend_limit_enabled", "mms_fall_back_to_sms", "mms_transcoding", "mobile_only", "smart_encoding"], True
)
UNASKED = "; ".join(f"{name}: reviewed nothing, now true, and in no diff of the plan" for name in FIVE)
ANOTHER = " was reviewed, and a secret or an object that it refers to is another one by now"
LEDGER_CHANGED = "what the ledger says of it was changed since the review"


def why(
    then: Situation, now: Situation, *, begun: bool = False, authors: Mapping[str, str] = AUTHORS
) -> list[Diagnostic]:
    """What is said of a plan that was saved then and is applied now."""
    file = through_a_file(saved(then))
    ledger = replace(now.ledger, begun=(file.plan.fingerprint,) if begun else ())
    now = replace(now, ledger=ledger, resources=file.resources, scope=file.scope)
    fresh = draft(now)
    left = remainder(file, {change.address: change for change in fresh.changes}, now, SALT)
    return explained(left.overtaken, file, now, fresh.diagnostics, authors)


def hooked(url: str) -> Situation:
    """A profile whose webhook is to move from a to b, and is at ``url``."""
    before = live_profile(webhook_url="https://a.example")
    entry = recorded(profile("a", webhook_url="https://a.example"), before)
    return situation([profile("a", webhook_url="https://b.example")], [entry], [live_profile(webhook_url=url)])


def test_a_finding_is_whole() -> None:
    """Severity, code, address and the place in the manifest as well as the words."""
    assert why(hooked("https://a.example"), hooked("https://c.example")) == [
        Diagnostic(
            code="stale",
            severity=Severity.ERROR,
            summary=f"MessagingProfile/a: {CHANGED}",
            detail='webhook_url: reviewed "https://a.example", now "https://c.example", to become "https://b.example"; '
            + BY,
            address=Address("MessagingProfile", "a"),
            source=Source("m.yaml", 1, 1),
        )
    ]


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"mobile_only": True}, "mobile_only: reviewed nothing, now true, and in no diff of the plan"),
        ({"enabled": False}, "enabled: reviewed nothing, now false, which is what was planned"),
        (FIVE, UNASKED),
        (
            {**FIVE, "webhook_failover_url": "https://a.example", "webhook_url": "https://a.example"},
            f"{UNASKED}; and 2 more fields",
        ),
    ],
    ids=["another field", "done already", "as many as are told", "more than are told"],
)
def test_three_ways(fields: Mapping[str, Any], detail: str) -> None:
    """Each field that moved, as reviewed, as it is, and as it was to become."""
    [finding] = why(UPDATE, situation([GOAL], [HERE], [live_profile(**fields)]))
    assert (finding.summary, finding.detail) == (f"MessagingProfile/a: {CHANGED}", f"{detail}; {BY}")


def hushed(url: str) -> Situation:
    """As ``hooked``, with the address that it is to have from the environment."""
    here = hooked(url)
    [wish] = here.resources
    secret = replace(wish, secrets=frozenset({("webhook_url",)}), written={"spec": {"webhook_url": "${env:HOOK}"}})
    return replace(here, resources=(secret,))


def test_a_secret_is_another_one_by_now() -> None:
    """Promise 7: that it moved, and neither value."""
    [finding] = why(hushed("https://a.example"), hushed("https://canary.example"))
    assert (finding.summary, finding.detail) == (f"MessagingProfile/a: update{ANOTHER}", BY)


@pytest.mark.parametrize(
    ("then", "now", "begun", "summary", "detail"),
    [
        (
            UPDATE,
            situation([GOAL], [HERE], gone=[("MessagingProfile", "p1")]),
            False,
            "its object no longer exists",
            BY,
        ),
        (
            CREATE,
            situation([A], (), [P1]),
            False,
            "an object with its natural key has appeared since the review: p1",
            BY,
        ),
        (
            CREATE,
            situation([A], (), [live_profile("p8"), live_profile("p9")]),
            False,
            "2 objects of this account could be meant: p8, p9",
            "",
        ),
        (
            CREATE,
            situation([A], [HERE], [live_profile(whitelisted_destinations=["GB"])]),
            True,
            "this plan made its object, and somebody changed it since",
            f'whitelisted_destinations: made ["US"], now ["GB"]; {BY}',
        ),
        (
            CREATE,
            situation([A], [HERE], gone=[("MessagingProfile", "p1")]),
            True,
            "its object was made since the review, and no longer exists",
            "",
        ),
        (CREATE, situation([A], [HERE], [P1]), False, LEDGER_CHANGED, BY),
        (UPDATE, situation([GOAL], [replace(HERE, prevent_destroy=True)], [P1]), False, LEDGER_CHANGED, BY),
    ],
    ids=["gone", "appeared", "several", "changed again", "gone again", "recorded", "recorded otherwise"],
)
def test_otherwise(then: Situation, now: Situation, begun: bool, summary: str, detail: str) -> None:
    """Where no field tells it: the object, the ledger, or what would be done now."""
    [finding] = why(then, now, begun=begun)
    assert (finding.summary, finding.detail) == (f"MessagingProfile/a: {summary}", detail)


def bot(points_at: str) -> Observed:
    """The live agent."""
    return live(AGENT, "agent-1", profile_id=points_at)


def removal(kept: Entry) -> Situation:
    """A profile and its answer, neither wanted any more."""
    return situation((), [HERE, kept], [P1, LIVE_STOP])


def test_what_hangs_on_it_is_protected_by_now() -> None:
    """The object and what the ledger says of it are as they were; the removal is stopped all the same."""
    found = why(removal(KEPT), removal(replace(KEPT, prevent_destroy=True)))
    assert [(str(one.address), one.summary) for one in found] == [
        ("AutoResponse/stop", f"AutoResponse/stop: {LEDGER_CHANGED}"),
        ("MessagingProfile/a", "MessagingProfile/a: delete was reviewed, and prevent_destroy stops it now"),
    ]


def test_what_it_refers_to_is_another_object_by_now() -> None:
    """The same action, and not what was reviewed."""
    below = answer(messaging_profile=ByName(name="shared"))
    [finding] = why(
        situation([below], (), [live_profile("p1", "shared")]), situation([below], (), [live_profile("p2", "shared")])
    )
    assert finding.summary == f"AutoResponse/stop: create{ANOTHER}"


def test_what_was_gone_is_there_again() -> None:
    """Forgetting was reviewed, and removing was not."""
    then = situation((), [HERE], gone=[("MessagingProfile", "p1")])
    [finding] = why(then, situation((), [HERE], [P1]))
    assert (finding.summary, finding.detail) == (
        "MessagingProfile/a: forget was reviewed, and now delete would be done",
        BY,
    )


def test_a_secret_of_what_this_plan_made() -> None:
    """Covered on both sides."""
    [wish] = hushed("").resources
    then = situation([wish])
    made = recorded(wish, live_profile(webhook_url="https://b.example"))
    [finding] = why(then, situation([wish], [made], [live_profile(webhook_url="https://canary.example")]), begun=True)
    assert (finding.summary, finding.detail) == (
        "MessagingProfile/a: this plan made its object, and somebody changed it since",
        f"webhook_url: made (sensitive), now (sensitive); {BY}",
    )


def test_a_reference_to_what_is_yet_to_be_created() -> None:
    """It has no id that could be told."""
    bound = recorded(agent(profile=ById(id="p8")), bot("p8"))
    then = situation([A, agent(profile="a")], [bound], [bot("p8")])
    [finding] = why(then, situation((), [bound], [bot("p9")]))
    assert finding.detail == 'profile: reviewed "p8", now "p9", to become (known after apply: MessagingProfile/a)'
