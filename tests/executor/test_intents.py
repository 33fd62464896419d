"""What is written down before a change, whole: the only thing that a killed run leaves behind."""

from __future__ import annotations

from dataclasses import replace

from reconciler.executor.intents import intent_of
from reconciler.model.ledger import Entry, Header, Intent, IntentKind, Ledger, Origin
from reconciler.model.observed import Observed, Remote, World
from reconciler.model.plan import Delete, Desired, Replace
from reconciler.model.recording import entry_for
from reconciler.resources import kinds as real_kinds

from .stage import RESPONSE, SALT, SENDER
from .wishes import create, desired, response_spec

KIND = real_kinds()[SENDER]
ALPHA, FALLBACK = ("alphanumeric_sender_id",), ("us_long_code_fallback",)
OLD = Observed(
    SENDER,
    Remote("old"),
    {"messaging_profile_id": "p", "alphanumeric_sender_id": "Acme", "us_long_code_fallback": "+13125550001"},
)
WORLD = World({SENDER: {"old": OLD}})
LEDGER = Ledger(Header(salt=SALT))


def wish(*secrets: tuple[str, ...]) -> Desired:
    """A sender whose fallback is left to others."""
    spec = {"messaging_profile": {"id": "p"}, "alphanumeric_sender_id": "Acme"}
    return desired(KIND, "acme", spec, ignore=[FALLBACK], secrets=secrets)


def recorded(wanted: Desired, observed: Observed = OLD) -> Entry:
    """The entry of an object that this run or an earlier one made."""
    return entry_for(KIND, wanted, observed, origin=Origin.CREATED, project="p", salt=SALT)


def replacing(wanted: Desired, entry: Entry) -> Replace:
    """The old sender is to go, and this is to come."""
    return Replace(
        address=wanted.address, reason="x", desired=wanted, remote=Remote("old"), digest="d", entry=entry, seen=("s",)
    )


def test_what_is_written_down_before_a_replace() -> None:
    """The key to look for, the ids that it is not, what goes, what comes, and what only the old object knows."""
    wanted = wish()
    intent = intent_of(replacing(wanted, recorded(wanted)), KIND, WORLD, project="p", ledger=LEDGER)
    new = recorded(wanted, Observed(SENDER, Remote(""), {}))
    assert intent == Intent(
        address=wanted.address,
        action=IntentKind.REPLACE,
        identity=("p", "Acme"),
        seen=("s", "old"),
        remote=Remote("old"),
        entry=new,
        carried={"us_long_code_fallback": "+13125550001"},
    )


def test_a_key_that_only_the_ledger_knows_as_a_secret_is_sealed() -> None:
    """As one of the manifest would be, and with the ledger's salt."""
    plain, secret = wish(), wish(ALPHA)
    known = replace(recorded(plain), secrets=("alphanumeric_sender_id",))
    by_ledger = intent_of(replacing(plain, known), KIND, WORLD, project="p", ledger=LEDGER)
    by_manifest = intent_of(create(secret), KIND, WORLD, project="p", ledger=LEDGER)
    assert by_ledger is not None
    assert by_manifest is not None
    assert by_ledger.sealed == by_manifest.sealed == ("alphanumeric_sender_id",)
    assert by_ledger.identity == by_manifest.identity
    assert "Acme" not in repr(by_ledger)


def test_what_is_written_down_before_a_delete() -> None:
    """Which object goes, and whose it was."""
    wanted = wish()
    entry = recorded(wanted)
    change = Delete(address=wanted.address, reason="x", remote=Remote("old"), digest="d", entry=entry)
    assert intent_of(change, KIND, WORLD, project="p", ledger=LEDGER) == Intent(
        address=wanted.address, action=IntentKind.DELETE, remote=Remote("old"), entry=entry
    )


def test_what_is_to_be_knows_the_parent_that_it_will_stand_under() -> None:
    """An object found by the intent is read under that parent; one that is made in the same run has no id yet."""
    kind = real_kinds()[RESPONSE]
    for profile, parent_id in (({"id": "p"}, "p"), ("made", None)):
        change = create(desired(kind, "r", response_spec(profile, "STOP")))
        intent = intent_of(change, kind, World(), project="p", ledger=LEDGER)
        assert intent is not None
        assert intent.entry is not None
        assert intent.entry.remote == Remote("", parent_id)


def test_a_create_where_something_is_recorded_takes_over_what_is_secret() -> None:
    """The object is gone and comes anew; a value that was a secret then is one in what is written down."""
    wanted = wish()
    entry = replace(recorded(wanted), secrets=("us_long_code_fallback",))
    ledger = Ledger(Header(salt=SALT), {wanted.address: entry})
    intent = intent_of(create(wanted), KIND, World(), project="p", ledger=ledger)
    assert intent is not None
    assert intent.entry == replace(recorded(wanted, Observed(SENDER, Remote(""), {})), secrets=entry.secrets)


def test_a_value_that_is_a_secret_is_sealed_in_the_entry_to_be() -> None:
    """With the ledger's salt, so that a later plan compares it as its own."""
    wanted = wish(ALPHA)
    for change in (create(wanted), replacing(wanted, recorded(wanted))):
        intent = intent_of(change, KIND, WORLD, project="p", ledger=LEDGER)
        assert intent is not None
        assert intent.entry == recorded(wanted, Observed(SENDER, Remote(""), {}))
