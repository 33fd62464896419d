"""Reading the audit log: the newest first, page by page, and no further than somebody wants to know.

There is no filter by object, so what is read is a window of time. It ends where the last run that touched the oldest
of the wanted objects began, after ``LONGEST`` days or after ``MOST_PAGES`` pages, whichever comes first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.attribution.events import AuditEvent, events_of
from reconciler.attribution.joining import Pages, Wanted, answer
from reconciler.attribution.orientation import Orientation
from reconciler.attribution.runs import SLACK, Span
from reconciler.errors import ApiError, Forbidden, Unauthorised
from reconciler.model.attribution import Attribution, Unattributed, Why
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.session import Query, ReadSession

LONGEST = timedelta(days=90)
MOST_PAGES = 20
PAGE = 250
"""Events. The description names no largest size; a server that sends fewer says so in ``meta``, or ends with a page
that is empty."""

_PATH = "/audit_events"


async def attributions(
    session: ReadSession,
    wanted: Sequence[Wanted],
    *,
    spans: Sequence[Span],
    people: Mapping[str, str],
    now: datetime,
) -> tuple[Mapping[int, Attribution], tuple[Diagnostic, ...]]:
    """By place in ``wanted`` who made it, and what there is to say about the reading. Never raises ApiError."""
    found: dict[int, Attribution] = {}
    if not wanted:
        return found, ()
    latest = Pages((), None, whole=False)
    notes: tuple[Diagnostic, ...] = ()
    rest = Why.TOO_LONG
    try:
        async for latest in read(session, since=window(wanted, now), people=people):
            orientation = Orientation(latest.events, spans)
            for place, one in enumerate(wanted):
                if place not in found and (told := answer(one, latest, spans, orientation)) is not None:
                    found[place] = told
            if len(found) == len(wanted):
                break
    except ApiError as error:
        rest, notes = unreadable(error)
    return {place: found.get(place, Unattributed(rest)) for place in range(len(wanted))}, notes


def window(wanted: Sequence[Wanted], now: datetime) -> datetime:
    """From when on events matter."""
    earliest = now - LONGEST
    return max(earliest, min(one.applied.begin - SLACK if one.applied else earliest for one in wanted))


async def read(session: ReadSession, *, since: datetime, people: Mapping[str, str]) -> AsyncIterator[Pages]:
    """Everything read so far, after each page. Raises ApiError. Ends early at ``MOST_PAGES``: not ``whole`` then."""
    events: dict[str, AuditEvent] = {}
    oldest: datetime | None = None
    for number in range(1, MOST_PAGES + 1):
        query: Query = {
            "filter[created_after]": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sort": "desc",
            "page[number]": number,
            "page[size]": PAGE,
        }
        body = await session.get(_PATH, query)
        page = list(events_of(body, people))
        for event in page:
            # A new event shifts the pages: one that was seen at the end of a page comes again on the next.
            events.setdefault(event.id or f"{number}/{len(events)}", event)
            oldest = event.time if oldest is None else min(oldest, event.time)
        whole = _is_last(body, number)
        yield Pages(sorted(events.values(), key=lambda event: event.time, reverse=True), oldest, whole)
        if whole:
            return


def _is_last(body: Any, number: int) -> bool:
    rows = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(rows, list) or not rows:
        return True
    meta = body.get("meta")
    total = meta.get("total_pages") if isinstance(meta, Mapping) else None
    return isinstance(total, int) and number >= total


def unreadable(error: ApiError) -> tuple[Why, tuple[Diagnostic, ...]]:
    """Why nothing is known, and how to tell people: a log that cannot be read is no reason to fail."""
    if isinstance(error, Forbidden | Unauthorised):
        why, summary = Why.NOT_PERMITTED, "the key may not read the account's audit log, so nobody can be named"
        hint = "use a key that may read it; nothing else depends on it"
    else:
        why, summary = Why.NOT_READ, f"the account's audit log could not be read ({error.code}), so nobody is named"
        hint = "try again later; nothing else depends on it"
    finding = Diagnostic(code="audit-not-read", severity=Severity.INFO, summary=summary, hint=hint)
    return why, (finding,)
