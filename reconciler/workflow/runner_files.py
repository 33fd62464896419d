"""The files through which a step of GitHub Actions tells its runner: the summary of the job, and the step's outputs.

docs.github.com: workflow commands. Appended to, since other commands of the step write there as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from reconciler.errors import ReconcilerError
from reconciler.model.saved.plan import SavedPlan

SUMMARY, OUTPUT = "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"
LONGEST_SUMMARY = 1_000_000
"""Bytes. GitHub takes 1 MiB a step, and shows nothing of what is larger."""


def append_summary(environment: Mapping[str, str], markdown: str) -> bool:
    """Whether there is a summary to append to. Raises ReconcilerError where that fails."""
    return _append(environment.get(SUMMARY), markdown.rstrip("\n") + "\n\n")


def append_outputs(environment: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Set outputs of the step, if this is one. Raises ReconcilerError where that fails."""
    lines = []
    for name, value in outputs.items():
        end = f"end_{secrets.token_hex(8)}"  # which no value can hold: it would end there
        lines.append(f"{name}<<{end}\n{value}\n{end}\n")
    _append(environment.get(OUTPUT), "".join(lines))


def step_outputs(plans: Mapping[str, SavedPlan]) -> dict[str, str]:
    """What later steps ask of plans by file: one line for each, in their order."""
    return {
        "has-changes": "true" if any(saved.plan.pending for saved in plans.values()) else "false",
        "fingerprint": "\n".join(saved.plan.fingerprint for saved in plans.values()),
        "plan-file": "\n".join(plans),
    }


def _append(name: str | None, text: str) -> bool:
    if not name:
        return False
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ReconcilerError(
            f'cannot write "{name}": {(error.strerror or str(error)).lower()}',
            hint="the runner names this file; see what is there",
            code="unwritable",
        ) from None
    return True
