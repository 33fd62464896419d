"""HTML: one page that needs nothing but itself, for reviewers and for keeping.

Everything foreign is made harmless twice: visible as in every format, then escaped by Jinja. The page's policy lets its
own script run and nothing else, so that what slipped through both would still do nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drift import DriftReport
from reconciler.model.plan import Plan
from reconciler.model.saved.plan import SavedPlan
from reconciler.model.several import Several
from reconciler.render.escape import visible
from reconciler.render.format import Format
from reconciler.render.html.parts import Part, drift_part, end_part, findings_part, plan_part
from reconciler.render.saved import saved_facts
from reconciler.render.several_words import several_verdict
from reconciler.render.view import PLAIN, View


def _page(title: str, *parts: Part, facts: Sequence[tuple[str, str]] = (), verdict: str = "") -> str:
    from reconciler.render.html.page import Page, page  # noqa: PLC0415 - Jinja is loaded where a page is made

    return page(Page(title=title, parts=parts, facts=facts, verdict=verdict))


def plan(plan: Plan, *, view: View = PLAIN) -> str:
    """A plan."""
    return _page(f"Plan for account {plan.account}", plan_part(plan, view))


def saved(saved: SavedPlan, *, view: View = PLAIN) -> str:
    """A saved plan: whose it is and when it was made, then the plan."""
    facts = [(name, visible(value)) for name, value in saved_facts(saved)]
    return _page(f"Plan for account {saved.plan.account}", plan_part(saved.plan, view), facts=facts)


def diagnostics(findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str:
    """Findings alone."""
    return _page("Findings", findings_part(findings, view))


def drift(report: DriftReport, *, view: View = PLAIN) -> str:
    """A drift report."""
    return _page(f"Drift of account {report.account}", drift_part(report, view))


def several(several: Several, *, view: View = PLAIN) -> str:
    """All accounts on one page, the verdict first."""
    why = [findings_part(several.diagnostics, view)] if several.diagnostics else []
    parts = (*why, *(end_part(end, view) for end in several.ends))
    return _page("Several accounts", *parts, verdict=several_verdict(several))


FORMAT = Format(name="html", plan=plan, saved=saved, diagnostics=diagnostics, drift=drift, several=several)
