"""Small worlds: desired, recorded and observed, built from a few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.answers import decode
from reconciler.model.keys import identity_parts, key_of_values
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, Header, Intent, IntentKind, Ledger, Origin
from reconciler.model.observed import Listing, Observed, Remote, World
from reconciler.model.plan import Change, Desired
from reconciler.model.recording import entry_for
from reconciler.model.reference import ById
from reconciler.model.resource import Lifecycle, Resource
from reconciler.model.scope import Scope
from reconciler.model.source import Source
from reconciler.model.spec import stated_values
from reconciler.planner.draft import Draft, draft
from reconciler.planner.situation import Situation
from reconciler.resources import kinds

KINDS = kinds()
PROFILE, ANSWER, SENDER = KINDS["MessagingProfile"], KINDS["AutoResponse"], KINDS["AlphanumericSenderId"]
ORDER, AGENT, NUMBER = KINDS["HostedNumberOrder"], KINDS["RcsAgent"], KINDS["PhoneNumberMessaging"]
INVITE = KINDS["RcsTestNumber"]
SALT = "salt"


def resource(kind: ResourceKind, local: str, /, *, file: str = "m.yaml", **given: Any) -> Resource:
    """A manifest; ``given`` are the spec's fields, apart from the metadata and lifecycle that Resource names."""
    own = {key: given.pop(key) for key in ("lifecycle", "remote_id", "renamed_from", "secrets") if key in given}
    options = {"attempt": 1, **given.pop("options", {})} if kind.options else {}
    spec = kind.spec.model_validate(given)
    return Resource(
        address=Address(kind.name, local),
        values=stated_values(spec),
        place=lambda path: Source(file, 1, 1 + len(path)),
        file=file,
        options=options,
        **own,
    )


def profile(local: str = "a", /, **given: Any) -> Resource:
    """A messaging profile that allows the US."""
    return resource(PROFILE, local, **{"whitelisted_destinations": ["US"], **given})


def answer(local: str = "stop", /, **given: Any) -> Resource:
    """A STOP answer of profile ``a`` in the US."""
    stated = {"messaging_profile": "a", "op": "stop", "country_code": "US", "keywords": ["STOP"]}
    return resource(ANSWER, local, **{**stated, **given})


def sender(local: str = "acme", /, **given: Any) -> Resource:
    """The sender ACME of profile ``a``."""
    return resource(SENDER, local, **{"alphanumeric_sender_id": "ACME", "messaging_profile": "a", **given})


def order(local: str = "desk", /, **given: Any) -> Resource:
    """An order of one number."""
    return resource(ORDER, local, **{"phone_numbers": ["+15125550100"], **given})


def agent(local: str = "bot", /, **given: Any) -> Resource:
    """The agent ``agent-1``."""
    return resource(AGENT, local, **{"agent_id": "agent-1", **given})


def invite(local: str = "anna", /, **given: Any) -> Resource:
    """A handset that may try the agent ``agent-1``; nobody can see whether it may."""
    return resource(INVITE, local, **{"agent": {"id": "agent-1"}, "phone_number": "+15125550142", **given})


def invited(res: Resource, remote_id: str = "i1", *, agent: str = "agent-1", **fields: Any) -> Entry:
    """What the ledger remembers of it."""
    said = {"agent_id": agent, "phone_number": res.values[("phone_number",)]}
    return recorded(res, Observed(INVITE.name, Remote(remote_id), said), **fields)


def live(kind: ResourceKind, remote_id: str, parent: str | None = None, **attributes: Any) -> Observed:
    """A live object. Decoded as an answer would be."""
    key = "agent_id" if kind is AGENT else "id"
    return decode(kind, {key: remote_id, **attributes}, parent)


def live_profile(remote_id: str = "p1", name: str = "a", **attributes: Any) -> Observed:
    """A live profile that allows the US."""
    return live(PROFILE, remote_id, name=name, **{"whitelisted_destinations": ["US"], **attributes})


def live_answer(remote_id: str = "r1", parent: str = "p1", **attributes: Any) -> Observed:
    """A live STOP answer of ``p1`` in the US."""
    return live(ANSWER, remote_id, parent, **{"op": "stop", "country_code": "US", "keywords": ["STOP"], **attributes})


def live_sender(remote_id: str = "s1", parent: str = "p1", **attributes: Any) -> Observed:
    """The live sender ACME of ``p1``."""
    stated = {"alphanumeric_sender_id": "ACME", "messaging_profile_id": parent, "us_long_code_fallback": None}
    return live(SENDER, remote_id, **{**stated, **attributes})


