"""What a shell offers for a word that is being typed. Offline and quick; whatever goes wrong, it offers nothing.

What is slow to import is imported when it is asked for: every command loads this module, and no word is completed then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from reconciler.errors import ReconcilerError

if TYPE_CHECKING:  # which would load pydantic
    from reconciler.model.kind import ResourceKind

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Whatever the shell itself offers for a path."""
    return [CompletionItem(incomplete, type="file")]


def words(found: Callable[[click.Context, str], Iterable[str]]) -> Completer:
    """Those of ``found`` that begin with what is typed."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            return [CompletionItem(word) for word in found(context, incomplete) if word.startswith(incomplete)]
        except Exception:  # noqa: BLE001 - a traceback in the middle of typing helps nobody
            return []

    return complete


def addresses_near(account: str | None) -> list[str]:
    """``Kind/name`` of what is declared and recorded here; nothing where that cannot be told."""
    from reconciler.cli.terminal import surroundings  # noqa: PLC0415 - loads every format
    from reconciler.workflow.addresses import addresses_at_hand  # noqa: PLC0415 - loads YAML and the ledger

    try:
        found = asyncio.run(addresses_at_hand(surroundings(), account, clock=time.monotonic))
    except (ReconcilerError, OSError):
        return []
    return [str(address) for address in found]


def _addresses(context: click.Context, _: str) -> Iterable[str]:
    return addresses_near(context.params.get("account"))


def _taking_codes(context: click.Context, _: str) -> Iterable[str]:
    return _of_kinds(context, lambda kind: kind.codes is not None)


def _taking_papers(context: click.Context, _: str) -> Iterable[str]:
    return _of_kinds(context, lambda kind: kind.papers is not None)


def _of_kinds(context: click.Context, able: Callable[[ResourceKind], bool]) -> Iterable[str]:
    from reconciler.resources import kinds  # noqa: PLC0415 - loads every kind

    known = kinds()
    near = addresses_near(context.params.get("account"))
    return [one for one in near if (kind := known.get(one.split("/")[0])) is not None and able(kind)]


def _accounts(_: click.Context, __: str) -> Iterable[str]:
    from reconciler.manifest.project import find_project  # noqa: PLC0415 - loads YAML and pydantic
    from reconciler.model.account import SANDBOX_ACCOUNT  # noqa: PLC0415 - comes with the project

    return [*find_project(Path.cwd()).accounts, SANDBOX_ACCOUNT]


def _several_accounts(context: click.Context, incomplete: str) -> Iterable[str]:
    named = incomplete.rpartition(",")[0]
    before = f"{named}," if named else ""
    return [before + name for name in _accounts(context, incomplete) if name not in named.split(",")]


def _subjects(_context: click.Context, incomplete: str) -> Iterator[str]:
    from reconciler.resources import kinds  # noqa: PLC0415 - loads every kind
    from reconciler.workflow.explain import explain  # noqa: PLC0415 - loads pydantic
    from reconciler.workflow.pages import pages  # noqa: PLC0415 - loads a TOML reader

    kind, dot, __ = incomplete.partition(".")
    if dot:
        explained = explain(kinds(), kind)
        yield from (f"{kind}.{field.path.removeprefix('spec.')}" for field in getattr(explained, "fields", ()))
        return
    yield from kinds()
    if incomplete:
        yield from pages()


def _schemas(_: click.Context, __: str) -> Iterable[str]:
    from reconciler.resources import kinds  # noqa: PLC0415 - loads every kind
    from reconciler.workflow.schema import schemas  # noqa: PLC0415 - loads pydantic and YAML

    return sorted(schemas(kinds()))


def _kinds(_: click.Context, __: str) -> Iterable[str]:
    from reconciler.resources import kinds  # noqa: PLC0415 - see above

    return sorted(kinds())


def _guards(_: click.Context, __: str) -> Iterable[str]:
    from reconciler.planner.guards import guard_names  # noqa: PLC0415 - loads pydantic
    from reconciler.resources import kinds  # noqa: PLC0415 - loads every kind

    return sorted(guard_names(kinds()))


addresses = words(_addresses)
taking_codes = words(_taking_codes)
taking_papers = words(_taking_papers)
accounts = words(_accounts)
several_accounts = words(_several_accounts)
subjects = words(_subjects)
schema_names = words(_schemas)
guards = words(_guards)
kind_names = words(_kinds)
