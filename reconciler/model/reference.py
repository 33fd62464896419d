"""How one resource names another: by local name, by remote id, or by remote name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from reconciler.model.address import Address

LocalName = Annotated[str, Field(min_length=1, description="the metadata.name of a resource declared here")]


def _fit_for_paths(text: str) -> str:
    """An id becomes a step of a path, where ``..`` means another path; the rest is quoted there."""
    if text in {".", ".."} or text != text.strip() or not text.isprintable():
        raise PydanticCustomError(
            "invalid-id",
            "this cannot be an id of the API",
            {"hint": "copy the id as the API or the portal shows it: no spaces around it, no control characters"},
        )
    return text


RemoteId = Annotated[str, Field(min_length=1), AfterValidator(_fit_for_paths)]
"""An id that the API gave."""


class ById(BaseModel):
    """``{id: <remote id>}``: something that is not managed here."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    id: RemoteId

    def __str__(self) -> str:
        return f"{{id: {self.id}}}"


class ByName(BaseModel):
    """``{name: <remote name>}``: something that is not managed here, found by its exact natural key."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    name: Annotated[str, Field(min_length=1)]

    def __str__(self) -> str:
        return f"{{name: {self.name}}}"


def _form(value: Any) -> str:
    if isinstance(value, ById) or (isinstance(value, dict) and "id" in value):
        return "id"
    if isinstance(value, ByName | dict):
        return "name"
    return "local"


Reference = Annotated[
    Annotated[LocalName, Tag("local")] | Annotated[ById, Tag("id")] | Annotated[ByName, Tag("name")],
    Discriminator(_form),
]
"""A value of a reference field, as the manifest writes it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The id of something that this plan creates first. Equal to no observed value; shown as known after apply."""

    address: Address

    def __str__(self) -> str:
        return f"(known after apply: {self.address})"
