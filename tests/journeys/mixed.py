"""One account in the middle of its life: an apply that does everything, and what must be there when it is done.

All five kinds; creates, updates, replaces, deletes, adoptions, moves and forgets; keywords that change hands, a field
of the portal that a replace has to save, and a neighbour whose objects nobody may touch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tests.journeys.workspace import Emulator, Workspace, manifest, profile

Manifest = dict[str, Any]
Row = dict[str, Any]

TEXT = "Acme: you will receive no more messages."
PORTAL_TEXT = "What somebody wrote in the portal."
AGENTS = ("agent-kept", "agent-forgotten", "agent-adopted", "agent-of-a-neighbour")
LIFTED = ("--allow=looks-like-rename", "--allow=hosted-delete-live", "--allow-adopt", "--max-deletes=9")
"""What the plan needs to be told: it deletes a profile and an order, makes others, and changes strangers' objects."""

COLLECTIONS = {
    "MessagingProfile": "messaging_profiles",
    "AutoResponse": "autoresp_configs",
    "AlphanumericSenderId": "alphanumeric_sender_ids",
    "HostedNumberOrder": "messaging_hosted_number_orders",
    "RcsAgent": "rcs_agents",
}
KINDS_OF_WRITE = (
    "POST /messaging_profiles",
    "PATCH /messaging_profiles/*",
    "DELETE /messaging_profiles/*",
    "POST /messaging_profiles/*/autoresp_configs",
    "PUT /messaging_profiles/*/autoresp_configs/*",
    "DELETE /messaging_profiles/*/autoresp_configs/*",
    "POST /alphanumeric_sender_ids",
    "DELETE /alphanumeric_sender_ids/*",
    "POST /messaging_hosted_number_orders",
    "DELETE /messaging_hosted_number_orders/*",
    "PATCH /messaging/rcs/agents/*",
)
_IDS_AND_CLOCKS = ("id", "created_at", "updated_at", "parent")
_POINTERS = ("messaging_profile_id", "profile_id", "parent")


def response(name: str, of: str, op: str = "stop", country: str = "US", **spec: Any) -> Manifest:
    """The manifest of an auto-response; its keyword is the usual one of ``op`` unless ``spec`` says otherwise."""
    words = {"stop": ["STOP"], "start": ["START"], "info": ["HELP"]}[op]
    return manifest(
        "AutoResponse", name, messaging_profile=of, op=op, country_code=country, **{"keywords": words} | spec
    )


def sender(name: str, of: str, **spec: Any) -> Manifest:
    """The manifest of a sender ID that is called as its address."""
    return manifest(
        "AlphanumericSenderId",
        name,
        alphanumeric_sender_id=name.upper().replace("-", " "),
        messaging_profile=of,
        **spec,
    )


def order(name: str, of: str, number: str) -> Manifest:
    """The manifest of an order for one number, which is deleted with its manifest."""
    made = manifest("HostedNumberOrder", name, messaging_profile=of, phone_numbers=[number])
    return {**made, "lifecycle": {"on_remove": "delete"}}


def agent(name: str, of: str, **spec: Any) -> Manifest:
    """The manifest of an agent, whose id is ``agent-`` and its name."""
    return manifest("RcsAgent", name, agent_id=f"agent-{name}", profile=of, **spec)


def renamed(made: Manifest, before: str) -> Manifest:
    """The same manifest under a new address."""
    return {**made, "metadata": {**made["metadata"], "renamed_from": before}}


RETAINED = {**sender("retained", "three"), "lifecycle": {"on_remove": "retain"}}

BEFORE: tuple[Manifest, ...] = (
    *(profile(name) for name in ("one", "two", "three", "gone")),
    profile("four", name="Before"),
    profile("old-a", name="Moved"),
    profile("old-b", name="Moved And Changed"),
    response("text", "one"),
    response("giver", "one", "info", keywords=["HELP", "WORD"]),
    response("taker", "one", "start"),
    response("other-op", "two", "stop", keywords=["LEAVE"]),
    response("other-profile", "two", country="CA"),
    response("removed", "two", "start"),
    response("removed-too", "gone"),
    response("moved-too", "old-a"),
    response("old-name", "old-b"),
    sender("kept", "one"),
    sender("fallback", "one"),
    sender("hop", "one"),
    sender("removed", "two"),
    sender("removed-too", "gone"),
    RETAINED,
    order("removed", "one", "+15125550101"),
    order("kept", "two", "+15125550102"),
    agent("kept", "one"),
    agent("forgotten", "two"),
)

_FALLBACK = sender("fallback", "one", us_long_code_fallback="+15125550142")

