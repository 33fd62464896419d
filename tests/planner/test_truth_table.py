"""The table of matching and removals, every row (the essays in matching.py and removals.py draw it)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.model.address import Address
from reconciler.model.ledger import IntentKind, Origin
from reconciler.model.plan import Adopt
from reconciler.model.reference import Unknown
from reconciler.model.resource import Lifecycle, OnRemove
from reconciler.model.scope import Scope
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    BOT,
    GONE,
    HERE,
    LOST,
    P1,
    PROFILE,
    A,
    agent,
    answer,
    by_address,
    drafted,
    intends,
    live_answer,
    live_profile,
    live_sender,
    order,
    pinned,
    placed,
    profile,
    protected,
    recorded,
    sender,
    situation,
)

B, P2 = profile("b"), live_profile("p2")
DESK = placed()
SECRETIVE = live_profile(
    webhook_url="https://x.example/t0ken", webhook_failover_url="", number_pool_settings={"long_code_weight": 1}
)
OTHER_FILE = Scope(whole=False, prune=False, loaded_files=frozenset({"other.yaml"}))
OWN_FILE = Scope(whole=False, prune=False, loaded_files=frozenset({"m.yaml"}))

ROWS: dict[str, tuple[Situation, list[str]]] = {
    "desired, not recorded, none": (situation([A]), ["create MessagingProfile/a new"]),
    "desired, not recorded, one by natural key": (
        situation([A], objects=[P1]),
        ["adopt MessagingProfile/a natural-key"],
    ),
    "desired, not recorded, several": (situation([A], objects=[P1, P2]), ["ambiguous MessagingProfile/a"]),
    "desired, recorded, same and equal": (situation([A], [HERE], [P1]), ["noop MessagingProfile/a unchanged"]),
    "desired, recorded, equal, but the lifecycle is new": (
        situation([profile("a", lifecycle=protected())], [HERE], [P1]),
        ["record MessagingProfile/a ledger-outdated"],
    ),
    "desired, recorded, equal, but a leaf is newly stated": (
        situation([profile("a", enabled=True)], [HERE], [live_profile(enabled=True)]),
        ["record MessagingProfile/a ledger-outdated"],
    ),
    "desired, recorded, differs": (
        situation([A], [HERE], [live_profile(whitelisted_destinations=["CA"])]),
        ["update MessagingProfile/a spec-differs"],
    ),
    "desired, recorded, differs in a create-only field, never replaced": (
        situation([profile("a", resource_group_id="x")], [HERE], [live_profile(resource_group_id="y")]),
        ["immutable-field MessagingProfile/a"],
    ),
    "desired, recorded, differs, replaceable": (
        situation(
            [A, sender(us_long_code_fallback="+15125550142")],
            [HERE, recorded(sender(), live_sender())],
            [P1, live_sender()],
        ),
        ["noop MessagingProfile/a unchanged", "replace AlphanumericSenderId/acme cannot-update"],
    ),
    "desired, recorded, replaceable, but protected": (
        situation(
            [A, sender(us_long_code_fallback="+15125550142", lifecycle=protected())],
            [HERE, recorded(sender(), live_sender())],
            [P1, live_sender()],
        ),
        ["noop MessagingProfile/a unchanged", "prevent-destroy AlphanumericSenderId/acme"],
    ),
    "desired, recorded, id gone, one by natural key": (
        situation([A], [HERE], [P2], gone=GONE),
        ["adopt MessagingProfile/a natural-key"],
    ),
    "desired, recorded, id gone, several by key": (
        situation([A], [HERE], [P2, live_profile("p3")], gone=GONE),
        ["ambiguous MessagingProfile/a"],
    ),
    "desired, recorded, id gone, none": (
        situation([A], [HERE], gone=GONE),
        ["create MessagingProfile/a vanished"],
    ),
    "desired, recorded, id gone, none, a delete was begun": (
        situation([A], [HERE], gone=GONE, intents=[intends(A, IntentKind.DELETE)]),
        ["create MessagingProfile/a interrupted-replace"],
    ),
    "desired, a replace was half done, none": (
        situation([A], gone=GONE, intents=[intends(A, IntentKind.REPLACE)]),
        ["create MessagingProfile/a interrupted-replace"],
    ),
    "desired, intent, one": (
        situation([A], objects=[P1], intents=[intends(A)]),
        ["adopt MessagingProfile/a interrupted-create"],
    ),
    "desired, intent, none": (situation([A], intents=[intends(A)]), ["create MessagingProfile/a interrupted-create"]),
    "desired, intent, several": (
        situation([A], objects=[P1, P2], intents=[intends(A)]),
        ["ambiguous MessagingProfile/a"],
    ),
    "desired, intent, the one was there before the attempt": (
        situation([A], objects=[P1, P2], intents=[intends(A, seen=("p1",))]),
        ["adopt MessagingProfile/a interrupted-create"],
    ),
    "desired, intent of a child whose parent was made by the same run": (
        situation(
            [A, answer()],
            objects=[P1, live_answer()],
            intents=[intends(A), intends(answer(), identity=(Unknown(A.address), "stop", "US"))],
        ),
        ["adopt MessagingProfile/a interrupted-create", "adopt AutoResponse/stop interrupted-create"],
    ),
    "desired, intent of a child, and a stranger's row on its key": (
        situation([A, answer()], [HERE], [P1, live_answer(keywords=["QUIT"])], intents=[intends(answer())]),
        ["noop MessagingProfile/a unchanged", "adopt AutoResponse/stop natural-key"],
    ),
    "recorded and equal, with an intent left over": (
        situation([A], [HERE], [P1], intents=[intends(A, IntentKind.DELETE)]),
        ["record MessagingProfile/a interrupted"],
    ),
    "pinned, not recorded, id exists": (
        situation([pinned(A, "p2")], objects=[P1, P2]),
        ["adopt MessagingProfile/a pinned"],
    ),
    "pinned, not recorded, id gone": (
        situation([pinned(A, "p1")], gone=GONE),
        ["no-such-remote MessagingProfile/a"],
    ),
    "pinned, recorded with that id": (
        situation([pinned(A, "p1")], [HERE], [P1, P2]),
        ["noop MessagingProfile/a unchanged"],
    ),
    "pinned, recorded with another id, both exist": (
        situation([pinned(A, "p2")], [HERE], [P1, P2]),
        ["pin-conflict MessagingProfile/a"],
    ),
    "pinned, recorded with another id, old gone": (
        situation([pinned(A, "p2")], [HERE], [P2], gone=GONE),
        ["move MessagingProfile/a pinned"],
    ),
    "pinned to what another desired address holds": (
        situation([A, pinned(B, "p1")], [HERE], [P1]),
        ["noop MessagingProfile/a unchanged", "claimed-twice MessagingProfile/b"],
    ),
    "recorded with another id that is gone, pinned to what another desired address holds": (
        situation(
            [A, pinned(B, "p1")], [HERE, recorded(B, live_profile("p9", "b"))], [P1], gone=[("MessagingProfile", "p9")]
        ),
        ["noop MessagingProfile/a unchanged", "claimed-twice MessagingProfile/b"],
    ),
    "not desired, recorded, exists": (situation((), [HERE], [P1]), ["delete MessagingProfile/a not-desired"]),
    "not desired, recorded, exists, with settings, a secret, and an empty field": (
        situation((), [recorded(A, P1, secrets=("webhook_url",))], [SECRETIVE]),
        ["delete MessagingProfile/a not-desired"],
    ),
    "not desired, recorded, exists, retained": (
        situation((), [recorded(A, P1, on_remove=OnRemove.RETAIN)], [P1]),
        ["forget MessagingProfile/a retained"],
    ),
    "not desired, recorded, exists, no DELETE verb": (
        situation((), [recorded(agent(), BOT)], [BOT]),
        ["forget RcsAgent/bot no-delete-verb"],
    ),
    "not desired, recorded, exists, protected": (
        situation((), [recorded(A, P1, prevent_destroy=True)], [P1]),
        ["protected MessagingProfile/a prevent-destroy"],
    ),
    "not desired, recorded, a protected child shields its parent": (
        situation((), [HERE, recorded(answer(), live_answer(), prevent_destroy=True)], [P1, live_answer()]),
        ["protected AutoResponse/stop prevent-destroy", "protected MessagingProfile/a protected-child"],
    ),
    "not desired, recorded, a protected child of a parent that nobody recorded": (
        situation((), [recorded(answer(), live_answer(), prevent_destroy=True)], [P1, live_answer()]),
        ["protected AutoResponse/stop prevent-destroy"],
    ),
    "not desired, recorded, gone": (situation((), [HERE], gone=GONE), ["forget MessagingProfile/a gone"]),
    "not desired, intent, one": (
        situation((), objects=[P1], intents=[intends(A)]),
        ["delete MessagingProfile/a interrupted-create"],
    ),
    "not desired, intent, none": (situation((), intents=[intends(A)]), ["forget MessagingProfile/a gone"]),
    "not desired, intent, one, outside the pruning scope": (
        situation((), objects=[P1], intents=[intends(A)], scope=OTHER_FILE),
        ["record MessagingProfile/a interrupted-create"],
    ),
    "not desired, not recorded, exists": (situation((), objects=[P1]), []),
    "not desired, recorded, paths elsewhere": (situation((), [HERE], [P1], scope=OTHER_FILE), []),
    "not desired, recorded, its file loaded, no --prune": (situation((), [HERE], [P1], scope=OWN_FILE), []),
    "not desired, recorded, --prune": (
        situation((), [HERE], [P1], scope=Scope(whole=False, prune=True)),
        ["delete MessagingProfile/a not-desired"],
    ),
    "not desired, recorded, --only something else": (
        situation([B], [HERE], [P1], scope=Scope(only=frozenset({B.address}))),
        ["create MessagingProfile/b new"],
    ),
    "not desired, intent, one, --only something else": (
        situation([B], objects=[P1], intents=[intends(A)], scope=Scope(only=frozenset({B.address}))),
        ["create MessagingProfile/b new"],
    ),
    "desired and broken, --only something else, and something that nobody knows": (
        situation([B, sender()], scope=Scope(only=frozenset({B.address, Address("MessagingProfile", "nobody")}))),
        ["create MessagingProfile/b new"],
    ),
    "not desired, recorded by another project": (situation((), [recorded(A, P1, project="x")], [P1]), []),
    "kind without CREATE, none": (situation([agent()]), ["cannot-create RcsAgent/bot"]),
    "kind without CREATE, one": (situation([agent()], objects=[BOT]), ["adopt RcsAgent/bot natural-key"]),
    "held back: the one live attempt failed": (
        situation([order()], objects=[LOST]),
        ["noop HostedNumberOrder/desk hosted-failed-retry", "hosted-failed-retry HostedNumberOrder/desk"],
    ),
    "a raised attempt orders again": (
        situation([order(options={"attempt": 2})], objects=[LOST]),
        ["create HostedNumberOrder/desk new"],
    ),
    "recorded and no longer live counts as gone": (
        situation((), [recorded(order(), DESK)], [LOST]),
        ["forget HostedNumberOrder/desk gone"],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_table(row: str) -> None:
    """Each situation has the one outcome that the table gives it."""
    here, expected = ROWS[row]
    assert [line for line in drafted(here) if not line.startswith("hosted-waiting")] == expected, row


def test_an_interrupted_create_is_ours_and_needs_no_consent() -> None:
    """An object that our own unfinished run made is created, not adopted, whatever its fields say now."""
    here = situation([A], objects=[live_profile(whitelisted_destinations=["CA"])], intents=[intends(A)])
    match draft(here).changes:
        case [Adopt() as change]:
            assert (change.origin, change.needs_consent) == (Origin.CREATED, False)
        case other:
            pytest.fail(f"expected an adoption, not {other}")


CONSENT: dict[str, tuple[Callable[[], Situation], bool]] = {
    "equal": (lambda: situation([A], objects=[P1]), False),
    "differs": (lambda: situation([A], objects=[live_profile(whitelisted_destinations=["CA"])]), True),
    "differs, allowed": (
        lambda: situation([A], objects=[live_profile(whitelisted_destinations=["CA"])], allow_adopt=True),
        False,
    ),
    "differs, pinned": (
        lambda: situation([pinned(A, "p1")], objects=[live_profile(whitelisted_destinations=["CA"])]),
        False,
    ),
    "differs, of a kind that cannot be created": (
        lambda: situation([agent(webhook_url="https://x.example")], objects=[BOT]),
        False,
    ),
}


@pytest.mark.parametrize("row", CONSENT)
def test_adoption_needs_consent_only_where_it_would_change_a_stranger(row: str) -> None:
    """Consent is a pin, --allow-adopt, or having nothing to change."""
    here, expected = CONSENT[row]
    [change] = draft(here()).changes
    assert isinstance(change, Adopt)
    assert change.needs_consent is expected


def test_adopting_never_replaces() -> None:
    """What we did not record is never deleted, not even to make it as stated (promise 4)."""
    here = situation([A, sender(us_long_code_fallback="+15125550142")], [HERE], [P1, live_sender()])
    assert drafted(here)[1:] == ["immutable-field AlphanumericSenderId/acme"]


def test_an_ignored_leaf_is_no_difference() -> None:
    """``ignore_changes`` is sent on create, then left alone."""
    ignoring = profile("a", lifecycle=Lifecycle(ignore_changes=frozenset({("whitelisted_destinations",)})))
    here = situation([ignoring], [recorded(ignoring, P1)], [live_profile(whitelisted_destinations=["CA"])])
    assert drafted(here) == ["noop MessagingProfile/a unchanged"]


def test_a_child_of_something_broken_says_so() -> None:
    """What points at an address that cannot be planned cannot be planned either, and is not misread as new."""
    here = situation([A, answer()], objects=[P1, P2])
    assert drafted(here) == ["ambiguous MessagingProfile/a", "dependency-failed AutoResponse/stop"]


def test_only_takes_dependencies_along() -> None:
    """``--only`` names a child; its parent comes first."""
    here = situation([A, B, answer()], scope=Scope(only=frozenset({answer().address})))
    assert list(by_address(draft(here).changes)) == ["MessagingProfile/a", "AutoResponse/stop"]
    assert PROFILE.name in str(draft(here).changes[0].address)
