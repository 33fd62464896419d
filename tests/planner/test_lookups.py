"""What is read to plan, and nothing more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.ledger import IntentKind
from reconciler.model.observed import Listing, Remote, World
from reconciler.planner.lookups import children, collections, unseen
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    HERE,
    P1,
    A,
    agent,
    answer,
    intends,
    live_answer,
    live_profile,
    live_sender,
    pinned,
    profile,
    recorded,
    sender,
    situation,
)


@pytest.mark.parametrize(
    ("here", "kinds"),
    [
        (situation(), []),
        (situation([A]), ["MessagingProfile"]),
        (situation([A, answer()]), ["MessagingProfile"]),
        (situation((), [HERE, recorded(sender(), live_sender())]), ["AlphanumericSenderId", "MessagingProfile"]),
        (situation((), intents=[intends(A)]), ["MessagingProfile"]),
        (situation([sender(messaging_profile={"id": "p"})]), ["AlphanumericSenderId"]),
        (situation([sender(messaging_profile={"name": "x"})]), ["AlphanumericSenderId", "MessagingProfile"]),
        (situation([agent()]), ["RcsAgent"]),
    ],
)
def test_only_kinds_in_use_are_listed(here: Situation, kinds: list[str]) -> None:
    """Desired, recorded, intended, or looked up by name."""
    assert [collection.kind for collection in collections(here)] == kinds


@pytest.mark.parametrize(
    ("here", "parents", "reason"),
    [
        (situation([A], [HERE], [P1]), [], "a profile without answers is not asked for them"),
        (situation([A, answer()], [HERE], [P1]), ["p1"], "declared, parent recorded"),
        (situation([A, answer()], (), [P1]), ["p1"], "declared, parent found by natural key"),
        (situation([pinned(A, "p7"), answer()], (), [live_profile("p7", "other")]), ["p7"], "parent pinned"),
        (situation([A, answer()]), [], "a parent that is yet to be created has no list"),
        (situation([answer(messaging_profile={"id": "p9"})]), ["p9"], "by id"),
        (situation([answer(messaging_profile={"name": "a"})], (), [P1]), ["p1"], "by remote name"),
        (situation((), [HERE, recorded(answer(), live_answer())], [P1]), ["p1"], "recorded, no longer declared"),
        (situation((), intents=[intends(answer())]), ["p1"], "intended"),
        (
            situation((), intents=[intends(answer(), identity=None, entry=None)]),
            [],
            "intended, and nothing tells below which parent",
        ),
        (
            situation(
                [replace(profile("b", name="new"), renamed_from="a"), answer(messaging_profile="b")], [HERE], [P1]
            ),
            ["p1"],
            "the parent was renamed, key and all",
        ),
        (
            situation([A, answer()], [HERE], [live_profile("p2")]),
            ["p1", "p2"],
            "the recorded parent is not in the list, another has its name: either may be the one",
        ),
    ],
)
def test_children_are_listed_for_parents_that_have_some(here: Situation, parents: list[str], reason: str) -> None:
    """Reading auto-responses only where they are declared or recorded is what keeps a plan cheap."""
    assert [collection.parent_id for collection in children(here)] == parents, reason


def test_the_children_of_an_interrupted_delete_are_listed_below_its_parent() -> None:
    """Its intent has no key, and its entry knows the parent."""
    begun = intends(answer(), IntentKind.DELETE, identity=None, entry=recorded(answer(), live_answer()))
    assert children(situation((), intents=[begun])) == [Listing("AutoResponse", "p1")]


def test_an_interrupted_create_is_looked_for_below_its_parent() -> None:
    """The list is that of the children."""
    assert children(situation((), intents=[intends(answer())])) == [Listing("AutoResponse", "p1")]


def test_children_that_are_recorded_and_children_that_are_declared_are_both_listed() -> None:
    """Each below its own parent."""
    parts = [HERE, recorded(profile("b"), live_profile("p2", "b")), recorded(answer("old"), live_answer("r2", "p2"))]
    here = situation([A, answer()], parts, [P1, live_profile("p2", "b")])
    assert children(here) == [Listing("AutoResponse", "p1"), Listing("AutoResponse", "p2")]


def test_a_reference_by_name_is_no_id_to_ask_for() -> None:
    """Neither a local one nor a remote one, nor one that is left out; and a child's own id is none either."""
    named = sender("other", alphanumeric_sender_id="OTHER", messaging_profile={"name": "x"})
    assert unseen(situation([A, sender(), named, agent(), pinned(answer(), "r7")], (), [P1])) == []


def test_only_what_no_list_showed_is_asked_for() -> None:
    """A GET by id costs a request, and only a 404 means gone."""
    entries = [HERE, recorded(sender(), live_sender())]
    here = situation([A, pinned(profile("b"), "p8")], entries, [P1])
    assert unseen(here) == [("AlphanumericSenderId", Remote("s1")), ("MessagingProfile", Remote("p8"))]
    assert unseen(replace(here, world=World())) != []


def test_what_is_known_to_be_gone_is_not_asked_for_again() -> None:
    """Its children's list has answered 404 already."""
    assert unseen(situation([A], [HERE], gone=[("MessagingProfile", "p1")])) == []


def test_what_is_referred_to_by_id_is_asked_for() -> None:
    """Better to learn from a plan than from a half-done apply that it does not exist."""
    here = situation([sender(messaging_profile={"id": "p9"}), answer(messaging_profile={"id": "p9"})], (), [P1])
    assert unseen(here) == [("MessagingProfile", Remote("p9"))]


def test_a_child_is_asked_for_below_its_parent() -> None:
    """Its URL needs both ids."""
    here = situation((), [recorded(answer(), live_answer())])
    assert unseen(here) == [("AutoResponse", Remote("r1", "p1"))]
    assert children(here) == [Listing("AutoResponse", "p1")]
