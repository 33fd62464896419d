"""Random worlds, a few of them: the laws of the design in whatever order things go wrong (``make soak`` runs many)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.worlds.machine import Worlds

FEW = settings(
    max_examples=60,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.long
def test_random_worlds() -> None:
    """Every law after every step, and convergence at the end of each world."""
    run_state_machine_as_test(Worlds, settings=FEW)
