"""A declaration that contradicts itself is found when the kind is loaded, not when a user clears a field."""

from __future__ import annotations

from typing import Annotated

import pytest

from reconciler.model.spec import Clear, Cleared, Spec, leaves_of, unstated


class Unclearable(Spec):
    """May be null, and nothing says what null means."""

    url: str | None = unstated


class NeverNull(Spec):
    """Says how it is cleared, and cannot be null."""

    url: Annotated[str, Cleared(Clear.NULL)] = unstated


@pytest.mark.parametrize("spec", [Unclearable, NeverNull])
def test_null_and_how_to_clear_go_together(spec: type[Spec]) -> None:
    """One without the other is a mistake of the kind's author, and names the field."""
    with pytest.raises(TypeError, match=f"{spec.__name__}.url"):
        leaves_of(spec)
