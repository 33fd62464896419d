"""References: to what exists, to what this plan creates, and every way in which they break."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.observed import Observed
from reconciler.model.plan import Create
from reconciler.model.reference import Unknown
from reconciler.model.scope import Scope
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    AGENT,
    agent,
    answer,
    drafted,
    live,
    live_profile,
    live_sender,
    profile,
    recorded,
    sender,
    situation,
)

A = profile("a")
HERE = recorded(A, live_profile())
PART = Scope(whole=False, prune=False)
BOT = live(AGENT, "agent-1", profile_id="p1")

ROWS: dict[str, tuple[Situation, list[str]]] = {
    "recorded and not loaded": (
        situation([sender()], [HERE], [live_profile()], scope=PART),
        ["create AlphanumericSenderId/acme new"],
    ),
    "removed by this very plan": (
        situation([sender()], [HERE], [live_profile()]),
        ["delete MessagingProfile/a not-desired", "reference-removed AlphanumericSenderId/acme"],
    ),
    "recorded, not loaded, and gone": (
        situation([sender()], [HERE], gone=[("MessagingProfile", "p1")], scope=PART),
        ["no-such-remote AlphanumericSenderId/acme"],
    ),
    "neither declared nor recorded": (situation([sender()]), ["unknown-reference AlphanumericSenderId/acme"]),
    "by id": (situation([sender(messaging_profile={"id": "p9"})]), ["create AlphanumericSenderId/acme new"]),
    "by an id that is gone": (
        situation([answer(messaging_profile={"id": "p9"})], gone=[("MessagingProfile", "p9")]),
        ["no-such-remote AutoResponse/stop"],
    ),
    "by remote name": (
        situation([sender(messaging_profile={"name": "Alerts"})], objects=[live_profile(name="Alerts")]),
        ["create AlphanumericSenderId/acme new"],
    ),
    "two by remote names, of one kind": (
        situation(
            [
                sender(messaging_profile={"name": "Alerts"}),
                sender("beta", alphanumeric_sender_id="BETA", messaging_profile={"name": "News"}),
            ],
            objects=[live_profile(name="Alerts"), live_profile("p2", name="News")],
        ),
        ["create AlphanumericSenderId/acme new", "create AlphanumericSenderId/beta new"],
    ),
    "by a remote name that nobody has": (
        situation([sender(messaging_profile={"name": "Alerts"})], objects=[live_profile()]),
        ["no-such-remote AlphanumericSenderId/acme"],
    ),
    "by a remote name that two have": (
        situation([sender(messaging_profile={"name": "a"})], objects=[live_profile(), live_profile("p2")]),
        ["ambiguous AlphanumericSenderId/acme"],
    ),
    "cleared": (
        situation([agent(profile=None)], [recorded(agent(profile="a"), BOT)], [BOT]),
        ["update RcsAgent/bot spec-differs"],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_every_reference_resolves_or_says_why_not(row: str) -> None:
    """Each way to write a reference, and each way in which it fails."""
    here, expected = ROWS[row]
    assert drafted(here) == expected, row


def test_a_finding_stands_at_the_reference() -> None:
    """The place is the field that refers, not the head of the document."""
    [finding] = draft(situation([sender()])).diagnostics
    assert finding.source == sender().place_of(("messaging_profile",))


def test_the_id_of_what_is_not_there_yet_is_unknown() -> None:
    """It equals no observed value, and is shown as known after apply."""
    changes = draft(situation([A, sender()])).changes
    match changes:
        case (Create(), Create(desired=desired)):
            assert desired.values[("messaging_profile",)] == Unknown(A.address)
        case other:
            pytest.fail(f"expected two creates, not {other}")


def test_a_child_follows_its_parent_to_a_new_object() -> None:
    """The profile vanished and is made again: the child, gone with it, is made under the new one."""
    parts = [HERE, recorded(sender(), live_sender())]
    here = situation([A, sender()], parts, gone=[("MessagingProfile", "p1"), ("AlphanumericSenderId", "s1")])
    assert drafted(here) == ["create MessagingProfile/a vanished", "create AlphanumericSenderId/acme vanished"]


@pytest.mark.parametrize(
    ("reference", "objects"),
    [
        ({"name": "s3cret"}, []),
        (
            {"name": "s3cret"},
            [live_profile("p1", "s3cret"), live_profile("p2", "s3cret", webhook_url="https://x/t0ken")],
        ),
        ({"id": "s3cret"}, []),
    ],
)
def test_a_reference_that_is_a_secret_is_not_quoted(reference: dict[str, str], objects: list[Observed]) -> None:
    """Promise 7: what came from the environment is in no finding, nor are the fields of what it may have meant."""
    asking = replace(sender(messaging_profile=reference), secrets=frozenset({("messaging_profile",)}))
    here = situation([asking], objects=objects, gone=[("MessagingProfile", "s3cret")])
    [finding] = draft(here).diagnostics
    assert "s3cret" not in str(finding)
    assert "t0ken" not in str(finding)
