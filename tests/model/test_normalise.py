"""Canonical values: what is the same, and that nothing the API may answer makes a comparison fail."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.normalise import Normalise, as_decimal, as_set, as_word_set, blank_as_null


@pytest.mark.parametrize(
    ("normalise", "value", "canonical"),
    [
        (blank_as_null, "", None),
        (blank_as_null, " ", " "),
        (as_set, ["b", "a", "b"], ["a", "b"]),
        (as_set, ("b", "a"), ["a", "b"]),
        (as_set, ["a", 1], ["a", 1]),
        (as_set, "ba", "ba"),
        (as_word_set, ["stop", "End", "STOP"], ["END", "STOP"]),
        (as_word_set, ["stop", None], ["stop", None]),
        (as_word_set, "stop", "stop"),
        (as_decimal, "10.00", "10"),
        (as_decimal, 10, "10"),
        (as_decimal, 0.5, "0.5"),
        (as_decimal, "1e3", "1000"),
        (as_decimal, "a lot", "a lot"),
        (as_decimal, "Infinity", "Infinity"),
        (as_decimal, True, True),
        (as_decimal, None, None),
    ],
)
def test_a_canonical_value(normalise: Normalise, value: Any, canonical: Any) -> None:
    """Of the wrong type it comes back unchanged."""
    assert normalise(value) == canonical
    assert normalise(canonical) == canonical
