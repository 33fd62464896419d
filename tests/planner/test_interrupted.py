"""What a killed run left behind: nothing twice, nothing lost (promise 3), in situations that are less than simple."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.digest import sealed
from reconciler.model.ledger import IntentKind
from reconciler.model.observed import Remote
from reconciler.model.plan import Delete, Protected, Replace
from reconciler.model.reference import Unknown
from reconciler.model.scope import Scope
from reconciler.planner.draft import draft
from reconciler.planner.lookups import children
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    HERE,
    ORDER,
    P1,
    SALT,
    A,
    answer,
    drafted,
    intends,
    live,
    live_answer,
    live_profile,
    live_sender,
    order,
    profile,
    recorded,
    sender,
    situation,
)

RENAMED = profile("b", name="a")
HANDED_ON = profile("a", name="other")
PENDING = live(ORDER, "o1", status="pending", phone_numbers=[{"phone_number": "+15125550100", "status": "pending"}])
UNPLACED = replace(recorded(answer(), live_answer()), remote=Remote(""))
CHILD = intends(answer(), identity=(Unknown(A.address), "stop", "US"), entry=UNPLACED)
PARENTLESS = intends(A)
PROTECTED_ENTRY = replace(recorded(A, P1), prevent_destroy=True)

SEALED_NAME = intends(A, identity=(sealed("a", SALT),), sealed=("name",))
SEALED_NUMBERS = intends(order(), shared=(sealed("+15125550100", SALT),), sealed=("phone_numbers",))

NEW_SENDER = sender(us_long_code_fallback="+15125550142")
CARRYING = intends(sender(), IntentKind.REPLACE, carried={"us_long_code_fallback": "+15125550142"})

ROWS: dict[str, tuple[Situation, list[str]]] = {
    "made, then renamed before it was recorded": (
        situation([RENAMED], objects=[P1], intents=[intends(A)]),
        ["move MessagingProfile/b renamed from MessagingProfile/a"],
    ),
    "made, by a name that is a secret": (
        situation([RENAMED], objects=[live_profile("p2", "other"), P1], intents=[SEALED_NAME]),
        ["move MessagingProfile/b renamed from MessagingProfile/a"],
    ),
    "made, of numbers that are a secret, and no longer desired": (
        situation((), objects=[PENDING], intents=[SEALED_NUMBERS]),
        ["forget HostedNumberOrder/desk retained"],
    ),
    "made, no longer desired, retained": (
        situation((), objects=[PENDING], intents=[intends(order())]),
        ["forget HostedNumberOrder/desk retained"],
    ),
    "made, no longer desired, protected": (
        situation((), objects=[P1], intents=[intends(A, entry=PROTECTED_ENTRY)]),
        ["protected MessagingProfile/a prevent-destroy"],
    ),
    "perhaps made, several might be it: it stays pending, and nothing else waits for it": (
        situation((), objects=[P1, live_profile("p2")], intents=[intends(A)]),
        ["ambiguous MessagingProfile/a"],
    ),
    "parent and child made, neither desired": (
        situation((), objects=[P1, live_answer()], intents=[PARENTLESS, CHILD]),
        ["delete AutoResponse/stop interrupted-create", "delete MessagingProfile/a interrupted-create"],
    ),
    "two rows of one key were to be made, one was": (
        situation(
            [A, answer("one"), answer("two", keywords=["END"])],
            [HERE],
            [P1, live_answer()],
            intents=[intends(answer("one")), intends(answer("two", keywords=["END"]))],
        ),
        [
            "noop MessagingProfile/a unchanged",
            "adopt AutoResponse/one interrupted-create",
            "create AutoResponse/two interrupted-create",
        ],
    ),
    "made with a field that is another by now, which means a replace": (
        situation([A, NEW_SENDER], [HERE], [P1, live_sender()], intents=[intends(sender())]),
        ["noop MessagingProfile/a unchanged", "replace AlphanumericSenderId/acme cannot-update"],
    ),
    "made with a field that is another by now, and nobody knows as what it was meant": (
        situation([A, NEW_SENDER], [HERE], [P1, live_sender()], intents=[intends(sender(), entry=None)]),
        ["noop MessagingProfile/a unchanged", "immutable-field AlphanumericSenderId/acme"],
    ),
    "what an entry without a manifest holds was not made by the interrupted create": (
        situation([A], [recorded(profile("old", name="a"), P1)], [P1], intents=[intends(A)]),
        ["move MessagingProfile/a renamed from MessagingProfile/old"],
    ),
    "made, and its manifest has another name by now, which leaves the old one to another": (
        situation([HANDED_ON, RENAMED], objects=[P1], intents=[intends(A)]),
        ["adopt MessagingProfile/a interrupted-create", "create MessagingProfile/b new"],
    ),
    "perhaps made, several might be it, and a manifest means one of them": (
        situation(
            [A, answer("new", keywords=["END"])],
            [HERE],
            [P1, live_answer(), live_answer("r2", keywords=["END"])],
            intents=[intends(answer("old", keywords=["STOP", "END"]))],
        ),
        [
            "noop MessagingProfile/a unchanged",
            "adopt AutoResponse/new natural-key",
            "ambiguous AutoResponse/old",
        ],
    ),
    "a stranger was there before the attempt: it is not replaced, whatever was intended": (
        situation([A, NEW_SENDER], [HERE], [P1, live_sender()], intents=[intends(sender(), seen=("s1",))]),
        ["noop MessagingProfile/a unchanged", "immutable-field AlphanumericSenderId/acme"],
    ),
    "half replaced: what the old object held that nobody states is made again": (
        situation([A, sender()], [HERE], [P1], intents=[CARRYING]),
        ["noop MessagingProfile/a unchanged", "create AlphanumericSenderId/acme interrupted-replace"],
    ),
    "half replaced: what is stated by now is not taken from the old object": (
        situation([A, sender(us_long_code_fallback=None)], [HERE], [P1], intents=[CARRYING]),
        ["noop MessagingProfile/a unchanged", "create AlphanumericSenderId/acme interrupted-replace"],
    ),
    "what another manifest's entry holds was not made by the interrupted create": (
        situation([HANDED_ON, RENAMED], [HERE], [P1], intents=[intends(RENAMED)]),
        ["update MessagingProfile/a spec-differs", "create MessagingProfile/b interrupted-create"],
    ),
    "what another manifest pins was not made by the interrupted create": (
        situation([replace(HANDED_ON, remote_id="p1"), RENAMED], objects=[P1], intents=[intends(RENAMED)]),
        ["adopt MessagingProfile/a pinned", "create MessagingProfile/b interrupted-create"],
    ),
    "a create under the old name came to nothing": (
        situation([replace(profile("b"), renamed_from="a")], intents=[intends(A)]),
        ["forget MessagingProfile/a gone", "create MessagingProfile/b new"],
    ),
    "a delete was begun and the object is gone": (
        situation((), [HERE], intents=[intends(A, IntentKind.DELETE)], gone=[("MessagingProfile", "p1")]),
        ["forget MessagingProfile/a gone"],
    ),
    "a create outside the pruning scope that came to nothing stays pending": (
        situation((), intents=[intends(A)], scope=Scope(whole=False, prune=False)),
        [],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_every_interruption_is_settled(row: str) -> None:
    """Intents count as records; what they made is ours under whatever name is desired now."""
    here, expected = ROWS[row]
    assert drafted(here) == expected, row


def test_a_replace_remembers_who_had_its_new_key_before() -> None:
    """Killed after the delete, it must not take the sender that makes room for it for the one that it made."""
    elsewhere = live_sender("s9", "p2")
    leaving = sender("leaving", alphanumeric_sender_id="EMCA", messaging_profile="b")
    here = situation(
        [A, profile("b"), sender(messaging_profile="b"), leaving],
        [
            HERE,
            recorded(profile("b"), live_profile("p2", "b")),
            recorded(sender(), live_sender()),
            replace(recorded(sender("leaving"), elsewhere), references=(profile("b").address,)),
        ],
        [P1, live_profile("p2", "b"), live_sender(), elsewhere],
    )
    seen = {str(change.address): change.seen for change in draft(here).changes if isinstance(change, Replace)}
    assert seen == {"AlphanumericSenderId/acme": ("s9",), "AlphanumericSenderId/leaving": ()}


def test_what_would_replace_an_object_exists_already() -> None:
    """A stranger has the new key: created all the same it would be a twin, or be refused when the old one is gone."""
    here = situation(
        [A, profile("b"), sender(messaging_profile="b")],
        [HERE, recorded(profile("b"), live_profile("p2", "b")), recorded(sender(), live_sender())],
        [P1, live_profile("p2", "b"), live_sender(), live_sender("s9", "p2")],
    )
    drafted_here = draft(here)
    assert not any(isinstance(change, Replace) for change in drafted_here.changes)
    assert [(f.code, str(f.address), f.summary, f.hint) for f in drafted_here.diagnostics] == [
        (
            "already-exists",
            "AlphanumericSenderId/acme",
            "what would replace s1 exists already: s9, and is not managed here",
            "delete that one, or take it over: reconciler ledger forget AlphanumericSenderId/acme, then apply",
        )
    ]


@pytest.mark.parametrize(("stays", "replaced"), [(True, False), (False, True)])
def test_what_would_replace_an_object_is_recorded_and_left_alone(*, stays: bool, replaced: bool) -> None:
    """An entry without a manifest makes room, unless it is protected."""
    old = replace(
        recorded(sender("old"), live_sender("s9", "p2")), references=(profile("b").address,), prevent_destroy=stays
    )
    here = situation(
        [A, profile("b"), sender(messaging_profile="b")],
        [HERE, recorded(profile("b"), live_profile("p2", "b")), recorded(sender(), live_sender()), old],
        [P1, live_profile("p2", "b"), live_sender(), live_sender("s9", "p2")],
    )
    changes, diagnostics = draft(here).changes, draft(here).diagnostics
    assert any(isinstance(change, Replace) for change in changes) is replaced
    assert [f.summary for f in diagnostics if f.code == "already-exists"] == [
        "what would replace s1 exists already: s9, and stays, as AlphanumericSenderId/old is left alone"
    ] * stays


def test_a_child_of_an_interrupted_run_goes_before_its_parent() -> None:
    """Its references stand in the intent alone."""
    here = situation((), [HERE], [P1, live_answer()], intents=[intends(answer())])
    child, parent = draft(here).changes
    assert isinstance(child, Delete)
    assert parent.depends_on == (child.address,)


def test_a_protected_child_of_an_interrupted_run_shields_its_parent() -> None:
    """prevent_destroy holds from the first request on."""
    kept = replace(recorded(answer(), live_answer()), prevent_destroy=True)
    here = situation((), [HERE], [P1, live_answer()], intents=[intends(answer(), entry=kept)])
    assert all(isinstance(change, Protected) for change in draft(here).changes)


def test_a_protected_child_that_is_out_of_scope_shields_its_parent() -> None:
    """Another project's protected answer hangs on this profile."""
    kept = recorded(answer(), live_answer(), project="x", prevent_destroy=True)
    here = situation((), [HERE, kept], [P1, live_answer()])
    assert drafted(here) == ["protected MessagingProfile/a protected-child"]


@pytest.mark.parametrize(
    ("here", "parents", "reason"),
    [
        (situation((), objects=[P1], intents=[intends(A), CHILD]), ["p1"], "parent made by the same run, not desired"),
        (situation([A], objects=[P1], intents=[intends(A), CHILD]), ["p1"], "parent made by the same run, desired"),
        (
            situation([A, answer()], objects=[P1, live_profile("p2")], intents=[intends(A, seen=("p2",))]),
            ["p1"],
            "the intent tells which of two parents is meant",
        ),
        (
            situation(
                [profile("x", name="a"), A, answer()],
                [recorded(profile("x", name="a"), live_profile("p9"))],
                [live_profile("p9"), P1],
            ),
            ["p1"],
            "another manifest holds the twin of the parent",
        ),
        (situation([A], [HERE], [P1], intents=[CHILD]), ["p1"], "parent recorded meanwhile"),
        (situation((), intents=[CHILD]), [], "the parent came to nothing"),
    ],
)
def test_the_rows_below_an_interrupted_parent_are_looked_at(here: Situation, parents: list[str], reason: str) -> None:
    """What is not looked at would be created a second time, or forgotten."""
    assert [collection.parent_id for collection in children(here)] == parents, reason
