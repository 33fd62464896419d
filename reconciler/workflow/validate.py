"""``validate``: syntax, schema and references, offline. Needs no key and loads no HTTP client."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.manifest import Loaded
from reconciler.model.diagnostic import by_place
from reconciler.workflow.setting import Reading, Setting, findings


def validate(settings: Sequence[Setting], reading: Reading) -> Loaded:
    """Everything that can be known without asking anybody, of each account; names in the ledger count as known.

    PATHS belong to no account: they are read once, and the names of all ledgers count. Where a ledger is not on this
    machine, a reference may mean what it records: only ``plan`` can tell.
    """
    recorded = [setting.ledger.offline() for setting in settings]
    if not reading.whole:
        here = [ledger for ledger in recorded if ledger is not None]
        known = {address for ledger in here for address in ledger.entries}
        return findings(settings[0], reading, known=known if len(here) == len(recorded) else None)
    loaded = [
        findings(setting, reading, known=None if ledger is None else ledger.entries)
        for setting, ledger in zip(settings, recorded, strict=True)
    ]
    return Loaded(
        resources=tuple(resource for each in loaded for resource in each.resources),
        diagnostics=tuple(by_place(dict.fromkeys(finding for each in loaded for finding in each.diagnostics))),
        files=tuple(dict.fromkeys(file for each in loaded for file in each.files)),
    )
