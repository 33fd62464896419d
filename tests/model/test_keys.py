"""The index by natural key holds what a manifest may mean, and nothing else."""

from __future__ import annotations

from reconciler.model.keys import rows_by_element, rows_by_identity
from reconciler.model.observed import Observed, Remote
from reconciler.resources import kinds

PROFILE, ORDER = kinds()["MessagingProfile"], kinds()["HostedNumberOrder"]


def row(kind: str, remote_id: str, **attributes: object) -> Observed:
    """A live object."""
    return Observed(kind, Remote(remote_id), attributes)


def test_rows_of_one_identity_stand_together_and_those_without_one_nowhere() -> None:
    """A name that the API answers as null can be nobody's key."""
    rows = [row("MessagingProfile", "1", name="a"), row("MessagingProfile", "2", name="a")]
    nameless = row("MessagingProfile", "3", name=None)
    assert rows_by_identity(PROFILE, [*rows, nameless]) == {("a",): rows}


def test_what_does_not_count_as_live_can_not_be_found() -> None:
    """A failed order is gone, although it is listed."""
    stated = {"phone_numbers": ["+15125550100"]}
    pending = row("HostedNumberOrder", "1", **stated, status="pending")
    failed = row("HostedNumberOrder", "2", **stated, status="failed")
    assert rows_by_element(ORDER, [pending, failed]) == {("+15125550100",): [pending]}
