"""A saved plan comes back as it was, or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from reconciler.errors import PlanRefused
from reconciler.model.address import Address
from reconciler.model.digest import Sealed
from reconciler.model.fields import spelled as canonical
from reconciler.model.fingerprint import fingerprint
from reconciler.model.impact import Impact, Touched, Traffic
from reconciler.model.kind import Attached
from reconciler.model.plan import Plan
from reconciler.model.policy import Policy
from reconciler.model.reference import ById, ByName, Unknown
from reconciler.model.saved.file import VERSION, is_plan_file, plan_file, read_plan_file
from reconciler.model.saved.plan import Owner, Provenance, SavedPlan
from reconciler.model.saved.values import read, spelled
from reconciler.planner.draft import draft
from reconciler.planner.planning import finish
from reconciler.planner.remainder import remainder, reviewed_fields
from reconciler.planner.situation import Situation
from reconciler.render.format import formats
from tests.planner.casefiles import Case, cases
from tests.planner.worlds import SALT, live_profile, profile, recorded, situation

ADDRESSES = st.builds(Address, st.sampled_from(["MessagingProfile", "RcsAgent"]), st.text("ab-", min_size=1))
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
KEYS = st.sampled_from(["a", "$id", "$seal", "$unknown", "$plain", "$"]) | st.text()
VALUES = st.recursive(
    PLAIN
    | st.builds(Unknown, ADDRESSES)
    | st.builds(ById, id=st.text("abc1", min_size=1))
    | st.builds(ByName, name=st.text(min_size=1))
    | st.builds(Sealed, st.text()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def planned(here: Situation) -> Plan:
    """The finished plan of a situation."""
    return finish(draft(here), {}, here, Policy(), reads=3, rate=2.0)


def saved(here: Situation) -> SavedPlan:
    """The plan of a situation as it would be saved."""
    plan = planned(here)
    reviewed = {change.address: reviewed_fields(change, here) for change in plan.pending}
    return SavedPlan(
        plan=plan,
        owner=Owner(endpoint="https://api.telnyx.com/v2", lineage="l"),
        made=Provenance(tool="1", created="2026-11-21T00:00:00+00:00"),
        resources=tuple(here.resources),
        scope=here.scope,
        allow_adopt=here.allow_adopt,
        reviewed={address: fields for address, fields in reviewed.items() if fields is not None},
    )


def through_a_file(one: SavedPlan) -> SavedPlan:
    """Written and read again."""
    return read_plan_file(plan_file(one, SALT), "plan.json")


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_a_plan_comes_back_whole(case: Case) -> None:
    """Every action of every kind: the same approval, the same words in every format, and it still fits its world."""
    here = case.situation()
    before = saved(here)
    after = through_a_file(before)
    assert fingerprint(after.plan, "") == before.plan.fingerprint == fingerprint(before.plan, SALT)
    for format_ in formats().values():
        assert format_.plan(after.plan) == format_.plan(before.plan)
    if not before.plan.applicable:
        return  # it is shown, and never held against the world
    now = {change.address: change for change in draft(replace(here, resources=after.resources)).changes}
    left = remainder(after, now, here, SALT)
    assert left.overtaken == ()
    assert [change.address for change in left.todo] == [change.address for change in before.plan.pending]


TEXTS = st.text(max_size=8)
COUNTS = st.integers(min_value=0, max_value=10**12)
IMPACTS = st.builds(
    Impact,
    touched=st.lists(st.builds(Touched, TEXTS, COUNTS, st.lists(TEXTS, max_size=3).map(tuple)), max_size=3).map(tuple),
    opt_outs=COUNTS,
    traffic=st.none() | st.builds(Traffic, COUNTS, COUNTS, st.booleans()),
    unknown=st.lists(TEXTS, max_size=3).map(tuple),
)


@given(st.dictionaries(ADDRESSES, IMPACTS, max_size=3))
def test_what_changes_touch_comes_back(impact: dict[Address, Impact]) -> None:
    """And is no part of what is approved."""
    before = saved(situation([profile("a")]))
    after = through_a_file(replace(before, plan=replace(before.plan, impact=impact)))
    assert after.plan.impact == impact
    assert fingerprint(after.plan, "") == before.plan.fingerprint


ATTACHED = st.builds(Attached, TEXTS, TEXTS, TEXTS)


@given(st.dictionaries(ADDRESSES, st.lists(ATTACHED, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3))
def test_what_is_unassigned_comes_back(unassigned: dict[Address, tuple[Attached, ...]]) -> None:
    """And is approved: each by its kind, its id and the name that a reviewer saw."""
    before = saved(situation([profile("a")]))
    plan = replace(before.plan, unassigned=unassigned)
    after = through_a_file(replace(before, plan=plan))
    assert after.plan.unassigned == unassigned
    approved = fingerprint(plan, "")
    assert fingerprint(after.plan, "") == approved != before.plan.fingerprint
    [address, *_] = unassigned
    first, *rest = unassigned[address]
    for other in (
        (),
        (*rest,),
        *((first._replace(**{name: f"{value}0"}), *rest) for name, value in first._asdict().items()),
    ):
        assert fingerprint(replace(plan, unassigned={**unassigned, address: other}), "") != approved


@pytest.mark.parametrize(
    "edited", [["n1"], [["PhoneNumberMessaging", "n1"]], "n1", [["PhoneNumberMessaging", 1, "+1"]]]
)
def test_what_is_unassigned_must_say_what_it_is(edited: Any) -> None:
    """A file that was edited is refused, and not applied in part."""
    content = json.loads(FILE)["content"] | {"unassigned": {"MessagingProfile/a": edited}}
    with pytest.raises(PlanRefused) as refused:
        read_plan_file(_file(3, content), "plan.json")
    assert refused.value.code == "plan-edited"


def _file(version: int, content: Any) -> bytes:
    text = canonical(content)
    checksum = hashlib.sha256(text).hexdigest()
    return f'{{"reconciler_plan": {version}, "checksum": "sha256:{checksum}", "content":'.encode() + text + b"}"


def test_of_the_version_that_told_no_impact() -> None:
    """Plans that were saved then are carried out."""
    content = json.loads(FILE)["content"]
    assert content.pop("impact") == content.pop("unassigned") == {}
    old = _file(1, content)
    assert read_plan_file(old, "plan.json").plan.fingerprint == read_plan_file(FILE, "plan.json").plan.fingerprint


@given(VALUES)
def test_values_come_back(value: Any) -> None:
    """Whatever the API answers, words that look like our own marks included."""
    assert read(json.loads(json.dumps(spelled(value)))) == value


FILE = plan_file(saved(situation([profile("a", webhook_url="https://a.example"), profile("b")])), SALT)


def pieces() -> Iterator[int]:
    """Where to cut: everywhere in the beginning, then at every seventh byte."""
    yield from range(1, 60)
    yield from range(60, len(FILE) - 2, 7)


@pytest.mark.parametrize("size", list(pieces()))
def test_cut_off(size: int) -> None:
    """Recognised as what is left of a saved plan, and refused as that."""
    assert is_plan_file(FILE[:size])
    with pytest.raises(PlanRefused) as refused:
        read_plan_file(FILE[:size], "plan.json")
    assert refused.value.code == "plan-truncated"
    assert '"plan.json"' in refused.value.summary


def outcome(data: bytes) -> tuple[str, SavedPlan | None]:
    """The code of the refusal, or the plan."""
    try:
        return "", read_plan_file(data, "plan.json")
    except PlanRefused as refused:
        return refused.code, None


@given(st.integers(19, len(FILE) - 3), st.integers(1, 255))
def test_flipped(at: int, by: int) -> None:
    """One byte is another: refused with one of our own messages, or it means what it meant before."""
    data = FILE[:at] + bytes([FILE[at] ^ by]) + FILE[at + 1 :]
    refusal, found = outcome(data)
    assert refusal in {"plan-truncated", "plan-edited", "plan-too-new"} or (found and plan_file(found, SALT) == FILE)


def test_another_value_under_the_old_checksum() -> None:
    """The message says that it was edited."""
    with pytest.raises(PlanRefused) as refused:
        read_plan_file(FILE.replace(b"https://a.example", b"https://b.example"), "plan.json")
    assert refused.value.code == "plan-edited"


def test_of_a_newer_version() -> None:
    """Told apart from a broken one: upgrading helps."""
    newer = FILE.replace(f'{{"reconciler_plan": {VERSION},'.encode(), f'{{"reconciler_plan": {VERSION + 1},'.encode())
    with pytest.raises(PlanRefused) as refused:
        read_plan_file(newer, "plan.json")
    assert refused.value.code == "plan-too-new"


@pytest.mark.parametrize("data", [b"", b"kind: MessagingProfile", b'{"apiVersion": "x"}', b"\x00\xff"])
def test_no_plan_at_all(data: bytes) -> None:
    """Manifests, JSON ones too, are never taken for a saved plan."""
    assert not is_plan_file(data)


COUNTRIES = ["AT", "BE", "CA", "CH", "DE", "DK", "ES", "FR", "GB", "IE", "IT", "LU", "MX", "NL", "NO", "PL", "PT", "SE"]
WIDENED = profile("a", whitelisted_destinations=[*COUNTRIES, "US"])


@pytest.mark.parametrize("shown", [{"sensitive": True}, {"added": ("IE",)}, {"removed": ("US",)}])
def test_what_a_reviewer_sees_is_what_is_approved(shown: dict[str, Any]) -> None:
    """Whoever edits only how a difference is shown has another fingerprint, too: the approval is of what was seen."""
    plan = planned(situation([WIDENED], [recorded(profile("a"), live_profile())], [live_profile()]))
    [change] = plan.changes
    edited = replace(change, diffs=tuple(replace(diff, **shown) for diff in change.diffs))
    assert fingerprint(replace(plan, changes=(edited,)), SALT) != fingerprint(plan, SALT)
