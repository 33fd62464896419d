"""JSON for several accounts: a summary, and each account's document as it would be alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.model.several import Checked, Several
from reconciler.render.parts import diagnostics_part
from reconciler.render.several_shapes import CheckedShape, SeveralSummaryShape
from reconciler.render.several_words import sums
from reconciler.render.shapes import FORMAT_VERSION


def checked_document(checked: Checked, account: str) -> CheckedShape:
    """The findings of one account among others."""
    return {
        "format_version": FORMAT_VERSION,
        "account": account,
        "resources": checked.resources,
        "files": checked.files,
        "diagnostics": diagnostics_part(checked.diagnostics),
    }


def several_document(several: Several, accounts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The whole. ``accounts`` are the documents, in the order of the ends."""
    return {
        "format_version": FORMAT_VERSION,
        "summary": _summary(several),
        "diagnostics": diagnostics_part(several.diagnostics),
        "accounts": list(accounts),
    }


def _summary(several: Several) -> SeveralSummaryShape:
    return {
        "accounts": len(several.ends),
        "exit_code": int(several.code),
        "exit_codes": {end.account: int(end.code) for end in several.ends},
        "written": any(end.written for end in several.ends),
        "counts": sums(several),
    }
