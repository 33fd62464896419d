"""``plan --out``: a plan becomes a file that says everything its apply needs. Writes that file and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from reconciler import __version__
from reconciler.errors import UsageError
from reconciler.ledger.files import replace_file
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
    """Raise UsageError for a name under which the plan would be taken for a manifest, or for standard output."""
    if file == "-" or Path(file).suffix in {".yaml", ".yml"}:
        raise UsageError(f'"{file}" is no name for a saved plan', hint="write a file such as plan.json")


def save(setting: Setting, planned: Planned, file: Path) -> None:
    """Write the plan to ``file``, for its owner alone (0600). Raises LedgerError where that cannot be done."""
    replace_file(file, plan_file(_saved(setting, planned), planned.seen.ledger.header.salt))


def _saved(setting: Setting, planned: Planned) -> SavedPlan:
    seen, header = planned.seen, planned.seen.ledger.header
    here = checkout(setting.project.root)
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
