"""What may be said of a plan once it is drafted: by guards, before its first write, and after it was saved.

``findings.txt`` holds what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from reconciler.errors import ApiError
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import DriftReport
from reconciler.model.drift_rule import IgnoreRule
from reconciler.model.kind import Attached, Facts
from reconciler.model.observed import Observed
from reconciler.model.policy import Limit, Policy
from reconciler.model.probe import OptOuts, Unlearnt
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.source import Source
from reconciler.planner.draft import draft
from reconciler.planner.drifting import drift_of, put_right
from reconciler.planner.guards import run_guards
from reconciler.planner.ignoring import ignoring
from reconciler.planner.opting_out import left_behind
from reconciler.planner.overtaking import explained
from reconciler.planner.planning import finish
from reconciler.planner.pricing import too_late
from reconciler.planner.remainder import remainder
from reconciler.planner.situation import Situation
from reconciler.planner.staleness import moved_since
from reconciler.planner.together import Judged, judged_together
from reconciler.planner.touching import touching
from reconciler.planner.unmanaged import known_alone, unreadable
from tests.planner.findings_of_drafts import BESIDE, P2, B
from tests.planner.worlds import (
    AGENT,
    GONE,
    HERE,
    LONG_CODE,
    NUMBER as NUMBER_KIND,
    P1,
    SALT,
    A,
    agent,
    answer,
    invite,
    invited,
    live,
    live_answer,
    live_profile,
    live_sender,
    order,
    profile,
    profiles,
    recorded,
    resource,
    sender,
    situation,
)
from tests.saved.test_files import saved

KEPT, P3 = profile("kept"), live_profile("p3", "kept")
GOAL, DIFFERENT = profile("a", enabled=True), live_profile(enabled=False)
REVIEWED = situation([GOAL], [HERE], [DIFFERENT])
LONE = situation((), [HERE], [P1])
NUMBER = {"phone_numbers": (Attached("phone number", "n1", "+15125550100"),)}


WORDS = [answer("one"), answer("two", keywords=["END"])]
ROWS = [live_answer(), live_answer("r2", keywords=["END"])]


def drifting(here: Situation) -> tuple[Situation, DriftReport]:
    """A situation, and what drifted in it."""
    return here, drift_of(here, reads=1)


def unminded(expires: date | None) -> Sequence[Diagnostic]:
    """What is said of a rule where nothing drifted."""
    rule = IgnoreRule(reason="on purpose", source=Source("reconciler.yaml", 3, 7), field="name", expires=expires)
    return ignoring(DriftReport(account="default"), [rule], date(2026, 12, 31), whole=True).diagnostics


def stale(then: Situation, now: Situation) -> Sequence[Diagnostic]:
    """What no longer fits between the plan and its first write."""
    plan = finish(draft(then), {}, then, Policy(), reads=1, rate=1)
    return moved_since(plan, {change.address: change for change in draft(now).changes}, now)


def guarded(here: Situation, policy: Policy | None = None, facts: Facts | None = None) -> Sequence[Diagnostic]:
    """What guards say of a draft; ``facts`` are those of the profile ``a``."""
    return run_guards(draft(here).changes, {A.address: facts or {}}, here, policy or Policy()).diagnostics


def answered(here: Situation, **verdicts: str) -> Sequence[Diagnostic]:
    """What the answers to a kind's question mean, by the last digit of the number."""
    said = {"HostedNumberOrder": {f"+1512555010{digit[1:]}": verdict for digit, verdict in verdicts.items()}}
    return run_guards(draft(here).changes, {}, here, Policy(), said).diagnostics


def overtaken(then: Situation, now: Situation, *, begun: bool = False, by: str = "") -> Sequence[Diagnostic]:
    """Why a plan that was saved does not fit any more; ``by`` is who changed ``p1`` last."""
    file, drafted = saved(then), draft(now)
    here = replace(now, ledger=replace(now.ledger, begun=(file.plan.fingerprint,) if begun else ()))
    left = remainder(file, {change.address: change for change in drafted.changes}, here, SALT)
    return explained(left.overtaken, file, here, drafted.diagnostics, {"p1": by} if by else {})


def untold(reason: str, here: Situation, *more: Address, failures: int = 1) -> Sequence[Diagnostic]:
    """What is said where the traffic of changes could not be read, because of ``reason``, so many times over."""
    changes = draft(here).changes
    unknown = {address: [Unlearnt("traffic")] for address in (changes[0].address, *more)}
    error = ApiError(reason, request="GET /x") if reason else None
    return touching(unknown, {"traffic": [error] * failures}, changes, here).diagnostics


