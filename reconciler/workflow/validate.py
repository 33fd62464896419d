"""``validate``: syntax, schema and references, offline. Needs no key and loads no HTTP client."""

from __future__ import annotations

from reconciler.manifest import Loaded
from reconciler.workflow.setting import Reading, Setting, findings


def validate(setting: Setting, reading: Reading) -> Loaded:
    """Everything that can be known without asking the API; names in the ledger count as known."""
    return findings(setting, reading, known=setting.ledger.read().entries)
