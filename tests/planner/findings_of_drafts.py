"""Situations of which a draft has something to say; ``findings.txt`` holds what."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.ledger import IntentKind
from reconciler.model.resource import Resource
from reconciler.model.scope import Scope
from reconciler.planner.situation import Situation
from tests.planner.test_self_references import NODE, node
from tests.planner.worlds import (
    GONE,
    HERE,
    KINDS,
    LONG_CODE,
    LOST,
    P1,
    A,
    agent,
    answer,
    intends,
    invite,
    invited,
    live_answer,
    live_profile,
    live_sender,
    order,
    pinned,
    profile,
    protected,
    recorded,
    sender,
    situation,
)

B, P2 = profile("b", file="b.yaml"), live_profile("p2", "b")
BESIDE = recorded(B, P2)
PART = Scope(whole=False, prune=False, loaded_files=frozenset({"m.yaml"}))
BY_SECRET = frozenset({("messaging_profile",)})
STARTED, INFO = answer("s", op="start", keywords=["ALPHA"]), answer("i", op="info", keywords=["BETA"])
R1, R2 = live_answer("r1", op="start", keywords=["ALPHA"]), live_answer("r2", op="info", keywords=["BETA"])


def nodes(*manifests: Resource) -> Situation:
    """Of a kind that may refer to itself."""
    return replace(situation(manifests), kinds={**KINDS, "Node": NODE})


SITUATIONS: dict[str, Situation] = {
    # matching
    "two objects have the name": situation([A], objects=[P1, live_profile("p2", "a", webhook_url="https://x.example")]),
    "two objects have the name, which is a secret": situation(
        [replace(profile("a", name="n4me"), secrets=frozenset({("name",)}))],
        objects=[live_profile("p1", "n4me"), live_profile("p2", "n4me")],
    ),
    "two objects have the name, and a field that was a secret": situation(
        [A],
        [replace(HERE, secrets=("webhook_url",))],
        [live_profile("p2", "a", webhook_url="https://x.example/t0ken"), live_profile("p3")],
        gone=GONE,
    ),
    "an interrupted create may have made any of two": situation(
        [A], objects=[P1, live_profile("p2", "a")], intents=[intends(A)]
    ),
    "an interrupted replace may have made any of two, with a field that was a secret": situation(
        [A],
        [replace(HERE, secrets=("webhook_url",))],
        [live_profile("p2", "a", webhook_url="https://x.example/t0ken"), live_profile("p3")],
        gone=GONE,
        intents=[intends(A, IntentKind.REPLACE)],
    ),
    "recorded by another project": situation([A], [replace(HERE, project="x", file="x.yaml")], [P1]),
    "neither seen nor gone": situation([A], [HERE]),
    "pinned to what is gone": situation([pinned(A, "p1")], gone=GONE),
    "pinned to what came to nothing": situation([pinned(order(), "o1")], objects=[LOST]),
    "pinned to another object than the recorded one": situation([pinned(A, "p2")], [HERE], [P1, P2]),
    "pinned to what another manifest holds": situation([A, pinned(B, "p1")], [HERE], [P1]),
    "renamed from what is still declared": situation([A, replace(B, renamed_from="a")], [HERE], [P1]),
    "renamed from what another project recorded": situation(
        [replace(B, renamed_from="a")], [replace(HERE, project="x", file="x.yaml")], [P1]
    ),
    "means what a manifest that is not loaded holds": situation([profile("c", name="b")], [BESIDE], [P2], scope=PART),
    # collisions
    "two manifests mean one object": situation([A, profile("b", name="a", file="b.yaml")], objects=[P1]),
    "three manifests would create one object": situation(
        [A, *(profile(name, name="a", file=f"{name}.yaml") for name in "cb")]
    ),
    "another manifest keeps the name that one would create": situation(
        [profile("b", file="b.yaml"), profile("c", name="a")], [recorded(B, P1)], [P1]
    ),
    "another manifest has what one would create": situation(
        [A, sender(), sender("two")], [HERE, recorded(sender(), live_sender())], [P1, live_sender()]
    ),
    "two manifests would create rows that share a word": situation(
        [A, answer("one"), answer("two", keywords=["stop", "END"])], [HERE], [P1]
    ),
    "a stranger has what a replace would make": situation(
        [A, answer(country_code="CA")],
        [HERE, recorded(answer(), live_answer())],
        [P1, live_answer(), live_answer("r2", country_code="CA")],
    ),
    "a protected object has what a replace would make": situation(
        [A, answer(country_code="CA")],
        [
            HERE,
            recorded(answer(), live_answer()),
            recorded(answer("old", country_code="CA"), live_answer("r2", country_code="CA"), prevent_destroy=True),
        ],
        [P1, live_answer(), live_answer("r2", country_code="CA")],
    ),
    # changes
    "a kind that the API cannot create": situation([agent()]),
    "an attempt that failed": situation([order()], objects=[LOST]),
    "an attempt that is recorded and gone": situation(
        [order(options={"attempt": 2})],
        [recorded(order(options={"attempt": 2}), LOST)],
        gone=[("HostedNumberOrder", "o1")],
    ),
    "a field that cannot be changed, of a stranger that is never replaced": situation(
        [profile("a", resource_group_id="x")], objects=[live_profile(resource_group_id="y")]
    ),
    "a field that cannot be changed": situation(
        [profile("a", resource_group_id="x")], [HERE], [live_profile(resource_group_id="y")]
    ),
    "a field that cannot be changed, of a stranger": situation(
        [A, sender(us_long_code_fallback=LONG_CODE)], [HERE], [P1, live_sender()]
    ),
    "a field that means a replace, and may not be": situation(
        [A, sender(us_long_code_fallback=LONG_CODE, lifecycle=protected())],
        [HERE, recorded(sender(), live_sender())],
        [P1, live_sender()],
    ),
    "what no read shows, and is new": situation([invite()]),
    "what no read shows, and is pinned": situation([pinned(invite(), "i1")]),
    "what no read shows, and is to be another": situation([invite(phone_number="+15125550143")], [invited(invite())]),
    # resolving
    "an id that is gone": situation([answer(messaging_profile={"id": "p1"})], gone=GONE),
    "an id that is gone, and a secret": situation(
        [replace(answer(messaging_profile={"id": "p1"}), secrets=BY_SECRET)], gone=GONE
    ),
    "a parent with a finding of its own": situation([pinned(A, "p1"), answer()], gone=GONE),
    "a parent that nobody knows": situation([answer()]),
    "a parent that this plan removes": situation([answer()], [HERE], [P1]),
    "a parent that is not loaded, and gone": situation([answer()], [HERE], gone=GONE, scope=PART),
    "a remote name that nobody has": situation([answer(messaging_profile={"name": "News"})], objects=[P1]),
    "a remote name that nobody has, and a secret": situation(
        [replace(answer(messaging_profile={"name": "News"}), secrets=BY_SECRET)], objects=[P1]
    ),
    "a remote name that two have": situation(
        [answer(messaging_profile={"name": "a"})], objects=[live_profile("p2"), P1]
    ),
    "a remote name that two have, and a secret": situation(
        [replace(answer(messaging_profile={"name": "a"}), secrets=BY_SECRET)], objects=[live_profile("p2"), P1]
    ),
    "a remote name that two have, one with a secret": situation(
        [profile("c"), answer(messaging_profile={"name": "a"})],
        [replace(recorded(profile("c"), live_profile("p3", "c")), secrets=("webhook_url",))],
        [P1, live_profile("p2", "a", webhook_url="https://x.example/t0ken"), live_profile("p3", "c")],
    ),
    # renames
    "names that are exchanged": situation(
        [replace(A, renamed_from="b"), replace(B, renamed_from="a")], [HERE, BESIDE], [P1, P2]
    ),
    "a removal and a create with most fields alike": situation(
        [profile("new", enabled=False, mobile_only=True)],
        [recorded(profile("b", enabled=False, mobile_only=True), P2)],
        [P2],
    ),
    "a removal and a create whose names are spelt otherwise": situation(
        [profile("B!", whitelisted_destinations=["FR"])], [BESIDE], [P2]
    ),
    # removals
    "an id that this plan deletes": situation([answer(messaging_profile={"id": "p1"})], [HERE], [P1]),
    "to be removed, and neither seen nor gone": situation((), [HERE]),
    "to be removed, and an interrupted create may have made any of two": situation(
        (), objects=[P1, live_profile("p2", "a")], intents=[intends(A)]
    ),
    # generations and ordering
    "references in a circle": nodes(node("a", "b"), node("b", "c"), node("c", "b")),
    "recorded references in a circle": situation(
        (), [replace(HERE, references=(B.address,)), replace(BESIDE, references=(A.address,))], [P1, P2]
    ),
    "senders that are exchanged": situation(
        [A, sender("x", alphanumeric_sender_id="Y1"), sender("y", alphanumeric_sender_id="X1")],
        [
            HERE,
            recorded(sender("x", alphanumeric_sender_id="X1"), live_sender("s1", alphanumeric_sender_id="X1")),
            recorded(sender("y", alphanumeric_sender_id="Y1"), live_sender("s2", alphanumeric_sender_id="Y1")),
        ],
        [P1, live_sender("s1", alphanumeric_sender_id="X1"), live_sender("s2", alphanumeric_sender_id="Y1")],
    ),
    "rows that swap words": situation(
        [A, answer("s", op="start", keywords=["BETA"]), answer("i", op="info", keywords=["ALPHA"])],
        [HERE, recorded(STARTED, R1), recorded(INFO, R2)],
        [P1, R1, R2],
    ),
}
