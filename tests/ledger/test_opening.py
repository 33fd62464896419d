"""From the place that reconciler.yaml names to a ledger: which sort, with which settings and credentials."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.errors import LedgerError, UsageError
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.objects import ObjectLedger
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.remote import RemoteLedger
from reconciler.ledger.remote_client import PASSWORD, USERNAME
from reconciler.model.location import BucketLocation, FolderLocation, HttpLocation

from .cases import SINCE, seen
from .refusing import refused
from .shelf import PLACE, WHERE
from .stateserver import SECRET, USER, StateServer, serving


def test_which_store_a_location_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder below the project, which is not hidden from git; a bucket; a document with its credentials."""
    here = open_ledger(FolderLocation("state"), "work", root=tmp_path, environment={})
    assert isinstance(here, LocalLedger)
    assert (here.account, here.path) == ("work", tmp_path / "state" / "work.ledger.json")

    async def lock() -> None:
        async with here.lock("reconciler apply", SINCE):
            pass

    asyncio.run(lock())
    assert not (tmp_path / "state" / ".gitignore").exists()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    there = open_ledger(PLACE, "work", root=tmp_path, environment={"AWS_ACCESS_KEY_ID": "x"})
    assert isinstance(there, ObjectLedger)
    assert (there.account, there.where) == ("work", WHERE)
    far = open_ledger(HttpLocation("http://127.0.0.1:9/x"), "work", root=tmp_path, environment={})
    assert isinstance(far, RemoteLedger)
    assert (far.account, far.where) == ("work", "http://127.0.0.1:9/x")


def test_a_bucket_is_opened_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The location and the environment of the project; settings that make no sense are told then."""
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    store = open_ledger(BucketLocation("az", "container", "p"), "work", root=Path(), environment={})
    with refused() as told:
        seen(store)
    assert told.summary == '"az://container/p" cannot be used with these settings'


@pytest.fixture(scope="module")
def served() -> Iterator[StateServer]:
    """A server that wants a password."""
    with serving() as server:
        yield server


@pytest.mark.parametrize(
    ("environment", "authorized"),
    [
        ({USERNAME: USER, PASSWORD: SECRET}, True),
        ({USERNAME: USER}, False),
        ({PASSWORD: SECRET}, False),
        ({}, False),
    ],
)
def test_a_document_is_asked_with_the_credentials_of_the_environment(
    environment: dict[str, str], authorized: bool, served: StateServer
) -> None:
    """Name and password, or nothing at all."""
    store = open_ledger(HttpLocation(f"{served.base}/state/one"), "work", root=Path(), environment=environment)
    if authorized:
        assert not seen(store).exists
    else:
        with pytest.raises(LedgerError, match=r"refuses these credentials \(401\)"):
            seen(store)


def test_a_document_on_a_strange_address_is_refused() -> None:
    """The variable is named as reconciler.yaml has it."""
    store = open_ledger(HttpLocation("http://state.example.com/x"), "work", root=Path(), environment={})
    with pytest.raises(UsageError, match=r"accounts\.work\.ledger"):
        seen(store)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({USERNAME: USER, PASSWORD: SECRET}, (USER, SECRET)),
        ({USERNAME: USER}, (USER, "")),
        ({PASSWORD: SECRET}, ("", SECRET)),
        ({}, None),
    ],
)
def test_how_a_document_is_asked(environment: dict[str, str], told: tuple[str, str] | None) -> None:
    """With what there is of credentials, and for half a minute at most."""
    store: Any = open_ledger(HttpLocation("https://state.example.com"), "work", root=Path(), environment=environment)

    async def run() -> None:
        async with store._open() as server:
            assert server._total == 30
            auth = server._client.auth
            header = None if auth is None else auth._auth_header
            assert header == (None if told is None else httpx.BasicAuth(*told)._auth_header)

    asyncio.run(run())
