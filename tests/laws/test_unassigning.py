"""Ownership, where numbers are to be unassigned: what the plan names changes, and no other number does."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from tests.journeys.workspace import Emulator, Workspace, emulator, manifest, profile

PLACES = ("goes", "stays", "theirs", None)
NUMBERS = tuple(f"+1555010000{at}" for at in range(4))
CLOCKS = {"updated_at"}
_count = itertools.count()

law = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def shared() -> Iterator[Emulator]:
    """One emulator; each story has an account of its own."""
    with emulator(seed={"phone_numbers": [{"phone_number": number} for number in NUMBERS]}) as made:
        yield made


def _numbers(telnyx: Emulator) -> Mapping[str, dict[str, Any]]:
    return {row["phone_number"]: row for row in telnyx.rows("phone_numbers")}


@law
@given(
    st.tuples(*(st.sampled_from(PLACES) for _ in NUMBERS)),
    st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from([None, "stays"]), max_size=2),
)
def test_nothing_but_what_was_named_is_unassigned(
    shared: Emulator, places: tuple[str | None, ...], moving: dict[str, str | None]
) -> None:
    """Numbers anywhere, some of them managed: requests and changes are those that the plan showed, to the letter."""
    telnyx = Emulator(shared.base, f"KEY_of_numbers_{next(_count):06}", shared.http)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.at(Path(folder), telnyx)
        telnyx.create("messaging_profiles", name="Theirs", whitelisted_destinations=["US"])
        workspace.declare(profile("goes"), profile("stays"))
        workspace.apply()
        ids = {row["name"].lower(): row["id"] for row in telnyx.rows("messaging_profiles")}
        for number, place in zip(NUMBERS, places, strict=True):
            telnyx.edit("phone_numbers", number, messaging_profile_id=ids[place] if place else None)
        ours = [
            manifest("PhoneNumberMessaging", f"n{at}", phone_number=number, messaging_profile=to)
            for at, (number, to) in enumerate(sorted(moving.items()))
        ]
        workspace.declare(profile("stays"), *ours)
        before = _numbers(telnyx)
        command = ("--unassign-numbers", "--allow-adopt", "--max-deletes", "1")
        planned = workspace.plan(*command)
        telnyx.forget_requests()
        workspace.apply(*command)
        named = {one["label"] for change in planned["changes"] for one in change["unassigns"]}
        expected = {
            number for number, place in zip(NUMBERS, places, strict=True) if place == "goes" and number not in moving
        }
        assert named == expected
        after = _numbers(telnyx)
        for number, was in before.items():
            now = after[number]
            changed = {field for field in was if was[field] != now[field]} - CLOCKS
            assert changed <= ({"messaging_profile_id"} if number in named | moving.keys() else set()), number
            assert number not in named or now["messaging_profile_id"] is None
        assert len(telnyx.writes()) == planned["requests"]["writes"]
        assert ids["goes"] not in {row["id"] for row in telnyx.rows("messaging_profiles")}
        assert workspace.actions() == {}
