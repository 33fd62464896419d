"""``drift`` on a schedule: look, tell those who wait for news, and keep account of the run. Reads only."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.errors import ReconcilerError, UsageError
from reconciler.model.drift import DriftReport
from reconciler.model.drift_run import DriftRun
from reconciler.model.notification import Destination
from reconciler.render.metrics import check_metrics, metrics_text
from reconciler.resources import kinds
from reconciler.workflow.drift import drift
from reconciler.workflow.notifying import Notifying, notify, receiver_of
from reconciler.workflow.request import DriftRequest
from reconciler.workflow.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who is told of drift, and the runs so far; ``metrics`` is the file that is to tell of them."""

    notifying: Notifying | None = None
    metrics: str | None = None
    runs: list[DriftRun] = field(default_factory=list)

    def metrics_text(self) -> str:
        """What that file is to hold."""
        return metrics_text(self.runs, sorted(kinds()))


def prepare_telling(
    destinations: Sequence[Destination],
    *,
    record: str | None,
    metrics: str | None,
    run: str,
    environment: Mapping[str, str],
) -> Telling:
    """Find the addresses. Raises UsageError for whatever would fail later, before anything is asked of anybody."""
    if record is not None and not destinations:
        raise UsageError("--notify-state says where is kept what --notify told", hint="give --notify too")
    if metrics is not None:
        check_metrics()
    if not destinations:
        return Telling(metrics=metrics)
    receivers = tuple(receiver_of(one, environment) for one in dict.fromkeys(destinations))
    return Telling(
        notifying=Notifying(receivers=receivers, record=None if record is None else Path(record), run=run),
        metrics=metrics,
    )


async def drift_and_tell(setting: Setting, request: DriftRequest, telling: Telling) -> DriftReport:
    """As ``drift``, with what there is to say of the notifications. Raises what that raises."""
    began = time.monotonic()
    report: DriftReport | None = None
    try:
        report = await drift(setting, request)
        if telling.notifying is not None:
            said = await notify(report, setting, request, telling.notifying)
            report = replace(report, diagnostics=(*report.diagnostics, *said))
    except ReconcilerError:
        telling.runs.append(_run(setting, None, began))
        raise
    telling.runs.append(_run(setting, report, began))
    return report


def _run(setting: Setting, report: DriftReport | None, began: float) -> DriftRun:
    seconds = time.monotonic() - began
    return DriftRun(account=setting.account.name, report=report, ended=setting.around.now(), seconds=seconds)
