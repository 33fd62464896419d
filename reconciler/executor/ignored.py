"""Fields that the server did not take: a finding now, and remembered so that it is no perpetual diff (design §5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reconciler.model.answers import field_of
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.observed import Observed
from reconciler.model.paths import dotted
from reconciler.model.plan import SENSITIVE, Desired
from reconciler.model.spec import Leaf


def ignored_fields(
    desired: Desired, sent: Iterable[Leaf], answered: Observed, *, secrets: Collection[str] = ()
) -> tuple[Diagnostic, ...]:
    """One finding for every leaf that was sent and came back different; ``secrets`` are recorded as such."""
    return tuple(
        _ignored(desired, leaf, answered, secret=dotted(leaf.path) in secrets)
        for leaf in sent
        if leaf.canonical(desired.values[leaf.path]) != leaf.canonical(field_of(leaf, answered))
    )


def _ignored(desired: Desired, leaf: Leaf, answered: Observed, *, secret: bool) -> Diagnostic:
    asked, got = desired.values[leaf.path], field_of(leaf, answered)
    if secret or leaf.path in desired.resource.secrets:
        asked = got = SENSITIVE
    return Diagnostic(
        code="field-ignored",
        severity=Severity.WARNING,
        summary=f"{desired.address}: the API did not take {dotted(leaf.path)} as written",
        detail=f"sent {asked!r}, answered {got!r}",
        hint="this is remembered and not planned again; remove the field, or write what the API makes of it",
        address=desired.address,
        source=desired.resource.place_of(leaf.path),
    )
