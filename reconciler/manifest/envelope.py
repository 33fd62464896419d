"""The shape of a whole document, one pydantic model per kind: what is validated, and what the schemas are made of."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, create_model

from reconciler.model.kind import ResourceKind
from reconciler.model.reference import RemoteId
from reconciler.model.spec import unstated

API_VERSION = "telnyx.reconciler/v1"

ApiVersion: TypeAlias = Literal["telnyx.reconciler/v1"]
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
LONGEST_NAME = 100
NAME_RULE = f"letters, digits, dots, hyphens and underscores; the first a letter or digit; at most {LONGEST_NAME}"
LocalName = Annotated[str, Field(pattern=NAME_PATTERN, max_length=LONGEST_NAME)]
"""What names are made of: they stand in addresses, file names and command lines, unquoted."""

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Metadata(BaseModel):
    """Who the resource is, for this program; nothing here is sent to the API."""

    model_config = _STRICT

    name: Annotated[
        LocalName, Field(description="local name, unique per kind; what references use", examples=["marketing-us"])
    ]
    labels: Annotated[
        dict[str, str],
        Field(description="free words to select and group by", examples=[{"team": "growth", "env": "prod"}]),
    ] = unstated
    remote_id: Annotated[
        RemoteId,
        Field(
            max_length=200,
            description="the API's id: settles any ambiguity",
            examples=["40017a3c-0000-4000-8000-000000000001"],
        ),
    ] = unstated
    renamed_from: Annotated[
        LocalName, Field(description="the metadata.name that this resource had before", examples=["marketing"])
    ] = unstated


class LifecycleBlock(BaseModel):
    """How changes to the resource are to be made, or not made."""

    model_config = _STRICT

    prevent_destroy: Annotated[
        bool, Field(description="refuse to delete or replace the remote object", examples=[True])
    ] = False
    ignore_changes: Annotated[
        list[str], Field(description="fields of the spec that are sent on create, then left alone")
    ] = unstated
    on_remove: Annotated[
        Literal["delete", "retain"],
        Field(
            description="what happens to the remote object without its manifest; by default what was adopted stays",
            examples=["retain"],
        ),
    ] = unstated


class AnyDocument(BaseModel):
    """The envelope alone: for documents whose kind is unknown, so that the rest is still looked at."""

    model_config = _STRICT

    apiVersion: ApiVersion  # noqa: N815 - the document's own spelling
    kind: str
    metadata: Metadata
    lifecycle: LifecycleBlock = unstated
    spec: dict[str, Any]
    options: dict[str, Any] = unstated


@cache
def _document_model(name: str, spec: type[BaseModel], options: type[BaseModel] | None) -> type[BaseModel]:
    fields: dict[str, Any] = {
        "apiVersion": (ApiVersion, ...),
        "kind": (Literal[name], ...),
        "metadata": (Metadata, ...),
        "lifecycle": (LifecycleBlock, unstated),
        "spec": (spec, ...),
    }
    if options is not None:
        required = any(field.is_required() for field in options.model_fields.values())
        fields["options"] = (options, ... if required else unstated)
    return create_model(name, __config__=_STRICT, __doc__=spec.__doc__, **fields)


def document_model(kind: ResourceKind) -> type[BaseModel]:
    """The pydantic model of a whole document of ``kind``."""
    return _document_model(kind.name, kind.spec, kind.options)
