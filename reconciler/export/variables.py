"""What must not stand in a repository becomes ``${env:NAME}``: what a kind declares so, and what the ledger knows so.

Names come from addresses and fields, so that they stay the same: ``MESSAGING_PROFILE_ALERTS_US_WEBHOOK_URL``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Any

from reconciler.export.naming import kebab
from reconciler.model.address import Address
from reconciler.model.exported import FromEnvironment, Variable
from reconciler.model.kind import ResourceKind
from reconciler.model.paths import MISSING, dotted, overlaid, value_at
from reconciler.model.spec import Confidential, Leaf

_OTHERS = re.compile(r"[^A-Z0-9]+")


class Variables:
    """Hands out variables, no name twice."""

    def __init__(self) -> None:
        """None yet."""
        self.handed_out: list[Variable] = []
        self._names: set[str] = set()

    def hide(
        self, kind: ResourceKind, address: Address, remote_id: str, values: Mapping[str, Any], known: Collection[str]
    ) -> dict[str, Any]:
        """``values`` with variables in place of what is confidential; ``known`` are leaves that were secrets before."""
        hidden = dict(values)
        for leaf in kind.leaves.values():
            what = _reason(leaf, known)
            found = value_at(hidden, leaf.path)
            if what is not None and leaf.reference is None and found is not MISSING:
                value = self._value(leaf, found, what, address, remote_id)
                hidden = overlaid(hidden, leaf.path, value)
        return hidden

    def _value(self, leaf: Leaf, value: Any, what: Confidential, address: Address, remote_id: str) -> Any:
        if isinstance(value, list):
            many = len(value) > 1
            return [
                self._variable(leaf, each, what, address, remote_id, f"_{number}" if many else "")
                for number, each in enumerate(value, start=1)
            ]
        return self._variable(leaf, value, what, address, remote_id, "")

    def _variable(
        self, leaf: Leaf, value: Any, what: Confidential, address: Address, remote_id: str, suffix: str
    ) -> Any:
        """Only text can come from the environment, and never an empty one."""
        if not isinstance(value, str) or not value or "\0" in value or not what.found(value):
            return value
        variable = Variable(
            name=self._name(address, leaf, suffix),
            address=address,
            field=dotted(leaf.field),
            remote_id=remote_id,
            what=what.what,
            value=value,
        )
        self.handed_out.append(variable)
        return FromEnvironment(variable.name)

    def _name(self, address: Address, leaf: Leaf, suffix: str) -> str:
        words = f"{kebab(address.kind)}_{address.name}_{'_'.join(leaf.path)}".upper()
        name = _OTHERS.sub("_", words).strip("_") + suffix
        if name in self._names:  # names that differ in punctuation alone
            name += f"_{hashlib.sha256(f'{address} {dotted(leaf.path)}'.encode()).hexdigest()[:6].upper()}"
        self._names.add(name)
        return name


def _reason(leaf: Leaf, known: Collection[str]) -> Confidential | None:
    if dotted(leaf.path) not in known:
        return leaf.confidential
    return Confidential(leaf.confidential.what if leaf.confidential else "a secret, as the ledger remembers")
