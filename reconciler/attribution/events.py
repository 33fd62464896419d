"""Events of the API's audit log, decoded leniently: what is not as documented is passed over.

Source: ``AuditLog`` and ``AuditEventChanges`` of the API's description.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reconciler.model.attribution import Author
from reconciler.model.paths import MISSING, Path, undotted, value_at

DELETIONS = frozenset({"delete", "destroy"})
"""The documentation gives ``update`` as an example of a change type and no list."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of an event, by the API's name for it. ``first`` is the log's ``from`` and ``second`` its ``to``.

    Which of them is the new value is for the values to tell: the documentation's own example has them swapped.
    """

    field: Path
    first: Any
    second: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One change of one object. ``time`` is ``when``, to the second as a rule."""

    id: str
    resource_id: str
    alternate_id: str | None
    author: Author
    change: str
    when: str
    time: datetime
    edits: tuple[Edit, ...] = ()

    @property
    def deletes(self) -> bool:
        """Whether it is the end of the object."""
        return self.change.casefold() in DELETIONS

    @property
    def whole(self) -> bool:
        """Whether it is about all of the object: its beginning or its end."""
        return self.deletes or self.change.casefold() == "create"

    def about(self, ids: frozenset[str]) -> bool:
        """Whether the object has one of these ids."""
        return self.resource_id in ids or (self.alternate_id is not None and self.alternate_id in ids)

    def edit_of(self, field: Path) -> Edit | None:
        """What it did to a field: under its own name, or inside of a whole object that it is part of."""
        for edit in self.edits:
            if edit.field == field:
                return edit
            depth = len(edit.field)
            if edit.field == field[:depth] and _may_hold(edit.first) and _may_hold(edit.second):
                return Edit(field, _inside(edit.first, field[depth:]), _inside(edit.second, field[depth:]))
        return None


def _may_hold(value: Any) -> bool:
    return value is None or isinstance(value, Mapping)


def _inside(value: Any, path: Path) -> Any:
    """An absent field and ``null`` mean the same, as in answers."""
    found = value_at(value, path) if isinstance(value, Mapping) else None
    return None if found is MISSING else found


def events_of(body: Any, people: Mapping[str, str]) -> Iterator[AuditEvent]:
    """The events of one page, in its order. ``people`` are names by user id in lower case."""
    for row in body.get("data") or () if isinstance(body, Mapping) else ():
        match row:
            case {"resource_id": str(resource), "created_at": str(when)} if (time := _time(when)) is not None:
                alternate, changes = row.get("alternate_resource_id"), row.get("changes")
                yield AuditEvent(
                    id=str(row.get("id") or ""),
                    resource_id=resource,
                    alternate_id=alternate if isinstance(alternate, str) and alternate else None,
                    author=_author(row, people),
                    change=str(row.get("change_type") or ""),
                    when=when,
                    time=time,
                    edits=tuple(_edits(changes if isinstance(changes, list) else ())),
                )
            case _:
                pass


def _edits(changes: Any) -> Iterator[Edit]:
    for change in changes:
        match change:
            case {"field": str(name)} if name:
                yield Edit(undotted(name), change.get("from"), change.get("to"))
            case _:
                pass


def _author(row: Mapping[str, Any], people: Mapping[str, str]) -> Author:
    user, role = row.get("user_id"), row.get("change_made_by")
    known = user if isinstance(user, str) and user else None
    return Author(
        role=role if isinstance(role, str) else "",
        user_id=known,
        name=people.get(known.casefold()) if known else None,
    )


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
