"""``drift --notify``: receivers on real sockets are told once for each change of drift, its end included."""

from __future__ import annotations

import json
import logging
import re
import sys
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.journeys.receiver import TOKEN, Got, Receiver, receiving
from tests.journeys.workspace import ROOT, Emulator, Workspace, manifest, profile
from tests.ledger.stateserver import SECRET, USER, serving

A, B, C = (f"https://{name}.example.com/x" for name in "abc")
SLACK, WEBHOOK = ("--notify", "slack:env:DRIFT_SLACK"), ("--notify", "webhook:env:DRIFT_HOOK")

CLOUD_EVENT = {
    "type": "object",
    "required": ["id", "source", "specversion", "type"],
    "propertyNames": {"anyOf": [{"const": "data_base64"}, {"pattern": "^[a-z0-9]{1,20}$"}]},
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "minLength": 1, "format": "uri-reference"},
        "specversion": {"const": "1.0"},
        "type": {"type": "string", "minLength": 1},
        "subject": {"type": "string", "minLength": 1},
        "time": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "datacontenttype": {"const": "application/json"},
        "data": {"type": "object"},
        "data_base64": False,
    },
    "additionalProperties": False,
}
"""What version 1.0 of the specification asks for, as far as this program makes use of it."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A new one."""
    with receiving() as made:
        yield made


@pytest.fixture
def applied(workspace: Workspace, receiver: Receiver) -> Workspace:
    """One profile as it should be, and two variables with the receiver's address."""
    workspace.environment |= {"DRIFT_SLACK": receiver.url, "DRIFT_HOOK": receiver.url}
    workspace.declare(profile("alpha", webhook_url=A))
    workspace.apply()
    return workspace


def _hook(telnyx: Emulator, url: str) -> None:
    telnyx.edit("messaging_profiles", "Alpha", webhook_url=url)


def _event(got: list[Got]) -> Any:
    [one] = got
    assert one.headers["content-type"].startswith("application/cloudevents+json")
    jsonschema.validate(one.document, CLOUD_EVENT)
    datetime.fromisoformat(one.document["time"])
    schema = json.loads((ROOT / "schemas" / "drift.json").read_text("utf-8"))
    jsonschema.validate(one.document["data"], schema)
    return one.document


def test_each_change_is_told_once_and_its_end_too(applied: Workspace, telnyx: Emulator, receiver: Receiver) -> None:
    """None, a, b, b, none, none. The event is one by the specification, and holds the document of the command."""
    assert applied.call("drift", *WEBHOOK).code == 0
    assert receiver.take() == []
    assert not list((applied.folder / ".reconciler").glob("*notified*"))

    _hook(telnyx, B)
    told = applied.call("drift", *WEBHOOK, "--format", "json")
    first = _event(receiver.take())
    assert (told.code, told.codes) == (2, ["notified"])
    assert (first["type"], first["subject"]) == ("telnyx.reconciler.drift.changed", "default")
    assert first["source"] == "/telnyx-reconciler/default"
    assert first["data"] == {**told.document, "diagnostics": []}

    _hook(telnyx, C)
    assert applied.call("drift", *WEBHOOK).code == 2
    second = _event(receiver.take())
    assert (second["type"], second["data"]["found"][0]["fields"][0]["observed"]) == (first["type"], C)

    silent = applied.call("drift", *WEBHOOK, "--format", "json")
    assert (silent.code, silent.codes, receiver.take()) == (2, [], [])

    _hook(telnyx, A)
    resolved = applied.call("drift", *WEBHOOK)
    third = _event(receiver.take())
    assert (resolved.code, third["type"]) == (0, "telnyx.reconciler.drift.resolved")
    assert (applied.call("drift", *WEBHOOK).code, receiver.take()) == (0, [])

    _hook(telnyx, B)  # as the first time, and yet another event
    assert applied.call("drift", *WEBHOOK).code == 2
    again = _event(receiver.take())
    ids = {uuid.UUID(event["id"]) for event in (first, second, third, again)}
    assert len(ids) == 4
    assert (applied.folder / ".reconciler" / "default.notified.json").stat().st_mode & 0o077 == 0


