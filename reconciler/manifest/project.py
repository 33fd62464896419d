"""``reconciler.yaml``: which accounts a project has and which manifests belong to each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from reconciler.errors import InvalidInput
from reconciler.manifest.discovery import PROJECT_FILE, visible_path
from reconciler.manifest.documents import Document, DocumentStream
from reconciler.manifest.envelope import LocalName
from reconciler.manifest.places import AnyPlaces
from reconciler.manifest.reading import Unusable, read_bounded
from reconciler.manifest.rewording import Checked, reworded
from reconciler.manifest.syntax import wrong_encoding
from reconciler.manifest.wording import error, named
from reconciler.model.account import SANDBOX_ACCOUNT, Account, Project
from reconciler.model.diagnostic import Diagnostic, by_place
from reconciler.model.location import FORMS, HttpLocation, LedgerLocation, parse_location, same_server
from reconciler.model.source import Source
from reconciler.model.spec import unstated

DEFAULT_ACCOUNT = "default"
MAX_BYTES = 1024 * 1024
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class GuardsBlock(BaseModel):
    """Which guards this account never minds."""

    model_config = _STRICT

    allow: Annotated[list[str], Field(description="GUARD or GUARD:ADDRESS")] = unstated


def _location(text: str) -> str:
    try:
        parse_location(text)
    except ValueError as error:  # which does not quote the value: it may hold a password
        raise PydanticCustomError("bad-ledger", "{reason}", {"reason": str(error), "hint": f"write {FORMS}"}) from None
    return text


class LedgerLockBlock(BaseModel):
    """How a server that speaks Terraform's HTTP protocol locks, where that is not as the protocol proposes."""

    model_config = _STRICT

    address: Annotated[str, Field(min_length=1, description="where it locks; absent: the ledger's address")] = unstated
    method: Annotated[str, Field(pattern=r"^[A-Z]+$", description="absent: LOCK")] = unstated
    unlock_method: Annotated[str, Field(pattern=r"^[A-Z]+$", description="absent: UNLOCK")] = unstated


class AccountBlock(BaseModel):
    """One Telnyx account."""

    model_config = _STRICT

    paths: Annotated[list[str], Field(min_length=1, description="files and folders, relative to this file")] = unstated
    key_variable: Annotated[
        str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="the environment variable that holds the API key")
    ] = unstated
    base_url: Annotated[str, Field(min_length=1, description="another endpoint: https, or loopback")] = unstated
    rate: Annotated[float, Field(gt=0, allow_inf_nan=False, description="requests per second and endpoint")] = unstated
    guards: GuardsBlock = unstated
    ledger: Annotated[
        str,
        AfterValidator(_location),
        Field(description="where the ledger lives; absent: .reconciler beside this file"),
    ] = unstated
    ledger_lock: LedgerLockBlock = unstated

    @model_validator(mode="after")
    def _lock_belongs_to_an_address(self) -> Self:
        """The password is sent to the lock's address as well."""
        if "ledger_lock" not in self.model_fields_set:
            return self
        ledger = self.ledger if "ledger" in self.model_fields_set else ""
        if not ledger.startswith(("http://", "https://")):
            raise PydanticCustomError(
                "bad-ledger", "only a ledger at an http address has a ledger_lock", {"hint": "remove ledger_lock"}
            )
        if self.ledger_lock.address and not same_server(ledger, self.ledger_lock.address):
            raise PydanticCustomError(
                "bad-ledger",
                "ledger_lock.address is on another server than ledger",
                {"hint": "the user name and the password of the ledger would be sent there too"},
            )
        return self


class ProjectFile(BaseModel):
    """The whole of ``reconciler.yaml``."""

    model_config = _STRICT

    project: Annotated[LocalName, Field(description="the name that ledger entries keep")] = "default"
    accounts: dict[LocalName, AccountBlock] = unstated
    files_from: Annotated[
        list[str], Field(description="folders outside of the project that ${file:…} may read, such as /run/secrets")
    ] = unstated


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
    settings = ProjectFile()
    if documents:
        settings = _validated(documents[0], findings) or settings
    if findings:
        raise InvalidInput(by_place(findings))
    accounts = {name: _account(name, block, documents[0].places) for name, block in (settings.accounts or {}).items()}
    return Project(
        root=file.parent,
        name=settings.project,
        file=file,
        files_from=tuple(file.parent / folder for folder in settings.files_from or ()),
        accounts=accounts or {DEFAULT_ACCOUNT: Account(DEFAULT_ACCOUNT)},
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
    try:
        return ProjectFile.model_validate(value)
    except ValidationError as problem:
        findings += reworded(problem, Checked(ProjectFile, value, document.places))
        return None


def _account(name: str, block: AccountBlock, places: AnyPlaces) -> Account:
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
