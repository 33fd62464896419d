"""A checkup in Markdown, for the summary of a scheduled job: the verdict, a row for each check, then what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.checkup import Checkup
from reconciler.render.checkup_words import SIGNS, checkup_verdict
from reconciler.render.escape import code, visible
from reconciler.render.markdown_plan import BUDGET, findings_block, lines_block, size
from reconciler.render.text.checkup import check_findings
from reconciler.render.view import PLAIN


def checkup_lines(checkup: Checkup, budget: int = BUDGET) -> Iterator[str]:
    """One account in at most ``budget`` bytes: findings that do not fit are counted."""
    head = [f"### Account {code(visible(checkup.account))}", "", f"**{checkup_verdict(checkup)}**", ""]
    if checkup.checks:
        head += ["| | check | what was looked at |", "|---|---|---|"]
        head += [
            f"| {SIGNS[check.outcome]} | {code(visible(check.title))} | {code(visible(check.summary))} |"
            for check in checkup.checks
        ]
        head.append("")
    yield from head
    yield from findings_block(checkup.diagnostics)
    wrong = [check for check in checkup.checks if check.findings]
    lines = [line for check in wrong for line in (visible(check.title), *check_findings(check, PLAIN))]
    yield from lines_block(lines, budget - size(head) - _MARGIN)


_MARGIN = 300
"""Bytes for what stands around the findings."""
