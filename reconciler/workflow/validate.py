"""``validate``: syntax, schema and references, offline. Needs no key and loads no HTTP client."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.manifest import Loaded
from reconciler.model.diagnostic import by_place
from reconciler.workflow.setting import Reading, Setting, findings


def validate(settings: Sequence[Setting], reading: Reading) -> Loaded:
    """Everything that can be known without asking the API, of each account; names in the ledger count as known.

    PATHS belong to no account: they are read once, and the names of all ledgers count.
    """
    if not reading.whole:
        known = {address for setting in settings for address in setting.ledger.read().entries}
        return findings(settings[0], reading, known=known)
    loaded = [findings(setting, reading, known=setting.ledger.read().entries) for setting in settings]
    return Loaded(
        resources=tuple(resource for each in loaded for resource in each.resources),
        diagnostics=tuple(by_place(dict.fromkeys(finding for each in loaded for finding in each.diagnostics))),
        files=tuple(dict.fromkeys(file for each in loaded for file in each.files)),
    )
