"""May this file be applied here? Account, project, age, and the fingerprint that a reviewer has seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from reconciler.errors import PlanRefused
from reconciler.model.fingerprint import fingerprint
from reconciler.model.saved.file import is_plan_file, read_plan_file
from reconciler.model.saved.plan import SavedPlan
from reconciler.workflow.connecting import endpoint
from reconciler.workflow.setting import Setting

LARGEST = 512 << 20
"""Bytes of a saved plan that are read: some hundred thousand manifests."""


def plan_in(path: str) -> SavedPlan | None:
    """The saved plan in a file; None for anything else, a folder included.

    Raises PlanRefused for a plan that was cut off, edited, or saved by a newer version, and for an unreadable one.
    """
    file = Path(path)
    try:
        if not file.is_file():
            return None
        with file.open("rb") as stream:
            beginning = stream.read(64)
            if not is_plan_file(beginning):
                return None
            data = beginning + stream.read(LARGEST)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlanRefused(
            f'cannot read "{path}": {reason}', hint="see what is at that path", code="unreadable"
        ) from None
    return plan_from(data, path)


def plan_from(data: bytes, name: str) -> SavedPlan:
    """The saved plan in the bytes of the file ``name``. Raises PlanRefused as ``plan_in`` does."""
    saved = read_plan_file(data, name)
    if fingerprint(saved.plan, "") != saved.plan.fingerprint:
        raise PlanRefused(
            f'"{name}" is not as it was saved: its fingerprint is that of another plan',
            hint="plan again; a saved plan is applied as it was reviewed, or not at all",
            code="plan-edited",
        )
    return saved


def check_approval(saved: SavedPlan, *, approved: str | None, max_age: timedelta | None, now: datetime) -> None:
    """Raise PlanRefused for a plan that is too old, or is not the one with the approved fingerprint."""
    if approved is not None and approved != saved.plan.fingerprint:
        raise PlanRefused(
            f"this plan has the fingerprint {saved.plan.fingerprint}, and {approved} was approved",
            hint="review this plan, or apply the file that was reviewed",
            code="plan-not-approved",
        )
    if max_age is not None and abs(now - _created(saved)) > max_age:  # from the future: a clock is wrong, or edited
        raise PlanRefused(
            f"this plan was saved at {saved.made.created}, and it is {now.isoformat(timespec='seconds')} now",
            hint="plan again, or allow an older one with --max-age",
            code="plan-expired",
        )


def _created(saved: SavedPlan) -> datetime:
    try:
        created = datetime.fromisoformat(saved.made.created)
    except ValueError:
        created = None
    if created is None or created.tzinfo is None:
        raise PlanRefused(f'"{saved.made.created}" is no time at which a plan can have been saved', code="plan-edited")
    return created


def check_account(saved: SavedPlan, setting: Setting) -> None:
    """Raise PlanRefused for a plan of another project or endpoint."""
    here = endpoint(setting)
    if saved.plan.project != setting.project.name:
        raise PlanRefused(
            f'this plan was made for project "{saved.plan.project}", and this is "{setting.project.name}"',
            hint="apply it in the folder that it was made in",
            code="plan-foreign-account",
        )
    if saved.owner.endpoint != here:
        raise PlanRefused(
            f"this plan was made for {saved.owner.endpoint}, and the requests go to {here}",
            hint="correct the base URL, or plan again here",
            code="plan-foreign-account",
        )


def check_organization(saved: SavedPlan, organization_id: str | None) -> None:
    """Raise PlanRefused where the key belongs to another organization than the one that was planned for."""
    planned = saved.owner.organization_id
    if planned and organization_id and planned != organization_id:
        raise PlanRefused(
            f"this plan was made for organization {planned}, and the key belongs to {organization_id}",
            hint="correct the key, or plan again with this one",
            code="plan-foreign-account",
        )
