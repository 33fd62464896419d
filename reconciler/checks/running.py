"""Running the checks side by side, each for itself: what one of them cannot read is its own finding."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from reconciler.checks.check import Check, Look, Looked, unread
from reconciler.checks.sharing import Shared
from reconciler.errors import ApiError
from reconciler.model.checkup import Examined, by_severity, outcome_of


async def examine(checks: Sequence[Check], look: Look) -> tuple[Examined, ...]:
    """What every check came to, in their order. Those that judge what the others heard begin when these have ended."""
    shared = Shared(look.session)
    try:
        found: dict[str, Examined] = {}
        for afterwards in (False, True):
            due = [check for check in checks if check.afterwards is afterwards]
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(_one(check, replace(look, session=shared.reader()))) for check in due]
            found |= {task.result().name: task.result() for task in tasks}
        return tuple(found[check.name] for check in checks)
    finally:
        await shared.end()


async def _one(check: Check, look: Look) -> Examined:
    try:
        looked = await check.look(look)
    except ApiError as error:
        looked = Looked("not known", (unread(error),))
    findings = by_severity(looked.findings)
    outcome = outcome_of(findings, known=looked.known)
    return Examined(name=check.name, summary=looked.summary, outcome=outcome, findings=findings)
