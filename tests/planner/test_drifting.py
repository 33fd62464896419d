"""Drift: what we were answered, against what is answered now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reconciler.model.drift import (
    Changed,
    DriftReport,
    FieldDrift,
    FieldState,
    Missing,
    Unlisted,
    Unmanaged,
    Unreadable,
)
from reconciler.model.ledger import Ledger
from reconciler.model.observed import Listing
from reconciler.model.plan import SENSITIVE, Requests
from reconciler.model.selector import Selector
from reconciler.planner.draft import draft
from reconciler.planner.drifting import children_of_managed, drift_of, moved, selected
from reconciler.planner.situation import Situation
from tests.planner.worlds import (
    KINDS,
    ORDER,
    answer,
    live,
    live_answer,
    live_profile,
    live_sender,
    order,
    profile,
    recorded,
    sender,
    situation,
)

A = profile("a", webhook_url="https://a.example")
P1 = live_profile(webhook_url="https://a.example")
HERE = recorded(A, P1)
URL, COUNTRIES = ("webhook_url",), ("whitelisted_destinations",)
MOVED = live_profile(webhook_url="https://evil.example", mobile_only=True)


def drift(here: Situation) -> DriftReport:
    """The report."""
    return drift_of(here, reads=1)


def test_nothing_moved() -> None:
    """Equal is equal, even where the manifest was edited and not applied yet."""
    edited = profile("a", webhook_url="https://new.example", enabled=False)
    assert not drift(situation([edited], [HERE], [P1])).has_drift


def test_a_changed_field_is_named_with_both_values_and_its_place() -> None:
    """Only what we applied counts: the portal's own field beside it does not."""
    [found] = drift(situation([A], [HERE], [MOVED])).found
    assert isinstance(found, Changed)
    assert [(f.path, f.recorded, f.observed) for f in found.fields] == [
        (("webhook_url",), "https://a.example", "https://evil.example")
    ]
    assert found.source == A.place_of(("webhook_url",))


def test_a_missing_object_is_drift() -> None:
    """GET by id answered 404."""
    [found] = drift(situation([A], [HERE], gone=[("MessagingProfile", "p1")])).found
    assert found == Missing(address=A.address, remote=HERE.remote, source=A.source)


def test_the_server_may_spell_things_differently() -> None:
    """What it answers is normalised before it is compared."""
    res = profile("a", whitelisted_destinations=["US", "CA"])
    entry = recorded(res, live_profile(whitelisted_destinations=["US", "CA"]))
    assert not drift(situation([res], [entry], [live_profile(whitelisted_destinations=["CA", "US"])])).has_drift


def test_what_the_server_made_of_our_wish_is_no_drift() -> None:
    """Compared with what was answered, not with what was asked for."""
    res = profile("a", daily_spend_limit="25")
    entry = recorded(res, live_profile(daily_spend_limit="20"))
    assert not drift(situation([res], [entry], [live_profile(daily_spend_limit="20")])).has_drift


def test_a_secret_that_moved_is_drift_and_stays_secret() -> None:
    """The ledger holds an HMAC; both sides are masked."""
    res = replace(A, secrets=frozenset({("webhook_url",)}))
    [found] = drift(situation([res], [recorded(res, P1)], [MOVED])).found
    assert isinstance(found, Changed)
    assert [(f.recorded, f.observed, f.sensitive) for f in found.fields] == [(SENSITIVE, SENSITIVE, True)]
    assert not drift(situation([res], [recorded(res, P1)], [P1])).has_drift


def test_an_unknown_answer_on_a_managed_profile_counts() -> None:
    """The only unmanaged thing that is drift; other strangers are listed and do not count."""
    report = drift(situation([A], [HERE], [P1, live_answer(), live_profile("p2", "b")]))
    assert report.has_drift
    assert [one.remote.id for one in report.counted_unmanaged] == ["r1"]
    assert [one.remote.id for one in report.unmanaged] == ["p2"]
    below_stranger = drift(situation([A], [HERE], [P1, live_answer(parent="p2")]))
    assert not below_stranger.has_drift


