"""What an account has beside what can be managed: shown by the API, never changed. An export names it."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.errors import ApiError
from reconciler.executor.together import together
from reconciler.export import Selection
from reconciler.export.leaving_out import LISTED
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Attached, Kinds, ReadOnly
from reconciler.model.listed import listed
from reconciler.model.session import ReadSession


async def read_only(session: ReadSession, kinds: Kinds, selection: Selection) -> Sequence[Diagnostic]:
    """A finding for each sort of thing of which there are any, unless something else was asked for.

    A list that cannot be read is told: no manifest depends on it.
    """
    if selection.names:
        return ()
    asked = [
        kind.read_only
        for name, kind in kinds.items()
        if kind.read_only is not None and (not selection.kinds or name in selection.kinds)
    ]
    return [finding for finding in await together(_named(session, each) for each in asked) if finding is not None]


async def _named(session: ReadSession, sort: ReadOnly) -> Diagnostic | None:
    try:
        found = await sort.fetch(session)
    except ApiError as error:
        return Diagnostic(
            code="not-looked-at",
            severity=Severity.INFO,
            summary=f"{sort.what}s were not looked at: {error.summary}",
            hint=error.hint,
        )
    return _told(sort, found) if found else None


def _told(sort: ReadOnly, found: Sequence[Attached]) -> Diagnostic:
    return Diagnostic(
        code="read-only",
        severity=Severity.INFO,
        summary=f"{len(found)} {sort.what}{'' if len(found) == 1 else 's'} without a manifest: {sort.why}",
        detail=listed(sorted(each.label for each in found), LISTED),
        hint="what they do is set where they were bought",
    )
