"""Metrics: valid by the parser of Prometheus' own client, with stable names, and zeros only where somebody looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import DriftReport
from reconciler.model.drift_run import DriftRun
from reconciler.model.plan import Requests
from reconciler.render.metrics import metrics_text
from tests.render.cases import DRIFT

ENDED = datetime(2026, 3, 1, 12, tzinfo=UTC)
KINDS = ("AlphanumericSenderId", "AutoResponse", "MessagingProfile", "RcsAgent")
Samples = dict[tuple[str, ...], float]


def _run(account: str, report: DriftReport | None) -> DriftRun:
    return DriftRun(account=account, report=report, ended=ENDED, seconds=1.23456)


def _samples(*runs: DriftRun) -> Samples:
    families = list(text_string_to_metric_families(metrics_text(runs, KINDS)))
    assert all(family.type == "gauge" and family.documentation for family in families)
    assert all(sample.timestamp is None for family in families for sample in family.samples)
    return {
        (
            sample.name,
            *(sample.labels[name] for name in ("account", "kind", "state") if name in sample.labels),
        ): sample.value
        for family in families
        for sample in family.samples
    }


def test_each_number() -> None:
    """Of one account, by kind and by state; the fields that only wait for an apply are not drift."""
    report = replace(DRIFT, not_looked_at=("RcsAgent",), requests=Requests(reads=7))
    expected: Samples = {
        **{
            ("telnyx_reconciler_drift_objects", "default", kind, state): float(
                (kind, state)
                in {
                    ("AlphanumericSenderId", "missing"),
                    ("MessagingProfile", "changed"),
                    ("AutoResponse", "unmanaged"),
                }
            )
            for kind in KINDS
            for state in ("changed", "missing", "unmanaged")
        },
        **{("telnyx_reconciler_drift_fields", "default", kind): 5.0 * (kind == "MessagingProfile") for kind in KINDS},
        **{
            ("telnyx_reconciler_drift_unmanaged_objects", "default", kind): float(kind == "MessagingProfile")
            for kind in KINDS
            if kind not in {"RcsAgent", "AutoResponse"}  # the one in no list, the other not below every profile
        },
        ("telnyx_reconciler_drift_last_run_timestamp_seconds", "default"): ENDED.timestamp(),
        ("telnyx_reconciler_drift_last_run_success", "default"): 1.0,
        ("telnyx_reconciler_drift_last_run_duration_seconds", "default"): 1.235,
        ("telnyx_reconciler_drift_last_run_requests", "default"): 7.0,
    }
    assert _samples(_run("default", report)) == expected


def test_a_run_that_failed_claims_nothing() -> None:
    """Neither zeros, which would end an alert, nor numbers of a report with errors; the other account has its own."""
    wrong = Diagnostic(code="ambiguous", severity=Severity.ERROR, summary="several")
    failed = DriftReport(account="b", diagnostics=(wrong,))
    samples = _samples(_run("a", None), _run("b", failed), _run("c", DriftReport(account="c")))
    success = {account: value for (name, account, *_), value in samples.items() if name.endswith("_success")}
    assert success == {"a": 0.0, "b": 0.0, "c": 1.0}
    assert {account for name, account, *_ in samples if name.endswith("_objects")} == {"c"}
    assert {account for name, account, *_ in samples if name.endswith("_seconds")} == {"a", "b", "c"}


def test_any_name_of_an_account_is_a_label() -> None:
    """Quotes, backslashes and line ends are escaped as the format has it."""
    hostile = 'a"b\\c\n# HELP x'
    assert ("telnyx_reconciler_drift_last_run_success", hostile) in _samples(_run(hostile, None))
    assert _samples(_run("\ud800", None))
