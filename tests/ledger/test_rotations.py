"""What the ledger keeps of a rotation that is under way: for as long as the address means the same object."""

from __future__ import annotations

import pytest

from reconciler.model.ledger import HalfReplaced, Ledger, Line, Recorded, Removed, Rotated, Rotating
from reconciler.model.observed import Remote

from .cases import PROFILE, entry

RENAMED = PROFILE._replace(name="renamed")
BEGUN = Ledger(entries={PROFILE: entry()}).with_lines([Rotating(PROFILE, "hmac:seal")])


def test_it_stays_with_its_object() -> None:
    """Recorded anew, and under another address."""
    assert BEGUN.with_lines([Recorded(entry(attempt=2))]).rotations == {PROFILE: "hmac:seal"}
    assert BEGUN.with_lines([Recorded(entry(RENAMED), instead_of=PROFILE)]).rotations == {RENAMED: "hmac:seal"}


@pytest.mark.parametrize(
    "lines",
    [
        [Rotated(PROFILE)],
        [Removed(PROFILE)],
        [HalfReplaced(PROFILE)],
        [Recorded(entry(remote=Remote("another")))],
        [Recorded(entry(RENAMED, remote=Remote("another")), instead_of=PROFILE)],
    ],
)
def test_it_never_passes_to_another_object(lines: list[Line]) -> None:
    """Whose secret is another than the sealed one, and would be taken for the one that was made anew."""
    assert BEGUN.with_lines(lines).rotations == {}
