"""Administration under `/_sandbox/`: look inside, change things behind the API's back, set faults."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from reconciler.sandbox.account import SECRETS, Account, Actor
from reconciler.sandbox.bodies import json_object
from reconciler.sandbox.calls import Answer
from reconciler.sandbox.endpoints.inbound import receive
from reconciler.sandbox.fields import uuid_text
from reconciler.sandbox.progress import advance
from reconciler.sandbox.quirks import parse_quirks
from reconciler.sandbox.refusals import Refusal, not_found, refuse
from reconciler.sandbox.rest import Resource
from reconciler.sandbox.seed import plant
from reconciler.sandbox.store import Row, account_id, encode
from reconciler.sandbox.world import World

DEFAULT_KEY: Final = "KEY_sandbox"

Ask = Mapping[str, Any]
Command = Callable[[World, Ask], Any]


def answer(world: World, method: str, name: str, query: Mapping[str, str], raw: bytes) -> Answer:
    """Run one administrative request; its result is the whole JSON answer."""
    command = _COMMANDS.get((method, name))
    if command is None:
        if any(name == known for _, known in _COMMANDS):
            raise refuse(405, "10030", f"no {method} of /_sandbox/{name}")
        raise not_found(f"no /_sandbox/{name}; there are: {', '.join(f'{m} {n}' for m, n in _COMMANDS)}")
    ask = {**query, **json_object("optional", raw, "")}
    try:
        return Answer(encode(command(world, ask)))
    except ValueError as error:  # a misspelt fault or quirk
        raise refuse(400, "10015", str(error)) from None


def _key(ask: Ask) -> str:
    return str(ask.get("key") or DEFAULT_KEY)


def _state(world: World, ask: Ask) -> Any:
    """GET state[?key=&collection=&secrets=1]: every row by collection; a nested row has a `parent`.

    Collections without rows stand there too, whether or not somebody has asked for them: to read changes no state.
    """
    account = world.account(_key(ask))
    wanted = ask.get("collection")
    hidden = frozenset() if ask.get("secrets") else SECRETS
    collections: dict[str, Iterable[Row]] = {**dict.fromkeys(world.resources, ())}
    collections |= world.store.collections(account.id)
    return {
        collection: [_shown(row, hidden) for row in rows]
        for collection, rows in collections.items()
        if wanted in {None, collection}
    }


def _shown(row: Row, hidden: frozenset[str]) -> dict[str, Any]:
    shown = {name: value for name, value in row.document.items() if name not in hidden}
    return {**shown, "parent": row.parent} if row.parent else shown


def _reset(world: World, ask: Ask) -> Any:
    """POST reset {key | all}: back to the seed."""
    ids = world.store.accounts() if ask.get("all") else [account_id(_key(ask))]
    for account in ids:
        world.store.forget(account)
    return {"reset": len(ids)}


def _edit(world: World, ask: Ask) -> Any:
    """POST edit {collection, id, set, as?}: a portal user changes a row; the API's validation applies."""
    account, resource = _portal(world, ask)
    row = _named(account, resource, _stated(ask, "id"))
    change = _object(ask, "set")
    if fixed := change.keys() - {field.name for field in resource.fields if field.update}:
        # The API ignores what it does not know; an edit that does nothing would only mislead a test.
        raise refuse(422, "10015", f"not editable in {resource.collection}: {', '.join(sorted(fixed))}")
    return _shown(resource.update(account, row, _whole(resource, row, change)), SECRETS)


def _create(world: World, ask: Ask) -> Any:
    """POST create {collection, set, as?}: a portal user creates a row; without a POST, as a seed would."""
    account, resource = _portal(world, ask)
    given = dict(_object(ask, "set"))
    if resource.creatable:
        parent = str(given.pop("messaging_profile_id", "")) if resource.nested else ""
        if resource.nested and account.rows("messaging_profiles").get(parent) is None:
            raise refuse(422, "10017", "messaging_profile_id does not exist", pointer="/messaging_profile_id")
        return _shown(resource.create(account, given, parent), SECRETS)
    row = plant(account, resource, given)
    return _shown(account.insert(resource.collection, row.document, row_id=row.id, parent=row.parent), SECRETS)


def _delete(world: World, ask: Ask) -> Any:
    """POST delete {collection, id, as?}: a portal user deletes a row; in-use refusals apply."""
    account, resource = _portal(world, ask)
    row = _named(account, resource, _stated(ask, "id"))
    return {key: value for key, value in resource.destroy(account, row, resource).items() if key not in SECRETS}