def test_what_only_waits_for_an_apply_is_no_change(applied: Workspace, telnyx: Emulator, receiver: Receiver) -> None:
    """Nor is a manifest that says something else now, though the field is then told as moved on both sides."""
    _hook(telnyx, B)
    assert (applied.call("drift", *WEBHOOK).code, len(receiver.take())) == (2, 1)
    applied.declare(profile("alpha", webhook_url=C), profile("beta"))
    assert (applied.call("drift", *WEBHOOK).code, receiver.take()) == (2, [])


def test_a_message_that_fails_is_tried_again_under_its_id(
    applied: Workspace, telnyx: Emulator, receiver: Receiver
) -> None:
    """A warning, the same exit code, and the other receiver hears it only once."""
    _hook(telnyx, B)
    with receiving() as other:
        applied.environment["DRIFT_SLACK"] = other.url
        receiver.answers = [404]
        failed = applied.call("drift", *WEBHOOK, *SLACK, "--format", "json")
        assert (failed.code, sorted(failed.codes)) == (2, ["notified", "notify-failed"])
        [warning] = [one for one in failed.document["diagnostics"] if one["code"] == "notify-failed"]
        assert (warning["severity"], "webhook:env:DRIFT_HOOK" in warning["summary"]) == ("warning", True)
        assert "404" in warning["summary"]
        [lost], [heard] = receiver.take(), other.take()
        retried = applied.call("drift", *WEBHOOK, *SLACK, "--format", "json")
        assert (retried.code, retried.codes, other.take()) == (2, ["notified"], [])
    assert _event(receiver.take())["id"] == lost.document["id"]
    assert heard.document["text"].startswith("Drift in Telnyx account default")


def test_a_redirect_gets_nothing(applied: Workspace, telnyx: Emulator, receiver: Receiver) -> None:
    """One request, to the address that was given."""
    _hook(telnyx, B)
    receiver.answers = [307]
    ended = applied.call("drift", *WEBHOOK)
    assert (ended.code, len(receiver.take())) == (2, 1)
    assert "307, a redirect" in ended.out


@pytest.mark.parametrize("destination", [SLACK, WEBHOOK], ids=["slack", "webhook"])
def test_neither_the_key_nor_the_address_gets_anywhere(
    destination: tuple[str, str], applied: Workspace, telnyx: Emulator, receiver: Receiver, caplog: Any
) -> None:
    """The key is not sent along; the address is in no output, file or log, whatever became of the message."""
    caplog.set_level(logging.DEBUG)
    _hook(telnyx, B)
    said = []
    for status in (200, 403, 302):
        _hook(telnyx, f"{B}/{status}")
        receiver.answers = [status]
        formats = ("--format", "json", "--format", "html=drift.html", "--format", "github=drift.txt")
        ended = applied.call("drift", *destination, *formats, "--log-level", "debug")
        assert "GET /messaging_profiles" in ended.err
        said += [
            ended.out,
            ended.err,
            *((applied.folder / f"drift.{ext}").read_text("utf-8") for ext in ("html", "txt")),
        ]
    for got in receiver.take():
        assert telnyx.key not in str(got.headers) + got.body.decode()
        assert {"authorization", "cookie"}.isdisjoint(got.headers)
    text = "\n".join([*said, caplog.text, applied.everything_kept()])
    assert "canary" not in text.lower()
    assert not any(part in text for part in TOKEN.split("/"))


