"""``reconciler adopt``."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import click

from reconciler.cli.interruption import Interruption
from reconciler.cli.options import account, locking
from reconciler.cli.outputs import Output, formats
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.cli.watching import watching
from reconciler.errors import ExitCode, Interrupted, ReconcilerError, UsageError
from reconciler.manifest.wording import quoted, suggestion
from reconciler.model.address import Address
from reconciler.model.adoption import Adoption
from reconciler.model.diagnostic import Diagnostic
from reconciler.render.failure import findings_of
from reconciler.resources import kinds
from reconciler.workflow.adopt import Outcome, adopt
from reconciler.workflow.setting import Reading, prepare

_CHOICE = re.compile(r"(([A-Za-z]+)/[^=/]+)=(.+)")


@click.command("adopt")
@click.argument("words", nargs=-1, metavar="[ADDRESS=REMOTE_ID]... [PATHS]...")
@click.option("--allow-empty", is_flag=True, help="Paths without any manifest are not an error.")
@formats("text", "json")
@locking
@account
def command(
    words: tuple[str, ...], account: str | None, outputs: tuple[Output, ...], wait: float, *, allow_empty: bool
) -> int:
    """Record live objects as ours, and change nothing in the account.

    ADDRESS=REMOTE_ID says which object a manifest means: MessagingProfile/sales=4001…. Without any, everything is
    adopted that is declared, not recorded yet, and found by its natural key.
    """
    terminal = Terminal(outputs)

    def rendered(adoption: Adoption) -> Render:
        return lambda form, view: form.adoption(adoption, view=view)

    def nothing(findings: Sequence[Diagnostic]) -> Render:
        return rendered(Adoption(account=account or "default", notes=tuple(findings)))

    try:
        chosen, paths = _sorted_out(words)
        setting = prepare(surroundings(), account)
        reading = Reading(paths=paths, allow_empty=allow_empty)
        with watching(terminal) as watched:
            work = adopt(replace(setting, watch=watched.of(None)), reading, chosen, wait=wait)
            done: Outcome = asyncio.run(Interruption(lambda _: None, terminal.say).guard(work))
    except asyncio.CancelledError:
        hint = "reconciler ledger list tells what is recorded; type the same again to carry on"
        return terminal.failed(Interrupted("interrupted", hint=hint), nothing)
    except ReconcilerError as error:
        return terminal.failed(error, nothing)
    if terminal.is_text:
        terminal.findings(done.adoption.notes)
    terminal.tell(rendered(done.adoption))
    if done.ledger_error is not None:
        terminal.findings(findings_of(done.ledger_error))
        return ExitCode.PARTLY_APPLIED
    return ExitCode.OK


def _sorted_out(words: Iterable[str]) -> tuple[dict[Address, str], list[str]]:
    """Which words choose an object, and which are paths."""
    known = kinds()
    chosen: dict[Address, str] = {}
    paths: list[str] = []
    for word in words:
        found = _CHOICE.fullmatch(word)
        if found is None or (found[2] not in known and os.path.exists(word)):  # noqa: PTH110 - never raises
            if "=" in word and not os.path.exists(word):  # noqa: PTH110 - never raises
                raise UsageError(f'"{word}" is no ADDRESS=REMOTE_ID', hint="an ADDRESS is KIND/NAME, as in a manifest")
            paths.append(word)
            continue
        address = Address.parse(found[1])
        if address.kind not in known:
            raise UsageError(f"no kind {quoted(address.kind)}", hint=suggestion(address.kind, known, "kinds"))
        if chosen.setdefault(address, found[3]) != found[3]:
            raise UsageError(f"{address} cannot be both {chosen[address]} and {found[3]}", hint="choose one of them")
    return chosen, paths
