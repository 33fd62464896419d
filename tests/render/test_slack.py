"""Messages for Slack: within its limits, whole where they must be, and no name of others does anything but show."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.model.address import Address
from reconciler.model.drift import Changed, DriftReport, FieldDrift, Missing
from reconciler.model.observed import Remote
from reconciler.render.cloud_event import cloud_event
from reconciler.render.slack import HEADER, LARGEST, OBJECTS, slack_message
from tests.render.cases import DRIFT
from tests.render.test_hostile import HOSTILE, drift_of

CHARACTERS, BLOCKS, WHOLE = 3_000, 50, 13_000
"""Slack's limits: of a section, of a message, and of all its text, as others found out."""
OURS = "<https://ci.example.com/7|the run that found it>"


def texts(message: dict[str, Any]) -> list[str]:
    """The text of each block, in order."""
    blocks = message["blocks"]
    return [(block["elements"][0] if block["type"] == "context" else block["text"])["text"] for block in blocks]


def test_it_says_what_drifted_and_what_settles_it() -> None:
    """Both values of each field that moved; what waits is not of interest here, and secrets are not shown."""
    message = slack_message(DRIFT, run="https://ci.example.com/7")
    heading, verdict, gone, changed, stranger, command, run = texts(message)
    assert heading == "Drift in Telnyx account default"
    assert verdict == "*Drift: 1 changed, 1 gone, 1 unknown.*"
    assert gone.split("\n") == [
        "*gone* `AlphanumericSenderId/acme`",
        "removed by: `unknown: the audit log's last event of it leads elsewhere; a later one may still come`",
        "our line: `older than this shallow clone`",
    ]
    assert changed.startswith("*changed* `MessagingProfile/support`\n• `webhook_url` changed outside: ")
    assert '`"https://a.example"` → `"https://evil.example"` · `profiles.yaml:15:1`' in changed
    assert "• `webhook_failover_url` both: `(sensitive)` → `(sensitive)`" in changed
    assert "daily_spend_limit" not in changed
    assert "`enabled` changed by: `this tool, in the run of 2026-02-28 09:00:00 UTC by ci" in changed
    assert "changed by: `Anna Ek (organization member, user 6f1b3a52-" in changed
    assert stranger == "*unknown* `AutoResponse  id id-x  info HELP`"
    assert command == "Put back what drifted: `reconciler plan --drifted`"
    assert run == OURS
    assert message["text"] == "Drift in Telnyx account default: 1 changed, 1 gone, 1 unknown."


def test_it_says_that_it_is_over() -> None:
    """In its heading, which is what a notification on a telephone shows."""
    message = slack_message(DriftReport(account="prod"))
    assert texts(message) == ["Drift resolved in Telnyx account prod", "*No drift. The account matches the ledger.*"]


def test_without_a_ledger_it_says_so() -> None:
    """And names no command: nobody can tell what drifted."""
    told = texts(slack_message(replace(DRIFT, can_tell_who=False)))
    assert any("cannot be told" in text for text in told)
    assert not any("--drifted" in text for text in told)


def _object(number: int, value: str) -> Changed:
    field = FieldDrift(path=("resp_text",), recorded=value, observed=f"{value}.")
    return Changed(address=Address("AutoResponse", f"r{number:03}"), remote=Remote("id"), fields=(field,))


@pytest.mark.parametrize(
    ("count", "length"), [(1, 3000), (3, 1600), (9, 490), (20, 10), (400, 10), (400, 1600), (2, 20_000)]
)
def test_slack_takes_it(count: int, length: int) -> None:
    """An object is told whole or not at all, and what is left out is counted."""
    report = DriftReport(account="default", found=tuple(_object(number, "<" * length) for number in range(count)))
    message = slack_message(report)
    told = texts(message)
    _limits(message)
    whole = "\n".join(told)
    shown = whole.count("*changed*")
    assert shown == min(count, OBJECTS) if length == 10 else shown <= min(count, OBJECTS)
    assert whole.count("&lt;") == shown * 2 * length
    assert (f"… and {count - shown} more" in whole) is (shown < count)


def _limits(message: dict[str, Any]) -> None:
    assert len(message["blocks"]) <= BLOCKS
    assert len(texts(message)[0]) <= HEADER
    assert all(0 < len(text) <= CHARACTERS for text in texts(message))
    assert sum(map(len, texts(message))) <= WHOLE
    assert LARGEST < WHOLE


def _inert(name: str) -> None:
    message = slack_message(drift_of(name), run="https://ci.example.com/7")
    _limits(message)
    json.dumps(message).encode()
    for text in [message["text"], *texts(message)]:
        ours = text.replace(OURS, "")
        assert "<" not in ours
        assert ">" not in ours
        assert re.sub(r"&(amp|lt|gt);", "", ours).count("&") == 0
        assert ours.count("`") % 2 == 0
        assert all(char == "\n" or char.isprintable() for char in ours)
    spans = [span for text in texts(message)[2:] for span in re.findall(r"`[^`]*`", text)]
    assert all("\n" not in span for span in spans)


@pytest.mark.parametrize(
    "name", [*HOSTILE, "<!channel>", "<@U123>", "<https://evil|x>", "&lt;!here&gt;", "`*x*`", "x" * 400]
)
def test_hostile_names_do_nothing(name: str) -> None:
    """Nobody is pinged, nothing is a link, no code span ends early."""
    _inert(name)


@settings(max_examples=25)
@given(st.text(min_size=1))
def test_no_name_does_anything(name: str) -> None:
    """Whatever it is."""
    _inert(name)


@pytest.mark.parametrize(
    "run", ["", "javascript:alert(1)", "https://ci|<!channel>", "https://ci.example.com/\n<!here>"]
)
def test_an_address_of_a_run_that_is_none_is_left_out(run: str) -> None:
    """It comes from the environment."""
    assert texts(slack_message(DRIFT, run=run)) == texts(slack_message(DRIFT))


@pytest.mark.parametrize("name", HOSTILE)
def test_an_event_is_json_whatever_things_are_called(name: str) -> None:
    """The source is a reference to a URI, and the text is what any parser reads."""
    text = cloud_event(drift_of(name), project=name, event_id="1", at=datetime(2026, 3, 1, tzinfo=UTC))
    event = json.loads(text.encode())
    assert event["subject"] == name
    assert re.fullmatch(r"/telnyx-reconciler/[A-Za-z0-9._~%-]+", event["source"])
    assert event["data"]["account"] == name


def test_what_is_gone_alone_has_no_fields() -> None:
    """One line."""
    report = DriftReport(account="a b", found=(Missing(address=Address("RcsAgent", "x"), remote=None),))
    assert texts(slack_message(report))[2:] == [
        "*gone* `RcsAgent/x`",
        "Put back what drifted: `reconciler plan --drifted --account 'a b'`",
    ]
