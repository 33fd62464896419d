"""Equality with a memory: what was applied and what was answered to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Observed, Remote
from reconciler.model.plan import Desired
from reconciler.model.recording import entry_for, outdated, same
from reconciler.model.reference import Unknown
from reconciler.model.resource import OnRemove

from .specimens import PATCHED, SALT, live, wanted


def entry(desired: Desired, answered: Observed, origin: Origin = Origin.CREATED) -> Entry:
    """What the ledger remembers of it."""
    return entry_for(PATCHED, desired, answered, origin=origin, project="p", salt=SALT)


@pytest.mark.parametrize("secret", [False, True])
@pytest.mark.parametrize(
    ("wanted_now", "seen", "applied", "answered", "equal", "reason"),
    [
        ("u", "u", None, None, True, "equal"),
        ("u", "v", None, None, False, "different, and nothing is remembered"),
        (None, "", None, None, True, "equal to the normaliser"),
        ("u", "v", "u", "v", True, "the server made v of u, and nobody touched either"),
        ("w", "v", "u", "v", False, "we want something else now"),
        ("u", "w", "u", "v", False, "somebody changed it"),
        ("u", None, "u", "v", False, "somebody cleared it"),
        ("u", "", "u", None, True, "the server took nothing, and says so in another spelling"),
        ("u", "u", "x", "y", True, "equal, whatever is remembered"),
    ],
)
def test_when_a_leaf_needs_no_write(
    wanted_now: Any, seen: Any, applied: Any, answered: Any, equal: bool, reason: str, secret: bool
) -> None:
    """The same for secrets, of which only seals are remembered."""
    leaf = PATCHED.leaves[("url",)]
    past = None
    if (applied, answered) != (None, None):
        past = entry(wanted(PATCHED, {"url": applied}, secrets=["url"] if secret else []), live(PATCHED, url=answered))
    assert same(leaf, wanted_now, seen, past, SALT) is equal, reason


def test_what_is_unknown_is_equal_to_nothing() -> None:
    """Not even to null, nor to what was answered."""
    leaf = PATCHED.leaves[("owner",)]
    unknown = Unknown(Address("Owner", "o"))
    assert not same(leaf, unknown, None, None, SALT)
    assert not same(leaf, unknown, "o1", entry(wanted(PATCHED, {"owner": "o1"}), live(PATCHED, owner_id="o1")), SALT)


def test_a_leaf_that_is_remembered_by_half_proves_nothing() -> None:
    """Applied without answered: a foreign or damaged ledger."""
    leaf = PATCHED.leaves[("url",)]
    past = entry(wanted(PATCHED, {"url": "u"}), live(PATCHED, url="v"))
    assert not same(leaf, "u", "v", replace(past, answered={}), SALT)
    assert not same(leaf, "u", "v", replace(past, applied={}), SALT)


def test_an_entry_holds_canonical_json_leaf_by_leaf() -> None:
    """Dotted paths; sets in order, amounts by value; the answer beside the wish."""
    desired = wanted(
        PATCHED, {"places": ["US", "CA"], "limit": "10.00", "pool.weight": 1}, references=(Address("O", "o"),)
    )
    made = entry(desired, live(PATCHED, places=["CA"], limit="9.50", pool={"weight": 1, "sticky": True}, name="n"))
    assert made.applied == {"places": ["CA", "US"], "limit": "10", "pool.weight": 1}
    assert made.answered == {"places": ["CA"], "limit": "9.5", "pool.weight": 1}
    assert made.references == (Address("O", "o"),)
    assert (made.file, made.attempt, made.prevent_destroy) == ("a.yaml", 1, False)


def test_ignored_and_foreign_leaves_are_not_remembered() -> None:
    """They are not ours to compare."""
    kind = replace(PATCHED, uncompared=lambda _: frozenset({("limit",)}))
    desired = wanted(kind, {"url": "u", "limit": "1", "name": "n"}, ignore=["url"])
    made = entry_for(kind, desired, live(kind), origin=Origin.CREATED, project="p", salt=SALT)
    assert made.applied == {"name": "n"}


def test_secrets_are_sealed_in_wish_and_answer() -> None:
    """Equal secrets make equal seals, under one salt only."""
    desired = wanted(PATCHED, {"url": "https://canary", "name": "n"}, secrets=["url"])
    made = entry(desired, live(PATCHED, url="https://canary", name="n"))
    assert "canary" not in repr(made)
    assert made.secrets == ("url",)
    assert made.applied["url"] == made.answered["url"]
    other = entry_for(PATCHED, desired, live(PATCHED), origin=Origin.CREATED, project="p", salt="other")
    assert other.applied["url"] != made.applied["url"]


def test_a_secret_that_is_ignored_is_still_known_as_one() -> None:
    """A delete shows the whole object: what is secret must be told from the ledger alone."""
    made = entry(wanted(PATCHED, {"url": "https://canary"}, secrets=["url"], ignore=["url"]), live(PATCHED))
    assert (made.applied, made.secrets) == ({}, ("url",))


def test_a_secret_that_is_no_longer_stated_is_still_known_as_one() -> None:
    """Its value lives on in the account, where a delete or another manifest meets it, until another one is written."""
    told = entry(wanted(PATCHED, {"url": "https://canary", "name": "n"}, secrets=["url"]), live(PATCHED))
    here, silent = live(PATCHED, url="https://canary", name="n"), wanted(PATCHED, {"name": "n"})
    made = entry_for(PATCHED, silent, here, origin=Origin.CREATED, project="p", salt=SALT, before=told)
    assert (made.applied, made.secrets) == ({"name": "n"}, ("url",))
    assert not outdated(PATCHED, silent, replace(here, remote=made.remote), made, SALT)
    plain = wanted(PATCHED, {"name": "n", "url": "u"})
    assert entry_for(PATCHED, plain, here, origin=Origin.CREATED, project="p", salt=SALT, before=made).secrets == ()


def test_what_is_not_known_yet_is_not_remembered() -> None:
    """The entry of an intent: the run that knows the id records it."""
    desired = wanted(PATCHED, {"name": "n", "owner": Unknown(Address("Owner", "o"))})
    assert entry(desired, live(PATCHED)).applied == {"name": "n"}


@pytest.mark.parametrize(
    ("origin", "stated", "on_remove", "reason"),
    [
        (Origin.CREATED, None, OnRemove.DELETE, "ours, and the kind deletes"),
        (Origin.ADOPTED, None, OnRemove.RETAIN, "it was there before us"),
        (Origin.ADOPTED, OnRemove.DELETE, OnRemove.DELETE, "the manifest says so"),
        (Origin.CREATED, OnRemove.RETAIN, OnRemove.RETAIN, "the manifest says so"),
    ],
)
def test_what_happens_on_removal(origin: Origin, stated: OnRemove | None, on_remove: OnRemove, reason: str) -> None:
    """The manifest, else the origin, else the kind."""
    assert entry(wanted(PATCHED, {}, on_remove=stated), live(PATCHED), origin).on_remove is on_remove, reason


BASE: dict[str, Any] = {"url": "u", "name": "n"}


@pytest.mark.parametrize(
    ("now", "more", "seen", "expected", "reason"),
    [
        (BASE, {}, {}, False, "as it was"),
        (BASE, {"file": "b.yaml"}, {}, False, "the manifest moved to another file"),
        (BASE, {"prevent_destroy": True}, {}, True, "protection must outlive the manifest"),
        (BASE, {"on_remove": OnRemove.RETAIN}, {}, True, "so must what happens on removal"),
        (BASE, {"references": (Address("Owner", "o"),)}, {}, True, "the order of deletes changed"),
        (BASE, {"options": {"attempt": 2}}, {}, True, "another attempt"),
        (BASE, {"secrets": ["url"]}, {}, True, "the plain value must leave the ledger"),
        (BASE, {"ignore": ["url"]}, {}, True, "no longer ours to compare"),
        ({**BASE, "limit": "1"}, {}, {"limit": "1.00"}, True, "one more leaf is stated"),
        ({"name": "n"}, {}, {}, True, "one leaf less is stated"),
        ({**BASE, "url": "w"}, {}, {"url": "w"}, True, "both moved to the same value"),
        (BASE, {}, {"limit": "5"}, False, "a field that is not stated moved"),
    ],
)
def test_when_an_entry_is_outdated(
    now: dict[str, Any], more: dict[str, Any], seen: dict[str, Any], expected: bool, reason: str
) -> None:
    """Nothing remote differs, but the ledger must be told."""
    past = entry(wanted(PATCHED, BASE), live(PATCHED, **BASE))
    observed = live(PATCHED, **{**BASE, **seen})
    assert outdated(PATCHED, wanted(PATCHED, now, **more), observed, past, SALT) is expected, reason


@pytest.mark.parametrize("secrets", [[], ["url"]])
def test_what_was_just_recorded_is_never_outdated(secrets: list[str]) -> None:
    """Otherwise every plan after an apply would hold a record: promise 6."""
    desired = wanted(
        PATCHED,
        {"url": "u", "places": ["b", "a"], "limit": "1.0", "pool.weight": 1, "pool.note": None},
        secrets=secrets,
    )
    answered = live(PATCHED, url="made of it", places=["a"], limit="1", pool={"weight": 1.0})
    assert not outdated(PATCHED, desired, answered, entry(desired, answered), SALT)


def test_leaves_that_became_somebody_elses_outdate_nothing() -> None:
    """An order that was completed: its profile belongs to the number now, and moves with it."""
    past = entry(wanted(PATCHED, BASE), live(PATCHED, **BASE))
    kind = replace(PATCHED, uncompared=lambda _: frozenset({("url",)}))
    assert not outdated(kind, wanted(kind, BASE), live(kind, url="moved", name="n"), past, SALT)
    assert outdated(PATCHED, wanted(PATCHED, BASE), live(PATCHED, url="moved", name="n"), past, SALT)


def test_an_object_under_another_parent_outdates_its_entry() -> None:
    """Its address in the API is part of what is remembered."""
    past = entry(wanted(PATCHED, BASE), live(PATCHED, **BASE))
    elsewhere = replace(live(PATCHED, **BASE), remote=Remote("id-1", "parent"))
    assert outdated(PATCHED, wanted(PATCHED, BASE), elsewhere, past, SALT)


def test_a_secret_that_became_somebody_elses_outdates_nothing() -> None:
    """It stays a secret, and stays recorded as one."""
    past = entry(wanted(PATCHED, BASE, secrets=["url"]), live(PATCHED, **BASE))
    kind = replace(PATCHED, uncompared=lambda _: frozenset({("url",)}))
    assert not outdated(kind, wanted(kind, BASE, secrets=["url"]), live(kind, url="moved", name="n"), past, SALT)
