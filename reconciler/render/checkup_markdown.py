"""A checkup in Markdown, for the summary of a scheduled job: the verdict, a row for each check, then what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.checkup import Checkup
from reconciler.render.checkup_words import SIGNS, checkup_verdict
from reconciler.render.escape import code, visible
from reconciler.render.markdown_plan import BUDGET, UNBOUNDED, findings_block, lines_block, size
from reconciler.render.text.checkup import check_findings
from reconciler.render.view import PLAIN

_MARGIN = 100
"""Bytes for the fence around the findings, and for how many of them are left out."""


def checkup_lines(checkup: Checkup, budget: int = BUDGET) -> Sequence[str]:
    """One account in at most ``budget`` bytes: findings that do not fit are counted."""
    head = list(_head(checkup))
    wrong = [check for check in checkup.checks if check.findings]
    findings = [line for check in wrong for line in (visible(check.title), *check_findings(check, PLAIN))]
    whole = [*head, *lines_block(findings, UNBOUNDED)]
    if size(whole) <= budget:
        return whole
    return [*head, *lines_block(findings, budget - size(head) - _MARGIN)]


def _head(checkup: Checkup) -> Iterator[str]:
    yield from (f"### Account {code(visible(checkup.account))}", "", f"**{checkup_verdict(checkup)}**", "")
    if checkup.checks:
        yield from ("| | check | what was looked at |", "|---|---|---|")
        for check in checkup.checks:
            cells = (f"{SIGNS[check.outcome]} {check.outcome}", *map(code, map(visible, (check.title, check.summary))))
            yield f"| {' | '.join(cells)} |"
        yield ""
    yield from findings_block(checkup.diagnostics)
