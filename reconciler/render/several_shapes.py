"""The shapes of what one command says about several accounts: each one's own document, and a summary before them."""

from __future__ import annotations

from typing import Literal

from reconciler.render.checkup_document import CheckupShape
from reconciler.render.drift_shapes import DriftShape
from reconciler.render.run_shapes import ApplyShape
from reconciler.render.shapes import Closed, DiagnosticShape, PlanShape
from reconciler.render.status_shapes import StatusShape


class SeveralSummaryShape(Closed):
    """What the accounts come to together.

    ``exit_codes`` are those that each would have had alone, by name; ``counts`` are the sums of what their own
    summaries count. ``written``: something is live or recorded that was not before.
    """

    accounts: int
    exit_code: int
    exit_codes: dict[str, int]
    written: bool
    counts: dict[str, int]


class CheckedShape(Closed):
    """Findings in the manifests of one account; ``resources`` and ``files`` are counts."""

    format_version: Literal["1.0"]
    account: str
    resources: int
    files: int
    diagnostics: list[DiagnosticShape]


class _Several(Closed):
    """``diagnostics`` say why no account was looked at."""

    format_version: Literal["1.0"]
    summary: SeveralSummaryShape
    diagnostics: list[DiagnosticShape]


class SeveralPlansShape(_Several):
    """The plans of several accounts."""

    accounts: list[PlanShape]


class SeveralAppliesShape(_Several):
    """How an apply to several accounts ended."""

    accounts: list[ApplyShape]


class SeveralDriftsShape(_Several):
    """Drift reports of several accounts."""

    accounts: list[DriftShape]


class SeveralStatusesShape(_Several):
    """Where several accounts stand."""

    accounts: list[StatusShape]


class SeveralCheckupsShape(_Several):
    """How healthy several accounts are."""

    accounts: list[CheckupShape]


class SeveralChecksShape(_Several):
    """Findings in the manifests of several accounts."""

    accounts: list[CheckedShape]