def test_the_answers_of_every_managed_profile_are_looked_at() -> None:
    """Declared or not."""
    assert children_of_managed(situation([A], [HERE], [P1])) == [Listing("AutoResponse", "p1")]


def all_but(*listed: str) -> tuple[str, ...]:
    """Every other kind that has a list, in order."""
    return tuple(name for name, kind in KINDS.items() if name not in listed and not kind.write_only)


def test_kinds_that_were_not_listed_are_said_to_be_so() -> None:
    """Not looked at is not the same as none."""
    assert drift(situation([A], [HERE], [P1])).not_looked_at == all_but("MessagingProfile")


def test_without_a_ledger_the_manifests_stand_in() -> None:
    """Promise 9: the report says that it cannot tell who moved."""
    here = situation([A, answer(), profile("b")], objects=[MOVED, live_answer()])
    report = drift(replace(here, ledger=Ledger()))
    assert not report.can_tell_who
    assert [type(found).__name__ for found in report.found] == ["Changed", "Missing"]
    assert not report.counted_unmanaged


def test_a_secret_name_is_not_shown_as_the_label_of_a_stranger() -> None:
    """Two objects bear it and the ledger is lost, so neither is ours; nor would a third of the kind be shown."""
    hidden = replace(profile("a", name="t0p-secret"), secrets=frozenset({("name",)}))
    twins = [live_profile("p1", "t0p-secret"), live_profile("p2", "t0p-secret")]
    report = drift(replace(situation([hidden], objects=twins), ledger=Ledger()))
    assert [one.label for one in report.unmanaged] == [SENSITIVE, SENSITIVE]
    assert "t0p-secret" not in repr(report)
    remembered = situation((), [replace(HERE, secrets=("name",))], [P1, live_profile("p2", "t0p-secret")])
    assert [one.label for one in drift(remembered).unmanaged] == [SENSITIVE]


def test_a_field_that_this_version_does_not_know_is_not_compared() -> None:
    """Another version wrote it into the ledger."""
    entry = replace(HERE, answered={**HERE.answered, "pigeons": 3})
    for manifests in ([A], []):
        assert not drift(situation(manifests, [entry], [P1])).has_drift


def test_a_field_that_belongs_elsewhere_by_now_is_not_compared() -> None:
    """Once an order is done, its numbers' profile is set at the numbers."""
    desk = order(messaging_profile="a")
    stated: dict[str, Any] = {"phone_numbers": ["+15125550100"], "messaging_profile_id": "p1"}
    entry = recorded(desk, live(ORDER, "o1", **stated, status="pending"))
    moved = {**stated, "messaging_profile_id": "p2"}
    pending = drift(situation([A, desk], [HERE, entry], [P1, live(ORDER, "o1", **moved, status="pending")]))
    done = drift(situation([A, desk], [HERE, entry], [P1, live(ORDER, "o1", **moved, status="successful")]))
    assert (pending.has_drift, done.has_drift) == (True, False)
    undeclared = drift(situation([], [HERE, entry], [P1, live(ORDER, "o1", **moved, status="successful")]))
    assert not undeclared.has_drift


BESIDE = recorded(profile("b"), live_profile("p2", "b"))
FAILED = live(ORDER, "o1", status="failed", phone_numbers=[{"phone_number": "+15125550100", "status": "failed"}])


def test_a_label_names_what_an_object_hangs_on() -> None:
    """By its local name where it is ours, by its remote name where it was seen, else by its id."""
    senders = [live_sender("s1", "p1"), live_sender("s2", "p9"), live_sender("s3", "p8")]
    rows = [live_profile("p1", "Remote"), live_profile("p9", "Theirs"), *senders]
    ours = recorded(profile("local"), live_profile("p1", "Remote"))
    labels = {one.remote.id: one.label for one in drift_of(situation([], [ours], rows), reads=1).unmanaged}
    assert labels == {"p9": "Theirs", "s1": "local ACME", "s2": "Theirs ACME", "s3": "p8 ACME"}
    hidden = recorded(replace(profile("local"), secrets=frozenset({("name",)})), live_profile("p1", "Remote"))
    labels = {one.remote.id: one.label for one in drift_of(situation([], [hidden], rows), reads=1).unmanaged}
    assert labels == {"p9": SENSITIVE, "s1": "local ACME", "s2": f"{SENSITIVE} ACME", "s3": "p8 ACME"}


