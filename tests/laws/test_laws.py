"""Convergence, ownership, minimality, silence: in any small world (design §10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.journeys.workspace import Emulator, emulator
from tests.laws.worlds import LIFTED, TOKENS, Story, World, told, worlds

law = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),  # shrinking whole stories takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
CLOCKS = {"created_at", "updated_at"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Emulator]:
    """One emulator for all stories, each of which has an account of its own."""
    with emulator() as made:
        yield made


def _rows(state: Any, collection: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in state.get(collection, [])}


def _ours(story: Story) -> tuple[dict[str, Any], ...]:
    """Every profile, auto-response and sender but the stranger's, by id, after the story."""
    profiles = {i: row for i, row in _rows(story.after, "messaging_profiles").items() if i != story.theirs}
    return profiles, _rows(story.after, "autoresp_configs"), _rows(story.after, "alphanumeric_sender_ids")


@law
@given(worlds, worlds)
def test_convergence(shared: Emulator, first: World, second: World) -> None:
    """One apply reaches the desired world, whatever was there; nothing is left to plan."""
    with told(shared, first, second) as story:
        profiles, answers, senders = _ours(story)
        assert {row["name"] for row in profiles.values()} == {name.title() for name in second}
        assert len(profiles) == len(second)
        assert len(answers) == sum(answer is not None for _, answer, _ in second.values())
        assert len(senders) == sum(sender is not None for _, _, sender in second.values())
        for row in profiles.values():
            spec = second[row["name"].lower()][0]
            assert set(row["whitelisted_destinations"]) == set(spec["whitelisted_destinations"])
            assert row["enabled"] == spec.get("enabled", row["enabled"])
        assert story.workspace.actions(*LIFTED) == {}
        if first or second:  # where nothing was ever desired there is no ledger
            recorded = {entry["remote"]["id"] for entry in story.workspace.ledger["entries"]}
            assert recorded == {*profiles, *answers, *senders}


@law
@given(worlds, worlds)
def test_ownership(shared: Emulator, first: World, second: World) -> None:
    """No write names what is neither desired nor recorded; a stranger's object stays as it is, to the letter."""
    with told(shared, first, second) as story:
        theirs = _rows(story.before, "messaging_profiles")[story.theirs]
        assert _rows(story.after, "messaging_profiles")[story.theirs] == theirs
        assert not [each for each in story.requests if each["method"] != "GET" and story.theirs in each["path"]]
        for collection in ("phone_numbers", "short_codes", "rcs_agents"):
            assert story.after[collection] == story.before[collection]


@law
@given(worlds, worlds)
def test_minimality(shared: Emulator, first: World, second: World) -> None:
    """No value changes beyond the diff that was shown, and no request is sent beyond the changes."""
    with told(shared, first, second) as story:
        shown: dict[str, set[str]] = {}
        writes = 0
        for change in story.plan["changes"]:
            shown[change["remote_id"]] = {diff["path"].partition(".")[0] for diff in change["diffs"]}
            writes += {"create": 1, "update": 1, "replace": 2, "delete": 1}.get(change["action"], 0)
        for collection in ("messaging_profiles", "autoresp_configs", "alphanumeric_sender_ids"):
            after = _rows(story.after, collection)
            for row_id, was in _rows(story.before, collection).items():
                now = after.get(row_id, was)
                changed = {name for name in was | now if was.get(name) != now.get(name)} - CLOCKS
                assert changed <= shown.get(row_id, set())
        assert len([each for each in story.requests if each["method"] != "GET"]) == writes
        assert story.plan["requests"]["writes"] == writes


@law
@given(worlds, worlds)
def test_silence(shared: Emulator, first: World, second: World) -> None:
    """No secret in any output, nor in anything that is kept."""
    with told(shared, first, second) as story:
        said = "".join(outcome.out + outcome.err for outcome in story.outcomes) + story.workspace.everything_kept()
        for secret in (*TOKENS, story.telnyx.key):
            assert secret not in said
