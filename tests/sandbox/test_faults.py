"""Faults over a real socket: what the client sees, and what was committed."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import EFFECTS, FaultPlan, parse_fault
from reconciler.sandbox.server import running

from .site import Site, SiteFactory

CREATE = ("POST", "/messaging_profiles", {"name": "Marketing", "whitelisted_destinations": ["US"]})


def _create(start: SiteFactory, effect: str) -> tuple[Site, httpx.Response]:
    """The answer to a create on which this effect strikes."""
    site = start(faults=[f"POST /messaging_profiles 1 {effect}"])
    return site, site.ask(*CREATE)


def test_refusals_commit_nothing(start: SiteFactory) -> None:
    """The refusing effects answer in their own way and leave nothing behind."""
    expected = {
        "status-before=500": (500, "10007"),
        "status-before=503": (503, "10037"),
        "rate-limit": (429, "10011"),
        "spend-limit": (429, "40333"),
    }
    for effect, (status, code) in expected.items():
        site, answer = _create(start, effect)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code), effect
        assert site.names() == [], effect


def test_status_after_has_committed(start: SiteFactory) -> None:
    """The answer is an error, the object is there."""
    site, answer = _create(start, "status-after=503")
    assert answer.status_code == 503
    assert site.names() == ["Marketing"]


def test_rate_limit_tells_when_to_return(start: SiteFactory) -> None:
    """The argument becomes Retry-After, and nothing remains in the window."""
    _, answer = _create(start, "rate-limit=7")
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["x-ratelimit-remaining"] == "0"


def test_html_from_a_proxy(start: SiteFactory) -> None:
    """An HTML page instead of JSON."""
    site, answer = _create(start, "html=502")
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")
    assert site.names() == []


@pytest.mark.parametrize(("effect", "committed"), [("drop-before", []), ("drop-after", ["Marketing"])])
def test_drops_close_the_connection(start: SiteFactory, effect: str, committed: list[str]) -> None:
    """Not a byte comes back, and only `drop-after` has committed."""
    site = start(faults=[f"POST /messaging_profiles 1 {effect}"])
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        site.ask(*CREATE)
    assert site.names() == committed


def test_truncate_keeps_the_content_length(start: SiteFactory) -> None:
    """The body ends before the length that was announced."""
    site = start(faults=["POST /messaging_profiles 1 truncate"])
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        site.ask(*CREATE)
    assert site.names() == ["Marketing"]


def test_broken_json_is_a_success_on_the_wire(start: SiteFactory) -> None:
    """Status 200, committed, and a body that does not parse."""
    site, answer = _create(start, "broken-json")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Unterminated"):
        answer.json()
    assert site.names() == ["Marketing"]


@pytest.mark.parametrize(("effect", "committed"), [("hold-before", []), ("hold-after", ["Marketing"])])
def test_holds_never_answer(start: SiteFactory, effect: str, committed: list[str]) -> None:
    """The client waits in vain; the log shows the request without a status."""
    site = start(faults=[f"POST /messaging_profiles 1 {effect}"])
    with pytest.raises(httpx.ReadTimeout):
        site.ask(*CREATE, timeout=0.1)
    assert site.names() == committed
    (held,) = [entry for entry in site.admin("GET", "requests") if entry["method"] == "POST"]
    assert held["status"] is None
    assert held["fault"] == f"POST /messaging_profiles 1 {effect}"


def test_delay_commits_after_the_client_gave_up(start: SiteFactory) -> None:
    """A server does not notice that nobody waits any more."""
    site = start(faults=["POST /messaging_profiles 1 delay=0.2"])
    with pytest.raises(httpx.ReadTimeout):
        site.ask(*CREATE, timeout=0.05)
    assert site.names() == []
    deadline = time.monotonic() + 3
    while not site.names() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert site.names() == ["Marketing"]


def test_delay_after_commits_first(start: SiteFactory) -> None:
    """The object is there while the answer is still on its way."""
    site = start(faults=["POST /messaging_profiles 1 delay-after=30"])
    with pytest.raises(httpx.ReadTimeout):
        site.ask(*CREATE, timeout=0.1)
    assert site.names() == ["Marketing"]


def test_occurrences_and_globs(site: Site) -> None:
    """Each fault counts the requests that match it."""
    plan = FaultPlan(["GET /a/* 2-3 drop-before", "WRITE /** * hold-before", "* /b 1 drop-after"])
    struck = [fault.effect if (fault := plan.strike("GET", "/a/x")) else None for _ in range(4)]
    assert struck == [None, "drop-before", "drop-before", None]
    assert plan.strike("GET", "/a/x/y") is None
    writes = [plan.strike("PUT", "/a/x/y") for _ in range(2)]
    assert [fault and fault.effect for fault in writes] == ["hold-before"] * 2
    first, second = plan.strike("GET", "/b"), plan.strike("GET", "/b")
    assert first
    assert first.effect == "drop-after"
    assert second is None
    assert [entry["matched"] for entry in plan.report()] == [4, 2, 2]


@pytest.mark.parametrize(
    ("spelling", "why"),
    [
        ("POST /x drop-after", "3 words instead of 4"),
        ("GRAB /x 1 drop-after", "no method 'GRAB'"),
        ("GET x 1 drop-after", "does not begin with a slash"),
        ("GET /x 0 drop-after", "occurrence '0'"),
        ("GET /x 3-2 drop-after", "occurrence '3-2'"),
        ("GET /x 1 vanish", "no effect 'vanish'"),
        ("GET /x 1 delay", "delay needs a number"),
        ("GET /x 1 delay=soon", "'soon' is not a number"),
        ("GET /x 1 drop-after=3", "drop-after takes no argument"),
        ("GET /x 1 status-before=99", "'99' is not a status"),
    ],
)
def test_misspelt_faults(spelling: str, why: str) -> None:
    """The message says what is wrong and shows a right one."""
    with pytest.raises(ValueError, match=why) as raised:
        parse_fault(spelling)
    assert "POST /messaging_profiles 2 drop-after" in str(raised.value)


def test_every_effect_is_spelt_somewhere_above() -> None:
    """The list of effects is the list that these tests play."""
    played = {
        "status-before", "status-after", "drop-before", "drop-after", "delay", "delay-after", "truncate",
        "broken-json", "rate-limit", "spend-limit", "html", "hold-before", "hold-after",
    }  # fmt: skip
    assert set(EFFECTS) == played


def test_faults_come_and_go_over_http(site: Site) -> None:
    """They can be set while the server runs, and taken away."""
    try:
        site.admin("POST", "faults", faults=["GET /messaging_url_domains * status-before=500"])
        assert site.ask("GET", "/messaging_url_domains").status_code == 500
        assert site.admin("GET", "faults") == [
            {"fault": "GET /messaging_url_domains * status-before=500", "matched": 1}
        ]
    finally:
        site.admin("DELETE", "faults")
    assert site.ask("GET", "/messaging_url_domains").status_code == 200


def test_stops_at_once_whatever_is_held(http: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """A held request and a long delay do not keep the server alive, and cutting them off is not reported."""
    with running(create_app(faults=["GET * 1 hold-before", "GET * 2 delay=60"])) as base:
        for _ in range(2):
            with pytest.raises(httpx.ReadTimeout):
                http.get(f"{base}/messaging_profiles", timeout=0.05)
        before = time.monotonic()
    assert time.monotonic() - before < 1
    assert caplog.records == []


def test_drops_are_not_reported(start: SiteFactory, caplog: pytest.LogCaptureFixture) -> None:
    """A fault that does its work is no error of the server."""
    site = start(faults=["GET * 1 drop-after", "GET * 2 truncate"])
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            site.ask("GET", "/messaging_profiles")
    assert site.names() == []
    assert caplog.records == []


def test_in_process_drop_raises() -> None:
    """Without a socket a drop is the exception that a socket would have caused."""

    async def ask() -> None:
        app = create_app(faults=["GET * 1 drop-before"])
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox/v2") as client:
            await client.get("/messaging_profiles")

    with pytest.raises(ConnectionResetError):
        asyncio.run(ask())


@pytest.mark.parametrize(
    ("occurrence", "struck"),
    [("2", [2]), ("2-3", [2, 3]), ("4-", [4, 5, 6, 7]), ("1/3", [1, 4, 7]), ("2/4", [2, 6]), ("*", list(range(1, 8)))],
)
def test_occurrences_say_which_requests_are_struck(occurrence: str, struck: list[int]) -> None:
    """One, a range, all from one on, every so many, all."""
    plan = FaultPlan([f"GET /x {occurrence} rate-limit"])
    assert [number for number in range(1, 8) if plan.strike("GET", "/x")] == struck


@pytest.mark.parametrize("occurrence", ["0", "1/0", "0/2", "3-2", "-2", "1/", "/3", "x"])
def test_occurrences_that_mean_nothing_are_refused(occurrence: str) -> None:
    """By name, with the forms that there are."""
    with pytest.raises(ValueError, match="is not a number, a range"):
        parse_fault(f"GET /x {occurrence} rate-limit")
