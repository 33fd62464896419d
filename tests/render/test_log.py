"""Log lines: one object each, whatever somebody calls a thing, and no customer's number."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from reconciler.model.level import Level
from reconciler.model.sent import Sent
from reconciler.render.log import (
    event_fields,
    event_level,
    finding_fields,
    log_line,
    sent_words,
    wait_words,
)

from .cases import EVENTS
from .test_hostile import HOSTILE, finding, outcomes_of

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_900, timezone(timedelta(hours=2)))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_line_is_one_line_and_shows_everything(name: str) -> None:
    """And a parser reads the very value."""
    for outcome in outcomes_of(name):
        event, fields = event_fields(outcome)
        text = log_line(NOW, event_level(outcome), event, name, fields)
        assert (text.count("\n"), text.endswith("\n"), text[:-1].isprintable()) == (1, True, True)
        assert json.loads(text)["message"] == name.strip("\n")
        assert json.loads(text)["outcome"]["address"].endswith(f"/{name}")
    assert json.loads(log_line(NOW, Level.ERROR, "finding", name, finding_fields(finding(name))))["hint"] == name
    sent = Sent("GET", f"/{name}", 200, 1.0, 1, (name,))
    assert sent_words(sent).isprintable()
    assert wait_words(sent, 1.0).isprintable()


def test_moments_are_utc_to_the_millisecond() -> None:
    """As programs sort them."""
    line = json.loads(log_line(NOW, Level.INFO, "note", "x\n"))
    assert line == {"time": "2026-01-02T01:04:05.678Z", "level": "info", "event": "note", "message": "x"}
    assert datetime.fromisoformat(line["time"]).tzinfo == UTC


def test_what_went_wrong_is_more_than_information() -> None:
    """By how a change ended."""
    levels = {type(event).__name__: event_level(event) for event in EVENTS}
    assert levels["Failed"] is Level.ERROR
    assert levels["Blocked"] is Level.WARNING
    assert levels["Observing"] is levels["Began"] is Level.INFO
