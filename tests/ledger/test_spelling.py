"""Every byte that a ledger and its journal are made of, and every word about bytes that are wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.ledger.document import intent_document, intent_from, ledger_document, ledger_from
from reconciler.ledger.folding import (
    checked_line,
    document_bytes,
    document_in,
    ledger_in,
    lines_for,
    new_header,
    next_serial,
)
from reconciler.ledger.lines import Stamped, decoded, encoded
from reconciler.model.fields import Fields, Unreadable, parsed, spelled
from reconciler.model.ledger import (
    Begun,
    HalfReplaced,
    Header,
    Identified,
    Intended,
    Intent,
    IntentKind,
    Ledger,
    Line,
    Origin,
    Recorded,
    Removed,
    Settled,
)
from reconciler.model.observed import Remote
from reconciler.model.reference import Unknown
from reconciler.model.resource import OnRemove

from .cases import OTHER, PROFILE, entry, intent
from .refusing import refused

HEADER = Header(
    lineage="line",
    serial=7,
    account="default",
    endpoint="https://api.telnyx.com/v2",
    organization_id="org",
    salt="grain",
)
FULL = Intent(
    address=OTHER,
    action=IntentKind.REPLACE,
    identity=("STOP", None, Unknown(PROFILE)),
    shared=("keyword",),
    seen=("seen-id",),
    remote=Remote("old-id", "parent-id"),
    entry=entry(
        OTHER,
        remote=Remote("", "parent-id"),
        origin=Origin.ADOPTED,
        on_remove=OnRemove.RETAIN,
        prevent_destroy=True,
        secrets=("token",),
        references=(PROFILE,),
        attempt=3,
    ),
    carried={"note": "kept"},
    sealed=("sealed-path",),
)
FULL_DOCUMENT: dict[str, Any] = {
    "address": "AutoResponse/stop",
    "action": "replace",
    "identity": ["STOP", None, {"unknown": "MessagingProfile/marketing"}],
    "shared": ["keyword"],
    "seen": ["seen-id"],
    "remote": {"id": "old-id", "parent_id": "parent-id"},
    "entry": {
        "address": "AutoResponse/stop",
        "remote": {"id": "", "parent_id": "parent-id"},
        "origin": "adopted",
        "project": "default",
        "file": "profiles.yaml",
        "on_remove": "retain",
        "prevent_destroy": True,
        "applied": {"name": "Marketing", "whitelisted_destinations": ["US", "CA"]},
        "answered": {"name": "Marketing", "whitelisted_destinations": ["CA", "US"]},
        "secrets": ["token"],
        "references": ["MessagingProfile/marketing"],
        "attempt": 3,
    },
    "carried": {"note": "kept"},
    "sealed": ["sealed-path"],
}
BARE = Intent(address=PROFILE, action=IntentKind.DELETE)
BARE_DOCUMENT: dict[str, Any] = {
    "address": "MessagingProfile/marketing",
    "action": "delete",
    "identity": None,
    "shared": [],
    "seen": [],
    "remote": None,
    "entry": None,
    "carried": {},
    "sealed": [],
}
ENTRY_DOCUMENT: dict[str, Any] = {
    "address": "MessagingProfile/marketing",
    "remote": {"id": "4001-id", "parent_id": None},
    "origin": "created",
    "project": "default",
    "file": "profiles.yaml",
    "on_remove": "delete",
    "prevent_destroy": False,
    "applied": {"name": "Marketing", "whitelisted_destinations": ["US", "CA"]},
    "answered": {"name": "Marketing", "whitelisted_destinations": ["CA", "US"]},
    "secrets": [],
    "references": [],
    "attempt": 1,
}
LEDGER = Ledger(HEADER, {PROFILE: entry()}, {OTHER: FULL, PROFILE: BARE}, {"outcome": "applied"}, ("sha256:1",))
LEDGER_DOCUMENT: dict[str, Any] = {
    "version": 1,
    "lineage": "line",
    "serial": 7,
    "account": "default",
    "endpoint": "https://api.telnyx.com/v2",
    "organization_id": "org",
    "salt": "grain",
    "entries": [ENTRY_DOCUMENT],
    "intents": [FULL_DOCUMENT, BARE_DOCUMENT],
    "last_run": {"outcome": "applied"},
    "begun": ["sha256:1"],
}
RESTORE = (
    "restore it from a backup, or move it away to start with an empty ledger: plans still find every object by "
    "natural key, only pruning waits until it is recorded again"
)


def in_order(value: Any) -> str:
    """With the order of the keys, which equality of dicts does not see."""
    return spelled(value).decode()


def test_an_intent_is_spelled_like_this() -> None:
    """Key by key, in this order; and back."""
    assert in_order(intent_document(FULL)) == in_order(FULL_DOCUMENT)
    assert in_order(intent_document(BARE)) == in_order(BARE_DOCUMENT)
    assert intent_from(Fields(FULL_DOCUMENT, "it")) == FULL
    assert intent_from(Fields(BARE_DOCUMENT, "it")) == BARE


def test_a_ledger_is_spelled_like_this() -> None:
    """Key by key, in this order, two blanks for each level, and a line end; and back."""
    assert in_order(ledger_document(LEDGER)) == in_order(LEDGER_DOCUMENT)
    assert ledger_from(LEDGER_DOCUMENT) == LEDGER
    assert document_bytes(LEDGER) == spelled(LEDGER_DOCUMENT, indent=2) + b"\n"
    assert document_in(document_bytes(LEDGER), account="default", where="w") == LEDGER
    new = Ledger(Header(lineage="l", salt="s"))
    empty = {"serial": 0, "account": new.header.account, "endpoint": "", "organization_id": None, "salt": "s"}
    rest: dict[str, Any] = {"entries": [], "intents": [], "last_run": None, "begun": []}
    document = {"version": 1, "lineage": "l", **empty, **rest}
    assert in_order(ledger_document(new)) == in_order(document)
    assert ledger_from(document) == new


@pytest.mark.parametrize(
    "ledger",
    [
        replace(LEDGER, rotations={PROFILE: "hmac:seal"}),
        replace(LEDGER, entries={PROFILE: replace(entry(), proven=("+15125550100",))}),
        replace(LEDGER, entries={PROFILE: replace(entry(), papers={"loa": "hmac:seal"})}),
        replace(LEDGER, intents={OTHER: replace(FULL, entry=entry(OTHER, papers={"loa": "hmac:seal"}))}),
    ],
)
def test_what_version_1_does_not_know_is_version_2(ledger: Ledger) -> None:
    """So that a program of then tells to upgrade it, and not to put the ledger aside."""
    document = ledger_document(ledger)
    assert document["version"] == 2
    assert ledger_from(document) == ledger


ID = "id of an object"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 3}, "the ledger has version 3; this program knows versions up to 2"),
        ({"lineage": ""}, "the ledger has no lineage or no salt"),
        ({"salt": ""}, "the ledger has no lineage or no salt"),
        ({"serial": -1}, '"serial" of the ledger is negative'),
        ({"version": "1"}, '"version" of the ledger is not a whole number'),
        ({"more": 1}, 'the ledger has keys that this version does not know: "more"'),
        ({"begun": [1]}, '"begun" of the ledger is not a list of strings'),
        ({"last_run": 1}, '"last_run" of the ledger is not an object or null'),
        ({"entries": [ENTRY_DOCUMENT] * 2}, "MessagingProfile/marketing is there twice"),
        ({"intents": [FULL_DOCUMENT] * 2}, "AutoResponse/stop is there twice"),
        ({"entries": [ENTRY_DOCUMENT, 1]}, "entry 2 is not an object"),
        ({"intents": [FULL_DOCUMENT, 1]}, "intent 2 is not an object"),
        ({"intents": [{**BARE_DOCUMENT, "more": 1}]}, 'intent 1 has keys that this version does not know: "more"'),
        ({"intents": [{**BARE_DOCUMENT, "identity": [[]]}]}, "a part of an identity is a list"),
        (
            {"intents": [{**BARE_DOCUMENT, "identity": [{"name": "a"}]}]},
            'a part of an identity has no "unknown"',
        ),
        (
            {"intents": [{**BARE_DOCUMENT, "identity": [{"unknown": "A/b", "c": 1}]}]},
            'a part of an identity has keys that this version does not know: "c"',
        ),
        ({"entries": [{**ENTRY_DOCUMENT, "attempt": -1}]}, '"attempt" of entry 1 is negative'),
        ({"entries": [{**ENTRY_DOCUMENT, "remote": {"id": "", "parent_id": None}}]}, f'"" cannot be the {ID}'),
        ({"entries": [{**ENTRY_DOCUMENT, "remote": {"id": "a/\n", "parent_id": None}}]}, f'"a/\\n" cannot be the {ID}'),
        (
            {"entries": [{**ENTRY_DOCUMENT, "remote": {"id": "a", "parent_id": None, "more": 1}}]},
            '"remote" of entry 1 has keys that this version does not know: "more"',
        ),
        ({"entries": [{**ENTRY_DOCUMENT, "remote": {"parent_id": None}}]}, '"remote" of entry 1 has no "id"'),
        (
            {"entries": [{**ENTRY_DOCUMENT, "remote": {"id": 1, "parent_id": None}}]},
            '"id" of "remote" of entry 1 is not a string',
        ),
        ({"entries": [{**ENTRY_DOCUMENT, "attempt": True}]}, '"attempt" of entry 1 is not a whole number'),
    ],
)
def test_wrong_ledgers_are_refused_in_these_words(change: dict[str, Any], told: str) -> None:
    """The part, and what is wrong with it."""
    with pytest.raises(Unreadable) as caught:
        ledger_from({**LEDGER_DOCUMENT, **change})
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        ({"address": "/name"}, '"address" of entry 1: .*"/name"'),
        ({"address": "Kind/"}, '"address" of entry 1: .*"Kind/"'),
        ({"address": "Kind"}, '"address" of entry 1: .*"Kind"'),
        ({"origin": "found"}, '"origin" of entry 1: .*found'),
        ({"on_remove": "keep"}, '"on_remove" of entry 1: .*keep'),
    ],
)
def test_words_of_a_closed_list(change: dict[str, Any], pattern: str) -> None:
    """An address, an origin, a removal: each is read strictly, also on the short way that most entries take."""
    with pytest.raises(Unreadable, match=pattern):
        ledger_from({**LEDGER_DOCUMENT, "entries": [{**ENTRY_DOCUMENT, **change}]})


@pytest.mark.parametrize(
    "changes",
    [
        {"secrets": ("a",)},
        {"references": (OTHER,)},
        {"remote": Remote("4001-id", "parent")},
        {"remote": Remote("an id: with blanks")},
        {"remote": Remote("a")},
        {"origin": Origin.ADOPTED, "on_remove": OnRemove.RETAIN, "prevent_destroy": True, "attempt": 2},
        {"project": "p", "file": "f", "applied": {}, "answered": {"a": 1}},
    ],
)
def test_entries_are_the_same_on_both_ways(changes: dict[str, Any]) -> None:
    """The short way for nearly all of them, the strict one for the rest: nothing of an entry is lost on either."""
    ledger = Ledger(HEADER, {PROFILE: entry(**changes)})
    assert ledger_from(parsed(spelled(ledger_document(ledger)))) == ledger


LINES: list[tuple[Line, dict[str, Any]]] = [
    (Intended((FULL, BARE)), {"line": "intended", "intents": [FULL_DOCUMENT, BARE_DOCUMENT]}),
    (Recorded(entry()), {"line": "recorded", "entry": ENTRY_DOCUMENT, "instead_of": None}),
    (Recorded(entry(), OTHER), {"line": "recorded", "entry": ENTRY_DOCUMENT, "instead_of": "AutoResponse/stop"}),
    (Removed(OTHER), {"line": "removed", "address": "AutoResponse/stop"}),
    (HalfReplaced(OTHER), {"line": "half-replaced", "address": "AutoResponse/stop"}),
    (Settled(OTHER), {"line": "settled", "address": "AutoResponse/stop"}),
    (Begun("sha256:1"), {"line": "begun", "fingerprint": "sha256:1"}),
    (Identified("https://x", "org"), {"line": "identified", "endpoint": "https://x", "organization_id": "org"}),
    (Identified("https://x", None), {"line": "identified", "endpoint": "https://x", "organization_id": None}),
]


@pytest.mark.parametrize(("line", "body"), LINES)
def test_a_line_is_spelled_like_this(line: Line, body: dict[str, Any]) -> None:
    """The ledger that it applies to, its sort, and what it says; and back."""
    content = spelled({"lineage": "line", "serial": 7, **body}) + b"\n"
    assert encoded(line, HEADER) == content
    assert decoded(parsed(content), "line 1") == Stamped("line", 7, line)
    assert checked_line(line, HEADER, where="w") == (content, line)


GOOD_LINE = {"lineage": "line", "serial": 7, "line": "removed", "address": "A/b"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1, "line 3 is not an object"),
        ({}, 'line 3 has no "lineage"'),
        ({**GOOD_LINE, "serial": "7"}, '"serial" of line 3 is not a whole number'),
        ({**GOOD_LINE, "line": "spun"}, 'line 3 is of a sort that this version does not know: "spun"'),
        ({**GOOD_LINE, "more": 1}, 'line 3 has keys that this version does not know: "more"'),
        (
            {"lineage": "l", "serial": 0, "line": "intended", "intents": [{}]},
            'an intent of line 3 has no "identity"',
        ),
        ({"lineage": "l", "serial": 0, "line": "recorded", "entry": {}}, '"entry" of line 3 has no "address"'),
        ({"lineage": "l", "serial": 0, "line": "begun"}, 'line 3 has no "fingerprint"'),
        ({"lineage": "l", "serial": 0, "line": "identified", "endpoint": ""}, 'line 3 has no "organization_id"'),
    ],
)
def test_wrong_lines_are_refused_in_these_words(value: Any, told: str) -> None:
    """The line, and what is wrong with it."""
    with pytest.raises(Unreadable) as caught:
        decoded(value, "line 3")
    assert str(caught.value) == told


def test_an_intent_may_have_no_id_yet() -> None:
    """What a create will record has none; what is recorded has one."""
    nameless = entry(remote=Remote(""))
    line = Intended((Intent(address=PROFILE, action=IntentKind.CREATE, entry=nameless),))
    assert decoded(parsed(encoded(line, HEADER)), "line 1").line == line
    with pytest.raises(Unreadable, match="cannot be the id"):
        decoded(parsed(encoded(Recorded(nameless), HEADER)), "line 1")


def test_a_new_ledger_has_a_name_and_a_salt_of_its_own() -> None:
    """128 random bits as a UUID, and 256."""
    asked: list[int] = []

    def token_hex(size: int) -> str:
        asked.append(size)
        return "ab" * size

    assert new_header("work", token_hex) == Header(
        account="work", lineage="abababab-abab-4bab-abab-abababababab", salt="ab" * 32
    )
    assert asked == [16, 32]
    one, two = new_header("work"), new_header("work")
    assert len(one.salt) == 64
    assert one.salt != two.salt
    assert one.lineage != two.lineage


@pytest.mark.parametrize(
    ("content", "summary", "hint"),
    [
        (b"<<<<", 'cannot understand "w": Expecting value: line 1 column 1 (char 0)', RESTORE),
        (b"[]", 'cannot understand "w": the ledger is not an object', RESTORE),
        (
            spelled({**LEDGER_DOCUMENT, "version": 3}),
            'cannot use "w": the ledger has version 3; this program knows versions up to 2',
            "upgrade this program",
        ),
        (
            spelled({**LEDGER_DOCUMENT, "account": "other"}),
            '"w" is the ledger of account "other", not of "default"',
            "give each account a name of its own, and move the ledger back to the name that it had",
        ),
    ],
)
def test_what_is_no_ledger_is_refused_in_these_words(content: bytes, summary: str, hint: str) -> None:
    """The place, what is wrong, what to do next."""
    with refused() as told:
        document_in(content, account="default", where="w")
    assert (told.type, told.summary, told.hint, told.code) == ("LedgerError", summary, hint, "ledger")


def test_a_parsed_ledger_is_refused_in_the_same_words() -> None:
    """A document that stands inside another one."""
    assert ledger_in(LEDGER_DOCUMENT, account="default", where="w") == LEDGER
    with refused() as told:
        ledger_in([], account="default", where="w")
    assert [*told] == ['cannot understand "w": the ledger is not an object', RESTORE]


def test_which_lines_of_a_journal_apply() -> None:
    """Those of the ledger's own serial; older ones are in it already."""
    first, second = Removed(OTHER), Settled(OTHER)
    stamped = [Stamped("line", 6, second), Stamped("line", 7, first), Stamped("line", 7, second)]
    assert lines_for(HEADER, stamped, where="w", journal_where="j") == [first, second]
    for foreign in (Stamped("line", 8, first), Stamped("other", 7, first), Stamped("other", 1, first)):
        with refused() as told:
            lines_for(HEADER, [*stamped, foreign], where="w", journal_where="j")
        assert [*told] == [
            '"j" belongs to another or a later ledger than "w"',
            "was an older copy put back? restore the newer ledger, or move the journal away",
        ]


def test_a_line_that_nobody_could_read_back() -> None:
    """It is refused before it is written, and says who is to blame."""
    with refused() as told:
        checked_line(Recorded(entry(remote=Remote(".."))), HEADER, where="w")
    assert [*told] == [
        'cannot write "w": ".." cannot be the id of an object',
        "see what the API answered; this program cannot work with such an object",
    ]


def test_the_next_ledger() -> None:
    """Serial + 1, and the last run unless there is a newer one."""
    kept, told = next_serial(LEDGER, None), next_serial(LEDGER, {})
    assert kept.header.serial == told.header.serial == 8
    assert (kept.last_run, told.last_run) == ({"outcome": "applied"}, {})
    assert (kept.entries, kept.intents, kept.begun) == (LEDGER.entries, LEDGER.intents, LEDGER.begun)


def test_an_intent_of_the_plain_sort() -> None:
    """The one that the other tests use comes back, too."""
    assert intent_from(Fields(intent_document(intent()), "it")) == intent()
