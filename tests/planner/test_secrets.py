"""A secret never leaves through a plan (promise 7): diffs, deletes, refusals, at every depth."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.ledger import Entry, IntentKind
from reconciler.model.observed import Observed
from reconciler.model.plan import SENSITIVE, Adopt, Create, Delete
from reconciler.model.resource import Resource
from reconciler.planner.draft import draft
from tests.planner.worlds import intends, live_profile, profile, recorded, situation

SECRET = "https://h.example/t0ken"
PATH = ("webhook_url",)
DOMAIN = ("url_shortener_settings", "domain")


def hiding(res: Resource, *paths: tuple[str, ...]) -> Resource:
    """The same manifest, some of its values from the environment."""
    return replace(res, secrets=frozenset(paths))


def remembering(observed: Observed, *names: str) -> Entry:
    """An entry that knows some leaves as secrets, of a manifest that no longer says so."""
    return recorded(profile("a"), observed, secrets=names)


def test_candidates_do_not_give_a_secret_away() -> None:
    """What tells two objects apart may be the very value that came from the environment."""
    twins = [live_profile(webhook_url=SECRET), live_profile("p2", webhook_url="https://other.example")]
    [finding] = draft(situation([hiding(profile("a", webhook_url=SECRET), PATH)], objects=twins)).diagnostics
    assert "p1" in finding.summary
    assert SECRET not in repr(finding)


def test_a_delete_carries_no_secret() -> None:
    """Neither in its diffs nor in the fields that guards read."""
    was = live_profile(webhook_url=SECRET)
    [change] = draft(situation((), [remembering(was, "webhook_url")], [was])).changes
    assert isinstance(change, Delete)
    assert change.observed_fields["webhook_url"] == SENSITIVE
    assert SECRET not in repr(change)


def test_turning_an_object_off_does_not_show_the_secret_inside() -> None:
    """The leaf is the whole object; the secret is one of its fields."""
    was = live_profile(url_shortener_settings={"domain": "s3cret.example"})
    off = profile("a", url_shortener_settings=None)
    [change] = draft(situation([off], [remembering(was, "url_shortener_settings.domain")], [was])).changes
    assert [(diff.before, diff.after) for diff in change.diffs] == [(SENSITIVE, None)]


def test_a_recorded_secret_stays_one_when_the_object_is_made_again() -> None:
    """The manifest spells it out now; the ledger remembers that it was hidden."""
    gone = [("MessagingProfile", "p1")]
    here = situation([profile("a", webhook_url=SECRET)], [remembering(live_profile(), "webhook_url")], gone=gone)
    [change] = draft(here).changes
    assert isinstance(change, Create)
    assert {diff.path[0]: diff.after for diff in change.diffs}["webhook_url"] == SENSITIVE


def test_a_recorded_secret_stays_one_when_another_object_is_adopted() -> None:
    """What the other object holds may be the same secret."""
    gone = [("MessagingProfile", "p1")]
    stated = profile("a", webhook_url="https://new.example")
    entries = [remembering(live_profile(), "webhook_url")]
    [change] = draft(situation([stated], entries, [live_profile("p2", webhook_url=SECRET)], gone=gone)).changes
    assert [diff.before for diff in change.diffs] == [SENSITIVE]


def test_a_secret_of_an_interrupted_replace_stays_one() -> None:
    """The entry is off the ledger; what the next create shows, or meets, is masked by the intent."""
    stated = profile("a", webhook_url=SECRET)
    pending = intends(profile("a"), IntentKind.REPLACE, entry=remembering(live_profile(), "webhook_url"))
    [change] = draft(situation([stated], intents=[pending])).changes
    assert isinstance(change, Create)
    assert {diff.path[0]: diff.after for diff in change.diffs}["webhook_url"] == SENSITIVE
    [change] = draft(
        situation([profile("a", webhook_url=None)], objects=[live_profile(webhook_url=SECRET)], intents=[pending])
    ).changes
    assert isinstance(change, Adopt)
    assert [diff.before for diff in change.diffs] == [SENSITIVE]
