"""One exit code for several accounts."""

from __future__ import annotations

import itertools

import pytest

from reconciler.errors import ExitCode
from reconciler.model.several import Several, combined_code


@pytest.mark.parametrize(
    ("codes", "written", "expected"),
    [
        ([], False, 0),
        ([0, 0], False, 0),
        ([0, 0], True, 0),
        ([0, 2], False, 2),
        ([2, 5], False, 5),
        ([2, 5, 3], False, 3),
        ([5, 3, 1, 2, 0], False, 1),
        ([0, 1], True, 4),
        ([0, 3], True, 4),
        ([0, 5], True, 4),
        ([0, 64], True, 4),
        ([0, 64], False, 1),
        ([64, 3], False, 1),
        ([0, 4], True, 4),
        ([1, 4], True, 4),
        ([0, 4], False, 4),
        ([0, 2], True, 2),
        ([0, 130], True, 130),
        ([4, 130], True, 130),
        ([1, 130], False, 130),
    ],
)
def test_combined_codes(codes: list[int], written: bool, expected: int) -> None:
    """4 if anything was written and anything failed, else the first present of 1, 3, 5, 2, 0; 130 as for one."""
    for order in itertools.permutations(codes):
        assert combined_code([ExitCode(code) for code in order], written=written) == expected


def test_what_ended_before_any_account_has_its_own_code() -> None:
    """No account was looked at, so none of them speaks."""
    assert Several(stopped=ExitCode.LOCKED).code is ExitCode.LOCKED
    assert Several().code is ExitCode.OK
