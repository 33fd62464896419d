"""What a saved plan is: the plan, what it was made from, and by whom it may be applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.model.resource import Resource
from reconciler.model.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a plan comes from. ``created`` is ISO 8601 in UTC; ``commit`` is None outside of git.

    ``dirty`` tells that files of the commit were changed; ``manifests`` is a digest of the files that were read.
    """

    tool: str
    created: str
    manifests: str = ""
    commit: str | None = None
    dirty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose account and whose ledger a plan was made for.

    ``lineage`` is the ledger's, or None where there was none yet; then ``salt`` is what sealed the plan's secrets.
    """

    endpoint: str
    organization_id: str | None = None
    lineage: str | None = None
    salt: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """A plan that can be shown, approved by its fingerprint and applied, without its manifests.

    ``resources`` are all that were desired, and with ``scope`` and ``allow_adopt`` what planning needs again to see
    whether the world still fits. ``reviewed`` holds, by address, the fields of each object that a change touches, as
    they were: what has moved since can be named. Secrets are sealed everywhere.
    """

    plan: Plan
    owner: Owner
    made: Provenance
    resources: tuple[Resource, ...]
    scope: Scope = field(default_factory=Scope)
    allow_adopt: bool = False
    reviewed: Mapping[Address, Mapping[str, Any]] = field(default_factory=dict)
