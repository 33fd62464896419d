"""``plan --out``: a plan becomes a file that says everything its apply needs. Writes that file and nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any

from reconciler import __version__
from reconciler.errors import UsageError
from reconciler.ledger.files import replace_file
from reconciler.model.account import STATE_FOLDER
from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.model.saved.file import plan_file
from reconciler.model.saved.plan import Owner, Provenance, SavedPlan
from reconciler.planner.remainder import reviewed_fields
from reconciler.planner.situation import Situation
from reconciler.workflow.connecting import endpoint
from reconciler.workflow.plan import Planned
from reconciler.workflow.provenance import checkout
from reconciler.workflow.setting import Setting


def check_name(file: str) -> None:
    """Raise UsageError for what cannot be the file of a plan.

    That is standard output, what would be taken for a manifest or is ours already (a ledger, a lock), and anything
    that exists and is no file: to put a file in the place of a device or a pipe would take it from everybody.
    """
    path = Path(file)
    taken = False
    with suppress(OSError):  # what cannot be looked at cannot be written either, which is said then
        taken = path.exists() and not path.is_file()
    hint = "write a file such as plan.json"
    if path.resolve().parent.name == STATE_FOLDER:
        hint = f"{STATE_FOLDER} is kept for the ledger and its history: {hint}"
    elif file not in {"", "-"} and not taken and path.suffix.lower() not in {".yaml", ".yml"}:
        return
    raise UsageError(f'"{file}" is no name for a saved plan', hint=hint)


def save(setting: Setting, planned: Planned, file: Path) -> None:
    """Write the plan to ``file``, for its owner alone (0600). Raises LedgerError where that cannot be done."""
    content = plan_file(_saved(setting, planned), planned.seen.ledger.header.salt)
    replace_file(file, content, temporary=file.with_name(f"{file.name}.{os.getpid()}.tmp"))  # no lock is held


def _saved(setting: Setting, planned: Planned) -> SavedPlan:
    seen, header = planned.seen, planned.seen.ledger.header
    root, scope = setting.project.root, seen.scope
    here = checkout(root, [root / each for each in (setting.account.paths if scope.whole else scope.loaded_files)])
    return SavedPlan(
        plan=planned.plan,
        owner=Owner(
            endpoint=endpoint(setting),
            organization_id=seen.world.organization_id or header.organization_id,
            lineage=header.lineage if planned.ledger_exists else None,
            salt=None if planned.ledger_exists else header.salt,
        ),
        made=Provenance(
            tool=__version__,
            created=setting.around.now().astimezone(UTC).isoformat(timespec="seconds"),
            manifests=seen.manifests,
            commit=here.commit if here else None,
            dirty=here.dirty if here else False,
        ),
        resources=tuple(seen.resources),
        scope=seen.scope,
        allow_adopt=seen.allow_adopt,
        reviewed=_reviewed(planned.plan, seen),
    )


def _reviewed(plan: Plan, seen: Situation) -> Mapping[Address, Mapping[str, Any]]:
    found = {change.address: reviewed_fields(change, seen) for change in plan.pending}
    return {address: fields for address, fields in found.items() if fields is not None}
