"""The emulator's administration: serve it, look inside, change things behind our own back."""

from __future__ import annotations

import errno
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.api import ApiKey, Target, connect_for_writing
from reconciler.errors import ReconcilerError, UsageError
from reconciler.workflow.connecting import SANDBOX_KEY, emulated, sandbox_app, sandbox_database, sandbox_extra
from reconciler.workflow.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How to serve. ``database`` of None keeps everything in memory; ``rps`` and ``latency_ms`` imitate the network."""

    port: int
    host: str = "127.0.0.1"
    database: Path | None = None
    seed: Path | None = None
    faults: Sequence[str] = ()
    quirks: Sequence[str] = ()
    rps: float | None = None
    latency_ms: float = 0.0


def serve(serving: Serving, *, ready: Callable[[int], None]) -> None:
    """Serve until interrupted; ``ready`` is told the port.

    Raises UsageError for a misspelt fault, quirk or seed, and ReconcilerError for a port or file that is not to be had.
    """
    with sandbox_extra():
        from reconciler.sandbox.app import create_app  # noqa: PLC0415 - the emulator is an optional part
        from reconciler.sandbox.server import (  # noqa: PLC0415 - as above
            PortError,
            serve as run,
        )

    try:
        seed = json.loads(serving.seed.read_text(encoding="utf-8")) if serving.seed else None
        with emulated(serving.database):
            app = create_app(
                database=str(serving.database) if serving.database else ":memory:",
                seed=seed,
                faults=serving.faults,
                quirks=serving.quirks,
                rps=serving.rps,
                latency_ms=serving.latency_ms,
            )
    except (OSError, ValueError) as error:
        raise UsageError(f"the sandbox cannot start: {error}") from None
    try:
        run(app, host=serving.host, port=serving.port, ready=ready)
    except PortError as error:
        taken = error.number == errno.EADDRINUSE
        raise ReconcilerError(
            f"port {serving.port} {'is in use' if taken else f'cannot be opened: {error}'}",
            hint="give another --port, or 0 for any that is free",
            code="port",
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """Which sandbox to administer: the built-in account's, or one that is served at ``url`` (with its ``/v2``)."""

    setting: Setting
    url: str | None = None
    key: str = SANDBOX_KEY

    def target(self) -> Target:
        """Its API, unpaced. Raises UsageError for a URL that is not on this machine."""
        destination = self.url or sandbox_app(sandbox_database(self.setting))
        key = ApiKey(self.key, variable="--key")
        return Target(destination=destination, key=key, base_url_variable="--url", rate=math.inf)


async def state(emulator: Emulator) -> Any:
    """Every object, by collection; without secrets."""
    return await _administer(emulator, "state", None)


async def reset(emulator: Emulator) -> Any:
    """Back to the seed: everything that was made since is gone."""
    return await _administer(emulator, "reset", {})


async def edit(
    emulator: Emulator, collection: str, name: str, fields: Mapping[str, Any], *, user: str | None = None
) -> Any:
    """Change an object as somebody would in the portal; ``name`` is its id or its name, ``user`` who does it."""
    stated = {"collection": collection, "id": name, "set": fields}
    return await _administer(emulator, "edit", stated if user is None else {**stated, "as": user})


async def create(emulator: Emulator, collection: str, fields: Mapping[str, Any]) -> Any:
    """Make an object as somebody would in the portal, or outside of this API."""
    return await _administer(emulator, "create", {"collection": collection, "set": fields})


async def advance(emulator: Emulator, ask: Mapping[str, Any]) -> Any:
    """Move what takes its time along its way, all of it or the object with the id ``order``.

    ``status`` instead of a step, ``reason`` for a verification, ``numbers`` that fare differently; empty ones are left
    out.
    """
    return await _administer(emulator, "advance", {name: value for name, value in ask.items() if value})


async def receive(emulator: Emulator, sender: str, to: str, text: str) -> Any:
    """A handset sends a message to one of the account's numbers."""
    return await _administer(emulator, "receive", {"from": sender, "to": to, "text": text})


async def _administer(emulator: Emulator, command: str, ask: Mapping[str, Any] | None) -> Any:
    async with connect_for_writing(emulator.target()) as sessions:
        path = f"/_sandbox/{command}"
        if ask is None:
            return await sessions.reading.get(path, {"key": emulator.key})
        return await sessions.writing.post(path, {**ask, "key": emulator.key})
