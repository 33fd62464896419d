"""What is written is what is read, and what cannot be understood is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from reconciler.ledger.document import TooNew, ledger_document, ledger_from
from reconciler.ledger.lines import decoded, encoded
from reconciler.model.fields import Unreadable, parsed, spelled
from reconciler.model.ledger import Header, Intended, Ledger, Line, Recorded

from .cases import PROFILE, entry, intent
from .strategies import headers, ledgers, lines

LEDGER = Ledger(Header(lineage="l", salt="s"), {PROFILE: entry()}, {PROFILE: intent()}, {"outcome": "applied"})


def document() -> dict[str, Any]:
    """A fresh copy of a good document."""
    value: dict[str, Any] = parsed(spelled(ledger_document(LEDGER)))
    return value


@pytest.mark.slow
@given(ledgers)
def test_ledger_round_trips(ledger: Ledger) -> None:
    """Every ledger comes back equal, whatever its names and values hold."""
    assert ledger_from(parsed(spelled(ledger_document(ledger), indent=2))) == ledger


@given(lines, headers)
def test_line_round_trips(line: Line, header: Header) -> None:
    """Every line comes back equal, on one line, with the stamp of its ledger file."""
    content = encoded(line, header)
    assert content.count(b"\n") == 1
    found = decoded(parsed(content), "line 1")
    assert (found.line, found.lineage, found.serial) == (line, header.lineage, header.serial)


@pytest.mark.slow
@given(ledgers)
def test_spelling_is_harmless(ledger: Ledger) -> None:
    """Looking at a ledger in a terminal or an editor executes and hides nothing."""
    text = spelled(ledger_document(ledger), indent=2).decode()
    assert not [char for char in text if char in "\x1b\x7f\x85\u202e\u2028\u2066\ufeff"]


def test_document_is_for_people() -> None:
    """Entries stand in the order of their addresses and letters stay letters."""
    one, two = entry(PROFILE._replace(name="b")), entry(PROFILE._replace(name="a"), project="Grün")
    text = spelled(ledger_document(Ledger(Header(), {one.address: one, two.address: two})), indent=2).decode()
    assert text.index('"MessagingProfile/a"') < text.index('"MessagingProfile/b"')
    assert "Grün" in text


def test_newer_version_is_told_apart() -> None:
    """A ledger of a later program says so, rather than that it is broken."""
    with pytest.raises(TooNew, match="version 3"):
        ledger_from({**document(), "version": 3, "something": "new"})


@pytest.mark.parametrize(
    ("reason", "change", "message"),
    [
        ("unknown key", {"extra": 1}, 'does not know: "extra"'),
        ("no salt", {"salt": ""}, "no salt"),
        ("version is not a number", {"version": "1"}, '"version"'),
        ("true is not a number", {"serial": True}, '"serial"'),
        ("negative", {"serial": -1}, "negative"),
        ("null where text belongs", {"endpoint": None}, '"endpoint"'),
        ("entries are no list", {"entries": {}}, '"entries"'),
        ("entry is no object", {"entries": ["x"]}, "entry 1 is not an object"),
        ("same address twice", {"entries": document()["entries"] * 2}, "there twice"),
        ("run is no object", {"last_run": []}, '"last_run"'),
    ],
)
def test_wrong_documents_are_refused(reason: str, change: dict[str, Any], message: str) -> None:
    """Each message names the part that is wrong."""
    with pytest.raises(Unreadable, match=message):
        ledger_from({**document(), **change})


@pytest.mark.parametrize(
    ("reason", "change", "message"),
    [
        ("unknown key in an entry", {"later": 1}, 'entry 1 .*"later"'),
        ("address without a name", {"address": "MessagingProfile"}, "not an address"),
        ("origin of an unknown sort", {"origin": "found"}, '"origin" of entry 1'),
        ("secrets that are numbers", {"secrets": [1]}, "list of strings"),
        ("flag that is a word", {"prevent_destroy": "no"}, "true or false"),
        ("no id", {"remote": {"id": "", "parent_id": None}}, "cannot be the id of"),
        ("an id that is a path", {"remote": {"id": "..", "parent_id": None}}, "cannot be the id of"),
        ("a parent that is a path", {"remote": {"id": "x", "parent_id": "."}}, "cannot be the parent id of"),
        ("an id that ends a line", {"remote": {"id": "a\nb", "parent_id": None}}, "cannot be the id of"),
        ("an id of half a character", {"remote": {"id": "\udc80", "parent_id": None}}, "cannot be the id of"),
    ],
)
def test_wrong_entries_are_refused(reason: str, change: dict[str, Any], message: str) -> None:
    """As above, one level down."""
    good = document()
    with pytest.raises(Unreadable, match=message):
        ledger_from({**good, "entries": [{**good["entries"][0], **change}]})


@pytest.mark.parametrize("part", [["a"], {"name": "a"}])
def test_a_part_of_an_identity_is_a_scalar_or_a_parent(part: Any) -> None:
    """Anything else could be compared with nothing."""
    value = json.loads(encoded(Intended((intent(),)), Header(lineage="l")))
    value["intents"][0]["identity"] = [part]
    with pytest.raises(Unreadable, match="part of an identity"):
        decoded(value, "line 1")


@pytest.mark.parametrize("key", sorted(document()))
def test_every_key_is_needed(key: str) -> None:
    """A missing key is never guessed."""
    good = document()
    del good[key]
    with pytest.raises(Unreadable, match=f'no "{key}"'):
        ledger_from(good)


def test_unknown_line_is_refused() -> None:
    """A line of a later program is not skipped."""
    with pytest.raises(Unreadable, match="sort"):
        decoded({"lineage": "l", "serial": 0, "line": "spun"}, "line 1")


def test_unknown_key_of_a_line_is_refused() -> None:
    """Neither is a known line that says more than this program understands."""
    value = json.loads(encoded(Recorded(entry()), Header(lineage="l")))
    with pytest.raises(Unreadable, match='"more"'):
        decoded({**value, "more": 1}, "line 1")


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "[" * 200_000, "{", "", "\x00"])
def test_what_is_not_json_is_a_value_error(text: str) -> None:
    """One exception for all of it, absurd nesting included."""
    with pytest.raises(ValueError, match=r".*"):
        parsed(text)


def test_values_outside_json_are_a_mistake_of_the_caller() -> None:
    """What would not come back equal is not written."""
    with pytest.raises(ValueError, match="JSON"):
        spelled({"a": float("nan")})


def test_a_name_may_hold_what_ends_a_kind() -> None:
    """Only the first slash does."""
    odd = entry(PROFILE._replace(name="a/b"))
    ledger = Ledger(Header(lineage="l", salt="s"), {odd.address: odd})
    assert ledger_from(parsed(spelled(ledger_document(ledger)))) == ledger
