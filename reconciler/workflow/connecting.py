"""Which API an account means, and opening it: Telnyx, wherever ``TELNYX_BASE_URL`` points, or the emulator in here."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.api import ApiKey, Target
from reconciler.errors import ReconcilerError, UsageError
from reconciler.ledger.files import keep_out_of_git, open_private, private_folder
from reconciler.model.account import DEFAULT_BASE_URL, DEFAULT_RATE
from reconciler.model.ledger import Lease, Unending
from reconciler.model.sent import Sent
from reconciler.model.watching import Asked
from reconciler.workflow.setting import Setting

if TYPE_CHECKING:
    from reconciler.transport.wire import AsgiApp

UNENDING = Unending()
SANDBOX_KEY = "KEY_sandbox"
BASE_URL_VARIABLE = "TELNYX_BASE_URL"


def target(setting: Setting, lease: Lease = UNENDING) -> Target:
    """The API of the setting's account, written to while ``lease`` lasts. Raises UsageError for a bad key."""
    if setting.stand_in is not None:
        return replace(setting.stand_in, lease=lease)

    def sent(one: Sent) -> None:
        setting.around.requests(setting.account.name, one)
        setting.watch(Asked())

    if setting.is_sandbox:
        return Target(
            destination=sandbox_app(sandbox_database(setting)),
            key=ApiKey(SANDBOX_KEY, variable="the sandbox's key"),
            rate=math.inf,
            observer=sent,
            lease=lease,
        )
    variable = setting.account.key_variable
    key = setting.around.environment.get(variable, "")
    if not key:
        raise UsageError(
            f"{variable} is not set",
            hint=f"set {variable} to an API key of the account, or try --account sandbox, which needs none",
        )
    return Target(
        destination=endpoint(setting),
        key=ApiKey(key, variable=variable),
        base_url_variable=_where_set(setting),
        rate=setting.account.rate,
        observer=sent,
        lease=lease,
    )


def _where_set(setting: Setting) -> str:
    """What a message about the base URL must name."""
    if setting.account.base_url and setting.project.file:
        return f"accounts.{setting.account.name}.base_url in {setting.project.file.name}"
    return BASE_URL_VARIABLE


def endpoint(setting: Setting) -> str:
    """The base URL, or a name for the emulator: what the ledger remembers as the account's home."""
    if setting.is_sandbox:
        return "sandbox"
    chosen = setting.account.base_url or setting.around.environment.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL
    return chosen.rstrip("/")


def rate(setting: Setting) -> float:
    """Requests per second and endpoint that a plan may count on."""
    return math.inf if setting.is_sandbox else setting.account.rate or DEFAULT_RATE


def sandbox_database(setting: Setting) -> Path:
    """Where the built-in account keeps its data."""
    return setting.project.state_folder / "sandbox.db"


def sandbox_app(database: Path) -> AsgiApp:
    """The emulator over a file. Raises UsageError where the ``sandbox`` extra is not installed."""
    with sandbox_extra():
        from reconciler.sandbox.app import create_app  # noqa: PLC0415 - only this account needs the emulator
    private_folder(database.parent)
    keep_out_of_git(database.parent, str(os.getpid()))
    with emulated(database):
        os.close(open_private(database, os.O_RDWR))
        return create_app(database=str(database))


@contextmanager
def sandbox_extra() -> Iterator[None]:
    """Raise UsageError where the ``sandbox`` extra is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the sandbox needs the package {error.name}, which is not installed",
            hint="pip install 'telnyx-reconciler[sandbox]', or '.[sandbox]' in a checkout",
        ) from None


@contextmanager
def emulated(database: Path | None) -> Iterator[None]:
    """Turn a database that cannot be used into a ReconcilerError."""
    try:
        yield
    except OSError as error:
        raise ReconcilerError(
            f'the sandbox cannot use "{database or "its memory"}": {error}',
            hint="see what is at that path; a sandbox's data can be deleted, together with its ledger",
            code="sandbox",
        ) from None