STRANGERS = [live_answer("r9", keywords=["QUIT", "END"]), live_profile("p9", "z"), live_sender("s9", "p9"), FAILED]


def test_the_report_is_whole() -> None:
    """What changed, what is gone, whose manifest is gone too, and every live stranger by its name."""
    entries = [BESIDE, HERE, recorded(profile("c"), live_profile("p3", "c")), recorded(answer(), live_answer())]
    rows = [MOVED, live_profile("p3", "c", whitelisted_destinations=["GB"]), *STRANGERS]
    here = replace(situation([A], entries, rows, gone=[("MessagingProfile", "p2")]), account="main")
    assert drift_of(here, reads=7) == DriftReport(
        account="main",
        found=(
            Missing(address=answer().address, remote=live_answer().remote),
            Changed(
                address=A.address,
                remote=P1.remote,
                fields=(
                    FieldDrift(
                        path=URL,
                        recorded="https://a.example",
                        observed="https://evil.example",
                        desired="https://a.example",
                        source=A.place_of(URL),
                    ),
                ),
                source=A.place_of(URL),
            ),
            Missing(address=BESIDE.address, remote=BESIDE.remote),
            Changed(
                address=profile("c").address,
                remote=live_profile("p3").remote,
                fields=(FieldDrift(path=COUNTRIES, recorded=["US"], observed=["GB"]),),
            ),
        ),
        unmanaged=(
            Unmanaged(kind="AlphanumericSenderId", remote=STRANGERS[2].remote, label="z ACME"),
            Unmanaged(kind="MessagingProfile", remote=STRANGERS[1].remote, label="z"),
        ),
        counted_unmanaged=(Unmanaged(kind="AutoResponse", remote=STRANGERS[0].remote, label="stop US END, QUIT"),),
        not_looked_at=all_but("AlphanumericSenderId", "AutoResponse", "HostedNumberOrder", "MessagingProfile"),
        unlisted=(Unlisted(kind="AutoResponse", parent_kind="MessagingProfile", parents=("p3", "p9")),),
        unreadable=(Unreadable(kind="RcsTestNumber"),),
        requests=Requests(reads=7),
    )


def test_the_report_without_a_ledger_is_whole() -> None:
    """The manifests' values stand for what was recorded; what cannot be planned is said, as it cannot be compared."""
    twins = [live_sender(), live_sender("s2")]
    hidden = replace(profile("c", webhook_url="https://c.example/t0ken"), secrets=frozenset({URL}))
    rows = [MOVED, live_profile("p3", "c"), live_profile("p4", "d"), *twins]
    here = situation([A, profile("b"), hidden, profile("d"), sender()], objects=rows)
    assert drift_of(here, reads=2) == DriftReport(
        account="default",
        found=(
            Changed(
                address=A.address,
                remote=P1.remote,
                fields=(
                    FieldDrift(
                        path=URL,
                        recorded=None,
                        observed="https://evil.example",
                        desired="https://a.example",
                        state=FieldState.CANNOT_TELL,
                        source=A.place_of(URL),
                    ),
                ),
                source=A.source,
            ),
            Missing(address=profile("b").address, remote=None, source=profile("b").source),
            Changed(
                address=hidden.address,
                remote=rows[1].remote,
                fields=(
                    FieldDrift(
                        path=URL,
                        recorded=None,
                        observed=None,
                        desired=SENSITIVE,
                        state=FieldState.CANNOT_TELL,
                        sensitive=True,
                        source=hidden.place_of(URL),
                    ),
                ),
                source=hidden.source,
            ),
        ),
        unmanaged=tuple(Unmanaged(kind="AlphanumericSenderId", remote=one.remote, label="a ACME") for one in twins),
        not_looked_at=all_but("AlphanumericSenderId", "MessagingProfile"),
        unlisted=(Unlisted(kind="AutoResponse", parent_kind="MessagingProfile", parents=("p1", "p3", "p4")),),
        can_tell_who=False,
        diagnostics=draft(here).diagnostics,
        unreadable=(Unreadable(kind="RcsTestNumber"),),
        requests=Requests(reads=2),
    )
    assert [one.code for one in draft(here).diagnostics] == ["ambiguous"]


