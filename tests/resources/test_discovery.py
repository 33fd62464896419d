"""Kinds are found by looking, quickly, and without waking the network."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.resources import kinds


def test_every_kind_stands_under_its_own_name_in_order() -> None:
    """The order of the mapping is the order of every listing."""
    assert list(kinds()) == sorted(kinds())
    assert all(kind.name == name for name, kind in kinds().items())


def test_the_first_five_kinds_are_there() -> None:
    """By name, so that none gets lost in a move."""
    assert {
        "AlphanumericSenderId",
        "AutoResponse",
        "HostedNumberOrder",
        "MessagingProfile",
        "RcsAgent",
    } <= kinds().keys()


def test_two_kinds_of_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever came second would silently win."""
    once = pkgutil.iter_modules

    def twice(*arguments: Any) -> Iterator[pkgutil.ModuleInfo]:
        yield from once(*arguments)
        yield from once(*arguments)

    monkeypatch.setattr(pkgutil, "iter_modules", twice)
    with pytest.raises(TypeError, match="two kinds are named"):
        kinds.__wrapped__()


def test_looking_loads_nothing_heavy() -> None:
    """``validate`` and ``--help`` need no network library, differ, YAML parser or terminal."""
    heavy = "{'httpx', 'deepdiff', 'rich', 'yaml', 'starlette'}"
    script = f"import sys; from reconciler.resources import kinds; kinds(); print({heavy} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"
