"""GitHub: workflow commands that become annotations on the lines of a pull request.

GitHub shows ten annotations of each level for a step and drops the rest in silence, so the most important come first,
all others follow as plain lines of the log, and the last annotation says how many those are.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands,
https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md (limits)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import DriftReport
from reconciler.model.plan import Plan
from reconciler.model.saved.plan import SavedPlan
from reconciler.model.several import Checked, Ran, Several, Told
from reconciler.model.status import Status
from reconciler.render.drift_words import drift_verdict
from reconciler.render.escape import visible
from reconciler.render.format import Format, shows_nothing
from reconciler.render.github.annotation import Annotation, annotated, finding
from reconciler.render.github.changes import plan_annotations
from reconciler.render.github.moves import drift_annotations
from reconciler.render.several_words import several_verdict
from reconciler.render.view import PLAIN, View
from reconciler.render.words import verdict


def _told(told: Told) -> Iterable[Annotation]:
    match told:
        case Plan():
            return plan_annotations(told)
        case DriftReport():
            return drift_annotations(told)
        case Checked(diagnostics=findings):
            return map(finding, findings)
        case _:
            return ()


def plan(plan: Plan, *, view: View = PLAIN) -> str:
    """A plan."""
    return annotated(visible(verdict(plan)), list(plan_annotations(plan)), view)


def saved(saved: SavedPlan, *, view: View = PLAIN) -> str:
    """A saved plan."""
    return plan(saved.plan, view=view)


def diagnostics(findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str:
    """Findings alone."""
    return annotated("", [finding(each) for each in findings], view)


def drift(report: DriftReport, *, view: View = PLAIN) -> str:
    """A drift report."""
    return annotated(visible(drift_verdict(report)), list(drift_annotations(report)), view)


def several(several: Several, *, view: View = PLAIN) -> str:
    """All accounts, which share the ten annotations of each level; each title ends with the account."""
    if any(isinstance(end.told, Ran | Status) for end in several.ends):
        return shows_nothing()
    found = [finding(each) for each in several.diagnostics]
    for end in several.ends:
        found += [replace(one, title=f"{one.title} ({visible(end.account)})") for one in _told(end.told)]
    return annotated(several_verdict(several), found, view)


FORMAT = Format(name="github", plan=plan, saved=saved, diagnostics=diagnostics, drift=drift, several=several)