def test_what_the_plan_refuses_is_no_part_of_a_report_with_a_ledger() -> None:
    """The ledger says what was there; a manifest that cannot be planned moves nothing."""
    assert drift(situation([A, sender()], [HERE], [P1, live_sender(), live_sender("s2")])).diagnostics == ()


def test_what_another_project_recorded_is_no_stranger() -> None:
    """Nor is it ours to plan."""
    assert drift(situation((), [replace(HERE, project="x")], [P1])).unmanaged == ()


def test_a_field_after_one_that_is_not_compared_is() -> None:
    """An unknown field hides none."""
    entry = replace(HERE, answered={"pigeons": 3, **HERE.answered})
    assert drift(situation([A], [entry], [MOVED])).has_drift


def test_what_moved_is_what_was_seen_and_differs() -> None:
    """Not what is gone, nor what is as it was answered; by address, each with its parent."""
    stop, secret = recorded(answer(), live_answer()), replace(A, secrets=frozenset({URL}))
    rows = [live_profile("p2", "b", whitelisted_destinations=["GB"]), live_answer(keywords=["END"]), P1]
    here = situation((), [BESIDE, stop, recorded(secret, P1), recorded(profile("c"), live_profile("p3"))], rows)
    assert moved(here) == [("AutoResponse", stop.remote), ("MessagingProfile", BESIDE.remote)]


def test_the_lists_below_parents_are_those_of_kinds_with_a_parent() -> None:
    """Below profiles, whatever else is recorded."""
    here = situation((), [BESIDE, HERE, recorded(sender(), live_sender()), recorded(answer(), live_answer())])
    assert children_of_managed(here) == [Listing("AutoResponse", "p1"), Listing("AutoResponse", "p2")]


def test_a_manifest_that_cannot_be_planned_is_quoted_all_the_same() -> None:
    """Its profile is another project's: why is a warning, of both; the reference is read from the ledger."""
    stop = answer(keywords=["HALT"])
    entries = [replace(HERE, project="x"), recorded(answer(), live_answer())]
    here = situation([A, stop, profile("z")], entries, [MOVED, live_answer(keywords=["END"])])
    report = drift(here)
    told = {
        (one.address.name, *field.path): (field.state, field.desired, field.source)
        for one in report.found
        if isinstance(one, Changed)
        for field in one.fields
    }
    assert told == {
        ("a", "webhook_url"): (FieldState.OUTSIDE, "https://a.example", A.place_of(URL)),
        ("stop", "keywords"): (FieldState.BOTH, ["HALT"], stop.place_of(("keywords",))),
    }
    warned = ["warning claimed-twice MessagingProfile/a", "warning dependency-failed AutoResponse/stop"]
    assert [f"{one.severity} {one.code} {one.address}" for one in report.diagnostics] == warned
    narrowed = selected(report, here, Selector(kinds=frozenset({"AutoResponse"})))
    assert narrowed.diagnostics == report.diagnostics


def test_what_nobody_can_tell_a_manifest_to_mean_is_not_said_to_be_null() -> None:
    """A sender's profile by a name that none has, and by a local name that nobody knows; an id is its own meaning."""
    held = recorded(sender(), live_sender())
    for written in {"name": "Nobody"}, "nobody":
        moved_on = situation([sender(messaging_profile=written)], [held], [live_sender(parent="p9")])
        [found] = drift(moved_on).found
        assert isinstance(found, Changed)
        assert [(f.state, f.desired, f.source) for f in found.fields] == [(FieldState.OUTSIDE, None, None)]
        assert drift(situation([sender(messaging_profile=written)], [held], [live_sender()])).unapplied == ()
    elsewhere = sender(messaging_profile={"id": "p7"})
    [waiting] = drift(situation([elsewhere], [held], [live_sender()], gone=[("MessagingProfile", "p7")])).unapplied
    assert [(f.state, f.desired) for f in waiting.fields] == [(FieldState.UNAPPLIED, "p7")]
