"""Ids become parts of paths: one that could lead elsewhere is refused."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from reconciler.model.address import Address
from reconciler.model.reference import ById, ByName, Reference, Unknown

PARSED: TypeAdapter[Reference] = TypeAdapter(Reference)


@pytest.mark.parametrize("written", [".", "..", " p1", "p1 ", "p\n1", "p\u202e1", ""])
def test_an_id_that_is_none_is_refused(written: str) -> None:
    """Steps to another path, blanks around it, control and bidi characters."""
    with pytest.raises(ValidationError):
        PARSED.validate_python({"id": written})


@pytest.mark.parametrize(
    ("written", "parsed", "shown"),
    [
        ("a", "a", "a"),
        ({"id": "p1"}, ById(id="p1"), "{id: p1}"),
        ({"name": "Alerts EU"}, ByName(name="Alerts EU"), "{name: Alerts EU}"),
        (ByName(name="x"), ByName(name="x"), "{name: x}"),
    ],
)
def test_the_three_forms_and_how_they_are_shown(written: object, parsed: object, shown: str) -> None:
    """As the manifest writes them."""
    assert PARSED.validate_python(written) == parsed
    assert str(parsed) == shown


def test_an_id_that_is_not_known_yet_is_shown_with_its_address() -> None:
    """What a plan prints."""
    assert str(Unknown(Address("MessagingProfile", "a"))) == "(known after apply: MessagingProfile/a)"