def wanted(res: Resource, parents: dict[str, str] | None = None) -> Desired:
    """A resource with its references resolved: ``a`` is ``p1`` unless told otherwise."""
    kind, known = KINDS[res.address.kind], parents or {"a": "p1"}
    values, references = dict(res.values), []
    for leaf in kind.references:
        match values.get(leaf.path):
            case ById(id=remote_id):
                values[leaf.path] = remote_id
            case str(name) if leaf.reference:
                values[leaf.path] = known[name]
                references.append(Address(leaf.reference.kind, name))
    defaults = {leaf.path: res.address.name for leaf in kind.local_names if leaf.path not in res.values}
    return Desired(res, values, defaults, tuple(references))


def recorded(res: Resource, observed: Observed, *, project: str = "default", **fields: Any) -> Entry:
    """The entry that an apply of ``res`` would have left, the server having answered ``observed``."""
    kind = KINDS[res.address.kind]
    entry = entry_for(kind, wanted(res), observed, origin=Origin.CREATED, project=project, salt=SALT)
    return replace(entry, **fields)


def intends(res: Resource, action: IntentKind = IntentKind.CREATE, **fields: Any) -> Intent:
    """The intent that a run would have written before creating ``res``."""
    kind, goal = KINDS[res.address.kind], wanted(res)
    key = key_of_values(kind, goal.created_with)
    empty = Observed(kind.name, Remote("", "p1" if kind.parent else None), {})
    entry = entry_for(kind, goal, empty, origin=Origin.CREATED, project="default", salt=SALT)
    parts = identity_parts(kind, goal.created_with)
    written = Intent(address=res.address, action=action, identity=parts, shared=tuple(key.shared), entry=entry)
    return replace(written, **fields)


def situation(
    desired: Iterable[Resource] = (),
    entries: Iterable[Entry] = (),
    objects: Iterable[Observed] = (),
    *,
    intents: Iterable[Intent] = (),
    gone: Iterable[tuple[str, str]] = (),
    scope: Scope | None = None,
    allow_adopt: bool = False,
) -> Situation:
    """All of it together. Each object was seen in a list."""
    seen: dict[str, dict[str, Observed]] = {}
    listed: set[Listing] = set()
    for one in objects:
        seen.setdefault(one.kind, {})[one.remote.id] = one
        listed.add(Listing(one.kind, one.remote.parent_id))
    ledger = Ledger(Header(salt=SALT), {e.address: e for e in entries}, {i.address: i for i in intents})
    return Situation(
        kinds=KINDS,
        resources=tuple(desired),
        ledger=ledger,
        world=World(seen, frozenset(gone), listed=frozenset(listed)),
        scope=scope or Scope(),
        allow_adopt=allow_adopt,
    )


def shown(drafted: Draft) -> list[str]:
    """A draft in short: ``action address reason``, then ``code address`` of every finding."""
    return [*map(told, drafted.changes), *(f"{d.code} {d.address or '-'}" for d in drafted.diagnostics)]


def told(change: Change) -> str:
    """One change in short, with where it came from."""
    moved = f" from {change.moved_from}" if change.moved_from else ""
    return f"{change.action.value} {change.address} {change.reason}{moved}"


def drafted(here: Situation) -> list[str]:
    """The draft of a situation, in short."""
    return shown(draft(here))


def pinned(res: Resource, remote_id: str) -> Resource:
    """The same manifest with ``metadata.remote_id``."""
    return replace(res, remote_id=remote_id)


def protected() -> Lifecycle:
    """``prevent_destroy``."""
    return Lifecycle(prevent_destroy=True)


def by_address(changes: Sequence[Change]) -> dict[str, Change]:
    """Changes by their address, written out."""
    return {str(change.address): change for change in changes}


def placed(remote_id: str = "o1", status: str = "pending") -> Observed:
    """The live order of one number."""
    return live(ORDER, remote_id, status=status, phone_numbers=[{"phone_number": "+15125550100", "status": status}])


def profiles(kept: int, removed: int = 0, *, gone: int = 0) -> Situation:
    """An account of which some profiles are kept, some no longer desired, and some have vanished."""
    names = [f"{what}{i}" for what, many in (("k", kept), ("x", removed), ("g", gone)) for i in range(many)]
    made = {name: (profile(name), live_profile(f"id-{name}", name)) for name in names}
    return situation(
        [manifest for name, (manifest, _) in made.items() if name[0] != "x"],
        [recorded(manifest, row) for manifest, row in made.values()],
        [row for name, (_, row) in made.items() if name[0] != "g"],
        gone=[(PROFILE.name, row.remote.id) for name, (_, row) in made.items() if name[0] == "g"],
    )


A, P1 = profile(), live_profile()
HERE = recorded(A, P1)
GONE = [(PROFILE.name, P1.remote.id)]
LOST = placed(status="failed")
BOT = live(AGENT, "agent-1", webhook_url=None)
LONG_CODE = "+15125550142"
