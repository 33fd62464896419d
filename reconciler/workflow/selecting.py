"""Which addresses ``--kind`` and ``--label`` mean. A word that means nothing is a typing error."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reconciler.errors import UsageError
from reconciler.manifest.wording import suggestion
from reconciler.model.address import Address
from reconciler.model.kind import Kinds
from reconciler.model.resource import Resource
from reconciler.model.selector import Selector


def selected_addresses(
    kinds: Kinds, selector: Selector, resources: Sequence[Resource], recorded: Collection[Address]
) -> frozenset[Address] | None:
    """What is declared or recorded and meant; None where everything is.

    Raises UsageError for a kind that there is not, a label that no manifest has, and for what selects nothing.
    """
    if not selector:
        return None
    for kind in sorted(selector.kinds):
        if kind not in kinds:
            raise UsageError(f"--kind {kind}: no such kind", hint=suggestion(kind, kinds, "kinds"))
    having = {f"{key}={value}" for resource in resources for key, value in resource.labels.items()}
    for label in (f"{key}={value}" for key, value in selector.labels):
        if label not in having:
            hint = suggestion(label, having, "labels") or "no manifest has labels: write metadata.labels"
            raise UsageError(f"--label {label}: no manifest that was read has it", hint=hint)
    labels = {resource.address: resource.labels for resource in resources}
    chosen = frozenset(one for one in {*labels, *recorded} if selector.selects(one, labels.get(one)))
    if not chosen:
        words = [f"--kind {kind}" for kind in sorted(selector.kinds)]
        words += [f"--label {key}={value}" for key, value in selector.labels]
        raise UsageError(f"{' '.join(words)}: nothing is declared or recorded that is all of this", hint="take one out")
    return chosen
