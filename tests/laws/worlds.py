"""Random small worlds, and the story in which one desired world follows another while others are at work."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.journeys.workspace import Emulator, Outcome, Workspace, manifest, profile

TOKENS = ("canary-one-5f2c", "canary-two-9d4e")
"""What the environment holds, before and after."""

_count = itertools.count()
_URLS = st.sampled_from(
    [None, "https://a.example.com", "https://b.example.com/x", "https://s.example.com/${env:TOKEN}"]
)
_POOL = st.fixed_dictionaries(
    {"long_code_weight": st.integers(0, 3), "toll_free_weight": st.integers(1, 3), "skip_unhealthy": st.booleans()},
    optional={"sticky_sender": st.booleans()},
)
_PROFILE = st.fixed_dictionaries(
    {"whitelisted_destinations": st.lists(st.sampled_from(["US", "CA", "GB", "DE"]), min_size=1, unique=True)},
    optional={
        "enabled": st.booleans(),
        "webhook_url": _URLS,
        "webhook_failover_url": _URLS,
        "number_pool_settings": st.none() | _POOL,
        "daily_spend_limit": st.sampled_from(["1", "1.0", "25.00"]),
        "smart_encoding": st.booleans(),
    },
)
_ANSWER = st.fixed_dictionaries(
    {
        "op": st.just("stop"),
        "country_code": st.sampled_from(["US", "CA"]),
        "keywords": st.lists(st.sampled_from(["STOP", "quit", "End", "LEAVE"]), min_size=1, unique_by=str.upper),
    },
    optional={"resp_text": st.sampled_from([None, "You will hear no more of us.", "Good-bye, says ${env:TOKEN}."])},
)
_SENDER = st.fixed_dictionaries(
    {"alphanumeric_sender_id": st.sampled_from(["ACME", "EMCA"])},
    optional={"us_long_code_fallback": st.sampled_from([None, "+15125550142"])},
)
World = Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any] | None, Mapping[str, Any] | None]]
"""By local name: a profile, and perhaps an auto-response and a sender on it."""

worlds: st.SearchStrategy[World] = st.dictionaries(
    st.sampled_from(["alpha", "beta", "gamma"]), st.tuples(_PROFILE, st.none() | _ANSWER, st.none() | _SENDER)
)


def manifests(world: World) -> list[dict[str, Any]]:
    """A world as manifests."""
    found = []
    for name, (spec, answer, sender) in world.items():
        found.append(profile(name, **spec))
        if answer is not None:
            found.append(manifest("AutoResponse", name, messaging_profile=name, **answer))
        if sender is not None:
            found.append(manifest("AlphanumericSenderId", name, messaging_profile=name, **sender))
    return found


@dataclass(frozen=True)
class Story:
    """What was planned for the second world, and the account before and after it was applied."""

    telnyx: Emulator
    workspace: Workspace
    theirs: str
    plan: Any
    before: Mapping[str, list[dict[str, Any]]]
    after: Mapping[str, list[dict[str, Any]]]
    requests: list[dict[str, Any]]
    outcomes: list[Outcome]


LIFTED = (
    "--allow-empty",
    "--allow-adopt",
    "--max-deletes",
    "100%",
    "--allow",
    "looks-like-rename",
    "--allow",
    "spend-limit-raised",
)


@contextmanager
def told(shared: Emulator, first: World, second: World) -> Iterator[Story]:
    """Apply ``first``, let somebody edit what it does not state, apply ``second``. Each story has its own account."""
    telnyx = Emulator(shared.base, f"KEY_of_story_number_{next(_count):06}", shared.http)
    theirs = telnyx.create("messaging_profiles", name="Theirs", whitelisted_destinations=["US"])["id"]
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.at(Path(folder), telnyx)
        workspace.environment["TOKEN"] = TOKENS[0]
        workspace.declare(*manifests(first))
        outcomes = [workspace.apply(*LIFTED)]
        for row in telnyx.rows("messaging_profiles"):
            telnyx.edit("messaging_profiles", row["id"], mms_transcoding=True)
        workspace.environment["TOKEN"] = TOKENS[1]
        workspace.declare(*manifests(second))
        before = telnyx.state()
        planned = workspace.call("plan", "--format", "json", *LIFTED)
        outcomes += [planned, workspace.call("drift")]
        known = len(telnyx.requests())
        outcomes.append(workspace.apply(*LIFTED))
        requests = telnyx.requests()[known:]
        yield Story(telnyx, workspace, theirs, planned.document, before, telnyx.state(), requests, outcomes)
