"""Names that must not be read: of objects that are known by a secret, and secret values wherever they turn up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.model.kind import Attached
from reconciler.model.plan import SENSITIVE
from reconciler.model.reference import ById, ByName
from reconciler.planner.situation import Situation

LONGEST = 40
"""Characters of a name: a label says which one is meant, and need not say it whole."""


class Hidden:
    """The secrets of one situation, by which nothing may be called."""

    def __init__(self, situation: Situation) -> None:
        entries = situation.ledger.entries.values()
        self._known_by_secrets = {(entry.address.kind, entry.remote.id) for entry in entries if entry.secrets}
        self._secrets = {
            text
            for resource in situation.resources
            for path in resource.secrets
            for text in _texts(resource.values.get(path))
        }

    def label(self, attached: Attached) -> str:
        """What people may know it by."""
        if (attached.what, attached.id) in self._known_by_secrets or self.within(attached.label):
            return SENSITIVE
        return attached.label if len(attached.label) <= LONGEST else f"{attached.label[: LONGEST - 1]}…"

    def within(self, text: str) -> bool:
        """Whether a text holds a secret value of this plan."""
        return any(secret in text for secret in self._secrets)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str() if value:
            yield value
        case ById(id=text) | ByName(name=text):
            yield text
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
