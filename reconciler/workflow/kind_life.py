"""What becomes of an object of a kind, from the first plan to its removal: read off the kind's declaration.

Sentences for people, and nothing that decides: the planner reads the same declaration itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.kind import ResourceKind, Verb
from reconciler.model.resource import OnRemove


def life(kind: ResourceKind) -> tuple[tuple[str, str], ...]:
    """What each action means for the kind, in the order in which an object meets them."""
    return tuple(_life(kind))


def _life(kind: ResourceKind) -> Iterator[tuple[str, str]]:
    yield "adopt", _found(kind)
    yield "create", _created(kind)
    yield "update", _updated(kind)
    yield "replace", _replaced(kind)
    yield "delete", _deleted(kind)


def _found(kind: ResourceKind) -> str:
    if kind.write_only:
        return "never: the API shows none, and the ledger alone knows which were sent"
    named = ", ".join(kind.identity)
    alike = f"at least one of {kind.shared} in common" if kind.shared else ""
    among = f"{named}; of several, by the most {kind.shared} in common" if named and alike else named or alike
    return f"found by {among}; or by metadata.remote_id"


def _created(kind: ResourceKind) -> str:
    if not kind.can(Verb.CREATE):
        return f"not by the API: {kind.create_hint}"
    again = ", again where the ledger knows of none: that is safe to repeat" if kind.write_only else ""
    return f"by an apply{again}"


def _updated(kind: ResourceKind) -> str:
    if not kind.can(Verb.UPDATE):
        papers = "; the files of options.documents are uploaded while it waits for them" if kind.papers else ""
        return f"never: the API changes none{papers}"
    if kind.adapter.sends_whole:
        return "in place: the object is read, and sent back whole with what the manifest states"
    alone = "in place: only what differs is sent"
    if kind.bulk is None:
        return alone
    return f"{alone}; many that get one {kind.bulk.field} and nothing else, by jobs of at most {kind.bulk.most}"


def _replaced(kind: ResourceKind) -> str:
    fixed = [leaf.path[0] for leaf in kind.leaves.values() if leaf.create_only or not kind.can(Verb.UPDATE)]
    if not fixed:
        return "never needed"
    fields = ", ".join(dict.fromkeys(fixed))
    if kind.replaceable:
        return f"a delete and a create in one change, with a gap between, where {fields} differs"
    return f"never: another value of {fields} is refused"


def _deleted(kind: ResourceKind) -> str:
    if not kind.can(Verb.DELETE):
        return "never: one whose manifest is gone is forgotten, and stays as it is"
    kept = "only with lifecycle.on_remove: delete" if kind.on_remove is OnRemove.RETAIN else "unless it was adopted"
    lost = "; its id, and what hangs on that, cannot be made again" if kind.loses_identity else ""
    return f"when its manifest is gone, {kept}{lost}"
