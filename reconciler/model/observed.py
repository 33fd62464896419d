"""What the API answers: live objects, decoded leniently, and the world they form.

Decoding keeps an allow list of fields (the kind's writable and computed ones). Everything else, ``v1_secret`` before
all, is dropped here, before anything could print or store it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Remote(NamedTuple):
    """How the API addresses an object: its id, and the parent's id where the URL holds it."""

    id: str
    parent_id: str | None = None


class Listing(NamedTuple):
    """One list of the API: a kind's, or the one below a parent."""

    kind: str
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """One live object. ``attributes`` are the API's own names and values, apart from what was dropped."""

    kind: str
    remote: Remote
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """Everything that was looked at. What is not in ``objects`` was not seen; only ``gone`` is known not to exist.

    ``organization_id`` is the account's own id where an answer carried it (promise 4: right account). ``listed`` are
    the lists that were read: what is in none of them may exist all the same.
    """

    objects: Mapping[str, Mapping[str, Observed]] = field(default_factory=dict)
    gone: frozenset[tuple[str, str]] = frozenset()
    organization_id: str | None = None
    listed: frozenset[Listing] = field(default=frozenset(), compare=False)

    def find(self, kind: str, remote_id: str) -> Observed | None:
        """The live object with this id, if it was seen."""
        return self.objects.get(kind, {}).get(remote_id)

    def of_kind(self, kind: str) -> Iterable[Observed]:
        """Every live object of a kind that was seen."""
        return self.objects.get(kind, {}).values()
