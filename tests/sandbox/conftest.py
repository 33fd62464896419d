"""Running emulators: a shared one with an account per test, and private ones with options."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from telnyx import Telnyx

from reconciler.sandbox.app import create_app
from reconciler.sandbox.server import running

from .site import Site, SiteFactory

KEY = "KEY_sandbox"


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """One HTTP client: building one costs more than most tests."""
    with httpx.Client(timeout=5, verify=False) as client:  # noqa: S501 - plain http on loopback
        yield client


@pytest.fixture(scope="session")
def shared() -> Iterator[str]:
    """The base URL of an emulator with nothing switched on."""
    with running(create_app()) as base:
        yield base


@pytest.fixture
def site(shared: str, http: httpx.Client, request: pytest.FixtureRequest) -> Site:
    """A fresh account of the shared emulator."""
    return Site(shared, http, f"KEY_{request.node.nodeid}".encode("ascii", "replace").decode())


@pytest.fixture
def start(http: httpx.Client) -> Iterator[SiteFactory]:
    """Starts emulators with the given options of `create_app`."""
    with ExitStack() as stack:

        def factory(**options: Any) -> Site:
            return Site(stack.enter_context(running(create_app(**options))), http, KEY)

        yield factory


@pytest.fixture
def sdk(site: Site) -> Telnyx:
    """The official client of `site`."""
    return site.sdk()
