"""Request bodies, row by row: what is not stated never changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.bodies import (
    carried_over,
    create_body,
    parent_id,
    replacement,
    sends_settings,
    update_body,
)
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, Origin
from reconciler.model.recording import entry_for
from reconciler.model.reference import Unknown

from .specimens import PATCHED, PUT, SALT, live, wanted

NEW = Unknown(Address("Owner", "o"))


@pytest.mark.parametrize(
    ("kind", "values", "body", "reason"),
    [
        (PATCHED, {"name": "n", "born": "b"}, {"name": "n", "born": "b"}, "create-only fields are sent on create"),
        (PATCHED, {"name": "n", "url": None, "pool": None}, {"name": "n"}, "a new object starts out cleared"),
        (PATCHED, {"name": "n", "pool.weight": 1, "pool.note": None}, {"name": "n", "pool": {"weight": 1}}, "nested"),
        (PATCHED, {"name": "n", "owner": "o1"}, {"name": "n", "owner_id": "o1"}, "a reference under the API's name"),
        (PUT, {"owner": "o1", "op": "stop"}, {"op": "stop"}, "a parent in the URL is not in the body"),
        (PUT, {"owner": NEW, "op": "stop"}, {"op": "stop"}, "nor does it matter there that it is unknown"),
    ],
)
def test_create_bodies(kind: ResourceKind, values: dict[str, Any], body: dict[str, Any], reason: str) -> None:
    """What is stated, nulls left out."""
    assert create_body(kind, wanted(kind, values).created_with) == body, reason


def test_defaults_are_created_with_and_never_updated() -> None:
    """``metadata.name`` serves the create only."""
    plain = wanted(PATCHED, {"places": ["US"]})
    desired = replace(plain, defaults={("name",): "local"})
    assert create_body(PATCHED, desired.created_with) == {"name": "local", "places": ["US"]}
    assert update_body(PATCHED, live(PATCHED, name="Remote", places=["CA"]), desired) == {"places": ["US"]}


POOL = {"weight": 1, "sticky": True, "portal_only": 7}


@pytest.mark.parametrize(
    ("observed", "values", "ignore", "body", "reason"),
    [
        ({"name": "n", "url": "u"}, {"name": "n"}, [], {}, "equal: nothing to send"),
        ({"name": "n", "url": "u"}, {"name": "n", "url": "v"}, [], {"url": "v"}, "only what differs"),
        ({"url": "u", "places": ["CA"]}, {"url": None}, [], {"url": None}, "cleared by null"),
        ({"url": ""}, {"url": None}, [], {}, "blank and null are alike"),
        ({"owner_id": "o1"}, {"owner": None}, [], {"owner_id": ""}, "cleared by an empty string"),
        ({"places": ["US", "CA"]}, {"places": ["CA", "US"]}, [], {}, "a set has no order"),
        ({"limit": "10.00"}, {"limit": "10"}, [], {}, "an amount is compared by value"),
        ({"url": "u"}, {"url": "v"}, ["url"], {}, "an ignored field is not sent"),
        ({"born": "a", "url": "u"}, {"born": "b", "url": "v"}, [], {"url": "v"}, "create-only: never in an update"),
        ({"pool": POOL}, {"pool.weight": 9}, [], {"pool": {**POOL, "weight": 9}}, "what others set survives"),
        ({"pool": POOL}, {"pool.weight": 1, "url": "v"}, [], {"url": "v"}, "an equal object is not sent"),
        ({"pool": None}, {"pool.weight": 9}, [], {"pool": {"weight": 9}}, "an object that was off"),
        ({}, {"pool.weight": 9}, [], {"pool": {"weight": 9}}, "an object that the answer leaves out"),
        (
            {"pool": None},
            {"pool.weight": 9, "pool.sticky": False, "pool.note": None},
            ["pool.weight"],
            {"pool": {"weight": 9, "sticky": False}},
            "an object that was off begins as on a create, ignored leaves too",
        ),
        ({"pool": POOL}, {"pool": None}, [], {"pool": None}, "an object turned off"),
        (
            {"pool": POOL},
            {"pool.weight": 9, "pool.sticky": False},
            ["pool.sticky"],
            {"pool": {**POOL, "weight": 9}},
            "an overlay carries the observed value of an ignored leaf",
        ),
        ({"pool": POOL}, {"pool.weight": 9}, ["pool"], {}, "an ignored object is ignored with all its leaves"),
        (
            {"pool": {**POOL, "note": "n"}},
            {"pool.note": None},
            [],
            {"pool": POOL},
            "cleared by leaving it out of the object",
        ),
    ],
)
def test_patch_bodies(
    observed: dict[str, Any], values: dict[str, Any], ignore: list[str], body: dict[str, Any], reason: str
) -> None:
    """The top-level fields that differ; whole objects as observed, overlaid."""
    desired = wanted(PATCHED, values, ignore=ignore)
    assert update_body(PATCHED, live(PATCHED, **observed), desired) == body, reason


ROW = {"op": "stop", "words": ["STOP"], "text": "t", "extra": None, "owner_id": "o1"}


@pytest.mark.parametrize(
    ("observed", "values", "ignore", "body", "reason"),
    [
        (ROW, {"op": "stop", "words": ["STOP"]}, [], {}, "equal: nothing to send"),
        (
            ROW,
            {"words": ["END"]},
            [],
            {"op": "stop", "words": ["END"], "text": "t", "extra": None},
            "the others as observed, the parent left to the URL",
        ),
        (ROW, {"text": None}, [], {"op": "stop", "words": ["STOP"], "extra": None}, "cleared by leaving it out"),
        (
            {**ROW, "text": ""},
            {"words": ["END"]},
            [],
            {"op": "stop", "words": ["END"], "text": "", "extra": None},
            "what was blank stays blank",
        ),
        (
            {**ROW, "text": None},
            {"words": ["END"]},
            [],
            {"op": "stop", "words": ["END"], "extra": None},
            "what was cleared stays cleared",
        ),
        (
            ROW,
            {"words": ["END"], "text": "mine"},
            ["text"],
            {"op": "stop", "words": ["END"], "text": "t", "extra": None},
            "an ignored leaf as observed",
        ),
        (
            {**ROW, "words": ["b", "a"]},
            {"words": ["a", "b"], "text": "new"},
            [],
            {"op": "stop", "words": ["b", "a"], "text": "new", "extra": None},
            "what is equal is repeated as the server has it",
        ),
        (ROW, {"op": "start"}, [], {}, "a create-only field alone is nothing that an update can do"),
        (
            ROW,
            {"op": "start", "text": "new"},
            [],
            {"op": "stop", "words": ["STOP"], "text": "new", "extra": None},
            "a create-only field is repeated, never changed",
        ),
    ],
)
def test_put_bodies(
    observed: dict[str, Any], values: dict[str, Any], ignore: list[str], body: dict[str, Any], reason: str
) -> None:
    """All writable fields as observed, overlaid."""
    assert update_body(PUT, live(PUT, **observed), wanted(PUT, values, ignore=ignore)) == body, reason


def test_what_the_server_made_of_the_same_wish_is_not_sent_again() -> None:
    """It ignored the url; only the new limit goes out."""
    answered = live(PATCHED, url="server's own", limit="1")
    entry = _entry(wanted(PATCHED, {"url": "mine", "limit": "1"}), answered)
    desired = wanted(PATCHED, {"url": "mine", "limit": "2"})
    assert update_body(PATCHED, answered, desired, entry=entry, salt=SALT) == {"limit": "2"}
    assert update_body(PATCHED, answered, desired) == {"url": "mine", "limit": "2"}


def _entry(desired: Any, answered: Any) -> Entry:
    return entry_for(PATCHED, desired, answered, origin=Origin.CREATED, project="p", salt=SALT)


def test_somebody_elses_leaves_are_not_sent() -> None:
    """The kind says so, by the state of the object."""
    kind = replace(PATCHED, uncompared=lambda seen: frozenset({("url",)} if seen.attributes.get("limit") else ()))
    desired = wanted(kind, {"url": "v", "name": "m"})
    assert update_body(kind, live(kind, url="u", name="n", limit="1"), desired) == {"name": "m"}
    assert update_body(kind, live(kind, url="u", name="n"), desired) == {"url": "v", "name": "m"}


def test_a_replace_keeps_what_is_not_ours_as_the_old_object_had_it() -> None:
    """Stated: as stated. Ignored, or not stated, at any depth: the old value (promise 5)."""
    desired = wanted(
        PATCHED, {"name": "n", "url": "mine", "pool.weight": 2, "pool.sticky": False}, ignore=["url", "pool.sticky"]
    )
    old = live(PATCHED, name="old", url="theirs", places=["CA"], pool=POOL)
    made = replacement(desired, carried_over(PATCHED, old, desired))
    assert create_body(PATCHED, made.created_with) == {
        "name": "n",
        "url": "theirs",
        "places": ["CA"],
        "pool": {"weight": 2, "sticky": True},
    }


def test_a_replace_takes_settings_over_whole_and_leaves_cleared_ones_cleared() -> None:
    """An object that is not stated at all is not ours; one that is null is."""
    old = live(PATCHED, name="old", pool=POOL)
    for stated, pool in ({"name": "n"}, {"pool": POOL}), ({"name": "n", "pool": None}, {}):
        desired = wanted(PATCHED, stated)
        made = replacement(desired, carried_over(PATCHED, old, desired))
        assert create_body(PATCHED, made.created_with) == {"name": "n", **pool}


@pytest.mark.parametrize("values", [{"owner": NEW}, {"owner": NEW, "url": "v"}])
def test_what_is_unknown_never_reaches_a_body(values: dict[str, Any]) -> None:
    """A defect of the caller, and loud."""
    desired = wanted(PATCHED, values)
    with pytest.raises(ValueError, match="owner is not known yet: Owner/o"):
        create_body(PATCHED, desired.created_with)
    with pytest.raises(ValueError, match="owner is not known yet"):
        update_body(PATCHED, live(PATCHED, owner_id="o1"), desired)
    with pytest.raises(ValueError, match="owner is not known yet"):
        parent_id(PUT, {("owner",): NEW})


def test_the_parent_of_a_create() -> None:
    """Only where it is in the URL."""
    assert parent_id(PUT, {("owner",): "o1"}) == "o1"
    assert parent_id(PATCHED, {("owner",): "o1"}) is None


def test_whole_objects_are_told_from_plain_fields() -> None:
    """What decides whether an object is read again before a PATCH."""
    assert sends_settings(PATCHED, {"pool": {"weight": 1}})
    assert sends_settings(PATCHED, {"pool": None})
    assert not sends_settings(PATCHED, {"url": "v"})
