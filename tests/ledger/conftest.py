"""Real processes on real folders, and real servers for ledgers that are elsewhere."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from reconciler.model.location import BucketLocation

from . import azurite
from .places import (
    Place,
    bucket_place,
    folder_place,
    http_place,
    inside_place,
    memory_place,
    raw_azure,
    raw_s3,
    s3_environment,
    s3_server,
)
from .stateserver import StateServer, serving

SERVED = {"s3", "az", "azure", "bucket", "container", "http", "gitlab"}
"""Fixtures and places that are a server."""


HERE: Mapping[str, Callable[[], Place]] = {
    "memory": memory_place,
    "inside": inside_place,
    "gitlab-inside": lambda: inside_place(gitlab=True),
}
"""Places that are shared and inside this process."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks a server, for those who run tests thousands of times."""
    for item in items:
        named = set(getattr(item, "fixturenames", ()))
        turn = getattr(item, "callspec", None)
        chosen = () if turn is None else [value for value in turn.params.values() if isinstance(value, str)]
        if not SERVED.isdisjoint(named) or not SERVED.isdisjoint(chosen):
            item.add_marker(pytest.mark.server)


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


NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A server that speaks S3, with the bucket ``ledgers``."""
    with s3_server() as url:
        httpx.put(
            f"{url}/ledgers", timeout=10, headers={"authorization": "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/s3/x"}
        )
        yield url


@pytest.fixture(scope="session")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Azurite, with the container ``ledgers``."""
    if azurite.COMMAND is None:
        pytest.skip(azurite.MISSING)
    with azurite.azurite(tmp_path_factory.mktemp("azurite")) as port:
        azurite.create_container(port, "ledgers")
        yield port


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A prefix of its own in the S3 bucket."""
    environment = s3_environment(s3)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    location = BucketLocation("s3", "ledgers", f"team-{next(NUMBERS)}")
    return bucket_place(location, raw_s3("ledgers"), environment)


@pytest.fixture
def http() -> Iterator[StateServer]:
    """A server of the Terraform protocol."""
    with serving() as server:
        yield server


@pytest.fixture
def gitlab() -> Iterator[StateServer]:
    """The same, as GitLab does it."""
    with serving(gitlab=True) as server:
        yield server


@pytest.fixture
def container(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A prefix of its own in the Azure container."""
    environment = azurite.environment(request.getfixturevalue("azure"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    location = BucketLocation("az", "ledgers", f"team-{next(NUMBERS)}")
    return bucket_place(location, raw_azure("ledgers"), environment)


def _place(request: pytest.FixtureRequest) -> Place:
    if (here := HERE.get(request.param)) is not None:
        return here()
    if request.param == "folder":
        return folder_place(request.getfixturevalue("folder"))
    if (fixture := {"s3": "bucket", "az": "container"}.get(request.param)) is not None:
        served: Place = request.getfixturevalue(fixture)
        return served
    return http_place(request.getfixturevalue(request.param))


@pytest.fixture(params=["folder", "memory", "inside", "gitlab-inside", "s3", "az", "http", "gitlab"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each place in its turn."""
    return _place(request)


@pytest.fixture(params=["memory", "inside", "gitlab-inside", "s3", "az", "http", "gitlab"])
def shared(request: pytest.FixtureRequest) -> Place:
    """Each place that several machines can share."""
    return _place(request)
