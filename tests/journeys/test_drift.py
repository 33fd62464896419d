"""Drift on the command line: what its exit code says, what is told, what is ignored, and how it is put back."""

from __future__ import annotations

import asyncio
import json
import shlex
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.cli.terminal import surroundings
from reconciler.model.drift import DriftReport
from reconciler.workflow.drift import drift
from reconciler.workflow.request import DriftRequest
from reconciler.workflow.setting import prepare
from tests.journeys.workspace import Emulator, Workspace, manifest, profile

URL = "https://hooks.example.com/a"
ELSEWHERE = "https://elsewhere.example.com/a"
ALPHA, BETA = profile("alpha", webhook_url=URL), profile("beta")
STOP = manifest("AutoResponse", "stop", messaging_profile="alpha", op="stop", country_code="US", keywords=["STOP"])


@pytest.fixture
def applied(workspace: Workspace) -> Workspace:
    """Two profiles and an auto-response, as they should be."""
    workspace.declare(ALPHA, BETA, STOP)
    workspace.apply()
    return workspace


def _rules(workspace: Workspace, *rules: dict[str, str]) -> None:
    workspace.write(
        json.dumps({"accounts": {"default": {"rate": 1000}}, "drift": {"ignore": rules}}, indent=1), "reconciler.yaml"
    )


def test_the_exit_code_between_merge_and_apply(applied: Workspace, telnyx: Emulator) -> None:
    """As a process. What is merged and not applied pages nobody; what was changed outside does, as before."""
    assert applied.run("drift").code == 0
    applied.declare(profile("alpha", webhook_url=URL, enabled=False), BETA, STOP, profile("new"))
    waiting = applied.run("drift", "--format", "json")
    assert (waiting.code, waiting.document["has_drift"], waiting.document["found"]) == (0, False, [])
    [alpha] = waiting.document["unapplied"]
    assert (alpha["address"], alpha["state"]) == ("MessagingProfile/alpha", "not_applied_yet")
    [enabled] = alpha["fields"]
    named = ("path", "state", "recorded", "observed", "desired")
    assert [enabled[name] for name in named] == ["enabled", "not_applied_yet", None, True, False]
    assert [one["address"] for one in waiting.document["unrecorded"]] == ["MessagingProfile/new"]
    telnyx.edit("messaging_profiles", "Alpha", webhook_url=ELSEWHERE)
    drifted = applied.run("drift")
    assert drifted.code == 2
    assert f'webhook_url changed outside "{URL}"' in drifted.words
    assert f'→ "{ELSEWHERE}"' in drifted.words
    assert "manifests.yaml:" in drifted.words
    assert "Not applied yet, which is no drift: 1 never applied." in drifted.out
    assert "reconciler plan --drifted" in drifted.out


def test_each_field_of_an_object_is_told_with_its_place(applied: Workspace, telnyx: Emulator) -> None:
    """Three fields, three states, each at its own line; whoever states a field is told where."""
    text = """\
        apiVersion: telnyx.reconciler/v1
        kind: MessagingProfile
        metadata: {name: alpha}
        spec:
          name: Alpha
          whitelisted_destinations: [US, CA]
          enabled: false
          webhook_url: https://hooks.example.com/a
        """
    applied.write(text)
    applied.declare(BETA, STOP, name="rest.yaml")
    telnyx.edit("messaging_profiles", "Alpha", webhook_url=ELSEWHERE, whitelisted_destinations=["GB"])
    report = applied.call("drift", "--format", "json")
    assert report.code == 2
    [found] = report.document["found"]
    assert {f["path"]: (f["state"], f["source"]["line"]) for f in found["fields"]} == {
        "whitelisted_destinations": ("both", 6),
        "enabled": ("not_applied_yet", 7),
        "webhook_url": ("changed_outside", 8),
    }
    said = applied.call("drift", "--format", "markdown").out
    assert f'| `webhook_url` | changed outside | `"{URL}"` | `"{ELSEWHERE}"` | `"{URL}"`' in said


