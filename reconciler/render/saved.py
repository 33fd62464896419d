"""What stands above a saved plan that is shown: whose account it is for, when it was made, and of which commit.

JSON has no room for it: its document is the plan, which is the same for one that was not saved.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.saved.plan import SavedPlan

_SHORT_COMMIT = 12


def saved_facts(saved: SavedPlan) -> Iterator[tuple[str, str]]:
    """What stands above it: names and values, neither of them escaped."""
    made, owner = saved.made, saved.owner
    whose = f", organization {owner.organization_id}" if owner.organization_id else ""
    where = f" at {owner.endpoint}" if owner.endpoint != saved.plan.account else ""  # the built-in one
    yield "account", f"{saved.plan.account}{where}{whose}"
    if saved.plan.project != "default":
        yield "project", saved.plan.project
    yield "saved", f"{made.created[:19].replace('T', ' ')} UTC by version {made.tool}"
    if made.commit:
        dirty = ", with changes that were not committed" if made.dirty else ""
        yield "commit", f"{made.commit[:_SHORT_COMMIT]}{dirty}"
