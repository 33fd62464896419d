"""What Terraform's state protocol says of a lock: to the server, and to whoever meets it.

GitLab echoes what it was told of the operation when it refuses a lock, so who holds it is also in the lock's id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from reconciler import __version__
from reconciler.model.fields import parsed
from reconciler.model.status import Holder

_PLAIN = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 60


def telling_id(who: Holder, token: str) -> str:
    """An id that tells people whose lock it is: command, user, host, process; at most 255 characters (GitLab)."""
    words = [who.command, who.user, who.host, str(who.pid)]
    return ".".join([*(_PLAIN.sub("-", word)[:_LONGEST].strip("-") for word in words), token])


def described(who: Holder, lock_id: str, account: str) -> Mapping[str, str]:
    """What the protocol wants to know of a lock. ``Info`` repeats the id, so that an echo is known as one."""
    info = {"lock_id": lock_id, "pid": who.pid, "host": who.host, "user": who.user, "command": who.command}
    return {
        "ID": lock_id,
        "Operation": "reconciler",
        "Info": json.dumps({**info, "since": who.since}),
        "Who": f"{who.user}@{who.host}",
        "Version": __version__,
        "Created": who.since,
        "Path": account,
    }


def holder_in(content: bytes, ours: Mapping[str, str]) -> Holder:
    """Whoever the server says holds the lock; as much of it as can be understood."""
    told = _mapping(content)
    lock_id = _text(told, "ID")
    info = _mapping(_text(told, "Info"))
    if lock_id and info.get("lock_id") == lock_id:
        pid = info.get("pid")
        names = [_text(info, name) for name in ("host", "user", "command", "since")]
        return Holder(pid if isinstance(pid, int) else 0, names[0], names[1], names[2], names[3], lock_id)
    who = _text(told, "Who") if _text(told, "Who") != ours["Who"] or lock_id == ours["ID"] else ""
    since = _text(told, "Created") or "an unknown time"
    return Holder(0, "unknown host", who or "unknown", lock_id or "unknown command", since, lock_id)


def _mapping(content: bytes | str) -> Mapping[str, Any]:
    try:
        value = parsed(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found[:500] if isinstance(found, str) else ""
