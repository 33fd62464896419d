"""What ``adopt`` tells: which objects are recorded as ours now. Pure data."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Adopted:
    """One object. ``differs`` are the fields, dotted, that the next apply would change."""

    address: Address
    remote_id: str
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """All of them, those that were recorded ``already``, and the ``absent``: declared, and no live object is meant."""

    account: str
    adopted: tuple[Adopted, ...] = ()
    already: tuple[Address, ...] = ()
    absent: tuple[Address, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