def test_the_fix_is_what_drifted_and_nothing_else(applied: Workspace, telnyx: Emulator) -> None:
    """Planned, saved, applied; what waits goes on waiting, and what has no manifest stays."""
    telnyx.edit("messaging_profiles", "Alpha", webhook_url=ELSEWHERE)
    applied.declare(ALPHA, profile("beta", enabled=False), profile("new"))
    assert applied.actions("--drifted") == {"MessagingProfile/alpha": "update"}
    saved = applied.call("plan", "--drifted", "--out", "fix.json", "--detailed-exitcode")
    assert saved.code == 2, saved.err
    applied.apply("fix.json")
    assert telnyx.rows("messaging_profiles")[0]["webhook_url"] == URL
    assert applied.call("drift").code == 0
    assert applied.actions("--drifted") == {}
    assert "No changes." in applied.call("plan", "--drifted").out
    assert set(applied.actions().values()) == {"update", "create", "delete"}
    telnyx.delete("messaging_profiles", next(r["id"] for r in telnyx.rows("messaging_profiles") if r["name"] == "Beta"))
    assert applied.call("drift").code == 2
    applied.apply("--drifted")
    assert [row["enabled"] for row in telnyx.rows("messaging_profiles") if row["name"] == "Beta"] == [False]
    assert sorted(row["name"] for row in telnyx.rows("messaging_profiles")) == ["Alpha", "Beta"]


def test_the_fix_that_is_told_can_be_typed(applied: Workspace, telnyx: Emulator) -> None:
    """With the paths of this very run, and it plans what drifted."""
    telnyx.edit("messaging_profiles", "Alpha", webhook_url=ELSEWHERE)
    told = applied.call("drift", "./manifests.yaml").out
    [command] = [line for line in told.splitlines() if line.startswith("Put back what drifted: ")]
    words = shlex.split(command.removeprefix("Put back what drifted: reconciler "))
    assert words == ["plan", "--drifted", "./manifests.yaml"]
    assert "1 to update" in applied.call(*words).out


def test_a_fix_needs_a_ledger(workspace: Workspace) -> None:
    """Without one nobody can tell what drifted: it would be everything."""
    workspace.declare(ALPHA)
    refused = workspace.call("apply", "--drifted", "--auto-approve", "--format", "json")
    assert (refused.code, refused.codes) == (1, ["drift-unknown"])


def test_a_rehearsed_fix_is_the_same_fix(applied: Workspace, telnyx: Emulator) -> None:
    """The copy gives the account's plan."""
    telnyx.edit("messaging_profiles", "Alpha", webhook_url=ELSEWHERE)
    applied.declare(ALPHA, profile("beta", enabled=False), STOP)
    rehearsed = applied.call("apply", "--drifted", "--rehearse", "--format", "json")
    assert rehearsed.code == 0, rehearsed.err
    assert [one["address"] for one in rehearsed.document["result"]["outcomes"]] == ["MessagingProfile/alpha"]


def test_an_unknown_answer_is_drift_until_a_rule_says_otherwise(applied: Workspace, telnyx: Emulator) -> None:
    """By its id, as it has no address; the rule's reason is told in every format."""
    parent = next(row["id"] for row in telnyx.rows("messaging_profiles") if row["name"] == "Alpha")
    body = {"op": "info", "keywords": ["INFO"], "resp_text": "Ask at the counter.", "country_code": "US"}
    made = telnyx.ask("POST", f"/messaging_profiles/{parent}/autoresp_configs", body)
    assert applied.call("drift").code == 2
    _rules(applied, {"address": f"AutoResponse/{made['id']}", "reason": "run by the counter"})
    ended = applied.call("drift")
    assert (ended.code, "1 difference: run by the counter (reconciler.yaml:" in ended.out) == (0, True)
    assert "run by the counter" in applied.call("drift", "--format", "markdown").out
    [ignored] = applied.call("drift", "--format", "json").document["ignored"]
    assert (ignored["state"], ignored["reason"]) == ("unmanaged", "run by the counter")


def _on(workspace: Workspace, day: datetime, monkeypatch: pytest.MonkeyPatch) -> DriftReport:
    monkeypatch.chdir(workspace.folder)
    around = replace(surroundings(), environment=workspace.environment, now=lambda: day)
    return asyncio.run(drift(prepare(around, None), DriftRequest()))


