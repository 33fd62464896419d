"""A kind is whole: its fields are the API's, described, and it has an example and cases under its name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from reconciler.model.kind import Verb
from reconciler.model.spec import Default, NoDefault, nested_settings
from reconciler.resources import kinds

from .stating import HERE, ROOT, cases, kind, snake

# The requests that write each kind, and what we leave out of them on purpose.
NUMBER = (("UpdatePhoneNumberMessagingSettingsRequest",), frozenset[str]())
REQUESTS: Mapping[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "AlphanumericSenderId": (("CreateAlphanumericSenderIdRequest",), frozenset()),
    "AutoResponse": (("AutoRespConfigCreateSchema",), frozenset()),
    "HostedNumber": NUMBER,
    "HostedNumberOrder": (("CreateMessagingHostedNumberOrderRequest",), frozenset()),
    "MessagingProfile": (
        ("CreateMessagingProfileRequest", "UpdateMessagingProfileRequest"),
        frozenset({"v1_secret"}),  # rotated by an action, never written
    ),
    "PhoneNumberMessaging": NUMBER,
    "RcsAgent": (("RCSAgentUpdate",), frozenset()),
    "RcsTestNumber": ((), frozenset()),  # a PUT without a body
    "ShortCode": (("UpdateShortCodeRequest",), frozenset()),
    "TollfreeVerification": (("TFVerificationRequest",), frozenset()),
}

# Ours, and not in any body: what stands in the URL instead, or says which object is meant.
IN_THE_URL = {
    "AutoResponse": {"messaging_profile_id"},
    "HostedNumber": {"phone_number"},
    "PhoneNumberMessaging": {"phone_number"},
    "RcsAgent": {"agent_id"},
    "RcsTestNumber": {"agent_id", "phone_number"},
    "ShortCode": {"short_code"},
}


@pytest.fixture(scope="module")
def schemas() -> Mapping[str, Any]:
    """The component schemas of the official description, which is not ours to ship."""
    path = Path(os.environ.get("TELNYX_OPENAPI", ROOT.parent / "shared" / "telnyx-messaging-openapi.yaml"))
    if not path.is_file():
        pytest.skip(f"no OpenAPI description at {path}; set TELNYX_OPENAPI")
    with path.open("rb") as file:
        loaded: Mapping[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    found: Mapping[str, Any] = loaded["components"]["schemas"]
    return found


def _properties(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The writable properties, by name, references followed."""
    return {
        name: schemas[inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
        for name, inner in schema["properties"].items()
        if not inner.get("readOnly")
    }


@pytest.mark.parametrize("name", list(kinds()))
def test_the_fields_are_those_that_the_api_writes(name: str, schemas: Mapping[str, Any]) -> None:
    """Of the top level, renamed references apart."""
    requests, left_out = REQUESTS[name]
    writable = {field for request in requests for field in _properties(schemas[request], schemas)}
    ours = {leaf.field[0] for leaf in kind(name).leaves.values()}
    assert ours - IN_THE_URL.get(name, set()) == writable - left_out


@pytest.mark.parametrize("name", list(kinds()))
def test_required_and_nested_fields_agree(name: str, schemas: Mapping[str, Any]) -> None:
    """A field is required where the create requires it, unless ``metadata.name`` serves; else what says which one."""
    requests, _ = REQUESTS[name]
    schema = schemas[requests[0]] if requests else {"properties": {}}
    spec = kind(name).spec
    leaves = kind(name).leaves
    required = {leaves[(field,)].field[0] for field, info in spec.model_fields.items() if info.is_required()}
    named = {leaf.field[0] for leaf in kind(name).local_names}
    expected = set(schema.get("required", ())) if kind(name).can(Verb.CREATE) else set()
    expected |= IN_THE_URL.get(name, set())
    # The description lets an order be placed for no number, which would make no sense.
    expected |= {"phone_numbers"} & schema["properties"].keys()
    # It lets verifications do without business registration, for which they are rejected since 2026 (guide §20).
    expected |= {name for name in schema["properties"] if name.startswith("businessRegistration")}
    assert required | named == expected
    for field, info in spec.model_fields.items():
        settings = nested_settings(info.annotation)
        if settings is not None:
            inner = _properties(schema, schemas)[field]
            assert settings.model_fields.keys() == inner["properties"].keys()
            assert {n for n, i in settings.model_fields.items() if i.is_required()} == set(inner["required"])


def _models(of: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield of
    for info in of.model_fields.values():
        inner = nested_settings(info.annotation)
        if inner is not None:
            yield from _models(inner)


@pytest.mark.parametrize("name", list(kinds()))
def test_every_field_is_described(name: str) -> None:
    """The descriptions are the schema's and what ``explain`` shows: short, and not shouted."""
    found = kind(name)
    models = [*_models(found.spec), *([found.options] if found.options else [])]
    for model in models:
        assert model.__doc__
        for field, info in model.model_fields.items():
            assert info.description, f"{model.__name__}.{field}"
            assert info.description[0].islower() or info.description.split()[0].isupper()
            assert not info.description.endswith(".")
            assert len(info.description) <= 100


@pytest.mark.parametrize("name", list(kinds()))
def test_every_kind_has_cases_and_an_example_under_its_name(name: str) -> None:
    """So that a new kind cannot come without."""
    assert (HERE / "cases" / f"{snake(name)}.yaml").is_file()
    assert name in cases("clearing.yaml")
    example = ROOT / "examples" / f"{snake(name)}.yaml"
    documents = list(yaml.load_all(example.read_text("utf-8"), Loader=yaml.CSafeLoader))
    assert name in {document["kind"] for document in documents}


@pytest.mark.parametrize("name", list(kinds()))
def test_every_optional_field_says_what_leaving_it_out_means(name: str) -> None:
    """A documented default or, in so many words, none: an export leaves out what is as the default."""
    served = {leaf.path[-1] for leaf in kind(name).local_names}
    for model in _models(kind(name).spec):
        for field, info in model.model_fields.items():
            marks = [mark for mark in info.metadata if isinstance(mark, Default | NoDefault)]
            expected = 0 if info.is_required() or field in served else 1
            assert len(marks) == expected, f"{model.__name__}.{field}"


@pytest.mark.parametrize("name", list(kinds()))
def test_the_defaults_are_those_of_the_description(name: str, schemas: Mapping[str, Any]) -> None:
    """Where the official description gives one, the declaration repeats it."""
    requests, _ = REQUESTS[name]
    documented = _properties(schemas[requests[0]], schemas) if requests else {}
    for leaf in kind(name).leaves.values():
        property_: Mapping[str, Any] = {"properties": documented}
        for step in leaf.field:
            property_ = property_.get("properties", {}).get(step, {})
        if "default" in property_:
            assert leaf.default == Default(property_["default"]), leaf.path


def test_every_example_is_valid_alone_and_beside_the_others() -> None:
    """Each document fits its kind, refers to what its own file declares, and has a name of its own."""
    seen: set[tuple[str, str]] = set()
    for example in sorted((ROOT / "examples").glob("*.yaml")):
        documents = list(yaml.load_all(example.read_text("utf-8"), Loader=yaml.CSafeLoader))
        here = {(document["kind"], document["metadata"]["name"]) for document in documents}
        assert not here & seen
        seen |= here
        for document in documents:
            found = kind(document["kind"])
            found.spec.model_validate(document["spec"])
            if found.options is not None:
                found.options.model_validate(document.get("options", {}))
            for leaf in found.references:
                assert leaf.reference is not None
                named = document["spec"][leaf.path[0]]
                assert named is None or (leaf.reference.kind, named) in here


def test_an_attempt_is_a_number_from_one() -> None:
    """Any other word is refused."""
    options = kind("HostedNumberOrder").options
    assert options is not None
    assert options.model_validate({}).model_dump(exclude_none=True) == {"attempt": 1}
    for wrong in (0, "2", True, None):
        with pytest.raises(ValueError, match="attempt"):
            options.model_validate({"attempt": wrong})


@pytest.mark.parametrize("name", list(kinds()))
def test_a_spec_has_a_json_schema(name: str) -> None:
    """Editors complete and check manifests by it."""
    schema = kind(name).spec.model_json_schema()
    assert schema["additionalProperties"] is False
    assert all("description" in field for field in schema["properties"].values())
