"""Messages from handsets: keywords, opt-outs per profile, and what a block survives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from .site import Site

LONG, OTHER = "+15550100001", "+15550100002"
HANDSET, BRITISH = "+12125550188", "+447766123456"


def _assign(site: Site, number: str, profile: str) -> None:
    site.data("PATCH", f"/phone_numbers/{number}/messaging", {"messaging_profile_id": profile})


def _receive(site: Site, text: str, *, sender: str = HANDSET, to: str = LONG) -> Any:
    return site.admin("POST", "receive", **{"from": sender, "to": to, "text": text})


def _status(site: Site, number: str = LONG, to: str = HANDSET) -> int:
    return site.ask("POST", "/messages", {"from": number, "to": to, "text": "Hello"}).status_code


def _configure(site: Site, profile: str, op: str, country: str, *keywords: str, text: str | None = None) -> None:
    body = {"op": op, "country_code": country, "keywords": list(keywords), **({"resp_text": text} if text else {})}
    site.data("POST", f"/messaging_profiles/{profile}/autoresp_configs", body)


@pytest.fixture
def profile(site: Site) -> str:
    """A profile with a number."""
    made: str = site.profile(whitelisted_destinations=["US", "GB"])["id"]
    _assign(site, LONG, made)
    return made


@pytest.mark.parametrize("word", ["STOP", "stopall", " Stop All ", "Unsubscribe", "cancel", "END", "quit"])
def test_words_that_always_stop(site: Site, profile: str, word: str) -> None:
    """Whatever their case, as the whole text; START lets messages through again."""
    assert _status(site) == 200
    assert _receive(site, word)["autoresponse_type"] == "STOP"
    assert _status(site) == 422
    (row,) = site.data("GET", f"/messaging_optouts?filter[messaging_profile_id]={profile}")
    assert (row["from"], row["to"], row["keyword"]) == (LONG, HANDSET, word.strip().upper())
    assert _receive(site, "start")["autoresponse_type"] == "START"
    assert site.data("GET", "/messaging_optouts") == []
    assert _status(site) == 200


@pytest.mark.parametrize("text", ["please stop", "stop.", "hello", "stop it"])
def test_other_words(site: Site, profile: str, text: str) -> None:
    """A word within a text means nothing; the message is kept and can be read."""
    received = _receive(site, text)
    assert (received["autoresponse_type"], received["reply"]) == (None, None)
    read = site.data("GET", f"/messages/{received['message']['id']}")
    assert (read["direction"], read["text"], read["messaging_profile_id"]) == ("inbound", text, profile)
    assert site.data("GET", "/messaging_optouts") == []


def test_configured_words_add_to_the_usual_ones(site: Site, profile: str) -> None:
    """The handset's country goes before any country, and its answer belongs to the usual words too."""
    _configure(site, profile, "stop", "*", "ARRET", text="Everywhere: no more.")
    _configure(site, profile, "stop", "GB", "Halt", text="Britain: no more.")
    _configure(site, profile, "info", "*", "INFO", text="Call 555.")
    assert _receive(site, "halt")["autoresponse_type"] is None  # an American handset
    told = _receive(site, "HALT", sender=BRITISH)
    assert (told["autoresponse_type"], told["reply"]["text"]) == ("STOP", "Britain: no more.")
    assert told["reply"]["to"][0]["phone_number"] == BRITISH
    assert _receive(site, "stop", sender=BRITISH)["reply"]["text"] == "Britain: no more."
    assert _receive(site, "arret")["reply"]["text"] == "Everywhere: no more."
    assert _receive(site, "HELP")["reply"]["text"] == "Call 555."
    assert len(site.data("GET", "/messaging_optouts")) == 2


def test_a_block_is_the_profiles(site: Site, profile: str) -> None:
    """Every number of the profile is blocked, and no number of another: moving one strands the old list."""
    other = site.profile("Other")["id"]
    _assign(site, OTHER, profile)
    _receive(site, "STOP")
    assert (_status(site, LONG), _status(site, OTHER)) == (422, 422)
    _assign(site, OTHER, other)
    assert (_status(site, LONG), _status(site, OTHER)) == (422, 200)
    _receive(site, "START", to=OTHER)
    assert _status(site, LONG) == 422
    assert _status(site, LONG, BRITISH) == 200


def test_who_can_be_texted(site: Site) -> None:
    """A number of the account that is on a profile."""
    for to in (LONG, "+15550199999"):
        ask = {"key": site.key, "from": HANDSET, "to": to, "text": "Hi"}
        answer = site.http.post(f"{site.base}/_sandbox/receive", json=ask)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "10013")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["STOP", "START", "move", "unassign", "send"]),
        st.sampled_from([LONG, OTHER]),
        st.sampled_from([HANDSET, BRITISH]),
        st.integers(0, 1),
    ),
    max_size=12,
)


@given(steps=STEPS)
@settings(max_examples=15, deadline=None)
def test_laws(shared: str, http: Any, steps: Any) -> None:
    """Nothing but a START on the same profile ends a block: not a move, not an unassignment."""
    site = Site(shared, http, "KEY_laws_of_blocks")
    site.admin("POST", "reset")
    profiles = [site.profile(name, whitelisted_destinations=["*"])["id"] for name in ("one", "two")]
    on: dict[str, str] = {}
    blocked: set[tuple[str, str]] = set()
    for step, number, handset, choice in steps:
        if step == "move":
            _assign(site, number, profiles[choice])
            on[number] = profiles[choice]
        elif step == "unassign":
            _assign(site, number, "")
            on.pop(number, None)
        elif number not in on:
            continue
        elif step == "send":
            assert _status(site, number, handset) == (422 if (on[number], handset) in blocked else 200)
        else:
            _receive(site, step, sender=handset, to=number)
            (blocked.add if step == "STOP" else blocked.discard)((on[number], handset))
        rows = site.data("GET", "/messaging_optouts")
        assert {(row["messaging_profile_id"], row["to"]) for row in rows} == blocked
        assert len(rows) == len(blocked)
