"""The command line with a ledger that a team shares: what is applied here is known there, and one writes at a time."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.ledger.opening import open_ledger
from reconciler.ledger.store import LedgerStore
from reconciler.model.location import HttpLocation, LedgerLocation, parse_location
from tests.journeys.workspace import Emulator, Workspace
from tests.ledger.cases import SINCE
from tests.ledger.places import s3_environment, s3_server
from tests.ledger.stateserver import SECRET, USER, serving

PROFILE = {
    "apiVersion": "telnyx.reconciler/v1",
    "kind": "MessagingProfile",
    "metadata": {"name": "alerts"},
    "spec": {"whitelisted_destinations": ["US"]},
}
STOP = {
    "apiVersion": "telnyx.reconciler/v1",
    "kind": "AutoResponse",
    "metadata": {"name": "stop"},
    "spec": {
        "messaging_profile": "alerts",
        "op": "stop",
        "country_code": "US",
        "keywords": ["STOP"],
        "resp_text": "Acme: you will receive no more messages.",
    },
}


NUMBERS = itertools.count()


class Team:
    """Two machines with a project each, and one ledger."""

    def __init__(self, folder: Path, telnyx: Emulator, settings: str, location: LedgerLocation) -> None:
        self.location = location
        self.here = Workspace.at(folder / "here", telnyx)
        self.there = Workspace.at(folder / "there", telnyx)
        for workspace in (self.here, self.there):
            workspace.write(f"accounts: {{default: {{rate: 1000, {settings}}}}}", "reconciler.yaml")

    def store(self) -> LedgerStore:
        """The ledger, as a third machine would open it."""
        environment = {**os.environ, **self.here.environment}
        return open_ledger(self.location, "default", root=self.here.folder, environment=environment)


@pytest.fixture(params=["s3", "gitlab"])
def team(
    request: pytest.FixtureRequest, tmp_path: Path, telnyx: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Team]:
    """A bucket, or a project on GitLab."""
    if request.param == "s3":
        with s3_server() as url:
            headers = {"authorization": "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/s3/x"}
            telnyx.http.put(f"{url}/ledgers", headers=headers)
            bucket = f"s3://ledgers/journey-{next(NUMBERS)}"  # servers of one process share their buckets
            team = Team(tmp_path, telnyx, f"ledger: '{bucket}'", parse_location(bucket))
            for name, value in s3_environment(url).items():
                monkeypatch.setenv(name, value)
                team.here.environment[name] = team.there.environment[name] = value
            yield team
    else:
        with serving(gitlab=True) as server:
            address = f"{server.base}/api/v4/projects/7/terraform/state/telnyx"
            lock = f"{{address: '{address}/lock', method: POST, unlock_method: DELETE}}"
            location = HttpLocation(address, f"{address}/lock", "POST", "DELETE")
            team = Team(tmp_path, telnyx, f"ledger: '{address}', ledger_lock: {lock}", location)
            for workspace in (team.here, team.there):
                workspace.environment["RECONCILER_LEDGER_USERNAME"] = USER
                workspace.environment["RECONCILER_LEDGER_PASSWORD"] = SECRET
            yield team


@pytest.mark.slow
def test_what_one_applies_the_other_owns(team: Team) -> None:
    """Applied here, there is nothing to do there, and what is removed there is deleted: it is recorded as ours."""
    team.here.declare(PROFILE, STOP)
    applied = team.here.call("apply", "--auto-approve")
    assert applied.code == 0, applied.err
    team.there.declare(PROFILE, STOP)
    assert team.there.actions() == {}
    team.there.declare(PROFILE)
    assert team.there.actions() == {"AutoResponse/stop": "delete"}
    status = team.there.call("status", "--format", "json").document
    assert status["ledger"] == team.store().where
    assert status["recorded"] == {"AutoResponse": 1, "MessagingProfile": 1}
    assert not (team.there.folder / ".reconciler").exists()
    told = team.there.call("status").out
    assert ("cannot be asked" if isinstance(team.location, HttpLocation) else "free") in told
    printed = applied.out + applied.err + told
    assert not any(secret in printed for secret in ("canary-secret", SECRET))


@pytest.mark.slow
def test_validate_asks_nobody(team: Team) -> None:
    """A reference may mean what only the ledger knows: validate lets it pass, and plan looks."""
    team.here.declare(STOP)
    for name in ("AWS_ENDPOINT_URL", "RECONCILER_LEDGER_PASSWORD"):
        team.here.environment.pop(name, None)
    assert team.here.call("validate").code == 0
    team.there.declare(STOP)
    refused = team.there.call("plan")
    assert refused.code == 1
    assert "unknown-reference" in refused.err


@pytest.mark.slow
def test_one_writes_at_a_time(team: Team, telnyx: Emulator) -> None:
    """Exit 5 with who it is and what ends a dead lock; with --lock-timeout it waits; nothing is written before."""
    team.here.declare(PROFILE)

    async def hold() -> None:
        async with team.store().lock("reconciler apply ci.yaml", SINCE):
            refused = await asyncio.to_thread(team.here.run, "apply", "--auto-approve")
            assert refused.code == 5, refused.err
            assert 'account "default" is locked by' in refused.err
            assert "reconciler ledger unlock " in refused.err
            assert "--account default" in refused.err
            assert telnyx.writes() == []
            waiting = asyncio.create_task(
                asyncio.to_thread(team.here.run, "apply", "--auto-approve", "--lock-timeout", "30")
            )
            await asyncio.sleep(1)
        applied = await waiting
        assert applied.code == 0, applied.err

    asyncio.run(hold())
    assert len(telnyx.rows("messaging_profiles")) == 1
