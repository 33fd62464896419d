"""What is at stake when a secret is made anew, and what came of it. The secret itself is in neither."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.rotation import Proposed, RotationEnd, RotationReport
from reconciler.render.escape import visible
from reconciler.render.impact_words import impact_words
from reconciler.render.paint import Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.layout import wrapped
from reconciler.render.view import PLAIN, View

_SAID = {
    RotationEnd.ROTATED: "{address}: rotated; the new secret is in {file}, for its owner alone to read.",
    RotationEnd.FINISHED: "{address}: rotated by an earlier run, and not once more; the new secret is in {file}.",
    RotationEnd.UNWRITTEN: "{address}: rotated; the new secret is in no file yet.",
    RotationEnd.UNCHANGED: "{address}: not rotated; nothing was changed.",
    RotationEnd.UNKNOWN: "{address}: whether it was rotated is not known.",
}


def proposal_lines(proposed: Proposed, view: View = PLAIN) -> Iterator[str]:
    """What stands above the question."""
    address, width = visible(str(proposed.address)), view.width
    if proposed.notes:
        yield from diagnostics_lines(proposed.notes, view)
    yield f"  ~ rotate     {address}  id {visible(proposed.remote_id)}"
    yield painted("This cannot be undone:", Hue.RED, color=view.color)
    told = f"  {visible(proposed.secret)} is made anew: {visible(proposed.breaks)}"
    yield from wrapped(told, width=width, indent="    ")
    yield from wrapped(f"  it {impact_words(proposed.impact)}", width=width, indent="    ")


def proposal(proposed: Proposed, *, view: View = PLAIN) -> str:
    """What stands above the question."""
    return "".join(f"{line}\n" for line in proposal_lines(proposed, view))


def rotation(report: RotationReport, *, view: View = PLAIN) -> str:
    """What came of it; nothing where it never began."""
    if report.address is None:
        return ""
    said = _SAID[report.turn].format(address=visible(str(report.address)), file=f'"{visible(report.file or "")}"')
    return "".join(f"{line}\n" for line in wrapped(said, width=view.width))
