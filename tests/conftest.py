"""How the suite runs: the same examples on every run, so that a red suite means a broken promise; long tests first."""

from __future__ import annotations

import gc
import importlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from pytest import TerminalReporter  # noqa: PT013 - the name that its hook is documented with

settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Modules and tests live until the end: the garbage collector need not walk them now, nor again and again later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long ones, so that no worker goes through one alone in the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Have each worker go through a part of the folders and help the others in the end.

    What a folder needs (a server, a browser, an import) is then made once. xdist's own choice deals tests out in turn.
    """
    if config.getvalue("dist") != "load":
        return None
    worksteal = importlib.import_module("xdist.scheduler.worksteal")  # which -p no:xdist need not have

    return worksteal.WorkStealingScheduling(config, log)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say how many random worlds a soak went through, and what happened in them."""
    tally: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        for name, counts in report.user_properties:
            if name == "worlds":
                tally.update(counts)
    if tally:
        terminalreporter.section("random worlds")
        for name in sorted(tally):
            terminalreporter.write_line(f"{tally[name]:>8}  {name}")
