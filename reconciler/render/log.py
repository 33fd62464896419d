"""What is said on the way, for logs: one JSON object a line, or words. Tells of requests, and never what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.events import Applied, Blocked, Event, Failed
from reconciler.model.level import Level
from reconciler.model.sent import Sent
from reconciler.render.escape import json_text, visible
from reconciler.render.events import event_document
from reconciler.render.parts import diagnostic_part

_NO_FIELDS: Mapping[str, Any] = {}


LEVEL_OF = {Severity.INFO: Level.INFO, Severity.WARNING: Level.WARNING, Severity.ERROR: Level.ERROR}


def log_line(moment: datetime, level: Level, event: str, message: str, fields: Mapping[str, Any] = _NO_FIELDS) -> str:
    """One line, newline included; ``fields`` are those of the event."""
    time = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    document = {"time": time, "level": level.word, "event": event, "message": message.strip("\n"), **fields}
    return json_text(document) + "\n"


def finding_fields(finding: Diagnostic) -> Mapping[str, Any]:
    """A finding, as in every JSON document."""
    return {name: value for name, value in diagnostic_part(finding).items() if name != "severity"}


def event_level(event: Event) -> Level:
    """What went wrong is wanted by those who want little."""
    match event:
        case Failed():
            return Level.ERROR
        case Blocked():
            return Level.WARNING
        case Applied(notes=notes) if notes:
            return max(LEVEL_OF[note.severity] for note in notes)
        case _:
            return Level.INFO


def event_fields(event: Event) -> tuple[str, Mapping[str, Any]]:
    """The name and the fields of an event of a run, as in the event stream."""
    fields = {name: value for name, value in event_document(event).items() if name != "format_version"}
    return str(fields.pop("event")), fields


def sent_fields(sent: Sent) -> Mapping[str, Any]:
    """An attempt. Of the query the names alone: values hold names and numbers of customers."""
    return {
        "method": sent.method,
        "path": visible(sent.path),
        "parameters": list(sent.parameters),
        "status": sent.status,
        "duration_ms": round(sent.seconds * 1000, 1),
        "attempt": sent.attempt,
    }


def _request(sent: Sent) -> str:
    names = "&".join(map(visible, sent.parameters))
    return f"{sent.method} {visible(sent.path)}{'?' if names else ''}{names}"


def sent_words(sent: Sent) -> str:
    """``GET /messaging_profiles?page[size] 200 in 12.3 ms, attempt 1``."""
    status = sent.status or "no answer"
    return f"{_request(sent)} {status} in {sent.seconds * 1000:.1f} ms, attempt {sent.attempt}"


def wait_words(sent: Sent, again_in: float) -> str:
    """Why nothing seems to happen."""
    why = f"answered {sent.status}" if sent.status else "got no answer"
    return f"{_request(sent)} {why}; attempt {sent.attempt + 1} in {again_in:.1f} s"


def wait_level(sent: Sent) -> Level:
    """Being asked to go slower is no trouble; a request that failed may be."""
    return Level.INFO if sent.status == HTTPStatus.TOO_MANY_REQUESTS else Level.WARNING
