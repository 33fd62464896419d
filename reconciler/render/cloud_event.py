"""A drift report as a CloudEvent, in the JSON of version 1.0 of that specification, structured mode.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md. Eight keys need no library.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from reconciler.model.drift import DriftReport
from reconciler.render.drift_document import drift_document
from reconciler.render.escape import json_text

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
CHANGED, RESOLVED = "telnyx.reconciler.drift.changed", "telnyx.reconciler.drift.resolved"


def cloud_event(report: DriftReport, *, project: str, event_id: str, at: datetime) -> str:
    """The event. ``data`` is the document of ``drift --format json``; ``event_id`` is the same for each attempt."""
    event = {
        "specversion": "1.0",
        "type": CHANGED if report.has_drift else RESOLVED,
        "source": f"/telnyx-reconciler/{quote(project, safe='', errors='replace')}",
        "id": event_id,
        "time": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "subject": report.account,
        "datacontenttype": "application/json",
        "data": drift_document(report),
    }
    return json_text(event) + "\n"
