"""``reconciler.yaml``: which accounts a project has and which manifests belong to each."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reconciler.errors import InvalidInput
from reconciler.manifest.discovery import PROJECT_FILE, visible_path
from reconciler.manifest.documents import Document, DocumentStream
from reconciler.manifest.places import AnyPlaces
from reconciler.manifest.project_file import AccountBlock, ProjectFile
from reconciler.manifest.reading import Unusable, read_bounded
from reconciler.manifest.rewording import Checked, reworded
from reconciler.manifest.syntax import wrong_encoding
from reconciler.manifest.variables import account_variables, declared_variables, wrong_values
from reconciler.manifest.wording import error, named
from reconciler.model.account import DEFAULT_ACCOUNT, SANDBOX_ACCOUNT, Account, Project
from reconciler.model.diagnostic import Diagnostic, by_place
from reconciler.model.drift_rule import IgnoreRule
from reconciler.model.location import HttpLocation, LedgerLocation, parse_location
from reconciler.model.source import Source
from reconciler.model.variable import Variable

MAX_BYTES = 1024 * 1024


def find_project(start: Path) -> Project:
    """The project that ``start`` lies in: the nearest ``reconciler.yaml``, upwards. Raises InvalidInput.

    Without one, ``start`` is a project of its own with one account.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        file = folder / PROJECT_FILE
        if os.path.lexists(file):
            return read_project(file)
    return Project(root=start, accounts={DEFAULT_ACCOUNT: Account(DEFAULT_ACCOUNT)})


def read_project(file: Path) -> Project:
    """Read one ``reconciler.yaml``. Raises InvalidInput with everything that is wrong."""
    shown = visible_path(os.path.relpath(file))
    documents, findings = _documents(file, shown)
    if len(documents) > 1:
        findings.append(
            error("syntax", "one document is enough here", documents[1].places(()), hint="remove the second ---")
        )
    settings = _validated(documents[0], findings) if documents else None
    if findings:
        raise InvalidInput(by_place(findings))
    if settings is None:
        return Project(root=file.parent, file=file, accounts={DEFAULT_ACCOUNT: Account(DEFAULT_ACCOUNT)})
    places = documents[0].places
    variables = declared_variables(settings.variables or {}, places)
    accounts = {name: _account(name, block, variables, places) for name, block in (settings.accounts or {}).items()}
    return Project(
        root=file.parent,
        name=settings.project,
        file=file,
        files_from=tuple(file.parent / folder for folder in settings.files_from or ()),
        accounts=accounts or {DEFAULT_ACCOUNT: Account(DEFAULT_ACCOUNT, variables=variables)},
        variables=variables,
        people={user.casefold(): name for user, name in (settings.people or {}).items()},
        ignored_drift=_ignored(settings, places),
    )


def _documents(file: Path, shown: str) -> tuple[Sequence[Document], list[Diagnostic]]:
    try:
        data = read_bounded(file, MAX_BYTES)
    except Unusable as unusable:
        return (), [error(unusable.code, f"the file {unusable.reason}", Source(shown), hint=unusable.hint)]
    encoding = wrong_encoding(data, shown)
    if encoding is not None:
        return (), [encoding]
    stream = DocumentStream(data, shown)
    return list(stream), stream.findings


def _validated(document: Document, findings: list[Diagnostic]) -> ProjectFile | None:
    value: Any = document.value
    if not isinstance(value, dict):
        findings.append(error("wrong-type", f"the document must be a mapping, not {named(value)}", document.places(())))
        return None
    accounts = value.get("accounts")
    if isinstance(accounts, dict) and SANDBOX_ACCOUNT in accounts:
        findings.append(
            error(
                "reserved-name",
                f'the account "{SANDBOX_ACCOUNT}" is built in',
                document.places.of_key(("accounts", SANDBOX_ACCOUNT)),
                hint="choose another name",
            )
        )
    findings += wrong_values(value, document.places)
    try:
        return ProjectFile.model_validate(value)
    except ValidationError as problem:
        findings += reworded(problem, Checked(ProjectFile, value, document.places))
        return None


def _ignored(settings: ProjectFile, places: AnyPlaces) -> tuple[IgnoreRule, ...]:
    rules = (settings.drift.ignore or ()) if "drift" in settings.model_fields_set else ()
    return tuple(
        IgnoreRule(
            address=rule.address,
            field=rule.field,
            reason=rule.reason,
            expires=date.fromisoformat(rule.expires) if rule.expires else None,
            source=places(("drift", "ignore", index)),
        )
        for index, rule in enumerate(rules)
    )


def _account(name: str, block: AccountBlock, variables: Mapping[str, Variable], places: AnyPlaces) -> Account:
    defaults = Account(name)
    allowed = tuple(block.guards.allow or ()) if "guards" in block.model_fields_set else ()
    return Account(
        name=name,
        paths=tuple(block.paths or defaults.paths),
        key_variable=block.key_variable or defaults.key_variable,
        base_url=block.base_url,
        rate=block.rate,
        allowed_guards=allowed,
        guard_sources=tuple(places(("accounts", name, "guards", "allow", index)) for index in range(len(allowed))),
        ledger=_ledger(block),
        variables=account_variables(name, block, variables, places),
    )


def _ledger(block: AccountBlock) -> LedgerLocation | None:
    location = parse_location(block.ledger) if block.ledger else None
    if isinstance(location, HttpLocation) and "ledger_lock" in block.model_fields_set:
        lock = block.ledger_lock
        return HttpLocation(
            location.address,
            lock_address=lock.address or location.lock_address,
            lock_method=lock.method or location.lock_method,
            unlock_method=lock.unlock_method or location.unlock_method,
        )
    return location
