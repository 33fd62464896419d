"""Keys, limits, persistence and administration."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from reconciler.sandbox.app import create_app
from reconciler.sandbox.ratelimit import SlidingWindow

from .site import Site, SiteFactory


def test_keys_are_separate(start: SiteFactory) -> None:
    """Each key has its own rows, organisation and audit log, and the same seed."""
    one = start()
    two = replace(one, key="KEY_other")
    profile = one.profile()
    assert two.names() == []
    assert two.ask("GET", f"/messaging_profiles/{profile['id']}").status_code == 404
    assert two.data("GET", "/audit_events") == []
    assert two.profile()["organization_id"] != profile["organization_id"]
    numbers = [[row["phone_number"] for row in site.data("GET", "/phone_numbers/messaging")] for site in (one, two)]
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) == 4


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nonsense", "Basic KEY_sandbox", "KEY_sandbox"])
def test_keys_that_are_none(site: Site, header: str | None) -> None:
    """Only a bearer token that begins with KEY is let in."""
    answer = site.http.get(
        f"{site.base}/messaging_profiles", headers={"authorization": header} if header is not None else {}
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "10009")


def test_seed_replaces_by_collection(start: SiteFactory) -> None:
    """A collection in the seed replaces the default rows; the others stay."""
    site = start(seed={"short_codes": [], "messaging_profiles": [{"name": "A", "id": "4001-x"}]})
    assert site.data("GET", "/short_codes") == []
    assert site.data("GET", "/messaging_profiles")[0]["id"] == "4001-x"
    assert len(site.data("GET", "/phone_numbers/messaging")) == 4


def test_nested_and_ordered_seeds(start: SiteFactory) -> None:
    """An auto-response names its profile; an order may list plain numbers."""
    site = start(
        seed={
            "messaging_profiles": [{"name": "A", "id": "p", "whitelisted_destinations": ["US"]}],
            "autoresp_configs": [
                {"messaging_profile_id": "p", "op": "stop", "country_code": "US", "keywords": ["END"]}
            ],
            "messaging_hosted_number_orders": [{"phone_numbers": ["+12125550123"], "status": "provisioning"}],
        }
    )
    (reply,) = site.data("GET", "/messaging_profiles/p/autoresp_configs")
    assert "messaging_profile_id" not in reply
    (order,) = site.data("GET", "/messaging_hosted_number_orders")
    assert order["phone_numbers"][0]["phone_number"] == "+12125550123"


@pytest.mark.parametrize("seed", [{"profiles": []}, {"short_codes": {}}, {"short_codes": ["12345"]}])
def test_bad_seeds(seed: dict[str, object]) -> None:
    """A seed of the wrong shape is refused when the application is built."""
    with pytest.raises(ValueError, match="seed"):
        create_app(seed=seed)


def test_rate_headers_without_a_limit(site: Site) -> None:
    """Every answer reports a limit, errors too; without one nothing is refused."""
    for path in ("/messaging_profiles", "/nowhere"):
        headers = site.ask("GET", path).headers
        assert [headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")] == ["1000", "999", "1"]


def test_rate_window_slides(start: SiteFactory) -> None:
    """Three a second per endpoint and key: the fourth is refused until the first is a second old."""
    now = [1_800_000_000.0]
    site = start(rps=3, clock=lambda: now[0])
    answers = []
    for step in (0.0, 0.4, 0.4, 0.1, 0.05):
        now[0] += step
        answers.append(site.ask("GET", "/messaging_profiles"))
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
    assert answers[-1].json()["errors"][0]["code"] == "10011"
    assert site.ask("GET", "/short_codes").status_code == 200
    assert site.ask("GET", "/messaging_profiles/x").status_code == 404
    assert site.ask("POST", "/messaging_profiles", {}).status_code == 422
    assert replace(site, key="KEY_other").ask("GET", "/messaging_profiles").status_code == 200
    now[0] += 0.051
    assert site.ask("GET", "/messaging_profiles").status_code == 200
    assert site.ask("GET", "/messaging_profiles").status_code == 429


@pytest.mark.parametrize(("rps", "allowed"), [(2.5, 25), (0.5, 5), (10.0, 100)])
def test_rate_over_ten_seconds(rps: float, allowed: int) -> None:
    """An impatient client gets through exactly as often as the limit says."""
    window = SlidingWindow(rps)
    passed = sum(window.judge("x", tick / 1000).allowed for tick in range(10_000))
    assert passed == pytest.approx(allowed, abs=1)


@contextmanager
def _process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The emulator as a process of its own, on a free port."""
    command = [sys.executable, "-m", "reconciler.sandbox", "--port", "0", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        line = process.stderr.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        try:
            yield process, line.removeprefix("listening on ").strip()
        finally:
            process.kill()


def test_file_survives_a_kill(tmp_path: Path, http: httpx.Client) -> None:
    """What was answered, or committed without an answer, is there for the next process; what was not is not."""
    database = str(tmp_path / "sandbox.sqlite")
    faults = ["POST /messaging_profiles 2 hold-after", "POST /messaging_profiles 3 hold-before"]
    options = [word for fault in faults for word in ("--fault", fault)]
    with _process("--db", database, *options) as (process, base):
        site = Site(base, http, "KEY_sandbox")
        first = site.profile("answered")
        for name in ("committed", "lost"):
            with pytest.raises(httpx.ReadTimeout):
                site.ask("POST", "/messaging_profiles", {"name": name, "whitelisted_destinations": ["US"]}, timeout=0.2)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with _process("--db", database) as (_, base):
        site = Site(base, http, "KEY_sandbox")
        assert site.names() == ["answered", "committed"]
        assert site.data("GET", f"/messaging_profiles/{first['id']}") == first
        assert len(site.data("GET", "/audit_events")) == 2
        assert [len(site.data("GET", path)) for path in ("/short_codes", "/phone_numbers/messaging")] == [2, 4]


def test_key_is_not_written_to_disk(tmp_path: Path) -> None:
    """The file knows accounts by a digest: a real key pasted by mistake stays out of it."""
    database = tmp_path / "sandbox.sqlite"
    app = create_app(database=str(database))
    app.world.account("KEY_very_private")
    app.world.store.commit()
    app.world.store.close()
    with sqlite3.connect(database) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert "short_codes" in dump
    assert "very_private" not in dump


def test_command_line_errors(tmp_path: Path) -> None:
    """A misspelt fault or an unreadable seed stops the process with the reason."""
    seed = tmp_path / "seed.json"
    seed.write_text("[]", "utf-8")
    for arguments, why in ((["--fault", "oops"], "1 words instead of 4"), (["--seed", str(seed)], "JSON object")):
        command = [sys.executable, "-m", "reconciler.sandbox", "--port", "0", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        assert done.returncode == 2
        assert why in done.stderr


def test_state_hides_secrets_unless_asked(site: Site) -> None:
    """Rows are plain, but a secret must be asked for."""
    secret = site.profile()["v1_secret"]
    assert secret not in json.dumps(site.admin("GET", "state"))
    (row,) = site.admin("GET", "state", secrets="1", collection="messaging_profiles")["messaging_profiles"]
    assert row["v1_secret"] == secret


def test_edits_behind_our_back(site: Site) -> None:
    """A portal user's edit is validated like ours and found by id or by name."""
    profile = site.profile("Portal")
    edited = site.admin(
        "POST", "edit", collection="messaging_profiles", id="Portal", set={"webhook_url": "https://p.example"}
    )
    assert edited["id"] == profile["id"]
    assert site.data("GET", f"/messaging_profiles/{profile['id']}")["webhook_url"] == "https://p.example"
    answer = site.http.post(
        site.base + "/_sandbox/edit",
        json={"key": site.key, "collection": "messaging_profiles", "id": "Portal", "set": {"enabled": "no"}},
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "10026")
    at = f"/messaging_profiles/{profile['id']}/autoresp_configs"
    row = site.data("POST", at, {"op": "stop", "country_code": "US", "keywords": ["END"], "resp_text": "Bye"})
    site.admin("POST", "edit", collection="autoresp_configs", id=row["id"], set={"keywords": ["QUIT"]})
    changed = site.data("GET", f"{at}/{row['id']}")
    assert (changed["keywords"], changed["resp_text"]) == (["QUIT"], "Bye")
    number = site.data("GET", "/phone_numbers/messaging")[0]
    site.admin("POST", "edit", collection="phone_numbers", id=number["phone_number"], set={"tags": ["portal"]})
    assert site.data("GET", f"/phone_numbers/{number['id']}/messaging")["tags"] == ["portal"]


def test_creates_and_deletes_behind_our_back(site: Site) -> None:
    """Rows appear and go with audit events of another user, also where the API has no POST."""
    made = site.admin(
        "POST", "create", collection="messaging_profiles", set={"name": "P", "whitelisted_destinations": ["US"]}
    )
    reply = {"messaging_profile_id": made["id"], "op": "stop", "country_code": "US", "keywords": ["END"]}
    site.admin("POST", "create", collection="autoresp_configs", set=reply)
    assert len(site.data("GET", f"/messaging_profiles/{made['id']}/autoresp_configs")) == 1
    site.admin("POST", "create", collection="phone_numbers", set={"phone_number": "+15550100099"})
    assert len(site.data("GET", "/phone_numbers/messaging?filter[phone_number]=%2B15550100099")) == 1
    site.admin("POST", "delete", collection="messaging_profiles", id="P")
    assert site.names() == []
    events = site.data("GET", "/audit_events?page[size]=250")
    assert {event["change_made_by"] for event in events} == {"organization_member"}
    assert len(events) == 5


def test_reset(start: SiteFactory) -> None:
    """One account, or all of them, go back to their seed."""
    one = start()
    two = replace(one, key="KEY_other")
    for site in (one, two):
        site.profile()
    one.admin("POST", "reset")
    assert (one.names(), two.names()) == ([], ["Marketing"])
    one.profile()
    one.admin("POST", "reset", all=True)
    assert (one.names(), two.names()) == ([], [])
    assert len(one.data("GET", "/short_codes")) == 2


def test_advance(site: Site) -> None:
    """All waiting orders move a step; a failed number stays failed and brings no hosted number."""
    at = "/messaging_hosted_number_orders"
    first = site.data("POST", at, {"phone_numbers": ["+12125550123", "+12125550124"]})["id"]
    second = site.data("POST", at, {"phone_numbers": ["+12125550125"]})["id"]
    site.admin("POST", "advance", order=second, status="carrier_rejected")
    for _ in range(2):
        site.admin("POST", "advance", numbers={"+12125550124": "failed_timeout"})
    site.admin("POST", "advance")
    assert site.admin("POST", "advance") == []
    done = site.data("GET", f"{at}/{first}")
    assert (done["status"], [row["status"] for row in done["phone_numbers"]]) == (
        "successful",
        ["successful", "failed_timeout"],
    )
    rejected = site.data("GET", f"{at}/{second}")
    assert rejected["phone_numbers"][0]["status"] == "failed_carrier_rejected"
    assert [row["phone_number"] for row in site.data("GET", "/messaging_hosted_numbers")] == ["+12125550123"]
    site.admin("POST", "advance", order=first, status="failed")
    assert site.data("GET", "/messaging_hosted_numbers") == []
    for ask in ({"status": "done"}, {"numbers": {"+12125550123": "done"}}):
        answer = site.http.post(site.base + "/_sandbox/advance", json={"key": site.key, **ask})
        assert answer.status_code == 422


def test_order_outlives_its_profile(site: Site) -> None:
    """A profile deleted while its order is under way leaves the hosted number without one."""
    profile = site.profile()["id"]
    body = {"phone_numbers": ["+12125550123"], "messaging_profile_id": profile}
    site.data("POST", "/messaging_hosted_number_orders", body)
    site.data("DELETE", f"/messaging_profiles/{profile}")
    site.admin("POST", "advance", status="successful")
    assert [row["messaging_profile_id"] for row in site.data("GET", "/messaging_hosted_numbers")] == [None]


def test_request_log(site: Site) -> None:
    """Requests are logged with everything a test wants to count, per key, and can be cleared."""
    profile = site.profile()
    site.ask("GET", "/messaging_profiles?page[size]=1")
    post, get = site.admin("GET", "requests")
    assert (post["method"], post["path"], post["status"]) == ("POST", "/messaging_profiles", 200)
    assert post["body"] == {"name": profile["name"], "whitelisted_destinations": ["US"]}
    assert (get["query"], get["body"], get["key"]) == ("page[size]=1", None, site.key)
    assert get["time"] >= post["time"]
    site.admin("DELETE", "requests")
    assert site.admin("GET", "requests") == []


def test_admin_refusals(site: Site) -> None:
    """Unknown commands, wrong methods and unknown rows are told apart."""
    for method, name, ask, status in (
        ("GET", "nothing", {}, 404),
        ("GET", "reset", {}, 405),
        ("POST", "edit", {}, 422),
        ("POST", "edit", {"collection": "cats", "id": "x", "set": {}}, 422),
        ("POST", "delete", {"collection": "short_codes", "id": "x"}, 404),
        ("POST", "edit", {"collection": "short_codes", "id": "12345", "set": {"country_code": "CA"}}, 422),
    ):
        answer = site.http.request(method, f"{site.base}/_sandbox/{name}", json=ask)
        assert answer.status_code == status, name
