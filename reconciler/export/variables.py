"""What must not stand in a repository becomes ``${env:NAME}``: what a kind declares so, and what the ledger knows so.

Names come from addresses and fields, so that they stay the same: ``MESSAGING_PROFILE_ALERTS_US_WEBHOOK_URL``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.export.naming import kebab
from reconciler.model.address import Address
from reconciler.model.exported import FromEnvironment, Variable
from reconciler.model.kind import ResourceKind
from reconciler.model.paths import MISSING, dotted, overlaid, value_at
from reconciler.model.spec import Confidential, Leaf

_OTHERS = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class VariableNames:
    """What names there are: ``kept`` by address and path in the document, and all that are ``taken`` by manifests.

    ``prefix`` begins those that are made up.
    """

    kept: Mapping[Address, Mapping[tuple[str | int, ...], str]] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    prefix: str = ""


def prefix_of(account: str, accounts: Collection[str]) -> str:
    """``DEV__`` for the account ``dev`` of ``accounts``: no name with it is that of another account, or of none.

    Two underscores stand nowhere else in a name; accounts that differ in punctuation alone are told apart by a hash.
    """
    word = _word(account)
    if not word or sum(_word(other) == word for other in set(accounts)) > 1:
        word = f"{word or 'ACCOUNT'}__{hashlib.sha256(account.encode()).hexdigest()[:12].upper()}"
    return f"_{word}__" if word[0].isdigit() else f"{word}__"


def _word(text: str) -> str:
    return _OTHERS.sub("_", text.upper()).strip("_")


class Variables:
    """Hands out variables: a name twice only where manifests use it twice, and both values are the same."""

    def __init__(self, names: VariableNames) -> None:
        """None yet."""
        self.handed_out: list[Variable] = []
        self._names = names
        self._values: dict[str, str] = {}

    def hide(
        self, kind: ResourceKind, address: Address, remote_id: str, values: Mapping[str, Any], known: Collection[str]
    ) -> dict[str, Any]:
        """``values`` with variables in place of what is confidential; ``known`` are leaves that were secrets before."""
        hidden = dict(values)
        named = {path[1:-1] if isinstance(path[-1], int) else path[1:] for path in self._names.kept.get(address, ())}
        for leaf in kind.leaves.values():
            what = _reason(leaf, known={*known, dotted(leaf.path)} if leaf.path in named else known)
            found = value_at(hidden, leaf.path)
            if what is not None and leaf.reference is None and found is not MISSING:
                value = self._value(leaf, found, what, address, remote_id)
                hidden = overlaid(hidden, leaf.path, value)
        return hidden

    def _value(self, leaf: Leaf, value: Any, what: Confidential, address: Address, remote_id: str) -> Any:
        if isinstance(value, list):
            return [
                self._variable(leaf, each, what, address, remote_id, (index,) if len(value) > 1 else ())
                for index, each in enumerate(value)
            ]
        return self._variable(leaf, value, what, address, remote_id, ())

    def _variable(
        self, leaf: Leaf, value: Any, what: Confidential, address: Address, remote_id: str, item: tuple[int, ...]
    ) -> Any:
        """Only text can come from the environment, and never an empty one."""
        if not isinstance(value, str) or not value or "\0" in value or not what.found(value):
            return value
        variable = Variable(
            name=self._kept(address, leaf, item, value) or self._name(address, leaf, item),
            address=address,
            field=dotted(leaf.field),
            remote_id=remote_id,
            what=what.what,
            value=value,
        )
        if variable.name not in self._values:
            self._values[variable.name] = value
            self.handed_out.append(variable)
        return FromEnvironment(variable.name)

    def _kept(self, address: Address, leaf: Leaf, item: tuple[int, ...], value: str) -> str | None:
        """The name that the manifest has already, unless another object needs another value under it."""
        said = self._names.kept.get(address, {})
        path: tuple[str | int, ...] = ("spec", *leaf.path, *item)
        name = said.get(path) or said.get((*path, 0))
        return name if name is not None and self._values.get(name, value) == value else None

    def _name(self, address: Address, leaf: Leaf, item: tuple[int, ...]) -> str:
        number = f"_{item[0] + 1}" if item else ""
        name = self._names.prefix + _word(f"{kebab(address.kind)}_{address.name}_{'_'.join(leaf.path)}") + number
        digest = hashlib.sha256(f"{address} {dotted(leaf.path)}".encode()).hexdigest().upper()
        longer = (f"{name}_{digest[:length]}" for length in range(6, len(digest) + 1))
        # Names may differ in punctuation alone, and manifests say what they like.
        return next(one for one in (name, *longer) if one not in self._values and one not in self._names.taken)


def _reason(leaf: Leaf, known: Collection[str]) -> Confidential | None:
    if dotted(leaf.path) not in known:
        return leaf.confidential
    return Confidential(leaf.confidential.what if leaf.confidential else "a secret, as the ledger remembers")
