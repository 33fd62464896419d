"""Everything that the sandbox can be asked to do wrong stands in its page."""

from pathlib import Path

import pytest

from reconciler.sandbox.faults import EFFECTS
from reconciler.sandbox.quirks import MEANING

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*EFFECTS, *MEANING])
def test_every_fault_and_quirk_is_documented(name: str) -> None:
    """A switch that nobody can find does not exist."""
    assert f"\n| `{name}` |" in PAGE
