"""One profile for every property test: the same examples on every run, so that a red suite means a broken promise."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from pytest import TerminalReporter  # noqa: PT013 - the name that its hook is documented with

settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")


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