def test_a_rule_expires_by_the_clock(applied: Workspace, telnyx: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """At midnight in UTC; what it ignored counts again, and the fix takes it in again."""
    telnyx.edit("messaging_profiles", "Alpha", webhook_url=ELSEWHERE)
    rule = {"address": "MessagingProfile/al*", "field": "webhook_url", "reason": "moving", "expires": "2030-06-01"}
    _rules(applied, rule)
    before = _on(applied, datetime(2030, 5, 31, 23, 59, tzinfo=UTC), monkeypatch)
    assert (before.has_drift, [one.rule.reason for one in before.ignored], before.diagnostics) == (
        False,
        ["moving"],
        (),
    )
    after = _on(applied, datetime(2030, 6, 1, 0, 0, tzinfo=UTC), monkeypatch)
    assert (after.has_drift, after.ignored) == (True, ())
    assert [(one.code, one.source.file if one.source else "") for one in after.diagnostics] == [
        ("drift-rule-expired", "reconciler.yaml")
    ]
    assert applied.actions("--drifted") == {}
    _rules(applied, {**rule, "expires": "2020-01-01"})
    assert applied.actions("--drifted") == {"MessagingProfile/alpha": "update"}
    ended = applied.call("drift", "--format", "json")
    assert (ended.code, ended.codes) == (2, ["drift-rule-expired"])


def test_a_rule_of_no_use_is_told_unless_only_a_part_was_looked_at(applied: Workspace) -> None:
    """As information: no exit code changes."""
    _rules(applied, {"address": "MessagingProfile/aplha", "reason": "mistyped"})
    for arguments, codes in ((), ["drift-rule-unused"]), (("--kind", "AutoResponse"), []), (("manifests.yaml",), []):
        ended = applied.call("drift", "--format", "json", *arguments)
        assert (ended.code, ended.codes) == (0, codes), arguments


def test_the_same_requests_as_ever_unless_all_is_to_be_looked_at(applied: Workspace, telnyx: Emulator) -> None:
    """A list for each kind in use and one below each managed profile; ``--full`` adds the rest, and says all of it."""
    other = telnyx.create("messaging_profiles", name="Other", whitelisted_destinations=["US"])["id"]
    telnyx.ask(
        "POST",
        f"/messaging_profiles/{other}/autoresp_configs",
        {"op": "stop", "keywords": ["STOP"], "resp_text": "You are out.", "country_code": "US"},
    )
    managed = [row["id"] for row in telnyx.rows("messaging_profiles") if row["id"] != other]

    def lists(*arguments: str) -> set[str]:
        telnyx.forget_requests()
        assert applied.call("drift", *arguments).code == 0
        asked = [each["path"].removeprefix("/v2") for each in telnyx.requests()]
        assert len(asked) == len(set(asked))
        return set(asked)

    below = {f"/messaging_profiles/{one}/autoresp_configs" for one in managed}
    usual = {"/messaging_profiles", *below}
    assert lists() == lists("--unmanaged") == lists("--kind", "AutoResponse") == usual
    assert lists("--full") - usual >= {f"/messaging_profiles/{other}/autoresp_configs", "/alphanumeric_sender_ids"}
    told = applied.call("drift").out
    assert "Not managed here: 1 MessagingProfile (--unmanaged lists them)." in told
    assert "AutoResponse of 1 unmanaged MessagingProfile (--full looks)." in told
    assert "id r" not in told
    whole = applied.call("drift", "--full", "--unmanaged")
    assert (
        "Not managed here: 1 AutoResponse, 1 MessagingProfile, 4 PhoneNumberMessaging, 2 RcsAgent, 2 ShortCode."
        in whole.out
    )
    assert f"  MessagingProfile  id {other}  Other" in whole.out
    assert "Not looked at" not in whole.out


def _labelled(made: dict[str, object], **labels: str) -> dict[str, object]:
    return {**made, "metadata": {**made["metadata"], "labels": labels}}  # type: ignore[dict-item]  # a mapping


def test_selectors_choose_and_never_prune(workspace: Workspace, telnyx: Emulator) -> None:
    """By kind and label, on plan, apply and drift; what the chosen depend on comes along."""
    workspace.declare(ALPHA, BETA, profile("old"))
    workspace.apply()
    alpha = _labelled(profile("alpha", webhook_url=URL, enabled=False), team="growth", env="prod")
    stop = _labelled(STOP, team="growth", env="test")
    workspace.declare(alpha, profile("beta", enabled=False), stop)
    chosen = {"MessagingProfile/alpha": "update", "AutoResponse/stop": "create"}
    assert workspace.actions("--label", "team=growth") == chosen
    assert workspace.actions("--label", "team=growth", "--label", "env=prod") == {"MessagingProfile/alpha": "update"}
    assert workspace.actions("--kind", "AutoResponse") == chosen  # with its profile
    assert workspace.actions("--kind", "MessagingProfile", "--label", "env=prod") == {
        "MessagingProfile/alpha": "update"
    }
    mistyped = workspace.call("plan", "--kind", "MesagingProfile")
    assert (mistyped.code, 'did you mean "MessagingProfile"?' in mistyped.err) == (64, True)
    mistyped = workspace.call("drift", "--label", "team=growht")
    assert (mistyped.code, 'did you mean "team=growth"?' in mistyped.err) == (64, True)
    nothing = workspace.call("plan", "--kind", "MessagingProfile", "--label", "env=test")
    assert (nothing.code, "nothing is declared or recorded" in nothing.err) == (64, True)
    workspace.apply("--label", "team=growth")
    assert workspace.actions() == {"MessagingProfile/beta": "update", "MessagingProfile/old": "delete"}
    telnyx.edit("messaging_profiles", "Old", enabled=False)
    telnyx.edit("messaging_profiles", "Beta", whitelisted_destinations=["GB"])
    assert workspace.call("drift").code == 2
    apart = workspace.call("drift", "--label", "team=growth")
    assert (apart.code, "No drift in what was selected. It matches the ledger." in apart.out) == (0, True)
    assert workspace.call("drift", "--kind", "MessagingProfile").code == 2
    assert workspace.actions("--drifted", "--label", "team=growth") == {}
    assert workspace.actions("--drifted", "--only", "MessagingProfile/beta") == {"MessagingProfile/beta": "update"}


def test_several_accounts(applied: Workspace, telnyx: Emulator) -> None:
    """Each as it is alone, the rules for all of them; the sums count what waits and what is ignored."""
    base = {"rate": 1000, "base_url": telnyx.base}
    accounts = {"dev": {**base, "key_variable": "DEV"}, "prod": {**base, "key_variable": "PROD"}}
    rules = [{"field": "webhook_url", "reason": "moving"}]
    applied.write(json.dumps({"accounts": accounts, "drift": {"ignore": rules}}), "reconciler.yaml")
    applied.environment |= {"DEV": "KEY_dev_0123456789012", "PROD": "KEY_prod_012345678901"}
    applied.apply("--all-accounts")
    replace(telnyx, key="KEY_prod_012345678901").edit("messaging_profiles", "Alpha", webhook_url=ELSEWHERE)
    applied.declare(profile("alpha", webhook_url=URL, enabled=False), BETA, STOP)
    ended = applied.call("drift", "--all-accounts", "--unmanaged", "--format", "json")
    summary = ended.document["summary"]
    assert (ended.code, summary["exit_codes"]) == (0, {"dev": 0, "prod": 0})
    assert summary["counts"] == {"changed": 0, "missing": 0, "unknown": 0, "not_applied_yet": 2, "ignored": 1}
    told = applied.call("drift", "--all-accounts", "--kind", "MessagingProfile").out
    assert "Ignored: 1 difference, by drift.ignore." in told


def test_what_is_not_managed_has_its_name_beside_its_id(applied: Workspace, telnyx: Emulator) -> None:
    """An agent has no key but its id, which is told once; one without a name, by the id alone."""
    telnyx.create("rcs_agents", agent_id="agent-7", agent_name="Seven")
    telnyx.create("rcs_agents", agent_id="agent-8", agent_name=None)
    told = applied.call("drift", "--unmanaged", "--full").out
    assert "  RcsAgent  id agent-7  Seven\n" in told
    assert "  RcsAgent  id agent-8\n" in told
