"""What counts as a change of drift, and what two writers of one record leave of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import Changed, DriftReport, FieldDrift, FieldState, Missing, Unmanaged, Unrecorded
from reconciler.model.fields import Unreadable
from reconciler.model.notification import (
    NO_DRIFT,
    NOBODY_KNOWS,
    Channel,
    Destination,
    Notified,
    Told,
    parse_destination,
    record_bytes,
    record_in,
    state_of,
)
from reconciler.model.observed import Remote
from reconciler.model.source import Source

ALPHA, BETA = Address("MessagingProfile", "alpha"), Address("MessagingProfile", "beta")
URL = FieldDrift(path=("webhook_url",), recorded="a", observed="b")
ENABLED = FieldDrift(path=("enabled",), recorded=True, observed=False)
WAITS = FieldDrift(path=("name",), recorded="a", observed="a", desired="c", state=FieldState.UNAPPLIED)
SECRET = FieldDrift(
    path=("webhook_url",), recorded="(sensitive)", observed="(sensitive)", sensitive=True, seal="hmac:1"
)


def _changed(*fields: FieldDrift, address: Address = ALPHA) -> Changed:
    return Changed(address=address, remote=Remote("id"), fields=fields)


def _report(*found: Changed | Missing, **more: Any) -> DriftReport:
    return DriftReport(account="default", found=found, **more)


ONE = _report(_changed(URL, ENABLED))
STRANGER = Unmanaged(kind="AutoResponse", remote=Remote("x", "id"), label="info")


@pytest.mark.parametrize(
    "same",
    [
        _report(_changed(ENABLED, URL)),
        _report(_changed(URL, ENABLED, WAITS)),
        _report(_changed(replace(URL, desired="c", state=FieldState.BOTH, source=Source("f", 3)), ENABLED)),
        _report(_changed(replace(URL, recorded="z"), ENABLED)),
        _report(*ONE.found, unapplied=(_changed(WAITS, address=BETA),), unrecorded=(Unrecorded(address=BETA),)),
        _report(*ONE.found, unmanaged=(STRANGER,), not_looked_at=("RcsAgent",), lists_unmanaged=True),
        _report(*ONE.found, diagnostics=(Diagnostic(code="x", severity=Severity.WARNING, summary="x"),)),
    ],
)
def test_what_is_no_change(same: DriftReport) -> None:
    """Order, what the manifests say, what waits, places, remarks."""
    assert state_of(same, "salt") == state_of(ONE, "salt")


@pytest.mark.parametrize(
    "other",
    [
        _report(_changed(URL)),
        _report(_changed(replace(URL, observed="c"), ENABLED)),
        _report(_changed(replace(URL, path=("webhook_failover_url",)), ENABLED)),
        _report(_changed(URL, ENABLED, address=BETA)),
        _report(*ONE.found, Missing(address=BETA, remote=None)),
        _report(Missing(address=ALPHA, remote=Remote("id"))),
        _report(*ONE.found, counted_unmanaged=(STRANGER,)),
        _report(),
    ],
)
def test_what_is_a_change(other: DriftReport) -> None:
    """Another object, field or value; and that it is over."""
    assert state_of(other, "salt") != state_of(ONE, "salt")


def test_a_digest_tells_nothing_to_others() -> None:
    """It is salted; a secret takes part by its seal."""
    assert state_of(ONE, "salt") != state_of(ONE, "pepper")
    secrets = {state_of(_report(_changed(replace(SECRET, seal=seal))), "salt") for seal in ("hmac:1", "hmac:2")}
    assert len(secrets) == 2
    assert state_of(_report(unmanaged=(STRANGER,)), "salt") == NO_DRIFT


RECORD = Notified(
    lineage="6f1b1c52-0f5e-4f3c-9d5a-0c9e6a1b2f11", salt="5a", serial=4, told={"k": Told("b", 3), "other": Told("z", 9)}
)


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [
        (None, Told("c", 4)),
        (Told("b", 3), Told("c", 4)),
        (Told("c", 4), Told("c", 4)),
        (Told("c", 6), Told("c", 6)),
        (Told("d", 4), Told(NOBODY_KNOWS, 5)),
        (Told(NO_DRIFT, 7), Told(NOBODY_KNOWS, 8)),
    ],
)
def test_two_writers(meanwhile: Told | None, left: Told) -> None:
    """Who was told two things at once knows neither for sure: what comes next is told."""
    found = None if meanwhile is None else replace(RECORD, serial=7, told={"k": meanwhile, "third": Told("y", 1)})
    after = RECORD.after(found, ["k"], "c")
    others = {"other": Told("z", 9)} if found is None else {"third": Told("y", 1)}
    assert after == replace(RECORD, serial=5 if found is None else 8, told={"k": left, **others})


def test_a_message_has_one_name() -> None:
    """However often it is tried; and another one once the receiver was told something."""
    name = RECORD.event_id("k", "c")
    assert name == replace(RECORD, serial=9).event_id("k", "c")
    told = RECORD.after(None, ["k"], "c").after(None, ["k"], "b")
    assert len({name, told.event_id("k", "c"), RECORD.event_id("k", "d"), RECORD.event_id("new", "c")}) == 4


def test_a_record_is_read_as_it_was_written() -> None:
    """And nothing else is taken for one."""
    assert record_in(record_bytes(RECORD)) == RECORD
    for wrong in (b"", b"[]", b"{}", record_bytes(RECORD).replace(b'"version": 1', b'"version": 2')):
        with pytest.raises(Unreadable):
            record_in(wrong)
    for broken in (b'"lineage": "6f', b'"count": 3'):
        with pytest.raises(Unreadable):
            record_in(record_bytes(RECORD).replace(broken, broken[:-1] + b"-"))


def test_destinations() -> None:
    """As spelled; of an address that is no variable the server alone is shown."""
    assert parse_destination("slack:env:A_1") == Destination(channel=Channel.SLACK, variable="A_1")
    hook = parse_destination("webhook:https://example.com/token?x=token")
    assert (hook.address, str(hook)) == ("https://example.com/token?x=token", "webhook:https://example.com")
    assert "token" not in repr(hook)
    assert str(parse_destination("webhook:env:A")) == "webhook:env:A"
    for wrong in ("canary", "teams:env:A", "slack:", "slack:https://canary", "slack:env:", "webhook:env:a-canary"):
        with pytest.raises(ValueError, match=r"env:") as caught:
            parse_destination(wrong)
        assert "canary" not in str(caught.value)
