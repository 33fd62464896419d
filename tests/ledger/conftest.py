"""Real processes on real folders, and real servers for ledgers that are elsewhere."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
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
    raw_azure,
    raw_s3,
    s3_environment,
    s3_server,
)
from .stateserver import StateServer, serving

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
    match request.param:
        case "folder":
            return folder_place(request.getfixturevalue("folder"))
        case "s3":
            bucket: Place = request.getfixturevalue("bucket")
            return bucket
        case "az":
            container: Place = request.getfixturevalue("container")
            return container
        case name:
            return http_place(request.getfixturevalue(name))


@pytest.fixture(params=["folder", "s3", "az", "http", "gitlab"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each place in its turn."""
    return _place(request)


@pytest.fixture(params=["s3", "az", "http", "gitlab"])
def shared(request: pytest.FixtureRequest) -> Place:
    """Each place that several machines can share."""
    return _place(request)
