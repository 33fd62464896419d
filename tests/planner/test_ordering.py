"""The order of execution: references first, removals in reverse, values released before they are claimed."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.model.diagnostic import has_errors
from reconciler.model.ledger import Ledger
from reconciler.model.plan import Noop
from reconciler.model.resource import Lifecycle, Resource
from reconciler.model.scope import Scope
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from tests.planner.simulator import Simulated
from tests.planner.worlds import (
    HERE,
    KINDS,
    NUMBER,
    P1,
    A,
    answer,
    by_address,
    drafted,
    live,
    live_answer,
    live_profile,
    live_sender,
    profile,
    recorded,
    resource,
    sender,
    situation,
)
from tests.sandbox.verification import REQUEST

STOP, R1 = answer("s", keywords=["STOP", "FIN"]), live_answer("r1", keywords=["STOP", "FIN"])
INFO, R2 = answer("i", op="info", keywords=["HELP"]), live_answer("r2", op="info", keywords=["HELP"])


def order(here: Situation) -> list[str]:
    """Local names in order of execution."""
    return [change.address.name for change in draft(here).changes]


def test_parents_are_made_first() -> None:
    """Whatever the kinds are called."""
    assert order(situation([sender(), answer(), A])) == ["a", "acme", "stop"]


def test_children_are_removed_first() -> None:
    """As recorded, since nothing is desired any more."""
    here = situation((), [HERE, recorded(sender(), live_sender()), recorded(STOP, R1)], [P1, live_sender(), R1])
    assert order(here)[-1] == "a"


@pytest.mark.parametrize("known", [False, True], ids=["adopted", "recorded elsewhere"])
def test_what_points_at_an_object_now_leaves_before_it_goes(known: bool) -> None:
    """Though no record says so: the number was never ours, or others moved it to the profile that we delete."""
    b, p2 = profile("b"), live_profile("p2", "b")
    number = resource(NUMBER, "desk", phone_number="+15550100001", messaging_profile="b")
    row = live(NUMBER, "n1", phone_number="+15550100001", messaging_profile_id="p1")
    entry = replace(recorded(resource(NUMBER, "desk", phone_number="+15550100001"), row), references=(b.address,))
    entries = [HERE, recorded(b, p2), *([entry] if known else [])]
    assert order(situation([b, number], entries, [P1, p2, row])) == ["b", "desk", "a"]
    stays = resource(NUMBER, "desk", phone_number="+15550100001")
    assert order(situation([b, stays], entries, [P1, p2, row])) == ["a", "b", "desk"]


@pytest.mark.parametrize("has", [None, "p1"], ids=["on no profile", "there already"])
def test_a_number_is_on_its_profile_before_the_verification_that_lists_it_is_requested(has: str | None) -> None:
    """The API refuses the request until then; a number that nothing changes is not waited for."""
    request = resource(KINDS["TollfreeVerification"], "a-codes", **REQUEST)
    number = resource(NUMBER, "z-desk", phone_number="+18005550101", messaging_profile="a")
    row = live(NUMBER, "n1", phone_number="+18005550101", messaging_profile_id=has)
    other = resource(NUMBER, "z-other", phone_number="+15550100001", messaging_profile="a")
    elsewhere = live(NUMBER, "n2", phone_number="+15550100001", messaging_profile_id=None)
    entries = [HERE, recorded(other, elsewhere), *([recorded(number, row)] if has else [])]
    here = situation([A, request, number, other], entries, [P1, row, elsewhere])
    made = by_address(draft(here).changes)[str(request.address)]
    assert made.depends_on == (() if has else (number.address,))
    assert has or order(here).index("z-desk") < order(here).index("a-codes")


def test_a_child_that_moves_away_does_so_before_its_old_parent_goes() -> None:
    """Otherwise the API would refuse the delete, or take the child along."""
    parts = [HERE, recorded(sender(), live_sender()), recorded(profile("b"), live_profile("p2", "b"))]
    here = situation([profile("b"), sender(messaging_profile="b")], parts, [P1, live_profile("p2", "b"), live_sender()])
    assert order(here) == ["b", "acme", "a"]


WITHOUT_FIN = replace(STOP, values={**STOP.values, ("keywords",): ["STOP"]})
WITH_FIN = answer("i", op="info", keywords=["HELP", "FIN"])

MOVES = {
    "update to update": (
        [
            replace(STOP, values={**STOP.values, ("keywords",): ["STOP"]}),
            answer("i", op="info", keywords=["HELP", "FIN"]),
        ],
        ["s", "i"],
    ),
    "delete to create": ([INFO, answer("z", op="start", keywords=["FIN"])], ["s", "z"]),
    "delete to update": ([WITH_FIN], ["s", "i"]),
    "update to create": (
        [
            replace(STOP, values={**STOP.values, ("keywords",): ["STOP"]}),
            INFO,
            answer("c", op="start", keywords=["FIN"]),
        ],
        ["s", "c"],
    ),
}


@pytest.mark.parametrize("how", MOVES)
def test_a_keyword_is_released_before_it_is_claimed(how: str) -> None:
    """A word in two rows at once would be refused, or answered twice."""
    desired, expected = MOVES[how]
    here = situation([A, *desired], [HERE, recorded(STOP, R1), recorded(INFO, R2)], [P1, R1, R2])
    assert [name for name in order(here) if name in expected] == expected
    changes = by_address(draft(here).changes)
    assert any(STOP.address in change.depends_on for change in changes.values())


def needs(here: Situation, name: str) -> list[str]:
    """The local names that a change waits for."""
    [change] = [change for change in draft(here).changes if change.address.name == name]
    return sorted(address.name for address in change.depends_on)


def test_a_word_for_every_country_stands_in_the_way_of_one_country() -> None:
    """``*`` collides with each."""
    everywhere = answer("s", country_code="*", keywords=["FIN"])
    row = live_answer("r1", country_code="*", keywords=["FIN"])
    here = situation([A, answer("z", op="start", keywords=["FIN"])], [HERE, recorded(everywhere, row)], [P1, row])
    assert needs(here, "z") == ["a", "s"]


def test_a_word_for_another_country_does_not() -> None:
    """US and CA are apart."""
    here = situation(
        [A, answer("z", op="start", country_code="CA", keywords=["FIN"])], [HERE, recorded(STOP, R1)], [P1, R1]
    )
    assert needs(here, "z") == ["a"]


@pytest.mark.parametrize(
    ("lifecycle", "reason"),
    [(Lifecycle(), "it keeps the word"), (Lifecycle(ignore_changes=frozenset({("keywords",)})), "words are ignored")],
)
def test_what_is_not_released_is_not_waited_for(lifecycle: Lifecycle, reason: str) -> None:
    """An edge stands for a value that moves."""
    words = ["STOP", "FIN"] if not lifecycle.ignore_changes else ["STOP"]
    kept = replace(answer("s", keywords=words, resp_text="Another text, long enough."), lifecycle=lifecycle)
    here = situation([A, kept, answer("z", op="start", keywords=["FIN"])], [HERE, recorded(STOP, R1)], [P1, R1])
    assert needs(here, "z") == ["a"], reason


def test_only_takes_along_what_must_be_released() -> None:
    """Otherwise the API would refuse the word."""
    here = situation([A, WITHOUT_FIN, answer("z", op="start", keywords=["FIN"])], [HERE, recorded(STOP, R1)], [P1, R1])
    narrow = replace(here, scope=Scope(only=frozenset({answer("z").address})))
    assert order(narrow) == ["a", "s", "z"]


def test_a_child_that_is_renamed_and_moves_away_does_so_before_its_old_parent_goes() -> None:
    """The edge follows the new name."""
    renamed = replace(sender("new", messaging_profile="b"), renamed_from="acme")
    parts = [HERE, recorded(sender(), live_sender()), recorded(profile("b"), live_profile("p2", "b"))]
    here = situation([profile("b"), renamed], parts, [P1, live_profile("p2", "b"), live_sender()])
    assert needs(here, "a") == ["new"]


def test_a_swap_cannot_be_ordered_and_says_so() -> None:
    """Two rows that exchange words: one edge gives way, with a warning, and both changes remain."""
    swapped = [
        replace(STOP, values={**STOP.values, ("keywords",): ["STOP", "HELP"]}),
        replace(INFO, values={**INFO.values, ("keywords",): ["FIN"]}),
    ]
    lines = drafted(situation([A, *swapped], [HERE, recorded(STOP, R1), recorded(INFO, R2)], [P1, R1, R2]))
    assert [line.split()[0] for line in lines] == ["noop", "update", "update", "release-order"]


X, Y = live_sender("s1", alphanumeric_sender_id="X1"), live_sender("s2", alphanumeric_sender_id="Y1")
X_AS_ONE, Y_AS_TWO = sender("one", alphanumeric_sender_id="X1"), sender("two", alphanumeric_sender_id="Y1")
Y_AS_ONE, X_AS_TWO = sender("one", alphanumeric_sender_id="Y1"), sender("two", alphanumeric_sender_id="X1")
EXCHANGED = situation([A, Y_AS_ONE, X_AS_TWO], [HERE, recorded(X_AS_ONE, X), recorded(Y_AS_TWO, Y)], [P1, X, Y])


def applied(here: Situation, *desired: Resource) -> Situation:
    """What an apply of other manifests leaves behind; nothing may stand in its way."""
    wished = replace(here, resources=(A, *desired))
    made = draft(wished)
    assert not has_errors(made.diagnostics), made.diagnostics
    return Simulated(wished).apply(made.changes)


def test_replaces_that_exchange_a_value_are_refused() -> None:
    """One of them would be deleted, and the API would refuse its create: a sender that nobody can use."""
    assert drafted(EXCHANGED)[-1] == "release-order AlphanumericSenderId/two"
    assert has_errors(draft(EXCHANGED).diagnostics)
    alone = replace(EXCHANGED, scope=Scope(only=frozenset({X_AS_TWO.address})))
    assert has_errors(draft(alone).diagnostics), "and --only is no way round"


def test_what_is_advised_for_an_exchange_works() -> None:
    """In two applies; or by their names, which leaves the senders as they are."""
    after = applied(applied(EXCHANGED, X_AS_TWO), Y_AS_ONE, X_AS_TWO)
    assert all(isinstance(change, Noop) for change in draft(after).changes)
    between = applied(EXCHANGED, replace(X_AS_ONE, address=sender("third").address), Y_AS_TWO)
    named = applied(between, replace(Y_AS_ONE, renamed_from="two"), replace(X_AS_TWO, renamed_from="third"))
    assert all(isinstance(change, Noop) for change in draft(named).changes)
    assert named.world.objects["AlphanumericSenderId"].keys() == {"s1", "s2"}


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(6)), st.permutations(range(5)))
def test_the_order_of_the_input_does_not_matter(first: list[int], second: list[int]) -> None:
    """Same situation, same draft: manifests, entries and rows come in any order."""
    desired = [A, profile("b"), STOP, INFO, sender(), answer("z", op="start", country_code="CA", keywords=["JOIN"])]
    rows = [P1, R1, R2, live_sender(), live_profile("p3", "b")]
    entries = [HERE, recorded(STOP, R1), recorded(sender("old"), live_sender())]
    straight = situation(desired, entries, rows)
    shuffled = situation([desired[i] for i in first], reversed(entries), [rows[i] for i in second])
    assert draft(straight) == draft(shuffled)


def test_a_broken_ledger_does_not_hang_the_search_for_cycles() -> None:
    """Whether a word may be waited for is asked of what waits in a circle itself."""
    one, two, stop = recorded(A, P1), recorded(profile("b"), live_profile("p2", "b")), recorded(STOP, R1)
    entries = [
        replace(one, references=(two.address, stop.address)),
        replace(two, references=(one.address,)),
        replace(stop, references=()),
    ]
    claiming = answer("z", op="start", keywords=["FIN"], messaging_profile={"id": "p1"})
    here = situation([claiming], entries, [P1, live_profile("p2", "b"), R1])
    assert "dependency-cycle -" in drafted(here)


def test_recorded_references_that_need_each_other_are_an_error() -> None:
    """A broken ledger must not hang the planner, nor be applied in some order."""
    one, two = recorded(A, P1), recorded(profile("b"), live_profile("p2", "b"))
    here = situation((), objects=[P1, live_profile("p2", "b")])
    entries = {
        one.address: replace(one, references=(two.address,)),
        two.address: replace(two, references=(one.address,)),
    }
    broken = replace(here, ledger=Ledger(here.ledger.header, entries))
    assert "dependency-cycle -" in drafted(broken)
    assert len(list(itertools.chain(draft(broken).changes))) == 2