def late(here: Situation, deadline: float) -> Sequence[Diagnostic]:
    """Why a plan at two requests a second does not fit into so many seconds."""
    found = too_late(finish(draft(here), {}, here, Policy(), reads=1, rate=2.0).requests, deadline)
    return [] if found is None else [found]


def nameless(here: Situation) -> Situation:
    """The ledger knows whose account it is, and nothing that is left there tells."""
    return replace(here, ledger=replace(here.ledger, header=replace(here.ledger.header, organization_id="org-1")))


HIDDEN = situation(
    [replace(profile("a", webhook_url="https://c.example"), secrets=frozenset({("webhook_url",)}))],
    [HERE],
    [live_profile(webhook_url="https://a.example")],
)
OPEN = situation(
    [profile("a", webhook_url="https://c.example")], [HERE], [live_profile(webhook_url="https://a.example")]
)
HIDDEN_LATER = situation(
    [replace(profile("a", webhook_url="https://c.example"), secrets=frozenset({("webhook_url",)}))], [HERE], [P1]
)
POINTED = situation(
    [A, agent(profile="a")], [recorded(agent(), live(AGENT, "agent-1"))], [live(AGENT, "agent-1", profile_id="p9")]
)
MOVED: dict[str, Any] = {
    "mobile_only": True,
    "mms_transcoding": True,
    "mms_fall_back_to_sms": True,
    "webhook_url": "https://x.example",
    "webhook_failover_url": "https://y.example",
    "webhook_api_version": "1",
    "daily_spend_limit": "7",
}


def together(*accounts: Situation) -> Sequence[Diagnostic]:
    """What the first of several accounts is told of the run as a whole, and not of each of its deletes."""
    named = [replace(here, account=f"account-{number}") for number, here in enumerate(accounts, 1)]
    plans = [finish(draft(here), {}, here, Policy(), reads=0, rate=1.0) for here in named]
    judged = [Judged(plan=plan, seen=here) for plan, here in zip(plans, named, strict=True)]
    return [one for one in judged_together(judged, Policy())[0].diagnostics if one.code != "opt-outs-lost"]


UNASSIGN = Policy(unassign_numbers=True)


def attached(count: int) -> tuple[Attached, ...]:
    """Numbers, and nothing that a secret tells."""
    return tuple(Attached("PhoneNumberMessaging", f"n{at}", f"+1512555010{at}") for at in range(count))


THEIRS: Facts = {"phone_numbers": attached(2), "short_codes": (Attached("ShortCode", "c1", "12345"),)}
MANY: Facts = {"phone_numbers": attached(7)}


def live_number(remote_id: str, at: str | None = "p1") -> Observed:
    """A number of the account."""
    return live(NUMBER_KIND, remote_id, phone_number=f"+1512555010{remote_id[1:]}", messaging_profile_id=at)


def tagged(**given: Any) -> Resource:
    """A manifest of a number, which says nothing of its profile unless told."""
    return resource(NUMBER_KIND, "desk", phone_number="+15125550101", **given)


STRANGERS = [
    recorded(resource(NUMBER_KIND, one.id, phone_number=one.label), live_number(one.id), project="billing")
    for one in MANY["phone_numbers"]
]


def moving(count: int, *, ours: bool = True) -> Situation:
    """Numbers that go from one profile to another."""
    numbers = [
        resource(NUMBER_KIND, one.id, phone_number=one.label, messaging_profile={"id": "p2"}) for one in attached(count)
    ]
    rows = [live_number(one.id) for one in attached(count)]
    return situation([*([A] if ours else []), B, *numbers], [BESIDE, *([HERE] if ours else [])], [P1, P2, *rows])


def opted_out(here: Situation, *learnt: OptOuts) -> Sequence[Diagnostic]:
    """What is said of opt-outs, where every change that does something learnt the same."""
    changes = draft(here).changes
    return list(left_behind(changes, {one.address: learnt for one in changes if one.diffs}, here))


