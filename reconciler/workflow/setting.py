"""Where a command works: the machine around it, the project, the account, its kinds and its ledger."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import InvalidInput, UsageError
from reconciler.ledger.local import LocalLedger
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.store import LedgerStore
from reconciler.manifest import Loaded, find_project, load
from reconciler.model.account import DEFAULT_ACCOUNT, SANDBOX_ACCOUNT, Account, Project
from reconciler.model.address import Address
from reconciler.model.diagnostic import has_errors
from reconciler.model.kind import Kinds
from reconciler.model.sent import Sent
from reconciler.model.watching import Watch, unwatched
from reconciler.resources import kinds

if TYPE_CHECKING:
    from reconciler.api import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a command may touch of the machine, as arguments."""

    folder: Path
    environment: Mapping[str, str]
    stdin: Callable[[], bytes]
    now: Callable[[], datetime]
    command: str
    """As typed, for the lock: it tells others what they wait for."""
    requests: Callable[[str, Sent], None] = lambda _account, _sent: None
    """Told of every attempt to ask an account's API, with the account's name. It must be quick and must not raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One command's project and account."""

    around: Surroundings
    project: Project
    account: Account
    kinds: Kinds
    ledger: LedgerStore
    stand_in: Target | None = None
    """What takes the place of the account's API, and of all ways to it, while an apply is rehearsed."""
    watch: Watch = unwatched
    """Who is told how far a long look at the account has come."""

    @property
    def is_sandbox(self) -> bool:
        """Whether the account is the emulator in this process."""
        return self.account.name == SANDBOX_ACCOUNT


def prepare(around: Surroundings, account: str | None) -> Setting:
    """Find the project upwards from the current folder and choose the account.

    Raises InvalidInput for a broken ``reconciler.yaml`` and UsageError for an account that it does not know.
    """
    return prepare_in(around, find_project(around.folder), account)


def prepare_in(around: Surroundings, project: Project, account: str | None) -> Setting:
    """As ``prepare``, in a project that is known. Raises UsageError."""
    chosen = _account(project, account)
    return Setting(
        around=around,
        project=project,
        account=chosen,
        kinds=kinds(),
        ledger=ledger_of(project, chosen, around.environment),
    )


def ledger_of(project: Project, account: Account, environment: Mapping[str, str]) -> LedgerStore:
    """Where the account says, else in the project's state folder. Nothing is asked yet."""
    if account.ledger is None:
        return LocalLedger(project.state_folder, account.name)
    return open_ledger(account.ledger, account.name, root=project.root, environment=environment)


def prepare_each(around: Surroundings, account: str | None) -> list[Setting]:
    """As ``prepare``; every account in its turn where several are declared and none is chosen."""
    declared = find_project(around.folder).accounts
    if account is not None or len(declared) == 1:
        return [prepare(around, account)]
    return [prepare(around, name) for name in declared]


def _account(project: Project, name: str | None) -> Account:
    known = project.accounts
    if name == SANDBOX_ACCOUNT:
        if len(known) > 1:
            return Account(SANDBOX_ACCOUNT, paths=(), variables=project.variables)
        [only] = known.values()
        return Account(SANDBOX_ACCOUNT, paths=only.paths, variables=only.variables)
    if name is not None and "," in name:
        raise UsageError(
            f'this command works on one account, and --account "{name}" names several',
            hint="; ".join(f"--account {one}" for one in name.split(",") if one) or "give --account NAME",
        )
    if name is None and len(known) == 1:
        return next(iter(known.values()))
    wanted = DEFAULT_ACCOUNT if name is None else name
    if wanted in known:
        return known[wanted]
    listed = ", ".join(sorted([*known, SANDBOX_ACCOUNT]))
    if name is None:
        raise UsageError("several accounts are declared", hint=f"choose one with --account: {listed}")
    if project.file is None:
        where = f"there is no reconciler.yaml; without one the accounts are {DEFAULT_ACCOUNT} and {SANDBOX_ACCOUNT}"
    else:
        where = f"declared in {project.file}: {listed}"
    raise UsageError(f'no account "{name}"', hint=where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which manifests a command reads. No ``paths`` means the account's own, and all of them.

    ``instead`` are files that are about to be written, by the name that ledgers keep: paths need not exist yet then.
    ``environment`` says what they will find there.
    """

    paths: Sequence[str] = ()
    allow_empty: bool = False
    instead: Mapping[str, bytes] | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> bool:
        """Whether every manifest of the account is read, so that what is missing was removed."""
        return not self.paths


def places(setting: Setting, reading: Reading) -> list[Path]:
    """The files and folders that are read; standard input is none."""
    given = [setting.around.folder / path for path in reading.paths if path != "-"]
    return given if reading.paths else [setting.project.root / path for path in setting.account.paths]


def read_manifests(setting: Setting, reading: Reading, known: Collection[Address] | None = ()) -> Loaded:
    """Load and validate. Raises InvalidInput with every finding when any of them is an error."""
    loaded = findings(setting, reading, known)
    if has_errors(loaded.diagnostics):
        raise InvalidInput(loaded.diagnostics)
    return loaded


def findings(setting: Setting, reading: Reading, known: Collection[Address] | None = ()) -> Loaded:
    """As ``read_manifests``, and errors are an answer: for ``validate``. ``known`` None: the ledger was not asked."""
    around, root = setting.around, setting.project.root
    if not reading.paths and not setting.account.paths:
        raise UsageError(
            "several accounts are declared, each with manifests of its own",
            hint=f"say which of them to try on the {setting.account.name}: give PATHS",
        )
    own = [os.path.relpath(root / path, around.folder) for path in setting.account.paths]
    paths = list(reading.paths) or own
    if reading.instead is not None:
        paths = [path for path in paths if os.path.lexists(around.folder / path)]
    return load(
        paths,
        kinds=setting.kinds,
        project_root=root,
        environment={**around.environment, **reading.environment},
        files_from=setting.project.files_from,
        stdin=around.stdin,
        known=known,
        allow_empty=reading.allow_empty,
        variables=setting.account.variables,
        account=setting.account.name,
        instead=reading.instead,
    )