AFTER: tuple[Manifest, ...] = (
    profile("one", webhook_url="https://b.example.com"),
    profile("two", number_pool_settings={"long_code_weight": 1, "toll_free_weight": 2, "skip_unhealthy": True}),
    profile("three", whitelisted_destinations=["US", "CA"]),
    profile("four", name="After"),
    renamed(profile("new-a", name="Moved"), "old-a"),
    renamed(profile("new-b", name="Moved And Changed", enabled=False), "old-b"),
    profile("new-1", webhook_url="https://new.example.com"),
    profile("new-2"),
    profile("new-3"),
    profile("adopted", webhook_url="https://ours.example.com"),
    profile("as-it-is"),
    response("text", "one", resp_text=TEXT),
    response("giver", "one", "info"),
    response("taker", "one", "start", keywords=["START", "WORD"]),
    response("other-op", "two", "info"),
    response("other-profile", "new-3", country="CA"),
    response("moved-too", "new-a"),
    renamed(response("new-name", "new-b", resp_text=TEXT), "old-name"),
    response("fresh", "new-1"),
    response("fresh-ca", "new-1", country="CA", resp_text=TEXT),
    response("fresh-info", "new-2", "info"),
    response("fresh-start", "two", "start", "CA"),
    response("adopted", "adopted", keywords=["STOP", "ENOUGH"]),
    response("as-it-is", "as-it-is"),
    sender("kept", "one"),
    _FALLBACK,
    sender("hop", "new-2"),
    sender("fresh", "new-1"),
    sender("fresh-too", "three"),
    sender("adopted", "adopted"),
    order("kept", "two", "+15125550102"),
    order("fresh", "new-1", "+15125550103"),
    order("fresh-too", "two", "+15125550104"),
    order("adopted", "adopted", "+15125550105"),
    agent("kept", "new-1", webhook_url="https://b.example.com"),
    agent("adopted", "adopted"),
)
ADOPTED = {(kind, name) for kind in COLLECTIONS for name in ("adopted", "as-it-is")} | {("RcsAgent", "kept")}
"""Made by others; agents are made by nobody."""


AFTER_BY_KEY = tuple(sender("fallback", "one") if each == _FALLBACK else each for each in AFTER)
"""Without the one replace that keeps its natural key: where the ledger is lost before it, the object is a stranger's
with another value in a field that cannot be updated, and the plan refuses to touch it (``immutable-field``)."""


class World(NamedTuple):
    """What stood before the apply: every row by id, and those that belong to nobody here."""

    before: dict[str, Row]
    neighbour: dict[str, Row]


def begin(telnyx: Emulator, workspace: Workspace, after: Sequence[Manifest] = AFTER) -> World:
    """Apply ``BEFORE``, let others do what they do, and declare ``after`` for the apply that is to suffer."""
    for name in AGENTS:
        telnyx.create("rcs_agents", agent_id=name, agent_name=name)
    workspace.declare(*BEFORE)
    workspace.apply()
    known = rows_by_id(telnyx)
    theirs = _strangers(telnyx, "Neighbour", "NEIGHBOUR", "+15125550109")
    telnyx.edit("rcs_agents", "agent-of-a-neighbour", profile_id=theirs, webhook_url="https://theirs.example.com")
    neighbour = {row: held for row, held in rows_by_id(telnyx).items() if row not in known or row == AGENTS[-1]}
    _strangers(telnyx, "Adopted", "ADOPTED", "+15125550105")
    bare = telnyx.create("messaging_profiles", name="As-It-Is", whitelisted_destinations=["US"])
    _response(telnyx, bare["id"])
    telnyx.edit("autoresp_configs", _row(telnyx, "autoresp_configs", keywords=["LEAVE"]), resp_text=PORTAL_TEXT)
    workspace.declare(*after)
    telnyx.forget_requests()
    return World(rows_by_id(telnyx), neighbour)


def _strangers(telnyx: Emulator, name: str, text: str, number: str) -> str:
    made: str = telnyx.create("messaging_profiles", name=name, whitelisted_destinations=["US"])["id"]
    _response(telnyx, made)
    telnyx.create("alphanumeric_sender_ids", alphanumeric_sender_id=text, messaging_profile_id=made)
    telnyx.create("messaging_hosted_number_orders", phone_numbers=[number], messaging_profile_id=made)
    return made


def _response(telnyx: Emulator, of: str) -> None:
    spec = {"op": "stop", "country_code": "US", "keywords": ["STOP"]}
    telnyx.create("autoresp_configs", messaging_profile_id=of, **spec)


