"""The intent protocol: why a killed run leaves neither a twin nor an orphan.

A write and the memory of it cannot be made at the same instant. Whatever comes first, a kill between the two
leaves a lie: an object that nobody owns, or an entry without an object. So a run writes down first what it is
*about* to do, and afterwards what it did:

    journal                       API                  killed after this step, the next run finds
    ----------------------------  -------------------  ---------------------------------------------------
    Intended(all of the run)                           intents, and nothing by their keys → creates anew
                                  POST                 an intent, and one object by its key → adopts it
    Recorded(entry)                                    an entry: nothing to do

    Intended                                           an intent of an entry that still exists
                                  DELETE               the entry's id answers 404 → forgets it
    Removed(address)                                   nothing

    Intended                                           an intent; the entry still exists → replaces
                                  DELETE (replace)     the entry's id answers 404 → creates, interrupted-replace
    HalfReplaced(address)                              the same, and the ledger says so
                                  POST (replace)       an intent, and one object by its key → adopts it
    Recorded(entry)                                    an entry: nothing to do

"One object by its key" leaves out the ids in ``seen``: they had that key before, and are not ours. All intents of
a run go into one line, so that a thousand creates cost one durable write before them and not a thousand.

An intent goes away with ``Recorded`` or ``Removed``, or with ``Settled`` when its write certainly did not happen:
it was refused, or never begun. It stays as long as the outcome is in doubt. One that an earlier run left behind stays
until its object exists, however often a create is interrupted: what a replace took over from the object that it
deleted is passed on from intent to intent, and where a run comes to nothing the earlier intent is put back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.bodies import carried_over, parent_id
from reconciler.model.keys import identity_parts, key_of_values, sealed_elements, sealed_parts
from reconciler.model.kind import Kinds, ResourceKind
from reconciler.model.ledger import Entry, Intended, Intent, IntentKind, Journal, Ledger, Origin
from reconciler.model.observed import Observed, Remote, World
from reconciler.model.paths import dotted, undotted
from reconciler.model.plan import Change, Create, Delete, Desired, Replace
from reconciler.model.recording import entry_for, is_secret, remembering, touches
from reconciler.model.reference import Unknown


async def write_down_intents(
    changes: Iterable[Change], *, kinds: Kinds, world: World, journal: Journal, project: str, ledger: Ledger
) -> dict[Address, Intent]:
    """Make every intent of the run durable in one line; none, when nothing would be created or deleted."""
    intents = tuple(
        intent
        for change in changes
        if (intent := intent_of(change, kinds[change.address.kind], world, project=project, ledger=ledger)) is not None
    )
    if intents:
        await journal.append(Intended(intents))
    return {intent.address: intent for intent in intents}


def intends(change: Change) -> bool:
    """Whether a change is one that is written down before."""
    return isinstance(change, Create | Replace | Delete)


def unfinished_replace(change: Change, ledger: Ledger) -> Intent | None:
    """The intent of an earlier run whose old object is deleted already, so that this create is its second half."""
    earlier = ledger.intents.get(change.address)
    if not isinstance(change, Create) or earlier is None or earlier.action is not IntentKind.REPLACE:
        return None
    return earlier


def intent_of(change: Change, kind: ResourceKind, world: World, *, project: str, ledger: Ledger) -> Intent | None:
    """What to write down before a change, or None for one that can be tried again without harm."""
    salt = ledger.header.salt
    match change:
        case Create(desired=desired):
            earlier = unfinished_replace(change, ledger)
            old_entry = ledger.entries.get(change.address)
            entry = _entry_to_be(kind, desired, project, salt, old_entry, earlier.entry if earlier else None)
            intent = _intent(change, kind, entry, salt)
            return intent if earlier is None else _continued(intent, earlier)
        case Replace(desired=desired, entry=replaced):
            entry = _entry_to_be(kind, desired, project, salt, replaced)
            old = world.find(kind.name, change.remote.id)
            carried = {} if old is None else _rescued(kind, old, desired, entry)
            return replace(_intent(change, kind, entry, salt), carried=carried)
        case Delete(remote=remote, entry=entry):
            return Intent(address=change.address, action=IntentKind.DELETE, remote=remote, entry=entry)
        case _:
            return None


def _continued(intent: Intent, earlier: Intent) -> Intent:
    """A create that finishes a replace: still a replace, and still the only one who knows what the old object held."""
    secret = intent.entry
    return replace(
        intent,
        action=earlier.action,
        seen=tuple(dict.fromkeys((*intent.seen, *earlier.seen))),
        remote=earlier.remote,
        carried={name: value for name, value in earlier.carried.items() if not is_secret(undotted(name), secret)},
    )


def _intent(change: Create | Replace, kind: ResourceKind, entry: Entry, salt: str) -> Intent:
    values = change.desired.created_with
    replaced = (change.remote.id,) if isinstance(change, Replace) else ()
    secret = _secret_names(kind, change.desired, entry)
    return Intent(
        address=change.address,
        action=IntentKind.REPLACE if isinstance(change, Replace) else IntentKind.CREATE,
        identity=sealed_parts(kind, identity_parts(kind, values), secret, salt),
        shared=tuple(sorted(sealed_elements(kind, key_of_values(kind, values).shared, secret, salt))),
        seen=tuple(dict.fromkeys((*change.seen, *replaced))),
        remote=change.remote,
        entry=entry,
        sealed=secret,
    )


def _secret_names(kind: ResourceKind, desired: Desired, entry: Entry) -> tuple[str, ...]:
    """The fields of the natural key whose values are secrets. Ids are none: they stand in the URL of every request."""
    names = (*kind.identity, *([kind.shared] if kind.shared else []))
    secrets = desired.resource.secrets
    return tuple(
        name
        for name in names
        if kind.leaves[(name,)].reference is None and (touches((name,), secrets) or is_secret((name,), entry))
    )


def _rescued(kind: ResourceKind, old: Observed, desired: Desired, to_be: Entry) -> dict[str, Any]:
    """What the old object holds that is not ours: once it is deleted, only the intent knows.

    Never a secret, of the manifest or of the ledger: its value does not survive a kill between delete and create,
    for the only other way would be to write it down.
    """
    return {dotted(p): v for p, v in carried_over(kind, old, desired).items() if not is_secret(p, to_be)}


def _entry_to_be(kind: ResourceKind, desired: Desired, project: str, salt: str, *before: Entry | None) -> Entry:
    """The entry of an object that has no id yet, and has not answered anything.

    What is known as a secret of the objects ``before`` it is one of this, until it is recorded.
    """
    values = desired.created_with
    parent = None if kind.parent is None else values.get(kind.parent.path)
    remote = Remote("", None if parent is None or isinstance(parent, Unknown) else parent_id(kind, values))
    entry = entry_for(
        kind,
        desired,
        Observed(kind.name, remote, {}),
        origin=Origin.CREATED,
        project=project,
        salt=salt,
    )
    return remembering(entry, *before)
