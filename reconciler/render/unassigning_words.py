"""What a delete takes off its object first, each by name: the same in every format that people read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reconciler.model.kind import Attached
from reconciler.render.escape import visible


def unassigning_words(unassigned: Sequence[Attached], quote: Callable[[str], str] = visible) -> str:
    """One line, however many they are: a reviewer agrees to each. ``quote`` makes the names harmless for the format."""
    kinds: dict[str, list[str]] = {}
    for one in unassigned:
        kinds.setdefault(one.what, []).append(quote(one.label))
    named = "; ".join(f"{visible(what)} {', '.join(labels)}" for what, labels in kinds.items())
    return f"unassigns {len(unassigned):,} first: {named}"
