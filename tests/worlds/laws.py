"""The laws (design §10), each over what one run was seen to do. ``assert_lawful`` is all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from reconciler.errors import ApiError, LedgerError, Stale
from reconciler.model.address import Address
from reconciler.model.events import Report
from reconciler.model.ledger import Ledger, Origin
from reconciler.model.paths import dotted
from reconciler.model.plan import (
    Adopt,
    Change,
    Create,
    Delete,
    Desired,
    Forget,
    Plan,
    Replace,
    Update,
)
from reconciler.model.resource import OnRemove
from reconciler.render.events import event_line
from reconciler.render.failure import findings_of
from reconciler.render.format import formats
from tests.worlds.chronicle import Chronicle, One, one_of
from tests.worlds.ending import Ending, Row
from tests.worlds.manifests import FOUND_BY, PERSON

FIELDS = {"messaging_profile": "messaging_profile_id", "profile": "profile_id"}
"""Manifest fields that the API calls by another name."""


def assert_lawful(ending: Ending, chronicle: Chronicle, *, allow_adopt: bool) -> None:
    """Every law that one run by itself can break. ``chronicle`` learns what it forgot."""
    assert_untouched_unless_applied(ending)
    assert_silent(ending, chronicle)
    assert_one_claimant(ending.after)
    if ending.plan is not None:
        assert_one_object_per_change(ending.plan)
        assert_in_order(ending.plan, ending.before)
        assert_ours(ending.plan, ending.before, chronicle)
        assert_only_what_was_planned(ending.writes, ending.plan, chronicle)
        assert_consent(ending, chronicle, allow_adopt=allow_adopt)
    assert_nothing_slipped(ending, chronicle)


def assert_untouched_unless_applied(ending: Ending) -> None:
    """A run that was refused, stale, locked out or failed before its first write has written nothing.

    One that found nothing to do may have noted in which files the manifests stand by now.
    """
    applied = ending.applied
    if ending.killed or (applied is not None and applied.report is not None):
        return
    assert not ending.writes, ending.writes
    before, after = dict(ending.before.entries), ending.after.entries
    if applied is not None and applied.refused is None and not applied.declined:
        before = {name: replace(one, file=after[name].file if name in after else "") for name, one in before.items()}
    assert (after, ending.after.intents) == (before, ending.before.intents)


def assert_silent(ending: Ending, chronicle: Chronicle) -> None:
    """No secret in any rendering, event or error, nor in the files of the ledger."""
    said = [chronicle.universe.kept(), *(event_line(event) for event in ending.events)]
    for each in formats().values():
        if ending.plan is not None:
            said.append(each.plan(ending.plan))
        if ending.applied is not None:
            report = ending.applied.report or Report(())
            said.append(each.result(report, account="default"))
        if ending.error is not None:
            said.append(each.diagnostics(findings_of(ending.error)))
    text = "".join(said)
    for token in (*chronicle.tokens, PERSON):
        assert token not in text, "a secret was said or kept"


def assert_one_claimant(ledger: Ledger) -> None:
    """No remote id stands in the ledger twice."""
    held = Counter((entry.address.kind, entry.remote.id) for entry in ledger.entries.values())
    assert all(count == 1 for count in held.values()), held


def assert_one_object_per_change(plan: Plan) -> None:
    """No two changes of a plan name one object; nor one address, unless an entry is forgotten beside its move."""
    named = [c for c in plan.changes if c.remote is not None and not (isinstance(c, Forget) and c.reason == "claimed")]
    held = Counter((change.address.kind, change.remote.id) for change in named if change.remote)
    assert all(count == 1 for count in held.values()), [held, plan.changes]
    addresses = Counter(change.address for change in plan.changes)
    assert all(count == 1 for count in addresses.values()), addresses


def assert_in_order(plan: Plan, ledger: Ledger) -> None:
    """What others refer to is made before them and deleted after them."""
    position = {change.address: at for at, change in enumerate(plan.changes)}
    for at, change in enumerate(plan.changes):
        desired = getattr(change, "desired", None)
        if isinstance(desired, Desired):
            for parent in desired.references:
                if parent in position and isinstance(plan.changes[position[parent]], Create):
                    assert position[parent] < at, (parent, change.address)
        if isinstance(change, Delete):
            for parent in change.entry.references:
                if parent in position and isinstance(plan.changes[position[parent]], Delete):
                    assert at < position[parent], (change.address, parent)


def assert_ours(plan: Plan, ledger: Ledger, chronicle: Chronicle) -> None:
    """A plan removes and changes only what is recorded or was made by a run that was cut short; others it adopts."""
    recorded = {(entry.address.kind, entry.remote.id) for entry in ledger.entries.values()}
    ours = recorded | chronicle.made | chronicle.indistinguishable
    for change in plan.changes:
        if change.remote is None or isinstance(change, Adopt):
            continue
        pinned = (change.address.kind, change.remote.id)
        assert pinned in ours, change
        if isinstance(change, Delete) and pinned in recorded:
            entry = next(e for e in ledger.entries.values() if (e.address.kind, e.remote.id) == pinned)
            assert entry.on_remove is not OnRemove.RETAIN, change
            assert entry.origin is Origin.CREATED or chronicle.said_delete(entry.address), change


def assert_only_what_was_planned(writes: Collection[Row], plan: Plan, chronicle: Chronicle) -> None:
    """Each write is one that a change announced, and changes no field beyond the diff that was shown."""
    assert plan.applicable or not writes
    updates = {c.remote.id: c for c in plan.changes if isinstance(c, Update | Adopt) and not c.blocked_by}
    deletes = {c.remote.id for c in plan.changes if isinstance(c, Delete | Replace)}
    creates = sum(isinstance(change, Create | Replace) for change in plan.changes)
    made = [each["resource_id"] for each in writes if each["change_type"] == "create"]
    assert len(made) <= creates, (made, plan.changes)
    for write in _own(writes, chronicle):
        match write["change_type"]:
            case "update":
                change = updates[write["resource_id"]]
                shown = {dotted((FIELDS.get(diff.path[0], diff.path[0]), *diff.path[1:])) for diff in change.diffs}
                changed = {each["field"] for each in write["changes"] if not _reordered(each)}
                assert all(any(_same_place(field, one) for one in shown) for field in changed), (changed, change)
            case "delete":
                assert write["resource_id"] in deletes, write


def _reordered(change: Row) -> bool:
    """Whether a set was written in another order: in the one that the API had shown it in."""
    before, after = change["from"], change["to"]
    return isinstance(before, list) and isinstance(after, list) and sorted(map(str, before)) == sorted(map(str, after))


def _same_place(changed: str, shown: str) -> bool:
    """Whether one is the other or a part of it: the audit log names what changed within an object, if there was one."""
    return f"{changed}.".startswith(f"{shown}.") or f"{shown}.".startswith(f"{changed}.")


def _own(writes: Collection[Row], chronicle: Chronicle) -> Iterator[Row]:
    """The writes that were asked for: an order's end, and what goes with a profile, are the API's own doing."""
    gone = {each["resource_id"] for each in writes if each["change_type"] == "delete"}
    for write in writes:
        before = {each["field"]: each["from"] for each in write["changes"]}
        fields = set(before)
        if write["change_type"] == "update" and fields == {"status", "phone_numbers"}:
            yield {**write, "change_type": "delete"}
        elif write["change_type"] == "update" and fields == {"profile_id"} and before["profile_id"] in gone:
            continue
        elif write["change_type"] == "update" and fields <= {"verificationStatus", "reason", "statusHistory"}:
            continue  # back into review
        elif write["change_type"] == "delete" and chronicle.lagging and _went_along(before, gone, chronicle):
            continue  # a child that the lists did not show yet
        else:
            yield write


def _went_along(before: Mapping[str, object], gone: Collection[str], chronicle: Chronicle) -> bool:
    """Whether a profile took this child with it. The event of an auto-response does not say whose it was."""
    parents = {before["messaging_profile_id"]} if "messaging_profile_id" in before else gone
    return any(chronicle.kind_of(one) == "MessagingProfile" for one in gone if one in parents)


def assert_consent(ending: Ending, chronicle: Chronicle, *, allow_adopt: bool) -> None:
    """What others made is not changed without a word."""
    if allow_adopt or ending.plan is None:
        return
    for change in ending.plan.changes:
        if isinstance(change, Adopt) and change.diffs and change.address.kind not in FOUND_BY:
            ours = (change.address.kind, change.remote.id) in chronicle.made | chronicle.indistinguishable
            assert ours or not ending.writes, change


def assert_nothing_slipped(ending: Ending, chronicle: Chronicle) -> None:
    """What leaves the ledger while it exists was announced; what a whole run made is in the ledger."""
    after = set(map(one_of, ending.after.entries.values()))
    planned: dict[Address, Change] = {change.address: change for change in ending.plan.changes} if ending.plan else {}
    for entry in ending.before.entries.values():
        one = one_of(entry)
        if one in after or not chronicle.alive(one):
            continue
        change = planned.get(entry.address)
        assert isinstance(change, Forget), (entry.address, change)
        assert change.reason != "gone", change
        chronicle.released.add(one)
        if entry.secrets:
            chronicle.unlearn()  # what is forgotten is not known to hold a secret either
    for change in ending.plan.changes if ending.plan else ():
        chronicle.released |= _perhaps_sent(change, ending.before)
        if isinstance(change, Forget) and change.reason != "gone" and change.remote is not None:
            one = (change.address.kind, change.remote.id)
            if one not in after and change.address not in ending.after.intents:
                chronicle.released.add(one)  # made by a run that was killed, and not even recorded yet
    report = ending.applied.report if ending.applied else None
    if report is not None and not report.failed:
        for write in ending.writes:
            one = chronicle.identity(write)
            if write["change_type"] == "create" and chronicle.alive(one):
                assert one in after, ("made and not recorded", one)


def _perhaps_sent(change: Change, before: Ledger) -> set[One]:
    """What a killed run may have sent, nothing shows, and is forgotten now."""
    intent = before.intents.get(change.address)
    if not isinstance(change, Forget) or change.reason != "cannot-take-back" or intent is None or intent.entry is None:
        return set()
    return {one_of(intent.entry)}


def assert_reviewed(ending: Ending, reviewed: Plan) -> None:
    """A saved plan is applied as reviewed: no change but its own, each under the same action."""
    known = {change.address: change.action for change in reviewed.changes}
    report = ending.applied.report if ending.applied else None
    for outcome in report.outcomes if report else ():
        assert known.get(outcome.change.address) is not None, outcome.change


def assert_stale(ending: Ending, moved: Collection[One]) -> None:
    """What was reviewed and has moved before the first write ends the run."""
    if ending.plan is None:
        return
    touched = [c for c in ending.plan.pending if c.remote is not None and not isinstance(c, Forget)]
    if any((change.address.kind, change.remote.id) in moved for change in touched if change.remote):
        assert isinstance(ending.error, Stale), (ending.applied, moved)


def assert_healed(ending: Ending) -> None:
    """A run that met no more than one lost answer or busy moment goes to its end, once it may begin at all."""
    assert not isinstance(ending.error, ApiError | LedgerError), ending.error
    report = ending.applied.report if ending.applied else None
    if report is not None:
        assert not report.failed, report.failed


def assert_no_twins(chronicle: Chronicle) -> None:
    """Never two objects that we made under one natural key, unless somebody changed a key since."""
    found: dict[tuple[object, ...], str] = {}
    for kind, remote_id in sorted(chronicle.made):
        row = chronicle.universe.rows(kind).get(remote_id)
        if row is None or remote_id in chronicle.renamed or not chronicle.alive((kind, remote_id)):
            continue
        for key in _natural_keys(kind, row):
            assert key not in found, (key, found[key], remote_id)
            found[key] = remote_id


def _natural_keys(kind: str, row: Row) -> Iterator[tuple[object, ...]]:
    match kind:
        case "MessagingProfile":
            yield kind, row["name"]
        case "AlphanumericSenderId":
            yield kind, row["messaging_profile_id"], row["alphanumeric_sender_id"]
        case "AutoResponse":
            for word in row["keywords"]:
                yield kind, row["parent"], row["op"], row["country_code"], word.upper()
        case "HostedNumberOrder":
            for number in row["phone_numbers"]:
                yield kind, number["phone_number"]
        case "TollfreeVerification":
            for number in row["phoneNumbers"]:
                yield kind, number["phoneNumber"]
