"""The end of each universe: faults cease, people decide what only they can, and one or two applies converge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.plan import Plan
from reconciler.model.policy import Limit, Policy
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Reading
from tests.worlds.chronicle import Chronicle, one_of
from tests.worlds.ending import Ending, Row
from tests.worlds.laws import assert_lawful, assert_no_twins
from tests.worlds.manifests import OWNED, REFERENCES, Key, Manifest, Manifests
from tests.worlds.universe import COLLECTIONS

GUARDS = (
    "looks-like-rename",
    "spend-limit-raised",
    "destinations-widened",
    "hosted-delete-live",
    "tfv-resubmit-verified",
)
EVERYTHING_LIFTED = Policy(allowed=frozenset(GUARDS), max_deletes=Limit(percent=100), allow_vanished=99)
CALM = PlanRequest(reading=Reading(allow_empty=True), allow_adopt=True, policy=EVERYTHING_LIFTED)
LONGER_THAN_ANY_LAG = 60.0
DECISIONS = 8


def calm_down(chronicle: Chronicle, manifests: Manifests, pipeline: str, met: Counter[str]) -> None:
    """Converge, and check what must hold then. ``met`` counts what people had to decide."""
    universe = chronicle.universe
    universe.disturb(quirks=[])
    universe.time.now += LONGER_THAN_ANY_LAG
    chronicle.lagging = False
    ending, manifests = _decided(chronicle, manifests, pipeline, met)
    assert ending.error is None, ending.error
    assert ending.applied is not None
    assert ending.applied.ledger_error is None
    if ending.applied.report is not None:
        assert not ending.applied.report.failed, ending.applied.report.failed
    universe.time.now += LONGER_THAN_ANY_LAG
    last = universe.plan(pipeline, CALM)
    assert last.plan is not None, last.error
    if last.plan.pending:
        met["second apply"] += 1
        second = universe.apply(pipeline, CALM)
        assert_lawful(second, chronicle, allow_adopt=True)
        assert second.applied is not None, second.error
        last = universe.plan(pipeline, CALM)
    assert last.plan is not None, last.error
    assert not last.plan.pending, last.plan.pending
    assert_as_desired(last.plan, manifests, chronicle)
    assert_nothing_lost(chronicle)
    assert_no_twins(chronicle)


def _decided(chronicle: Chronicle, manifests: Manifests, pipeline: str, met: Counter[str]) -> tuple[Ending, Manifests]:
    """Apply until there is nothing left that only a person can decide."""
    for _ in range(DECISIONS):
        chronicle.universe.check_out(pipeline, manifests.files())
        ending = chronicle.universe.apply(pipeline, CALM)
        assert_lawful(ending, chronicle, allow_adopt=True)
        assert ending.plan is not None, (ending.error, getattr(ending.error, "diagnostics", ""))
        findings = [each for each in ending.plan.diagnostics if each.severity is Severity.ERROR]
        if not findings:
            return ending, manifests
        met.update(f"decided: {each.code}" for each in findings)
        manifests = decide(findings, manifests, chronicle)
    raise AssertionError("nobody can put this right")


def decide(findings: Iterable[Diagnostic], manifests: Manifests, chronicle: Chronicle) -> Manifests:
    """What a person does about each finding that the program rightly refuses to decide."""
    before = manifests
    for finding in findings:
        address = finding.address
        key = (address.kind, address.name) if address else ("", "")
        match finding.code:
            case "ambiguous" | "immutable-field" | "claimed-twice" | "already-exists" | "tfv-number-listed" if (
                key in before
            ):
                if key in manifests and not _remove_strangers(manifests[key], chronicle):
                    manifests = manifests.without(key)
            case "tfv-delete-not-rejected" if address is not None:
                _reject(chronicle.universe.ledger().entries[address].remote.id, chronicle)
            case "children-attached" if address is not None:
                _remove_children(address, manifests, chronicle)
            case "protected" | "prevent-destroy" if key in manifests:
                manifests = manifests.with_one(replace(manifests[key], lifecycle={}))
            case "cannot-create" if key in before:  # its agent is still recorded under another name
                manifests = manifests.without(key)
            case "release-order" if key in before:  # two senders have exchanged their values
                manifests = manifests.without(key)
            case "dependency-failed":
                pass  # what it depends on has a finding of its own
            case _:
                raise AssertionError(("no person should have to decide this", finding))
    return manifests


def _recorded(chronicle: Chronicle) -> set[tuple[str, str]]:
    return set(map(one_of, chronicle.universe.ledger().entries.values()))


def _remove_strangers(manifest: Manifest, chronicle: Chronicle) -> bool:
    """Remove what could be mistaken for the object of a manifest; answers whether there was anything."""
    removed = False
    for remote_id, row in chronicle.universe.rows(manifest.kind).items():
        one = (manifest.kind, remote_id)
        if one in _recorded(chronicle) or not chronicle.alive(one) or not _alike(manifest, row):
            continue
        _delete(one, chronicle)
        removed = True
    return removed


def _reject(request: str, chronicle: Chronicle) -> None:
    """Only then a verification can be deleted."""
    chronicle.universe.portal("advance", order=request, status="Rejected")


def _delete(one: tuple[str, str], chronicle: Chronicle) -> None:
    if one[0] == "TollfreeVerification":
        _reject(one[1], chronicle)
    chronicle.universe.portal("delete", collection=COLLECTIONS[one[0]], id=one[1])


def _alike(manifest: Manifest, row: Row) -> bool:
    match manifest.kind:
        case "MessagingProfile":
            return bool(row["name"] == manifest.spec.get("name", manifest.name))
        case "AlphanumericSenderId":
            return bool(row["alphanumeric_sender_id"] == manifest.spec["alphanumeric_sender_id"])
        case "AutoResponse":
            return bool((row["op"], row["country_code"]) == (manifest.spec["op"], manifest.spec["country_code"]))
        case "HostedNumberOrder":
            return any(number["phone_number"] in manifest.spec["phone_numbers"] for number in row["phone_numbers"])
        case "TollfreeVerification":
            return any(number in manifest.spec["phoneNumbers"] for number in row["phoneNumbers"])
    return False


def _remove_children(profile: Address, manifests: Manifests, chronicle: Chronicle) -> None:
    """Remove what nobody wants any more, be it that the ledger only lets go of it; take numbers off."""
    entries = chronicle.universe.ledger().entries
    wanted = {(each.address.kind, each.remote.id) for each in entries.values() if _key(each.address) in manifests}
    for kind, field in (("AutoResponse", "parent"), ("AlphanumericSenderId", "messaging_profile_id")):
        for remote_id, row in chronicle.universe.rows(kind).items():
            if row.get(field) == entries[profile].remote.id and (kind, remote_id) not in wanted:
                _delete((kind, remote_id), chronicle)
    for kind in OWNED:
        for remote_id, row in chronicle.universe.rows(kind).items():
            if row["messaging_profile_id"] == entries[profile].remote.id:
                unassigned = {"messaging_profile_id": ""}
                chronicle.universe.portal("edit", collection=COLLECTIONS[kind], id=remote_id, set=unassigned)


def _key(address: Address) -> Key:
    return address.kind, address.name


def assert_as_desired(plan: Plan, manifests: Manifests, chronicle: Chronicle) -> None:
    """Each manifest has its one object, with the stated values; beside them only what is protected is recorded."""
    entries = chronicle.universe.ledger().entries
    waiting = {"hosted-failed-retry", "hosted-number-waiting"}
    held = {finding.address for finding in plan.diagnostics if finding.code in waiting}
    protected = {change.address for change in plan.changes if change.action.value == "protected"}
    wanted = {Address(kind, name) for kind, name in manifests}
    assert set(entries) - protected - held == wanted - held, (set(entries), wanted)
    # An order whose interrupted create was found, and found to have come to nothing, is not placed again by itself.
    assert set(chronicle.universe.ledger().intents) <= held
    for manifest in manifests.values():
        address = Address(*manifest.key)
        if address in held:
            continue
        row = chronicle.universe.rows(manifest.kind)[one_of(entries[address])[1]]
        parent = manifest.parent
        parent_id = entries[Address("MessagingProfile", parent)].remote.id if parent else None
        for name, value in manifest.spec.items():
            stated, found = _comparable(manifest, name, value, parent_id, chronicle), _found(manifest, name, row)
            assert stated == found, (address, name, stated, found)


def _comparable(manifest: Manifest, name: str, value: Any, parent_id: str | None, chronicle: Chronicle) -> Any:
    if name == REFERENCES.get(manifest.kind):
        return parent_id
    if name == "agent":
        return value["id"]
    if isinstance(value, str):
        value = value.replace("${env:TOKEN}", chronicle.universe.token)
    return _canonical(name, value)


def _found(manifest: Manifest, name: str, row: Row) -> Any:
    if name == REFERENCES.get(manifest.kind):
        of_kind = {"AutoResponse": "parent", "RcsAgent": "profile_id"}
        return row[of_kind.get(manifest.kind, "messaging_profile_id")]
    value = row.get("agent_id" if name == "agent" else name)
    if name == "number_pool_settings" and isinstance(value, Mapping):
        stated = manifest.spec[name] or {}
        return {key: each for key, each in value.items() if key in stated}
    if name == "phone_numbers":
        return frozenset(each["phone_number"] for each in row[name])
    return _canonical(name, value)


def _canonical(name: str, value: Any) -> Any:
    match name:
        case "whitelisted_destinations" | "phone_numbers" | "tags":
            return frozenset(value)
        case "keywords":
            return frozenset(word.upper() for word in value)
        case "phoneNumbers":
            return frozenset(each["phoneNumber"] for each in value)
        case "daily_spend_limit":
            return Decimal(value)
        case _:
            return value or None if not isinstance(value, bool) else value


def assert_nothing_lost(chronicle: Chronicle) -> None:
    """Each object that we ever made and that still exists is recorded, was let go, or outlived its ledger.

    Or somebody changed its key between a kill and the next look: an intent knows its object by nothing else.
    """
    known = _recorded(chronicle) | chronicle.released | chronicle.orphaned | chronicle.unrecognisable
    for one in chronicle.made:
        assert one in known or not chronicle.alive(one), one
