"""Fault profiles: a closed list in which each name is documented, and each fault one that the sandbox has."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.sandbox.faults import parse_fault
from reconciler.sandbox.quirks import parse_quirks
from reconciler.workflow.fault_profiles import FAULT_PROFILES

PAGE = (Path(__file__).parents[2] / "docs" / "rehearsal.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FAULT_PROFILES)
def test_every_profile_is_one_that_the_sandbox_can_play(name: str) -> None:
    """For a plan without writes as well."""
    profile = FAULT_PROFILES[name]
    for writes in (0, 1, 1000):
        faults = [parse_fault(spelling) for spelling in profile.spelled(writes)]
        assert faults
    parse_quirks(profile.quirks)


@pytest.mark.parametrize("name", FAULT_PROFILES)
def test_every_profile_is_documented(name: str) -> None:
    """In the words that the code has for it."""
    assert f"| `{name}` | {FAULT_PROFILES[name].meaning} |" in PAGE


def test_an_outage_begins_half_way() -> None:
    """Some writes are carried out before it, of two or more."""
    [fault] = [parse_fault(spelling) for spelling in FAULT_PROFILES["outage"].spelled(7)]
    assert [number for number in range(1, 9) if fault.strikes(number)] == [4, 5, 6, 7, 8]
