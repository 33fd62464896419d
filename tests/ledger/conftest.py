"""Real processes on real folders."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def command(folder: Path, *arguments: object) -> list[str]:
    """The command line of ``run.py``."""
    return [sys.executable, "-m", "tests.ledger.run", str(folder), *map(str, arguments)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the ledger will be; not created yet."""
    return tmp_path / ".reconciler"


@pytest.fixture
def apply(folder: Path) -> Run:
    """Run ``run.py`` on the folder until it ends."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command(folder, *arguments), capture_output=True, text=True, check=False, timeout=60)

    return run
