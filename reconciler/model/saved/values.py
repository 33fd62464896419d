"""Values inside a saved plan: JSON as it is, and a marked object for what JSON has no word for.

{"$unknown": "Kind/name"}   the id of something that the plan creates first
{"$id": …}, {"$name": …}    a reference to something that is not managed here
{"$seal": "hmac:…"}         a secret, known by its seal alone
{"$plain": {…}}             an object of the API's own whose keys look like one of these
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.digest import Sealed, sealed_value
from reconciler.model.fields import Unreadable
from reconciler.model.paths import Path, dotted, undotted
from reconciler.model.recording import touches
from reconciler.model.reference import ById, ByName, Unknown


def spelled(value: Any) -> Any:  # noqa: PLR0911 - one row for each sort of value
    """As JSON."""
    match value:
        case Unknown(address=address):
            return {"$unknown": str(address)}
        case ById(id=remote_id):
            return {"$id": remote_id}
        case ByName(name=name):
            return {"$name": name}
        case Sealed(seal=seal):
            return {"$seal": seal}
        case Mapping():
            plain = {key: spelled(inner) for key, inner in value.items()}
            return {"$plain": plain} if any(key.startswith("$") for key in plain) else plain
        case list() | tuple():
            return [spelled(item) for item in value]
        case _:
            return value


def read(value: Any) -> Any:  # noqa: PLR0911 - as above
    """The reverse of ``spelled``; tuples come back as lists. Raises Unreadable."""
    match value:
        case {"$unknown": str(address)}:
            try:
                return Unknown(Address.parse(address))
            except ValueError as error:
                raise Unreadable(str(error)) from None
        case {"$id": str(remote_id)}:
            return ById(id=remote_id)
        case {"$name": str(name)}:
            return ByName(name=name)
        case {"$seal": str(seal)}:
            return Sealed(seal)
        case {"$plain": dict(plain)}:
            return {key: read(inner) for key, inner in plain.items()}
        case dict():
            return {key: read(inner) for key, inner in value.items()}
        case list():
            return [read(item) for item in value]
        case _:
            return value


def spelled_leaves(values: Mapping[Path, Any], secrets: Collection[Path], salt: str) -> dict[str, Any]:
    """Values by dotted path, secrets sealed."""
    return {
        dotted(path): spelled(sealed_value(value, salt) if touches(path, secrets) else value)
        for path, value in values.items()
    }


def leaves_from(values: Mapping[str, Any]) -> dict[Path, Any]:
    """The reverse of ``spelled_leaves``, apart from the secrets. Raises Unreadable."""
    return {undotted(name): read(value) for name, value in values.items()}
