"""One Telnyx account with its settings, and the project that it belongs to. ``reconciler.yaml`` says, or defaults."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.model.drift_rule import IgnoreRule
from reconciler.model.location import LedgerLocation
from reconciler.model.source import Source
from reconciler.model.variable import Variable

STATE_FOLDER = ".reconciler"
DEFAULT_BASE_URL = "https://api.telnyx.com/v2"
DEFAULT_RATE = 9.5
"""Requests per second and endpoint. Telnyx tells standard accounts 10; exactly 10 draws 429s (design §5)."""

DEFAULT_KEY_VARIABLE = "TELNYX_API_KEY"
DEFAULT_ACCOUNT = "default"
"""The account of a project that declares none."""

SANDBOX_ACCOUNT = "sandbox"
"""The built-in account: an emulator in this process, its data and its own ledger beside the others."""


def account_option(account: str) -> str:
    """What a command needs behind it to mean this account; nothing for the one that a bare command means."""
    return "" if account == DEFAULT_ACCOUNT else f" --account {shlex.quote(account)}"


@dataclass(frozen=True, slots=True)
class Account:
    """Where requests go and which manifests belong there. ``base_url`` None means: the environment, else Telnyx.

    ``guard_sources`` are the places of ``allowed_guards``, one each. ``ledger`` None means: in the state folder.
    ``variables`` are all that are declared, as this account has them.
    """

    name: str
    paths: tuple[str, ...] = (".",)
    key_variable: str = DEFAULT_KEY_VARIABLE
    base_url: str | None = None
    rate: float | None = None
    allowed_guards: tuple[str, ...] = ()
    guard_sources: tuple[Source, ...] = ()
    ledger: LedgerLocation | None = None
    variables: Mapping[str, Variable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Project:
    """The folder that holds ``reconciler.yaml`` (or the current one), the project's name, and its accounts.

    ``files_from`` are folders outside of it that ``${file:…}`` may read from. ``variables`` are as declared.
    ``people`` are names by user id, in lower case.
    ``ignored_drift`` are rules for all accounts.
    """

    root: Path
    name: str = "default"
    file: Path | None = None
    accounts: Mapping[str, Account] = field(default_factory=dict)
    files_from: tuple[Path, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    ignored_drift: tuple[IgnoreRule, ...] = ()

    @property
    def state_folder(self) -> Path:
        """Where local ledgers, journals, locks and the sandbox's data live."""
        return self.root / STATE_FOLDER