def test_a_key_that_is_an_address_is_refused_unseen(applied: Workspace, receiver: Receiver) -> None:
    """On the command line a Slack address would be in lists of processes and logs; what is wrong is told without it."""
    wrong = {
        "slack:" + receiver.url: "slack:env:VARIABLE",
        receiver.url: "slack:env:VARIABLE",
        "webhook:" + receiver.url.replace("127.0.0.1", "user:canary@127.0.0.1"): "user name",
        "webhook:http://hooks.example.com/canary": "unencrypted",
        "webhook:ftp://hooks.example.com/canary": "not an https address",
        "webhook:https://[canary": "not a URL",
        "slack:env:canary sig": "name of a variable",
        "slack:env:NOT_SET": "NOT_SET is not set",
    }
    for destination, reason in wrong.items():
        ended = applied.call("drift", "--notify", destination)
        assert (ended.code, "canary" in (ended.out + ended.err).lower()) == (64, False), destination
        assert reason in ended.err, ended.err
    assert receiver.take() == []


def test_a_part_has_a_state_of_its_own(applied: Workspace, telnyx: Emulator, receiver: Receiver) -> None:
    """Two schedules with different selections do not wake each other up."""
    _hook(telnyx, B)
    counts = []
    for part in ([], ["--kind", "AutoResponse"], [], ["--kind", "MessagingProfile"], ["--kind", "MessagingProfile"]):
        applied.call("drift", *WEBHOOK, *part)
        counts.append(len(receiver.take()))
    assert counts == [1, 0, 0, 1, 0]


def test_one_file_for_several_accounts(applied: Workspace, telnyx: Emulator, receiver: Receiver) -> None:
    """``--notify-state``: it may be kept where a pipeline keeps files."""
    applied.write("accounts: {default: {rate: 1000, paths: [.]}, two: {rate: 1000, paths: [.]}}", "reconciler.yaml")
    applied.call("apply", "--account", "two", "--auto-approve", "--allow-adopt")
    _hook(telnyx, B)
    ended = applied.call("drift", "--all-accounts", *WEBHOOK, "--notify-state", "seen.json", "--format", "json")
    assert (ended.code, sorted(got.document["subject"] for got in receiver.take())) == (2, ["default", "two"])
    applied.call("drift", "--all-accounts", *WEBHOOK, "--notify-state", "seen.json")
    assert receiver.take() == []
    assert not list((applied.folder / ".reconciler").glob("*notified*"))
    (applied.folder / "seen.json").write_text("{}")
    ended = applied.call("drift", "--account", "two", *WEBHOOK, "--notify-state", "seen.json", "--format", "json")
    assert (ended.code, sorted(ended.codes), len(receiver.take())) == (2, ["notified", "notify-not-kept"], 1)
    assert (applied.folder / "seen.json").read_text() == "{}"


@pytest.fixture
def machines(tmp_path: Path, telnyx: Emulator) -> Iterator[tuple[Workspace, Workspace]]:
    """Two machines with a project each, and one ledger on GitLab that both use."""
    both = Workspace.at(tmp_path / "one", telnyx), Workspace.at(tmp_path / "two", telnyx)
    with serving(gitlab=True) as server:
        address = f"{server.base}/api/v4/projects/7/terraform/state/telnyx"
        lock = f"{{address: '{address}/lock', method: POST, unlock_method: DELETE}}"
        for workspace in both:
            workspace.environment |= {"RECONCILER_LEDGER_USERNAME": USER, "RECONCILER_LEDGER_PASSWORD": SECRET}
            setting = f"{{rate: 1000, ledger: '{address}', ledger_lock: {lock}}}"
            workspace.write(f"accounts: {{default: {setting}}}", "reconciler.yaml")
            workspace.declare(profile("alpha", webhook_url=A))
        both[0].apply()
        yield both