ASKED: dict[str, Callable[[], Sequence[Diagnostic]]] = {
    # questions
    "a new order for a wireless number, one at Telnyx, and one that is fine": lambda: answered(
        situation([order(phone_numbers=["+15125550100", "+15125550101", "+15125550102"])]),
        _0="NUMBER_CAN_NOT_BE_WIRELESS",
        _1="NUMBER_CAN_NOT_BE_IN_TELNYX",
        _2="ELIGIBLE",
    ),
    # staleness
    "appeared since": lambda: stale(situation([A]), situation([A], objects=[P1])),
    "gone since": lambda: stale(REVIEWED, situation([GOAL], [HERE], gone=GONE)),
    "changed since": lambda: stale(
        REVIEWED, situation([GOAL], [HERE], [live_profile(enabled=False, mobile_only=True)])
    ),
    "recorded otherwise since": lambda: stale(
        REVIEWED, situation([GOAL], [replace(HERE, on_remove=OnRemove.RETAIN)], [DIFFERENT])
    ),
    # guards
    "a profile with a number": lambda: guarded(LONE, facts=NUMBER),
    "a profile with a number, allowed": lambda: guarded(
        LONE, Policy(allowed=frozenset({"children-attached"})), facts=NUMBER
    ),
    "a profile with a number, allowed for this one": lambda: guarded(
        LONE, Policy(allowed=frozenset({"children-attached:MessagingProfile/a"})), facts=NUMBER
    ),
    "a profile with numbers of nobody's": lambda: guarded(LONE, facts=THEIRS),
    "a profile with numbers of nobody's, to be unassigned": lambda: guarded(LONE, UNASSIGN, facts=THEIRS),
    "a profile with a number that a manifest keeps there": lambda: guarded(
        situation([tagged()], [HERE], [P1, live_number("n1")]), UNASSIGN, facts=THEIRS
    ),
    "a profile with seven numbers of another project": lambda: guarded(
        situation((), [HERE, *STRANGERS], [P1]), UNASSIGN, facts=MANY
    ),
    "somebody opted out on a profile that is deleted": lambda: opted_out(LONE, OptOuts(1, "p1")),
    "many opted out on a profile that is deleted": lambda: opted_out(LONE, OptOuts(1412, "p1")),
    "nobody has counted who opted out": lambda: opted_out(LONE),
    "somebody opted out on a profile that a number leaves": lambda: opted_out(moving(1), OptOuts(1, "p1")),
    "somebody opted out on a profile of nobody's that five numbers leave": lambda: opted_out(
        moving(5, ours=False), OptOuts(3, "p1")
    ),
    "a warning": lambda: guarded(
        situation(
            [A, sender(us_long_code_fallback=LONG_CODE)], [HERE, recorded(sender(), live_sender())], [P1, live_sender()]
        )
    ),
    "many deletes": lambda: guarded(profiles(8, removed=2)),
    "many deletes, and most of a kind": lambda: guarded(profiles(1, removed=2)),
    "many deletes, and most of two kinds": lambda: guarded(
        situation(
            (),
            [HERE, BESIDE, *(recorded(one, row) for one, row in zip(WORDS, ROWS, strict=True))],
            [P1, P2, *ROWS],
        )
    ),
    "many deletes, allowed": lambda: guarded(profiles(1, removed=2), Policy(max_deletes=Limit(count=2))),
    "many gone": lambda: guarded(profiles(8, gone=2)),
    "many gone, allowed": lambda: guarded(profiles(8, gone=2), Policy(allow_vanished=2)),
    "all gone, and nobody's account": lambda: guarded(nameless(profiles(0, gone=1))),
    "one deleted, one created": lambda: guarded(situation([B], [HERE], [P1])),
    "one let go of, one created": lambda: guarded(situation([B], [replace(HERE, on_remove=OnRemove.RETAIN)], [P1])),
    "one deleted, two let go of, two created": lambda: guarded(
        situation(
            [profile("c"), profile("d")],
            [BESIDE, replace(HERE, on_remove=OnRemove.RETAIN), recorded(KEPT, P3, on_remove=OnRemove.RETAIN)],
            [P1, P2, P3],
        )
    ),
    "three deleted, one created": lambda: guarded(
        replace(profiles(0, removed=3), resources=(A,)), Policy(destroying=True)
    ),
    "five deleted, one created": lambda: guarded(
        replace(profiles(0, removed=5), resources=(A,)), Policy(destroying=True)
    ),
    "one deleted, one created, allowed": lambda: guarded(
        situation([B], [HERE], [P1]), Policy(allowed=frozenset({"looks-like-rename"}))
    ),
    # overtaking
    "saved, and a field that the plan leaves alone moved": lambda: overtaken(
        REVIEWED,
        situation([GOAL], [HERE], [live_profile(enabled=False, webhook_url="https://x.example")]),
        by="ann, yesterday",
    ),
    "saved, and its field has the planned value": lambda: overtaken(
        REVIEWED, situation([GOAL], [HERE], [live_profile(enabled=True)])
    ),
    "saved, and its field has a third value": lambda: overtaken(
        situation(
            [profile("a", webhook_url="https://c.example")], [HERE], [live_profile(webhook_url="https://a.example")]
        ),
        situation(
            [profile("a", webhook_url="https://c.example")], [HERE], [live_profile(webhook_url="https://b.example")]
        ),
    ),
    "saved, and its field has a third value, a secret": lambda: overtaken(
        HIDDEN,
        replace(
            HIDDEN, world=situation(objects=[live_profile(webhook_url="https://b.example", mobile_only=True)]).world
        ),
    ),
    "saved in the open, and its field is a secret since": lambda: overtaken(
        OPEN,
        situation(
            OPEN.resources, [replace(HERE, secrets=("webhook_url",))], [live_profile(webhook_url="https://b.example")]
        ),
    ),
    "saved, and what moved is a secret": lambda: overtaken(
        HIDDEN_LATER,
        replace(HIDDEN_LATER, world=situation(objects=[live_profile(webhook_url="https://b.example")]).world),
    ),
    "saved, and a field that the plan leaves alone was cleared": lambda: overtaken(
        situation([GOAL], [HERE], [live_profile(enabled=False, webhook_url="https://x.example")]),
        situation([GOAL], [HERE], [DIFFERENT]),
    ),
    "saved, and its field has a third value, to become what is made by the plan": lambda: overtaken(
        POINTED, replace(POINTED, world=situation(objects=[live(AGENT, "agent-1", profile_id="p8")]).world)
    ),
    "saved, and a field has a name in another script": lambda: overtaken(
        situation([GOAL], [HERE], [DIFFERENT]), situation([GOAL], [HERE], [live_profile(name="Prüfung", enabled=False)])
    ),
    "saved, and five fields moved": lambda: overtaken(
        REVIEWED, situation([GOAL], [HERE], [live_profile(enabled=False, **dict(list(MOVED.items())[:5]))])
    ),
    "saved, and seven fields moved": lambda: overtaken(
        REVIEWED, situation([GOAL], [HERE], [live_profile(enabled=False, **MOVED)])
    ),
    "saved, and its object is gone": lambda: overtaken(
        REVIEWED, situation([GOAL], [HERE], gone=GONE), by="ann, yesterday"
    ),
    "saved, and its create has an object": lambda: overtaken(
        situation([A]), situation([A], objects=[P1]), by="ann, yesterday"
    ),
    "saved and begun, and what it made is gone": lambda: overtaken(
        situation([A]), situation([A], [HERE], gone=GONE), begun=True
    ),
    "saved and begun, and what it made was changed": lambda: overtaken(
        situation([A]),
        situation([A], [HERE], [live_profile(whitelisted_destinations=["GB"])]),
        begun=True,
        by="ann, yesterday",
    ),
    "saved, and its create can no longer be told": lambda: overtaken(
        situation([A]), situation([A], objects=[P1, live_profile("p2", "a")])
    ),
    "saved, and the ledger was written to": lambda: overtaken(
        REVIEWED, situation([GOAL], [replace(HERE, on_remove=OnRemove.RETAIN)], [DIFFERENT])
    ),
    "saved, a delete, and its object is declared again": lambda: overtaken(LONE, situation([A], [HERE], [P1])),
    "saved, a delete, and something protected hangs on it since": lambda: overtaken(
        LONE,
        situation((), [HERE, replace(recorded(answer(), live_answer()), prevent_destroy=True)], [P1, live_answer()]),
    ),
    "saved, and nothing is left to do": lambda: overtaken(situation([A]), situation([])),
    "the API refuses to say what a delete touches": lambda: untold("GET /x: the API answered 403", LONE),
    "what two changes touch is not in the API's answers": lambda: untold(
        "", situation([], [HERE, BESIDE], [P1, P2]), B.address, failures=2
    ),
    "a refusal quotes a secret": lambda: untold("GET /x: no webhook https://c.example", HIDDEN),
    "what no read shows, and is recorded": lambda: [
        known_alone(one) for one in unreadable(situation((), [invited(invite())]))
    ],
    "drifted, and has no manifest": lambda: put_right(*drifting(situation((), [HERE], gone=GONE)))[1],
    "drifted, and has fields that were not applied yet": lambda: put_right(
        *drifting(
            situation(
                [profile("a", enabled=True, mobile_only=True)],
                [recorded(GOAL, live_profile(enabled=True))],
                [DIFFERENT],
            )
        )
    )[1],
    "a rule of drift.ignore has expired": lambda: unminded(date(2026, 12, 31)),
    "a rule of drift.ignore matches nothing": lambda: unminded(None),
    "an apply takes longer than its deadline": lambda: late(profiles(1, 40), 5.0),
    "several accounts delete too much together": lambda: together(profiles(4, 1), profiles(4), profiles(3, 1)),
    "several accounts have lost too much together": lambda: together(
        profiles(4, gone=1), profiles(4), profiles(3, gone=1)
    ),
}
