"""What tells candidates apart, with what hangs on each and without."""

from __future__ import annotations

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.planner.ambiguity import Candidates, told_apart
from reconciler.planner.draft import draft
from tests.planner.worlds import KINDS, PROFILE, A, live, live_profile, profile, situation

UNCLEAR = Diagnostic(code="ambiguous", severity=Severity.ERROR, summary="two could be meant", address=A.address)
ALLOWED = "whitelisted_destinations=['US']"
BARE = live(PROFILE, "p2", name="a")


def test_each_candidate_is_told_with_what_hangs_on_it() -> None:
    """In the order of their ids and of the names of what hangs there; one of which nothing is known has its id."""
    counts = {("MessagingProfile", "p1"): {"phone numbers": 12, "auto-responses": 3}, ("RcsAgent", "p2"): {"agents": 1}}
    [told] = told_apart([UNCLEAR], {A.address: Candidates((BARE, live_profile()))}, KINDS, counts)
    assert told.detail.splitlines() == [
        f"p1 ({ALLOWED}, auto-responses: 3, phone numbers: 12): remote_id: p1, or reconciler adopt {A.address}=p1",
        f"p2: remote_id: p2, or reconciler adopt {A.address}=p2",
    ]


def test_the_order_of_a_list_means_nothing_to_its_candidates() -> None:
    """Two profiles of one name, listed either way: one draft, and so one order of reading what tells them apart."""
    manifest, first, second = profile("a"), live_profile("p1", "a"), live_profile("p2", "a")
    drafts = [draft(situation([manifest], [], rows)) for rows in ([first, second], [second, first])]
    assert drafts[0].candidates.keys() == {manifest.address}
    assert drafts[0] == drafts[1]