def test_fresh_checkouts_share_what_was_told(
    machines: tuple[Workspace, Workspace], telnyx: Emulator, receiver: Receiver
) -> None:
    """A pipeline keeps no files: the record lies beside the shared ledger, which stays as it is."""
    _hook(telnyx, B)
    counts = []
    for turn, url in enumerate((B, B, C, C, A, A)):
        _hook(telnyx, url)
        machine = machines[turn % 2]
        machine.environment["DRIFT_HOOK"] = receiver.url
        ended = machine.call("drift", *WEBHOOK, "--format", "json")
        assert [code for code in ended.codes if code != "notified"] == [], ended.out
        counts.append([got.document["type"].rpartition(".")[2] for got in receiver.take()])
    assert counts == [["changed"], [], ["changed"], [], ["resolved"], []]
    assert not list(machines[1].folder.glob(".reconciler/*"))


def test_a_message_for_slack(applied: Workspace, telnyx: Emulator, receiver: Receiver) -> None:
    """What drifted, both values, and the command that settles it; a customer's text is whole, and nobody is pinged."""
    text = "<!channel> & <@U1> `now` *all* " + "<" * 1500
    stop = manifest("AutoResponse", "s", messaging_profile="alpha", op="stop", country_code="US", keywords=["STOP"])
    applied.declare(profile("alpha", webhook_url=A), stop)
    applied.apply()
    [row] = telnyx.rows("autoresp_configs")
    stop["spec"]["resp_text"] = "Acme: no more messages."
    applied.declare(profile("alpha", webhook_url=A), stop)
    applied.apply()
    telnyx.edit("autoresp_configs", row["id"], resp_text=text)
    _hook(telnyx, B)
    applied.environment |= {"CI_JOB_URL": "https://gitlab.example.com/acme/-/jobs/7"}
    assert applied.call("drift", *SLACK).code == 2
    [got] = receiver.take()
    blocks = got.document["blocks"]
    assert len(blocks) <= 50
    assert blocks[0]["text"]["text"] == "Drift in Telnyx account default"
    sections = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert all(len(section) <= 3000 for section in sections)
    whole = "\n".join(sections)
    assert f'• `webhook_url` changed outside: `"{A}"` → `"{B}"` · `manifests.yaml:12:18`' in whole
    assert "`reconciler plan --drifted`" in whole
    assert re.sub(r"&lt;|&gt;|&amp;", "", whole).count("<") == 0
    assert whole.count("&lt;") == text.count("<")
    assert '"Acme: no more messages."' in whole
    assert blocks[-1]["elements"][0]["text"] == "<https://gitlab.example.com/acme/-/jobs/7|the run that found it>"


def test_a_secret_that_changes_is_a_change(applied: Workspace, telnyx: Emulator, receiver: Receiver) -> None:
    """It is told as secret both times; that it is another one is known by its seal alone."""
    applied.environment["HOOK"] = "https://hooks.example.com/s3cret-a"
    applied.declare(profile("alpha", webhook_url="${env:HOOK}"))
    applied.apply()
    for url in ("https://hooks.example.com/s3cret-b", "https://hooks.example.com/s3cret-c"):
        _hook(telnyx, url)
        applied.call("drift", *WEBHOOK)
        event = _event(receiver.take())
        assert event["data"]["found"][0]["fields"][0]["sensitive"] is True
        assert "s3cret" not in json.dumps(event) + applied.everything_kept()
        applied.call("drift", *WEBHOOK)
        assert receiver.take() == []


def test_without_a_ledger_the_same_drift_is_told_once(
    workspace: Workspace, telnyx: Emulator, receiver: Receiver
) -> None:
    """The salt of a ledger that is not there is new each time; nothing that is compared rests on it."""
    workspace.environment |= {"DRIFT_HOOK": receiver.url, "HOOK": A}
    telnyx.create("messaging_profiles", name="Alpha", whitelisted_destinations=["US"], webhook_url=B)
    workspace.declare(profile("alpha", webhook_url="${env:HOOK}"))
    counts = []
    for _ in range(2):
        workspace.call("drift", *WEBHOOK)
        counts.append(len(receiver.take()))
    assert counts == [1, 0]


