"""The shape of ``reconciler.yaml``: what is validated, and what its schema is made of."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from reconciler.manifest.envelope import LocalName
from reconciler.manifest.wording import quoted
from reconciler.model.location import FORMS, parse_location, same_server
from reconciler.model.spec import unstated
from reconciler.model.variable import Scalar

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
_NAMES_ONLY: JsonDict = {"additionalProperties": False}
"""In the schema: pydantic says what names are, and not that there are no others."""


_USER_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def _user_id(text: str) -> str:
    if _USER_ID.fullmatch(text) is None:
        raise PydanticCustomError(
            "invalid-value",
            "{id} is not the id of a user",
            {
                "id": quoted(text),
                "hint": "write user_id as the audit log has it, a UUID; drift shows those that it cannot name",
            },
        )
    return text


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


class VariableBlock(BaseModel):
    """A value that manifests use as ``${var:name}``."""

    model_config = _STRICT

    type: Annotated[
        Literal["string", "integer", "number", "boolean"], Field(description="what its values are; a field keeps it")
    ]
    default: Annotated[
        Scalar, Field(description="for the accounts that set none; without it, using it there is an error")
    ] = unstated
    description: Annotated[str, Field(description="what it is for")] = unstated


class AccountBlock(BaseModel):
    """One Telnyx account."""

    model_config = _STRICT

    paths: Annotated[list[str], Field(min_length=1, description="files and folders, relative to this file")] = unstated
    key_variable: Annotated[
        str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="the environment variable that holds the API key")
    ] = unstated
    base_url: Annotated[str, Field(min_length=1, description="another endpoint: https, or loopback")] = unstated
    rate: Annotated[float, Field(gt=0, allow_inf_nan=False, description="requests per second and endpoint")] = unstated
    guards: Annotated[GuardsBlock, Field(description="which guards this account never minds")] = unstated
    ledger: Annotated[
        str,
        AfterValidator(_location),
        Field(description="where the ledger lives; absent: .reconciler beside this file"),
    ] = unstated
    ledger_lock: Annotated[
        LedgerLockBlock, Field(description="how the server of a ledger at an http address locks")
    ] = unstated
    variables: Annotated[
        dict[LocalName, Scalar],
        Field(description="values of declared variables for this account", json_schema_extra=_NAMES_ONLY),
    ] = unstated

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


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("invalid-value", "there is no such day", {"hint": "write YYYY-MM-DD"}) from None
    return text


def _address(text: str) -> str:
    if not set(text) & set("/*?["):
        raise PydanticCustomError(
            "invalid-value", "this can be no address", {"hint": f'write Kind/name, or "*/{text}"'}
        )
    return text


class IgnoreBlock(BaseModel):
    """Drift that is known and does not count."""

    model_config = _STRICT

    address: Annotated[
        str,
        Field(min_length=1, description="Kind/name, or a pattern with *, ? and […]; absent: every object"),
        AfterValidator(_address),
    ] = unstated
    field: Annotated[
        str, Field(min_length=1, description="a field with dots, or a pattern; absent: the whole object")
    ] = unstated
    reason: Annotated[str, Field(min_length=1, description="why nobody needs to know; every report shows it")]
    expires: Annotated[
        str,
        Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="YYYY-MM-DD: from this day on (UTC) it counts"),
        AfterValidator(_day),
    ] = unstated

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        """A rule without both would ignore everything for ever."""
        if not self.model_fields_set & {"address", "field"}:
            raise PydanticCustomError(
                "missing-field",
                "a rule names an address, a field, or both",
                {"hint": 'write address: Kind/name, field: webhook_url, or both; address: "*" is everything'},
            )
        return self


class DriftBlock(BaseModel):
    """What ``drift`` minds."""

    model_config = _STRICT

    ignore: Annotated[
        list[IgnoreBlock], Field(description="drift that is known; the first rule that matches counts")
    ] = unstated


class ProjectFile(BaseModel):
    """The whole of ``reconciler.yaml``."""

    model_config = _STRICT

    project: Annotated[LocalName, Field(description="the name that ledger entries keep")] = "default"
    accounts: Annotated[
        dict[LocalName, AccountBlock],
        Field(
            description="the accounts by name; absent: one called default, from the environment",
            json_schema_extra=_NAMES_ONLY,
        ),
    ] = unstated
    variables: Annotated[
        dict[LocalName, VariableBlock],
        Field(description="values that manifests use as ${var:name}, declared by name", json_schema_extra=_NAMES_ONLY),
    ] = unstated
    people: Annotated[
        dict[Annotated[str, AfterValidator(_user_id)], Annotated[str, Field(min_length=1)]],
        Field(
            description="names of users, by their id in the audit log",
            json_schema_extra={"propertyNames": {"pattern": f"^{_USER_ID.pattern}$"}},
        ),
    ] = unstated
    drift: Annotated[DriftBlock, Field(description="what drift minds, in every account")] = unstated
    files_from: Annotated[
        list[str], Field(description="folders outside of the project that ${file:…} may read, such as /run/secrets")
    ] = unstated
