"""``reconciler sandbox …``: the local Telnyx emulator."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.cli.options import Finite
from reconciler.cli.terminal import Terminal, surroundings
from reconciler.errors import ExitCode, ReconcilerError
from reconciler.workflow import sandbox
from reconciler.workflow.setting import prepare

F = TypeVar("F", bound=Callable[..., Any])


@click.group("sandbox")
def command() -> None:
    """Serve and administer a local emulator of the Telnyx messaging API.

    Without --url, the commands below speak about the data of the built-in account (--account sandbox).
    """


def _which(wrapped: F) -> F:
    wrapped = click.option("--key", default="KEY_sandbox", show_default=True, help="Whose data.")(wrapped)
    return click.option("--url", help="A served sandbox, such as http://127.0.0.1:8080/v2.")(wrapped)


@command.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes any free port.")
@click.option("--db", type=click.Path(dir_okay=False, path_type=Path), help="Keep the data in this SQLite file.")
@click.option("--seed", type=click.Path(dir_okay=False, path_type=Path), help="JSON rows to begin every account with.")
@click.option("--fault", "faults", multiple=True, help='Such as "POST /messaging_profiles 2 drop-after". Repeatable.')
@click.option("--quirk", "quirks", multiple=True, help="A documented oddity of the real API. Repeatable.")
@click.option("--rps", type=Finite(min=0, min_open=True), help="Answer 429 above this rate per endpoint.")
@click.option("--latency", "latency_ms", type=Finite(min=0), default=0.0, help="Milliseconds per request.")
def serve(port: int, db: Path | None, seed: Path | None, **options: Any) -> int:
    """Serve over HTTP until interrupted. Any key that begins with KEY is accepted, each with data of its own."""
    terminal = Terminal()

    def ready(actual: int) -> None:
        terminal.say(f"listening on http://127.0.0.1:{actual}/v2\n")
        terminal.say(f"  export TELNYX_BASE_URL=http://127.0.0.1:{actual}/v2 TELNYX_API_KEY=KEY_sandbox\n")

    try:
        sandbox.serve(sandbox.Serving(port=port, database=db, seed=seed, **options), ready=ready)
    except ReconcilerError as error:
        return terminal.failed(error)
    return ExitCode.OK


@command.command("state")
@_which
def state(url: str | None, key: str) -> int:
    """Print every object, by collection."""
    return _administer(url, key, sandbox.state)


@command.command("reset")
@_which
def reset(url: str | None, key: str) -> int:
    """Go back to the seed: everything that was made since is gone."""
    return _administer(url, key, sandbox.reset)


@command.command("edit")
@click.argument("collection")
@click.argument("name", metavar="ID|NAME")
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1, required=True)
@click.option("--as", "user", metavar="USER_ID", help="Who does it, for the audit log: the id (UUID) of a user.")
@_which
def edit(collection: str, name: str, fields: tuple[str, ...], *, user: str | None, url: str | None, key: str) -> int:
    """Change an object behind our own back, as somebody would in the portal.

    COLLECTION is a path of the API, such as messaging_profiles. A VALUE is JSON, or else a string.
    """
    return _administer(url, key, lambda emulator: sandbox.edit(emulator, collection, name, _fields(fields), user=user))


@command.command("create")
@click.argument("collection")
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1, required=True)
@_which
def create(collection: str, fields: tuple[str, ...], url: str | None, key: str) -> int:
    """Make an object behind our own back, also of a kind that the API cannot make, such as a number.

    COLLECTION is one of those that state prints. A VALUE is JSON, or else a string.
    """
    return _administer(url, key, lambda emulator: sandbox.create(emulator, collection, _fields(fields)))


@command.command("advance")
@click.argument("order", metavar="[ID]", required=False)
@click.option("--status", help="Move it there instead of one step on.")
@click.option("--reason", help="What a toll-free verification is told.")
@click.option("--number", "numbers", metavar="NUMBER=STATUS", multiple=True, help="Fares differently. Repeatable.")
@_which
def advance(order: str | None, numbers: tuple[str, ...], url: str | None, key: str, **stated: str | None) -> int:
    """Move what takes its time, or all of it, one step on.

    These are hosted number orders, toll-free verifications, bulk updates of numbers, and messages.
    """
    ask = {"order": order, "numbers": _pairs(numbers, "NUMBER=STATUS"), **stated}
    return _administer(url, key, lambda emulator: sandbox.advance(emulator, ask))


@command.command("receive")
@click.argument("sender", metavar="FROM")
@click.argument("to")
@click.argument("text")
@_which
def receive(sender: str, to: str, text: str, url: str | None, key: str) -> int:
    """Send TEXT from a handset to one of the account's numbers, such as STOP."""
    return _administer(url, key, lambda emulator: sandbox.receive(emulator, sender, to, text))


def _pairs(stated: tuple[str, ...], form: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for pair in stated:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f'"{pair}" is not {form}')
        pairs[name] = value
    return pairs


def _fields(stated: tuple[str, ...]) -> Mapping[str, Any]:
    return {name: _value(text) for name, text in _pairs(stated, "FIELD=VALUE").items()}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _administer(url: str | None, key: str, act: Callable[[sandbox.Emulator], Coroutine[Any, Any, Any]]) -> int:
    terminal = Terminal()
    try:
        emulator = sandbox.Emulator(setting=prepare(surroundings(), "sandbox"), url=url, key=key)
        answer = asyncio.run(act(emulator))
    except ReconcilerError as error:
        return terminal.failed(error)
    terminal.result(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    return ExitCode.OK
