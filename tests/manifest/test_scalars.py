"""Which plain scalars are strings and which are not (design §3)."""

from __future__ import annotations

from typing import Any

import pytest

from .folder import Folder, profile
from .parsing import value_of

CASES: dict[str, Any] = {
    "+15551234567": "+15551234567",
    "012": "012",
    "-012": "-012",
    "00.5": "00.5",
    "NO": "NO",
    "on": "on",
    "yes": "yes",
    "12:30": "12:30",
    "2024-01-01": "2024-01-01",
    "1_000": "1_000",
    "0b11": "0b11",
    "=": "=",
    "<<": "<<",
    ".": ".",
    "'12'": "12",
    '"true"': "true",
    "''": "",
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "nULL": "nULL",
    "true": True,
    "True": True,
    "FALSE": False,
    "tRUE": "tRUE",
    "0": 0,
    "-7": -7,
    "15551234567": 15551234567,
    "0x1F": 31,
    "0o17": 15,
    "0o18": "0o18",
    "1.5": 1.5,
    "+1.5": 1.5,
    "-.5": -0.5,
    "1.": 1.0,
    "1e3": 1000.0,
    ".inf": float("inf"),
    "-.INF": float("-inf"),
    "!!str 012": "012",
    "!!str 5": "5",
    '! "5"': "5",
    "! 5": "5",
    '!!int "3"': 3,
    "!!int +3": 3,
    "!!float 3": 3.0,
    "!!null ''": None,
    "!!bool 'true'": True,
}


@pytest.mark.parametrize("text", CASES, ids=repr)
def test_core_schema_with_two_deviations(text: str) -> None:
    """Every scalar has the value, and the type, that the design gives it."""
    found = value_of(f"v: {text}")["v"]
    assert found == CASES[text]
    assert isinstance(found, str) or type(found) is type(CASES[text])  # 1 is neither true nor 1.0


@pytest.mark.parametrize("digits", ["9" * 5000, "0x" + "f" * 100_000, "1." + "0" * 100_000, "-" + "9" * 100_000])
def test_huge_numbers_stay_text(digits: str) -> None:
    """Reading a number in takes quadratic time; what no field can hold is not read in."""
    assert value_of(f"v: {digits}")["v"] == digits


def test_a_number_of_many_digits_is_quoted_briefly(folder: Folder) -> None:
    """A finding about a number of 300 digits is still one line."""
    (found,) = folder.findings(profile(spec="{destinations: [US], text: " + "9" * 300 + "}"))
    assert len(found) < 300
