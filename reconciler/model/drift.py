"""What changed behind our back: recorded against observed. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address
from reconciler.model.attribution import Attributions
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Remote
from reconciler.model.paths import Path
from reconciler.model.plan import Requests
from reconciler.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDrift:
    """One field that is not as it was left. Both are SENSITIVE where the field is a secret."""

    path: Path
    recorded: Any
    observed: Any
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An object of ours whose fields moved."""

    address: Address
    remote: Remote
    fields: tuple[FieldDrift, ...]
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An object of ours that is gone: GET by its id answered 404. Without a ledger there is no id to name."""

    address: Address
    remote: Remote | None
    source: Source | None = None


DriftedObject = Changed | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmanaged:
    """A live object that is not ours. ``label`` is what a person knows it by."""

    kind: str
    remote: Remote
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """Everything that ``drift`` found.

    ``counted_unmanaged`` are unmanaged objects that count as drift (an auto-response on a managed profile);
    ``unmanaged`` are the others that were seen. Kinds in ``not_looked_at`` were not listed: nothing is said of them.
    ``can_tell_who`` is False when the ledger was lost: desired is then compared with observed, and whether the
    manifest or the account moved cannot be told. ``attributions`` tell who moved what was found, if asked.
    """

    account: str
    found: tuple[DriftedObject, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    counted_unmanaged: tuple[Unmanaged, ...] = ()
    not_looked_at: tuple[str, ...] = ()
    can_tell_who: bool = True
    attributions: Attributions = field(default_factory=Attributions)
    diagnostics: tuple[Diagnostic, ...] = ()
    requests: Requests = field(default_factory=Requests)

    @property
    def has_drift(self) -> bool:
        """Whether anything is to be reported: exit code 2."""
        return bool(self.found or self.counted_unmanaged)
