"""A claimed id is never deleted, and only what we recorded is ours to delete (promise 4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.ledger import Origin
from reconciler.model.plan import Move
from reconciler.model.scope import Scope
from reconciler.planner.draft import draft
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    HERE,
    LOST,
    ORDER,
    P1,
    A,
    answer,
    drafted,
    live_answer,
    live_profile,
    live_sender,
    order,
    pinned,
    profile,
    recorded,
    sender,
    situation,
)

B, P2 = profile("b"), live_profile("p2", "b")
BESIDE = recorded(B, P2)
FAR = replace(recorded(profile("far"), live_profile("p2", "a")), file="far.yaml")
SOME_PATHS = Scope(whole=False, prune=False, loaded_files=frozenset({"m.yaml"}))

ROWS: dict[str, tuple[Situation, list[str]]] = {
    "a pin takes over what an entry without a manifest holds: a move, not a delete": (
        situation([pinned(A, "p2")], [HERE, BESIDE], [P2], gone=[("MessagingProfile", "p1")]),
        ["move MessagingProfile/a renamed from MessagingProfile/b"],
    ),
    "two entries of one object: the one without a manifest is forgotten": (
        situation([A], [HERE, recorded(B, P1)], [P1]),
        ["noop MessagingProfile/a unchanged", "forget MessagingProfile/b claimed"],
    ),
    "two entries of one object, neither desired: deleted once": (
        situation((), [HERE, recorded(B, P1)], [P1]),
        ["delete MessagingProfile/a not-desired", "forget MessagingProfile/b claimed"],
    ),
    "a refused manifest still claims what it means": (
        situation(
            [profile("a", resource_group_id="x")],
            [recorded(profile("old", name="a"), P1)],
            [live_profile(resource_group_id="y")],
        ),
        ["immutable-field MessagingProfile/a"],
    ),
    "of two candidates, the one that an entry of an unloaded file keeps is not meant": (
        situation([A], [FAR], [P1, live_profile("p2", "a")], scope=SOME_PATHS),
        ["adopt MessagingProfile/a natural-key"],
    ),
    "--prune with paths: what it would delete may as well be renamed": (
        situation([A], [replace(HERE, address=B.address, file="far.yaml")], [P1], scope=Scope(whole=False, prune=True)),
        ["move MessagingProfile/a renamed from MessagingProfile/b"],
    ),
    "another project recorded this very address": (
        situation([A], [replace(HERE, project="x")], [live_profile(whitelisted_destinations=["CA"])]),
        ["claimed-twice MessagingProfile/a"],
    ),
    "another project recorded what renamed_from names": (
        situation([replace(B, renamed_from="a")], [replace(HERE, project="x")], [P1]),
        ["claimed-twice MessagingProfile/b"],
    ),
    "recorded, and neither seen nor gone": (situation([A], [HERE]), ["not-observed MessagingProfile/a"]),
    "pinned elsewhere, the recorded id neither seen nor gone": (
        situation([pinned(A, "p2")], [HERE], [live_profile("p2")]),
        ["not-observed MessagingProfile/a"],
    ),
    "not desired, recorded, neither seen nor gone": (situation((), [HERE]), ["not-observed MessagingProfile/a"]),
    "pinned to what has come to nothing": (
        situation([pinned(order(), "o1")], objects=[LOST]),
        ["no-such-remote HostedNumberOrder/desk"],
    ),
    "two manifests would create one object": (
        situation([A, profile("b", name="a")]),
        ["claimed-twice MessagingProfile/a", "claimed-twice MessagingProfile/b"],
    ),
    "one manifest would create what another would replace its own with": (
        situation(
            [A, sender("one"), sender("two", us_long_code_fallback="+15125550142")],
            [HERE, recorded(sender("two"), live_sender())],
            [P1, live_sender()],
        ),
        [
            "noop MessagingProfile/a unchanged",
            "claimed-twice AlphanumericSenderId/one",
            "claimed-twice AlphanumericSenderId/two",
        ],
    ),
    "two manifests would create rows that share a word": (
        situation([A, answer("one"), answer("two", keywords=["stop", "END"])], [HERE], [P1]),
        [
            "noop MessagingProfile/a unchanged",
            "claimed-twice AutoResponse/one",
            "claimed-twice AutoResponse/two",
        ],
    ),
    "two manifests would create rows of one key without a word in common": (
        situation([A, answer("one"), answer("two", keywords=["END"])]),
        ["create MessagingProfile/a new", "create AutoResponse/one new", "create AutoResponse/two new"],
    ),
    "a manifest would create a row on the key of another manifest's, without a word in common": (
        situation(
            [A, answer("one"), answer("two", keywords=["END"])],
            [HERE, recorded(answer("one"), live_answer())],
            [P1, live_answer()],
        ),
        ["noop MessagingProfile/a unchanged", "noop AutoResponse/one unchanged", "create AutoResponse/two new"],
    ),
    "what would replace a row is in no stranger's place, where another manifest takes over what is there": (
        situation(
            [A, answer("one", country_code="CA"), answer("two", country_code="CA", keywords=["END"])],
            [HERE, recorded(answer("one"), live_answer())],
            [P1, live_answer(), live_answer("r2", country_code="CA", keywords=["END", "STOP"])],
        ),
        [
            "noop MessagingProfile/a unchanged",
            "adopt AutoResponse/two natural-key",
            "replace AutoResponse/one cannot-update",
        ],
    ),
    "two manifests mean one row, by two spellings of their parent": (
        situation([A, answer("one"), answer("two", messaging_profile={"id": "p1"})], [HERE], [P1, live_answer()]),
        ["noop MessagingProfile/a unchanged", "claimed-twice AutoResponse/one", "claimed-twice AutoResponse/two"],
    ),
    "a manifest that comes to a key counts, though it is recorded elsewhere": (
        situation(
            [A, answer("one", country_code="CA"), answer("two", country_code="CA", keywords=["END"])],
            [HERE, recorded(answer("one"), live_answer())],
            [P1, live_answer(), live_answer("r2", country_code="CA", keywords=["FIN"])],
        ),
        ["noop MessagingProfile/a unchanged", "replace AutoResponse/one cannot-update", "create AutoResponse/two new"],
    ),
    "what one object answered says nothing of another": (
        situation(
            [profile("a", enabled=True)],
            [recorded(profile("a", enabled=True), live_profile(enabled=False))],
            [live_profile("p2", enabled=False)],
            gone=[("MessagingProfile", "p1")],
        ),
        ["adopt MessagingProfile/a natural-key"],
    ),
    "words decide between manifests that spell their parent differently": (
        situation(
            [A, answer("one", keywords=["END"]), answer("two", messaging_profile={"id": "p1"})],
            [HERE],
            [P1, live_answer()],
        ),
        ["noop MessagingProfile/a unchanged", "create AutoResponse/one new", "adopt AutoResponse/two natural-key"],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_no_claim_is_overlooked(row: str) -> None:
    """Moves, refusals or nothing at all; never a delete of what somebody claims."""
    here, expected = ROWS[row]
    assert sorted(drafted(here)) == sorted(expected), row


def test_what_one_object_answered_says_nothing_of_another() -> None:
    """The server ignored ``enabled`` once; the object that is adopted instead is asked again."""
    here, _ = ROWS["what one object answered says nothing of another"]
    assert [diff.path for change in draft(here).changes for diff in change.diffs] == [("enabled",)]


def test_a_pin_never_makes_a_strangers_object_ours_to_delete() -> None:
    """Pinned over a vanished record: the object is adopted, whatever the old one was."""
    here = situation([pinned(A, "p2")], [HERE], [live_profile("p2")], gone=[("MessagingProfile", "p1")])
    match draft(here).changes:
        case [Move() as change]:
            assert (change.entry.origin, change.entry.remote.id) == (Origin.ADOPTED, "p2")
        case other:
            pytest.fail(f"expected a move, not {other}")


def test_a_pin_never_replaces_what_was_not_recorded() -> None:
    """Pinned over a vanished record, and immutable: refused, not deleted and made again."""
    wanted = pinned(sender(us_long_code_fallback="+15125550142"), "s2")
    gone = [("AlphanumericSenderId", "s1")]
    entries = [HERE, recorded(sender(), live_sender())]
    here = situation([A, wanted], entries, [P1, live_sender("s2")], gone=gone)
    assert drafted(here)[1:] == ["immutable-field AlphanumericSenderId/acme"]


def test_a_double_claim_names_both_places() -> None:
    """Each refusal says where the other manifest stands."""
    two = profile("b", name="a", file="two.yaml")
    findings = {str(f.address): f.summary for f in draft(situation([A, two], objects=[P1])).diagnostics}
    assert "MessagingProfile/b (two.yaml:1:1)" in findings["MessagingProfile/a"]
    assert "MessagingProfile/a (m.yaml:1:1)" in findings["MessagingProfile/b"]


REMOVED = "reference-removed"


@pytest.mark.parametrize(
    ("written", "removed"),
    [({"id": "p1"}, True), ({"name": "a"}, True), ({"id": "p2"}, False)],
)
def test_what_is_deleted_cannot_be_referred_to_in_any_way(written: dict[str, str], removed: bool) -> None:
    """An id or a remote name is as good as a local one."""
    here = situation([answer(messaging_profile=written)], [HERE], [P1, live_profile("p2", "b")])
    assert (REMOVED in {finding.code for finding in draft(here).diagnostics}) is removed


def test_what_is_merely_forgotten_can_be_referred_to_by_id() -> None:
    """Handing a profile over: no longer managed here, still used."""
    retained = replace(HERE, on_remove=ORDER.on_remove)
    here = situation([answer(messaging_profile={"id": "p1"})], [retained], [P1])
    assert draft(here).diagnostics == ()