def _advance(world: World, ask: Ask) -> Any:
    """POST advance {order?, status?, …}: move the object with this id, or all that have a step to go.

    For hosted orders {numbers?: {number: status}}, for toll-free verifications {reason?}.
    """
    account = world.account(_key(ask), Actor.TELNYX)
    return [_shown(row, SECRETS) for row in advance(account, world.courses, ask)]


def _receive(world: World, ask: Ask) -> Any:
    """POST receive {from, to, text}: a handset sends a message to one of the account's numbers."""
    account = world.account(_key(ask), Actor.TELNYX)
    received = receive(account, _stated(ask, "from"), _stated(ask, "to"), _stated(ask, "text"))
    return {
        "message": received.message.document,
        "autoresponse_type": received.autoresponse_type,
        "reply": received.reply.document if received.reply else None,
    }


def _whole(resource: Resource, row: Row, change: Ask) -> Ask:
    """What an update of this collection must be given: a PUT takes the whole object, some PATCHes a part of it."""
    own = {field.name for field in resource.fields if resource.replaces or field.required_on_update}
    return {name: value for name, value in row.document.items() if name in own} | dict(change)


def _portal(world: World, ask: Ask) -> tuple[Account, Resource]:
    collection = _stated(ask, "collection")
    if collection not in world.resources:
        detail = f"no collection {collection!r} (one of {', '.join(sorted(world.resources))})"
        raise refuse(422, "10032", detail, pointer="/collection")
    return world.account(_key(ask), Actor.PORTAL, _user(ask)), world.resources[collection]


def _user(ask: Ask) -> str | None:
    """Who is said to act: an id, as the audit log names users."""
    user = ask.get("as")
    if user is None:
        return None
    if not isinstance(user, str) or any(uuid_text(user, "/as")):
        raise refuse(422, "10022", "as must be a UUID: the id of a user", pointer="/as")
    return user


def _named(account: Account, resource: Resource, name: str) -> Row:
    rows = account.rows(resource.collection)
    if (row := rows.get(name)) is not None:
        return row
    found = [row for row in rows if row.document.get(resource.alias) == name]
    if len(found) > 1:
        raise Refusal(422, refuse(422, "10027", f"{len(found)} rows are called {name!r}").problems)
    if not found:
        raise not_found(f"no {resource.collection} row with id or name {name!r}")
    return found[0]


def _stated(ask: Ask, name: str) -> str:
    value = ask.get(name)
    if not isinstance(value, str):
        raise refuse(422, "10004", f"{name} is required", pointer=f"/{name}")
    return value


def _object(ask: Ask, name: str) -> Ask:
    value = ask.get(name)
    if not isinstance(value, dict):
        raise refuse(422, "10004", f"{name} is required: an object", pointer=f"/{name}")
    return value


def _strings(ask: Ask, name: str) -> list[str]:
    value = ask.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise refuse(422, "10026", f"{name} must be a list of strings", pointer=f"/{name}")
    return value


def _requests(world: World, ask: Ask) -> Any:
    """GET requests[?key=]: the log, oldest first, of one key or of all."""
    return [entry.document() for entry in world.log if ask.get("key") in {None, entry.key}]


def _clear_requests(world: World, _ask: Ask) -> Any:
    world.log.clear()
    return []


def _faults(world: World, _ask: Ask) -> Any:
    return world.faults.report()


def _add_faults(world: World, ask: Ask) -> Any:
    """POST faults {faults: [spelling, ...]}: adds to those that are set."""
    world.faults.add(_strings(ask, "faults"))
    return world.faults.report()


def _clear_faults(world: World, _ask: Ask) -> Any:
    world.faults.clear()
    return []


def _quirks(world: World, _ask: Ask) -> Any:
    return sorted(world.quirks.names)


def _set_quirks(world: World, ask: Ask) -> Any:
    """POST quirks {quirks: [name, ...]}: replaces those that are on; an empty list turns all off."""
    world.quirks = parse_quirks(_strings(ask, "quirks"))
    return sorted(world.quirks.names)


_COMMANDS: Final[dict[tuple[str, str], Command]] = {
    ("GET", "state"): _state,
    ("POST", "reset"): _reset,
    ("POST", "edit"): _edit,
    ("POST", "create"): _create,
    ("POST", "delete"): _delete,
    ("POST", "advance"): _advance,
    ("POST", "receive"): _receive,
    ("GET", "requests"): _requests,
    ("DELETE", "requests"): _clear_requests,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "quirks"): _quirks,
    ("POST", "quirks"): _set_quirks,
}
