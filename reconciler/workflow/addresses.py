"""Addresses that are at hand without the API: what completions offer, and what a mistyped one may have meant.

Manifests are read for their kind and name alone, and neither checked nor filled in; of ledgers only those on this
machine. It ends after ``seconds`` with what was found by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os.path import relpath
from typing import Any

from reconciler.ledger.local import LocalLedger
from reconciler.manifest.discovery import STDIN, discover
from reconciler.manifest.documents import DocumentStream
from reconciler.manifest.reading import MAX_BYTES, Unusable, read_bounded
from reconciler.model.address import Address
from reconciler.workflow.setting import Setting, Surroundings, prepare_each


async def addresses_at_hand(
    around: Surroundings, account: str | None, *, clock: Callable[[], float], seconds: float = 0.5
) -> list[Address]:
    """In order, of every account where none is chosen. Raises ReconcilerError for settings that cannot be used."""
    end = clock() + seconds
    found: set[Address] = set()
    for setting in prepare_each(around, account):
        if isinstance(setting.ledger, LocalLedger):
            found.update((await setting.ledger.snapshot()).ledger.entries)
        for address in _declared(setting):
            found.add(address)
            if clock() > end:
                return sorted(found)
    return sorted(found)


def _declared(setting: Setting) -> Iterator[Address]:
    root = setting.project.root
    paths = [relpath(root / path, setting.around.folder) for path in setting.account.paths if path != STDIN]
    for file in discover(paths, root).files:
        try:
            data = read_bounded(file.path, MAX_BYTES) if file.path is not None else b""
        except Unusable:
            continue
        for document in DocumentStream(data, file.shown):
            yield from _address(document.value, setting)


def _address(value: Any, setting: Setting) -> Iterator[Address]:
    match value:
        case {"kind": str(kind), "metadata": {"name": str(name)}} if kind in setting.kinds:
            yield Address(kind, name)
        case _:
            pass
