"""Over random accounts of every kind: export → the plan is empty; export → apply elsewhere → export is the same."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from reconciler.model.exported import Split
from tests.export.accounts import accounts
from tests.export.stage import Seed, stage

MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # noqa: S108 - folders of our own, made by tempfile
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=1_000, derandomize=False)
GIVEN = {
    "phone_numbers": ("phone_number",),
    "messaging_hosted_numbers": ("phone_number",),
    "short_codes": ("short_code", "country_code"),
}
"""What no apply can make, and by which fields it is known."""
SPLITS = st.sampled_from(Split)


def plans_as_empty(seed: Seed, split: Split) -> None:
    """Whatever is there: nothing is touched, nothing confidential written, and no plan finds anything to do."""
    folder = Path(tempfile.mkdtemp(dir=MEMORY)) / "project"
    try:
        with stage(folder, seed) as first:
            report = first.export(split=split)
            written = "".join(first.files.values())
            assert "canary" not in written
            assert not any(number in written for number in ("+1312555", "+1512555", "+1800555"))
            first.heed(report)
            assert first.plan().summary() == {**dict.fromkeys(first.plan().summary(), 0), "noop": report.recorded}
            assert first.writes == []
            before = first.files
            again = first.export(split=split)
            assert (again.recorded, first.files) == (0, before)
            assert {file.writing.value for file in again.files} <= {"unchanged"}
    finally:
        shutil.rmtree(folder.parent)


def comes_back(seed: Seed, split: Split) -> None:
    """What is applied to an empty account is exported from there as it was."""
    folder = Path(tempfile.mkdtemp(dir=MEMORY))
    try:
        with stage(folder / "first", seed) as first:
            report = first.export(split=split)
            written = first.files
        assume("remote_id:" not in "".join(written.values()))
        bare = {
            "rcs_agents": [
                {"agent_id": agent["agent_id"], "agent_name": agent["agent_name"]} for agent in seed["rcs_agents"]
            ],
            "messaging_url_domains": seed["messaging_url_domains"],
            **{
                name: [{each: row[each] for each in ("id", *key) if each in row} for row in seed[name]]
                for name, key in GIVEN.items()
            },
        }
        with stage(folder / "second", bare) as second:
            second.heed(report)
            for name, text in written.items():
                (second.folder / name).parent.mkdir(exist_ok=True)
                (second.folder / name).write_text(text, "utf-8")
            applied = second.apply()
            assert applied.report is None or not applied.report.failed, applied
            second.export(split=split, force=True)
            assert second.files == written
    finally:
        shutil.rmtree(folder)


@pytest.mark.long
@FEW
@given(seed=accounts(), split=SPLITS)
def test_the_plan_is_empty(seed: Seed, split: Split) -> None:
    """A few of the accounts that ``make soak`` goes through."""
    plans_as_empty(seed, split)


@FEW
@given(seed=accounts(legal=True), split=SPLITS)
def test_it_comes_back(seed: Seed, split: Split) -> None:
    """As above."""
    comes_back(seed, split)


@pytest.mark.soak
@MANY
@given(seed=accounts(), split=SPLITS)
def test_the_plan_is_empty_for_many(seed: Seed, split: Split) -> None:
    """Accounts that nobody has seen before."""
    plans_as_empty(seed, split)


@pytest.mark.soak
@MANY
@given(seed=accounts(legal=True), split=SPLITS)
def test_many_come_back(seed: Seed, split: Split) -> None:
    """As above."""
    comes_back(seed, split)