def _row(telnyx: Emulator, collection: str, **having: Any) -> str:
    [found] = [row["id"] for row in telnyx.rows(collection) if having.items() <= row.items()]
    return str(found)


def id_of(row: Row) -> str:
    """An agent has no other."""
    return str(row.get("id") or row["agent_id"])


def rows_by_id(telnyx: Emulator) -> dict[str, Row]:
    """Every object of the five kinds, clocks and all."""
    return {id_of(row): row for name in COLLECTIONS.values() for row in telnyx.rows(name)}


def held(telnyx: Emulator) -> dict[str, list[Row]]:
    """Everything in the account, ids and clocks apart: who is meant by an id is told by name."""
    state = telnyx.state()
    names = _names(state)
    return {name: sorted((_plain(row, names) for row in rows), key=str) for name, rows in sorted(state.items())}


def _names(state: Mapping[str, Iterable[Row]]) -> dict[str, str]:
    return {row["id"]: row["name"] for row in state["messaging_profiles"]}


def _plain(row: Row, names: dict[str, str]) -> Row:
    pointer = next((row[name] for name in _POINTERS if row.get(name)), None)
    kept = {name: value for name, value in row.items() if name not in (*_IDS_AND_CLOCKS, *_POINTERS)}
    if isinstance(entries := kept.get("phone_numbers"), list):
        kept["phone_numbers"] = [(each["phone_number"], each["status"]) for each in entries]
    return {**kept, "profile": names.get(pointer or "")}


def wanted(manifests: Iterable[Manifest]) -> dict[str, list[Row]]:
    """What the manifests say, in the words of ``held``, by collection. Knows the API's fields, and nothing of ours."""
    names = {each["metadata"]["name"]: each["spec"]["name"] for each in manifests if each["kind"] == "MessagingProfile"}
    found: dict[str, list[Row]] = {collection: [] for collection in COLLECTIONS.values()}
    for each in manifests:
        spec = dict(each["spec"])
        pointer = spec.pop("messaging_profile", None) or spec.pop("profile", None)
        if numbers := spec.get("phone_numbers"):
            spec["phone_numbers"] = [(number, "pending") for number in numbers]
        found[COLLECTIONS[each["kind"]]].append({**spec, "profile": names.get(pointer)})
    return found


def states(row: Row, wish: Row) -> bool:
    """Whether a row is as a manifest says, whatever else it holds."""
    return all(_same(row.get(name), value) for name, value in wish.items())


def _same(there: Any, wish: Any) -> bool:
    match there, wish:
        case dict(), dict():
            return bool(wish.items() <= there.items())
        case list(), list():
            return sorted(there) == sorted(wish)
        case _:
            return bool(there == wish)


def untouched(telnyx: Emulator, world: World) -> None:
    """Not one byte of the neighbour's objects has changed, the time of their last change included."""
    now = rows_by_id(telnyx)
    assert {row: now.get(row) for row in world.neighbour} == world.neighbour


def each_exactly_once(telnyx: Emulator, manifests: Collection[Manifest] = AFTER) -> dict[str, Row]:
    """Insist on one row for every manifest; answers the rows that no manifest means, by id."""
    state = telnyx.state()
    names = _names(state)
    over: dict[str, Row] = {}
    for collection, wishes in wanted(manifests).items():
        rows = {id_of(row): _plain(row, names) for row in state[collection]}
        for wish in wishes:
            meant = [row for row in rows.values() if states(row, wish)]
            assert len(meant) == 1, (collection, wish, rows)
        meaningless = {row for row, found in rows.items() if not any(states(found, wish) for wish in wishes)}
        over |= {id_of(row): row for row in state[collection] if id_of(row) in meaningless}
    return over


def origins_are_right(workspace: Workspace, manifests: Sequence[Manifest] = AFTER) -> None:
    """Everything desired is recorded, what we made as ours: what is found by natural key alone is retained one day."""
    origins = {entry["address"]: entry["origin"] for entry in workspace.ledger["entries"]}
    ids = {entry["remote"]["id"] for entry in workspace.ledger["entries"]}
    assert len(ids) == len(origins)
    assert origins == {
        f"{each['kind']}/{each['metadata']['name']}": "adopted"
        if (each["kind"], each["metadata"]["name"]) in ADOPTED
        else "created"
        for each in manifests
    }


def same_profiles(telnyx: Emulator, world: World) -> None:
    """Applications embed the ids of profiles: whatever was renamed or changed kept its own, and only one is gone."""
    gone = {row for row, held in world.before.items() if held.get("name") == "Gone"}
    profiles = {row for row, held in world.before.items() if held.get("record_type") == "messaging_profile"}
    assert profiles - rows_by_id(telnyx).keys() == gone
