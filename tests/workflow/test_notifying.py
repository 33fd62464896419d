"""Who is told what, where a run sees what others do, or cannot see enough: real places, and a receiver on a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import DriftReport, Missing
from reconciler.model.notification import parse_destination
from reconciler.workflow.notifying import Notifying, Receiver as Target, notify
from reconciler.workflow.request import DriftRequest
from reconciler.workflow.setting import Setting, Surroundings, prepare
from tests.journeys.receiver import Receiver, receiving


def drifted(name: str, account: str = "default") -> DriftReport:
    """A report in which ``name`` is gone."""
    return DriftReport(
        account=account, found=(Missing(address=Address("MessagingProfile", name), remote=None),), can_tell_who=True
    )


OVER = DriftReport(account="default")


@dataclass
class Desk:
    """An account whose ledger is in files, and one receiver."""

    setting: Setting
    receiver: Receiver
    record: Path | None = None
    said: tuple[Diagnostic, ...] = ()
    ids: tuple[str, ...] = ()

    def tell(self, *reports: DriftReport) -> list[str]:
        """All of them at once; the types of the events that came, in their order."""
        target = Target(parse_destination("webhook:env:HOOK"), self.receiver.url)
        notifying = Notifying(receivers=(target,), record=self.record)

        async def go() -> list[tuple[Diagnostic, ...]]:
            runs = (notify(report, self.setting, DriftRequest(), notifying) for report in reports)
            return await asyncio.gather(*runs)

        self.said = tuple(each for some in asyncio.run(go()) for each in some)
        events = [got.document for got in self.receiver.take()]
        self.ids = tuple(event["id"] for event in events)
        return [event["type"].rpartition(".")[2] for event in events]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """In a fresh folder."""
    around = Surroundings(
        folder=tmp_path, environment={}, stdin=bytes, now=lambda: datetime(2026, 3, 1, tzinfo=UTC), command="drift"
    )
    with receiving() as receiver:
        yield Desk(prepare(around, None), receiver)


@pytest.mark.parametrize("afterwards", [drifted("b"), drifted("c"), OVER], ids=["b", "c", "over"])
def test_two_different_messages_at_once(desk: Desk, afterwards: DriftReport) -> None:
    """The receiver may have got them in any order: whatever is the case afterwards, the next run tells it."""
    desk.receiver.barrier = asyncio.Barrier(2)
    assert desk.tell(drifted("b"), drifted("c")) == ["changed", "changed"]
    desk.receiver.barrier = None
    assert desk.tell(afterwards) == ["changed" if afterwards.has_drift else "resolved"]
    assert desk.tell(afterwards) == []


def test_two_at_once_do_not_both_stay_silent(desk: Desk) -> None:
    """Both look before either has told anybody. What is told twice is told under one id; afterwards it is known."""
    desk.receiver.barrier = asyncio.Barrier(2)
    assert desk.tell(drifted("b"), drifted("b")) == ["changed", "changed"]
    assert len(set(desk.ids)) == 1
    desk.receiver.barrier = None
    assert desk.tell(drifted("b"), drifted("b")) == []
    assert desk.tell(OVER) == ["resolved"]


def test_a_report_with_errors_is_no_news(desk: Desk) -> None:
    """It says neither that there is drift nor that it is over."""
    wrong = Diagnostic(code="ambiguous", severity=Severity.ERROR, summary="several")
    assert desk.tell(drifted("b")) == ["changed"]
    assert desk.tell(DriftReport(account="default", diagnostics=(wrong,))) == []
    assert desk.tell(OVER) == ["resolved"]


def test_a_record_that_nobody_understands(desk: Desk, tmp_path: Path) -> None:
    """Drift is told each time rather than never; that there is none is told to nobody. The file stays."""
    desk.record = tmp_path / "seen.json"
    desk.record.write_text('{"version": 99}')
    for _ in range(2):
        assert desk.tell(drifted("b")) == ["changed"]
        assert [one.code for one in desk.said] == ["notified", "notify-not-kept"]
    assert desk.tell(OVER) == []
    assert [one.code for one in desk.said] == ["notify-not-kept"]
    assert desk.record.read_text() == '{"version": 99}'


def test_a_record_that_cannot_be_written(desk: Desk, tmp_path: Path) -> None:
    """As above, and the hint says what to do."""
    desk.record = tmp_path / "no-folder" / "seen.json"
    assert desk.tell(drifted("b")) == ["changed"]
    [_, kept] = desk.said
    assert (kept.code, kept.severity, "seen.json" in kept.summary) == ("notify-not-kept", Severity.WARNING, True)
    assert kept.hint


def test_one_file_keeps_accounts_apart(desk: Desk, tmp_path: Path) -> None:
    """The same drift in another account is news."""
    desk.record = tmp_path / "seen.json"
    assert desk.tell(drifted("b")) == ["changed"]
    assert desk.tell(drifted("b", account="two")) == ["changed"]
    assert desk.tell(drifted("b"), drifted("b", account="two")) == []
