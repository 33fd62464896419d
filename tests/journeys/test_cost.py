"""What a plan says of its price and its consequences, against what an apply then sends and how long that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from reconciler.api.endpoints import endpoint_of
from tests.journeys.workspace import SECONDS, Emulator, Workspace, emulator, manifest, profile

REFUSED, CHANGES = 1, 2
FAST, SLOW = "accounts: {default: {rate: 1000}}", "accounts: {default: {rate: 20}}"


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, Workspace]]:
    """Six profiles with an auto-response each. No test of this module leaves anything changed."""
    with emulator() as telnyx:
        workspace = Workspace.at(tmp_path_factory.mktemp("cost") / "project", telnyx)
        _declare(workspace)
        workspace.apply()
        yield telnyx, workspace


def _declare(
    workspace: Workspace, names: range = range(6), *, text: str = "Acme: you will hear no more.", **spec: Any
) -> None:
    workspace.declare(
        *(profile(f"p{number}", **spec) for number in names),
        *(
            manifest(
                "AutoResponse",
                f"r{number}",
                messaging_profile=f"p{number}",
                op="stop",
                country_code="US",
                keywords=["STOP"],
                resp_text=text,
            )
            for number in names
        ),
    )


SHAPES: dict[str, tuple[range, dict[str, Any]]] = {
    "nothing": (range(6), {}),
    "creates": (range(14), {}),
    "updates": (range(6), {"text": "Acme: this is another reply.", "enabled": False}),
    "deletes": (range(2), {}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_estimate_is_the_time_that_an_apply_takes(shape: str, applied: tuple[Emulator, Workspace]) -> None:
    """Looks, guards and writes at the account's rate, in the simulated time of a rehearsal: within 15 per cent."""
    _, workspace = applied
    names, changed = SHAPES[shape]
    _declare(workspace, names, **changed)
    workspace.write(SLOW, "reconciler.yaml")
    lifted = ("--max-deletes", "100")
    told = workspace.call("plan", "--format", "json", *lifted).document["requests"]
    if shape == "nothing":
        workspace.write(FAST, "reconciler.yaml")
        assert (told["writes"], told["estimated_seconds"]) == (0, 0)
        assert {one["planned"] for one in told["per_endpoint"]} == {0}
        return
    rehearsed = workspace.call("apply", "--rehearse", "--auto-approve", "--format", "json", *lifted).document["cost"]
    workspace.write(FAST, "reconciler.yaml")
    assert told["writes"] == rehearsed["writes"]
    assert told["estimated_seconds"] == pytest.approx(rehearsed["seconds"], rel=0.15)
    planned = sum(one["planned"] for one in told["per_endpoint"])
    assert planned == pytest.approx(rehearsed["reads"] + rehearsed["writes"], rel=0.05)
    assert sum(one["made"] for one in told["per_endpoint"]) == told["reads"]
    assert told["rate"] == 20


def test_endpoints_are_those_that_requests_go_to(tmp_path: Path) -> None:
    """Each with the number of requests that the emulator then sees from the apply."""
    with emulator() as telnyx:
        workspace = Workspace.at(tmp_path / "project", telnyx)
        _declare(workspace, range(3))
        workspace.apply()
        _declare(workspace, range(1, 3), text="Acme: this is another reply.", enabled=False)
        told = workspace.plan("--max-deletes", "100", "--no-impact")["requests"]["per_endpoint"]
        telnyx.forget_requests()
        workspace.apply("--max-deletes", "100", "--no-impact")
        sent = Counter(endpoint_of(one["method"], one["path"]).replace("{}", "{id}") for one in telnyx.requests())
    assert {one["endpoint"]: one["planned"] for one in told} == sent


def test_everything_that_is_more_than_a_request_is_priced(tmp_path: Path) -> None:
    """Numbers that are unassigned, a job, papers, an invite and a question; a job is looked at once at the least."""
    numbers, old = [f"+1555010000{at}" for at in range(6)], "40017a3c-0000-4000-8000-00000000000a"
    seed = {
        "messaging_profiles": [{"id": old, "name": "Old"}],
        "phone_numbers": [{"id": each[-1], "phone_number": each} for each in numbers],
        "rcs_agents": [{"agent_id": "acme", "agent_name": "Acme", "profile_id": None, "enabled": True}],
    }
    with emulator(seed=seed) as telnyx:
        workspace = Workspace.at(tmp_path / "project", telnyx)
        workspace.declare(profile("old") | {"lifecycle": {"on_remove": "delete"}}, profile("new"))
        workspace.apply("--allow-adopt")
        for each in numbers[:2]:
            telnyx.edit("phone_numbers", each[-1], messaging_profile_id=old)
        workspace.write("%PDF-1.4 signed", "loa.pdf")
        papers = {"options": {"documents": {"loa": "loa.pdf"}}}
        workspace.declare(
            profile("new"),
            *(
                manifest("PhoneNumberMessaging", f"n{each[-1]}", phone_number=each, messaging_profile="new")
                for each in numbers[2:]
            ),
            manifest("HostedNumberOrder", "desk", phone_numbers=["+15125550177"]) | papers,
            manifest("RcsTestNumber", "mine", agent={"id": "acme"}, phone_number="+15125550199"),
        )
        options = ("--allow-adopt", "--unassign-numbers", "--no-impact")
        told = workspace.plan(*options)["requests"]["per_endpoint"]
        telnyx.forget_requests()
        workspace.apply(*options)
        sent = Counter(endpoint_of(one["method"], one["path"]).replace("{}", "{id}") for one in telnyx.requests())
    looks = "GET /messaging_numbers_bulk_updates/{id}"
    assert sent[looks] >= 1
    assert {one["endpoint"]: one["planned"] for one in told} == {**sent, looks: 1}


