"""Which fields ``null`` clears, and how: as the case file says, and nowhere else."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from reconciler.model.paths import dotted
from reconciler.resources import kinds

from .stating import cases, kind


@pytest.mark.parametrize("name", list(kinds()))
def test_fields_are_cleared_as_the_api_clears_them(name: str) -> None:
    """Guide 18.8, row by row."""
    declared = {dotted(path): leaf.clear.name for path, leaf in kind(name).leaves.items() if leaf.clear}
    assert declared == cases("clearing.yaml")[name]


@pytest.mark.parametrize("name", list(kinds()))
def test_null_is_refused_where_nothing_clears(name: str) -> None:
    """Better now than a PATCH that changes nothing."""
    top = {path[0]: leaf for path, leaf in kind(name).leaves.items() if len(path) == 1}
    with pytest.raises(ValidationError) as caught:
        kind(name).spec.model_validate(dict.fromkeys(top))
    refused = {str(error["loc"][0]) for error in caught.value.errors()}
    assert refused == {field for field, leaf in top.items() if leaf.clear is None}
