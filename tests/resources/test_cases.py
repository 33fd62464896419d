"""Every case file: what a spec is compared as, what differs from an observed row, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.model.answers import field_of
from reconciler.model.kind import ResourceKind
from reconciler.model.paths import dotted, undotted
from reconciler.model.recording import same
from reconciler.model.spec import stated_values
from reconciler.resources import kinds

from .stating import cases, kind, observed, snake

Case = Mapping[str, Any]


def _cases(holding: str) -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}: {case['reason']}")
        for name in kinds()
        for case in cases(f"{snake(name)}.yaml")
        if holding in case
    ]


GOOD = _cases("canonical")


def _stated(of: ResourceKind, case: Case) -> dict[str, Any]:
    """What is stated, references apart: a case file has no ids to give them, unless they are null."""
    values = stated_values(of.spec.model_validate(case["spec"]))
    references = {leaf.path for leaf in of.references}
    return {dotted(path): v for path, v in values.items() if path not in references or v is None}


@pytest.mark.parametrize(("name", "case"), GOOD)
def test_a_stated_leaf_is_compared_in_canonical_form(name: str, case: Case) -> None:
    """And the canonical form is a fixed point."""
    of = kind(name)
    canonical = {path: of.leaves[undotted(path)].canonical(v) for path, v in _stated(of, case).items()}
    assert canonical == case["canonical"]
    again = {path: of.leaves[undotted(path)].canonical(v) for path, v in canonical.items()}
    assert again == canonical


@pytest.mark.parametrize(("name", "case"), _cases("values"))
def test_values_are_sent_as_normalised_on_construction(name: str, case: Case) -> None:
    """What goes into a request body."""
    stated = _stated(kind(name), case)
    assert {path: stated[path] for path in case["values"]} == case["values"]


@pytest.mark.parametrize(("name", "case"), GOOD)
def test_only_what_is_stated_and_means_something_else_differs(name: str, case: Case) -> None:
    """Field by field, against a row of the API."""
    of = kind(name)
    row = observed(name, case["observed"])
    differing = [
        path
        for path, value in _stated(of, case).items()
        if not same(of.leaves[undotted(path)], value, field_of(of.leaves[undotted(path)], row), None, "")
    ]
    assert differing == case["differs"]


@pytest.mark.parametrize(("name", "case"), _cases("errors"))
def test_every_mistake_is_found_where_it_is(name: str, case: Case) -> None:
    """All of them at once, with stable codes; messages quote what was written, hints say what to write."""
    with pytest.raises(ValidationError) as caught:
        kind(name).spec.model_validate(case["spec"])
    found = caught.value.errors(include_url=False)
    assert [(".".join(map(str, e["loc"])), e["type"]) for e in found] == [
        (expected["at"], expected["code"]) for expected in case["errors"]
    ]
    for error, expected in zip(found, case["errors"], strict=True):
        context = error.get("ctx", {})
        assert "hint" not in expected or context["hint"] == expected["hint"]
        assert "never" not in expected or expected["never"] not in f"{error['msg']} {context}"


def test_a_url_of_2000_characters_is_the_longest() -> None:
    """The API's error 10003 begins at 2001."""
    of = kind("MessagingProfile")
    longest = "https://example.com/".ljust(2000, "a")
    of.spec.model_validate({"whitelisted_destinations": ["US"], "webhook_url": longest})
    with pytest.raises(ValidationError, match="2001 characters"):
        of.spec.model_validate({"whitelisted_destinations": ["US"], "webhook_url": longest + "a"})


def test_a_reply_of_1530_characters_is_the_longest() -> None:
    """Ten parts of 153."""
    of = kind("AutoResponse")
    stated = {"messaging_profile": "p", "op": "stop", "country_code": "US", "keywords": ["STOP"]}
    of.spec.model_validate({**stated, "resp_text": "a" * 1530})
    with pytest.raises(ValidationError, match="ten parts"):
        of.spec.model_validate({**stated, "resp_text": "a" * 1531})
