"""Ten thousand random worlds (``make soak``). Each run draws others; a failure names its seed."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Callable
from typing import ClassVar

import pytest
from hypothesis import seed as seeded, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.worlds.machine import Worlds
from tests.worlds.test_worlds import FEW

CHUNKS, WORLDS_EACH = 80, 125
MANY = settings(FEW, max_examples=WORLDS_EACH, derandomize=False, print_blob=False)
SEED = "WORLDS_SEED"


@pytest.mark.soak
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_random_worlds(chunk: int, record_property: Callable[[str, object], None]) -> None:
    """The laws of ``test_worlds``, in worlds that nobody has seen before."""
    seed = int(os.environ.get(SEED) or secrets.randbelow(1 << 32)) + chunk
    print(f"to draw these worlds again: {SEED}={seed} and chunk 0")  # noqa: T201 - pytest shows it with a failure

    class Universe(Worlds):
        """Counts for itself."""

        tally: ClassVar[Counter[str]] = Counter()

    run_state_machine_as_test(seeded(seed)(Universe), settings=MANY)
    assert Universe.tally["scenarios"] >= WORLDS_EACH
    record_property("worlds", dict(Universe.tally))