def test_a_plan_that_does_not_fit_is_refused_before_any_write(applied: tuple[Emulator, Workspace]) -> None:
    """By plan, apply, destroy and apply FILE, with the figures and what to do; one that fits is not."""
    telnyx, workspace = applied
    _declare(workspace, enabled=False)
    workspace.write("accounts: {default: {rate: 8}}", "reconciler.yaml")
    try:
        saved = workspace.call("plan", "--out", "plan.json")
        assert saved.code == 0
        telnyx.forget_requests()
        refused = workspace.call("apply", "--deadline", "1s", "--auto-approve", "--format", "json")
        assert (refused.code, "deadline-exceeded" in refused.codes) == (REFUSED, True)
        [found] = [one for one in refused.document["diagnostics"] if one["code"] == "deadline-exceeded"]
        assert "the deadline is 1 s" in found["summary"]
        assert "most goes to GET /messaging_profiles/{id}/autoresp_configs: 12 of" in found["detail"]
        assert "--only" in found["hint"]
        destroying = workspace.call("destroy", "--deadline", "1s", "--auto-approve", "--format", "json")
        assert (destroying.code, "deadline-exceeded" in destroying.codes) == (REFUSED, True)
        late = workspace.call("plan", "--deadline", "1s", "--detailed-exitcode")
        assert (late.code, "deadline-exceeded" in late.out) == (REFUSED, True)
        workspace.write("accounts: {default: {rate: 5}}", "reconciler.yaml")
        file = workspace.call("apply", "plan.json", "--deadline", "1s", "--auto-approve", "--format", "json")
        assert (file.code, "deadline-exceeded" in file.codes) == (REFUSED, True), "at the rate of now"
        assert telnyx.writes() == []
    finally:
        workspace.write(FAST, "reconciler.yaml")
    fits = workspace.call("plan", "--deadline", "5m", "--detailed-exitcode")
    assert (fits.code, "deadline-exceeded" in fits.out) == (CHANGES, False)


@pytest.mark.parametrize("given", ["5", "5x", "0.5h", "-5m", ""])
def test_what_is_no_time_is_refused(given: str, applied: tuple[Emulator, Workspace]) -> None:
    """As misuse of the command line."""
    refused = applied[1].call("plan", "--deadline", given)
    assert (refused.code, "no time such as 90s, 5m or 2h" in refused.err) == (64, True)


def test_what_cannot_be_undone_or_costs_money_is_told(applied: tuple[Emulator, Workspace]) -> None:
    """In every format that shows a plan, once for all alike, and in a saved plan."""
    _, workspace = applied
    _declare(workspace, range(5), text="Acme: this is another reply.")
    workspace.call("plan", "--out", "plan.json", "--max-deletes", "5")
    for told in (
        workspace.call("plan", "--max-deletes", "5", "--format", form) for form in ("text", "markdown", "html")
    ):
        words = told.words
        assert words.count("its id, its v1_secret and its pairs of sender and recipient") == 1
        assert words.count("every reply is billed as an outbound message, per segment") == 1
    document = workspace.call("show", "plan.json", "--format", "json").document
    assert document["requests"]["per_endpoint"]
    entailed = {one["address"]: one["consequences"] for one in document["changes"]}
    assert [one["sort"] for one in entailed["MessagingProfile/p5"]] == ["irreversible"]
    assert [one["sort"] for one in entailed["AutoResponse/r1"]] == ["cost"]
    assert entailed["AutoResponse/r5"] == []


def test_two_runs_on_one_key_share_it_without_a_storm(tmp_path: Path) -> None:
    """Two processes at a sandbox that takes 20 a second: few 429s, and little more than the least time for both."""
    with emulator(rps=20) as telnyx:
        runs = []
        for name in ("a", "b"):
            workspace = Workspace.at(tmp_path / name, telnyx)
            (workspace.folder / "reconciler.yaml").unlink()
            workspace.declare(*(profile(f"{name}{number}") for number in range(25)))
            runs.append(workspace.start("apply", "--auto-approve"))
        for run in runs:
            with run:
                said = run.communicate(timeout=SECONDS)
            assert run.returncode == 0, said
        sent = [one for one in telnyx.requests() if one["method"] == "POST"]
    refused = [one for one in sent if one["status"] == HTTPStatus.TOO_MANY_REQUESTS]
    assert len(sent) - len(refused) == 50
    assert len(refused) <= 0.05 * len(sent)
    span = max(one["time"] for one in sent) - min(one["time"] for one in sent)
    assert span / (49 / 20) < 3, "on a machine that does other things too; the simulated runs are held to more"
