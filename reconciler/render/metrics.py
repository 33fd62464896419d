"""What runs of ``drift`` found, as metrics in the text format of Prometheus, by its official client.

For the text file collector of the node exporter: gauges without timestamps, which the next run replaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reconciler.errors import UsageError
from reconciler.model.drift import Changed, DriftReport, Missing
from reconciler.model.drift_run import DriftRun

PREFIX = "telnyx_reconciler_drift"


def check_metrics() -> None:
    """Raise UsageError where the ``metrics`` extra is not installed."""
    try:
        import prometheus_client  # noqa: F401, PLC0415 - only asked whether it is there
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--metrics needs the package {error.name}, which is not installed",
            hint="pip install 'telnyx-reconciler[metrics]', or '.[metrics]' in a checkout",
        ) from None


def metrics_text(runs: Sequence[DriftRun], kinds: Sequence[str]) -> str:
    """One sample for each account, and kind where it has any meaning. Of a run that failed nothing is said but that."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest  # noqa: PLC0415 - an extra

    registry = CollectorRegistry()

    def gauge(name: str, help_text: str, *labels: str) -> Gauge:
        return Gauge(f"{PREFIX}_{name}", help_text, ("account", *labels), registry=registry)

    objects = gauge(
        "objects", "Objects that drifted: changed, missing, or unmanaged where that counts.", "kind", "state"
    )
    fields = gauge("fields", "Fields that were changed outside.", "kind")
    strangers = gauge("unmanaged_objects", "Objects that are not managed here and do not count as drift.", "kind")
    stamp = gauge("last_run_timestamp_seconds", "When the last run ended, in seconds since 1970.")
    success = gauge("last_run_success", "1 where the last run could tell whether there is drift, else 0.")
    seconds = gauge("last_run_duration_seconds", "How long the last run took, notifications included.")
    requests = gauge("last_run_requests", "Requests of the last run to the API, attempts that were repeated included.")
    for run in runs:
        account = run.account.encode("utf-8", "replace").decode()
        stamp.labels(account).set(run.ended.timestamp())
        success.labels(account).set(run.succeeded)
        seconds.labels(account).set(round(run.seconds, 3))
        if run.report is None or not run.succeeded:
            continue
        requests.labels(account).set(run.report.requests.reads)
        drifted, moved, seen = _counted(run.report)
        partly = {*run.report.not_looked_at, *(one.kind for one in run.report.unlisted)}
        for kind in sorted(set(kinds) - {one.kind for one in run.report.unreadable}):
            for state in ("changed", "missing", "unmanaged"):
                objects.labels(account, kind, state).set(drifted[kind, state])
            fields.labels(account, kind).set(moved[kind])
            if kind not in partly:
                strangers.labels(account, kind).set(seen[kind])
    return generate_latest(registry).decode()


def _counted(report: DriftReport) -> tuple[Counter[tuple[str, str]], Counter[str], Counter[str]]:
    """Objects by kind and state, fields by kind, and what does not count by kind."""
    objects: Counter[tuple[str, str]] = Counter()
    fields: Counter[str] = Counter()
    for one in report.found:
        match one:
            case Changed():
                objects[one.address.kind, "changed"] += 1
                fields[one.address.kind] += sum(field.is_drift for field in one.fields)
            case Missing():
                objects[one.address.kind, "missing"] += 1
    objects.update((one.kind, "unmanaged") for one in report.counted_unmanaged)
    return objects, fields, Counter(one.kind for one in report.unmanaged)