def test_a_run_that_cannot_tell_says_nothing(applied: Workspace, telnyx: Emulator, receiver: Receiver) -> None:
    """Neither drift nor its end."""
    _hook(telnyx, B)
    applied.call("drift", *WEBHOOK)
    receiver.take()
    telnyx.fault("GET /messaging_profiles * status-before=403")
    assert applied.call("drift", *WEBHOOK).code == 1
    assert receiver.take() == []


def _metrics(workspace: Workspace, name: str = "drift.prom") -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families((workspace.folder / name).read_text("utf-8"))
    samples = (sample for family in families for sample in family.samples)
    prefix = "telnyx_reconciler_drift_"
    return {(one.name.removeprefix(prefix), *one.labels.values()): one.value for one in samples}


def test_metrics_tell_of_every_run(applied: Workspace, telnyx: Emulator) -> None:
    """Drift, its end, and a run that failed; the exit codes and the report are as ever."""
    drifted, succeeded = ("objects", "default", "MessagingProfile", "changed"), ("last_run_success", "default")
    path = applied.folder / "drift.prom"
    assert applied.call("drift", "--metrics", "drift.prom").code == 0
    before = _metrics(applied)
    assert (before[drifted], before[succeeded]) == (0, 1)
    _hook(telnyx, B)
    telnyx.forget_requests()
    ended = applied.call("drift", "--metrics", "drift.prom", "--format", "json")
    after = _metrics(applied)
    assert (ended.code, after[drifted], after[("fields", "default", "MessagingProfile")]) == (2, 1, 1)
    assert after[("last_run_requests", "default")] == len(telnyx.requests()) == ended.document["requests"]["reads"]
    assert abs(after[("last_run_timestamp_seconds", "default")] - path.stat().st_mtime) < 60
    telnyx.fault("GET /messaging_profiles * status-before=403")
    assert applied.call("drift", "--metrics", "drift.prom").code == 1
    failed = _metrics(applied)
    assert (failed[succeeded], drifted in failed) == (0, False)
    assert path.stat().st_mode & 0o444 == 0o444  # the node exporter is somebody else
    assert [each.name for each in applied.folder.glob("*drift.prom*")] == ["drift.prom"]


def test_metrics_of_several_accounts_are_one_file(applied: Workspace, telnyx: Emulator) -> None:
    """The one that fails is in it, too."""
    accounts = "{default: {rate: 1000, paths: [.]}, two: {rate: 1000, paths: [.], key_variable: NONE}}"
    applied.write(f"accounts: {accounts}", "reconciler.yaml")
    _hook(telnyx, B)
    assert applied.call("drift", "--all-accounts", "--metrics", "all.prom").code == 1
    samples = _metrics(applied, "all.prom")
    success = {key[1]: value for key, value in samples.items() if key[0] == "last_run_success"}
    assert success == {"default": 1, "two": 0}


def test_files_that_cannot_be(applied: Workspace, telnyx: Emulator) -> None:
    """Told before anything is asked, where that is possible; a full disk takes nothing from the report."""
    telnyx.forget_requests()
    for wrong in (
        ("--metrics", "no/such/folder.prom"),
        ("--metrics", "drift.yaml"),
        ("--notify-state", "seen.json"),
        ("--metrics", "x", "--notify-state", "./x", *WEBHOOK),
    ):
        assert applied.call("drift", *wrong).code == 64, wrong
    assert telnyx.requests() == []
    ended = applied.call("drift", "--metrics", "/dev/full")
    assert (ended.code, "No drift." in ended.out, "cannot write" in ended.err) == (1, True, True)


def test_metrics_need_an_extra(applied: Workspace, telnyx: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is named before anything is asked of anybody; nothing else needs it."""
    for name in [each for each in sys.modules if each.partition(".")[0] == "prometheus_client"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    assert applied.call("drift").code == 0
    telnyx.forget_requests()
    ended = applied.call("drift", "--metrics", "drift.prom")
    assert (ended.code, "telnyx-reconciler[metrics]" in ended.err, telnyx.requests()) == (64, True, [])
