"""JSON lines: one object per event of an apply, for programs that follow along."""

from __future__ import annotations

from reconciler.model.events import Applied, Began, Blocked, Event, Failed, Observing, Settling, Stopped
from reconciler.render.escape import json_text
from reconciler.render.parts import outcome_part
from reconciler.render.run_shapes import EventShape
from reconciler.render.shapes import FORMAT_VERSION


def event_document(event: Event, account: str | None = None) -> EventShape:
    """One event; ``account`` is told where a run has several."""
    document = _document(event)
    if account is not None:
        document["account"] = account
    return document


def _document(event: Event) -> EventShape:
    match event:
        case Observing(purpose=purpose):
            return {"format_version": FORMAT_VERSION, "event": "observing", "purpose": purpose}
        case Settling(addresses=addresses, seconds=seconds):
            return {
                "format_version": FORMAT_VERSION,
                "event": "settling",
                "addresses": [str(address) for address in addresses],
                "seconds": round(seconds, 3),
            }
        case Began(change=change, position=position, total=total):
            return {
                "format_version": FORMAT_VERSION,
                "event": "began",
                "address": str(change.address),
                "action": change.action,
                "position": position,
                "total": total,
            }
        case Applied() | Failed() | Blocked() | Stopped():
            return {"format_version": FORMAT_VERSION, "event": "ended", "outcome": outcome_part(event)}


def event_line(event: Event, account: str | None = None) -> str:
    """One line of the stream, newline included."""
    return json_text(event_document(event, account)) + "\n"
