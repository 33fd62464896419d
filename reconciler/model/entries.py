"""One ledger entry as JSON, and back: in ledgers, journals and saved plans alike. Strict in both directions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from reconciler.model.fields import Fields, Unreadable
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Remote
from reconciler.model.resource import OnRemove

_IMPOSSIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]|^[.]+$")
"""Control characters, halves of characters, and names that a URL takes for a folder."""


def remote_document(remote: Remote | None) -> dict[str, Any] | None:
    """An id and the parent's id, or null."""
    return None if remote is None else {"id": remote.id, "parent_id": remote.parent_id}


def remote_from(fields: Fields, *, exists: bool = True) -> Remote:
    """Ids end up in URLs: what could mean another path, or no request at all, is refused here."""
    remote = Remote(fields.text("id"), fields.text_or_none("parent_id"))
    fields.done()
    for what, value in (("id", remote.id), ("parent id", remote.parent_id)):
        needed = exists and what == "id"
        if value is not None and (_IMPOSSIBLE.search(value) or (needed and not value)):
            raise Unreadable(f"{json.dumps(value)} cannot be the {what} of an object")
    return remote


def entry_document(entry: Entry) -> dict[str, Any]:
    """One entry, in the order in which a person reads it.

    ``proven`` and ``papers`` are there only where there are any: other ledgers stay as older versions know them.
    """
    return {
        "address": str(entry.address),
        "remote": remote_document(entry.remote),
        "origin": entry.origin.value,
        "project": entry.project,
        "file": entry.file,
        "on_remove": entry.on_remove.value,
        "prevent_destroy": entry.prevent_destroy,
        "applied": dict(entry.applied),
        "answered": dict(entry.answered),
        "secrets": list(entry.secrets),
        "references": [str(address) for address in entry.references],
        "attempt": entry.attempt,
        **({"proven": list(entry.proven)} if entry.proven else {}),
        **({"papers": dict(entry.papers)} if entry.papers else {}),
    }


def entry_from(fields: Fields, *, exists: bool = True) -> Entry:
    """The reverse of ``entry_document``; of an object that does not exist yet inside an intent. Raises Unreadable."""
    entry = Entry(
        address=fields.address("address"),
        remote=remote_from(fields.inner("remote"), exists=exists),
        origin=fields.one_of("origin", Origin),
        project=fields.text("project"),
        file=fields.text("file"),
        on_remove=fields.one_of("on_remove", OnRemove),
        prevent_destroy=fields.flag("prevent_destroy"),
        applied=fields.mapping("applied"),
        answered=fields.mapping("answered"),
        secrets=fields.texts("secrets"),
        references=fields.addresses("references"),
        attempt=fields.count("attempt"),
        proven=fields.texts("proven") if "proven" in fields else (),
        papers=_papers(fields.mapping("papers")) if "papers" in fields else {},
    )
    fields.done()
    return entry


def _papers(written: Mapping[str, Any]) -> dict[str, str]:
    fields = Fields(written, "the papers of an entry")
    return {name: fields.text(name) for name in written}
