"""``validate``: syntax, schema and references, offline. Needs no key and loads no HTTP client."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.manifest import Loaded
from reconciler.model.diagnostic import by_place
from reconciler.workflow.setting import Reading, Setting, findings


def validate(settings: Sequence[Setting], reading: Reading) -> Loaded:
    """Everything that can be known without asking anybody, of each account; names in the ledger count as known.

    PATHS belong to no account: the names of all ledgers count, and where there are no variables, which differ, they are
    read once. Where a ledger is not on this machine, a reference may mean what it records: only ``plan`` can tell.
    """
    recorded = [setting.ledger.offline() for setting in settings]
    if reading.whole:
        known = [None if ledger is None else frozenset(ledger.entries) for ledger in recorded]
    else:
        here = [ledger for ledger in recorded if ledger is not None]
        every = frozenset(address for ledger in here for address in ledger.entries)
        known = [every if len(here) == len(recorded) else None] * len(settings)
        settings = settings if settings[0].project.variables else settings[:1]
    loaded = [findings(setting, reading, known=names) for setting, names in zip(settings, known, strict=False)]
    if len(loaded) == 1:
        return loaded[0]
    resources = {(resource.file, resource.address): resource for each in loaded for resource in each.resources}
    return Loaded(
        resources=tuple(resources.values()),
        diagnostics=tuple(by_place(dict.fromkeys(finding for each in loaded for finding in each.diagnostics))),
        files=tuple(dict.fromkeys(file for each in loaded for file in each.files)),
    )
