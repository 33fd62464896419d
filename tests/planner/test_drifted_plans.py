"""``--drifted``: the addresses that drift found, what they cannot do without, and nothing else. Selected reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.drift import DriftReport, Unmanaged
from reconciler.model.ledger import IntentKind
from reconciler.model.observed import Listing
from reconciler.model.resource import Resource
from reconciler.model.scope import Scope
from reconciler.model.selector import Selector
from reconciler.planner.draft import draft
from reconciler.planner.drifting import drift_of, put_right, selected
from reconciler.planner.situation import Situation
from reconciler.planner.unmanaged import below_everything, every_list
from tests.planner.worlds import (
    KINDS,
    answer,
    intends,
    live_answer,
    live_profile,
    live_sender,
    profile,
    recorded,
    sender,
    shown,
    situation,
    told,
)

A, B = profile("a", enabled=True), profile("b", enabled=True)
P1, P2 = live_profile(enabled=True), live_profile("p2", "b", enabled=True)
OFF1 = live_profile(enabled=False)
EDITED = profile("a", enabled=True, mobile_only=True)
HERE, BESIDE = recorded(A, P1), recorded(B, P2)
STOP = recorded(answer(), live_answer())


def fix(here: Situation) -> list[str]:
    """The fix in short, then what is said of it."""
    narrowed, findings = put_right(here, drift_of(replace(here, scope=replace(here.scope, only=None)), reads=0))
    assert all(finding.severity.value == "info" for finding in findings)
    return [*map(told, draft(narrowed).changes), *(f"{one.code} {one.address}" for one in findings)]


def test_what_only_waits_is_left_out() -> None:
    """An edit of the manifest beside, what was never applied, and a removal."""
    waiting = profile("b", enabled=False)
    gone = recorded(profile("c"), live_profile("p3", "c"))
    here = situation([A, waiting, profile("new")], [HERE, BESIDE, gone], [OFF1, P2, live_profile("p3", "c")])
    assert fix(here) == ["update MessagingProfile/a spec-differs"]


def test_without_drift_nothing_is_planned() -> None:
    """And not everything."""
    assert fix(situation([EDITED, profile("new")], [HERE], [P1])) == []


def test_an_address_is_planned_as_a_whole_which_is_said() -> None:
    """Its own unapplied fields come along."""
    assert fix(situation([EDITED], [HERE], [OFF1])) == [
        "update MessagingProfile/a spec-differs",
        "drift-and-unapplied MessagingProfile/a",
    ]


def test_an_edit_to_the_same_value_is_recorded() -> None:
    """Otherwise it would stay drift for ever."""
    assert fix(situation([profile("a", enabled=False)], [HERE], [OFF1])) == [
        "record MessagingProfile/a ledger-outdated"
    ]


def test_an_edit_of_the_parent_does_not_come_along() -> None:
    """What is referred to is there already."""
    drifted = live_answer(keywords=["END"])
    here = situation([EDITED, answer()], [HERE, STOP], [P1, drifted])
    assert fix(here) == ["update AutoResponse/stop spec-differs"]
    plain = replace(here, scope=Scope(only=frozenset({answer().address})))
    assert [told(change) for change in draft(plain).changes] == [
        "update MessagingProfile/a spec-differs",
        "update AutoResponse/stop spec-differs",
    ]


def test_a_parent_that_has_to_be_made_comes_along() -> None:
    """Gone with its children, both are drift; one that was never applied is none, and needed all the same."""
    here = situation([A, answer()], [HERE, STOP], gone=[("MessagingProfile", "p1"), ("AutoResponse", "r1")])
    assert fix(here) == ["create MessagingProfile/a vanished", "create AutoResponse/stop vanished"]
    moved = replace(situation([A, B, sender(messaging_profile="b")], [HERE, recorded(sender(), live_sender())], [P1]))
    gone = replace(moved, world=replace(moved.world, gone=frozenset({("AlphanumericSenderId", "s1")})))
    assert fix(gone) == ["create MessagingProfile/b new", "create AlphanumericSenderId/acme vanished"]


def test_what_gives_something_up_comes_first() -> None:
    """A keyword that another manifest, not applied yet, releases."""
    stop = answer("stop", keywords=["HALT"])
    other = answer("other", keywords=["STOP"], country_code="US")
    entries = [HERE, STOP, recorded(answer("other", keywords=["END"]), live_answer("r2", keywords=["END"]))]
    here = situation([A, stop, other], entries, [P1, live_answer(), live_answer("r2", keywords=["QUIT"])])
    assert fix(here) == [
        "update AutoResponse/stop spec-differs",
        "update AutoResponse/other spec-differs",
    ]


def test_a_renamed_manifest_is_found_by_its_old_name() -> None:
    """The entry drifted under the name that the ledger knows."""
    renamed = profile("z", name="a", enabled=True, renamed_from="a")
    assert fix(situation([renamed], [HERE], [OFF1])) == ["update MessagingProfile/z renamed from MessagingProfile/a"]


def test_what_has_no_manifest_is_only_told() -> None:
    """A selection never prunes."""
    assert fix(situation([B], [HERE, BESIDE], [OFF1, P2])) == ["drift-undeclared MessagingProfile/a"]


def test_a_killed_fix_is_carried_on() -> None:
    """A replace whose old object is deleted has no entry any more, and is no drift."""
    acme = sender(us_long_code_fallback="+15125550142")
    half = intends(acme, IntentKind.REPLACE)
    create = intends(B)
    assert fix(situation([A, B, acme], [HERE], [P1], intents=[half, create])) == [
        "create AlphanumericSenderId/acme interrupted-replace"
    ]


def test_a_narrower_selection_is_kept() -> None:
    """Both have to be meant; nothing is said of the others."""
    off2 = live_profile("p2", "b", enabled=False)
    here = situation([A, profile("b", enabled=True, mobile_only=True)], [HERE, BESIDE], [OFF1, off2])
    assert fix(replace(here, scope=Scope(only=frozenset({A.address})))) == ["update MessagingProfile/a spec-differs"]
    assert fix(replace(here, scope=Scope(only=frozenset()))) == []


def _labelled(res: Resource, **labels: str) -> Resource:
    return replace(res, labels=labels)


STRANGERS = [
    live_answer("r8", "p1", keywords=["HELP"]),
    live_answer("r9", "p2", keywords=["HELP"]),
    live_profile("p9", "z"),
]
GROWTH, CORE = _labelled(A, team="growth", env="prod"), _labelled(B, team="core", env="prod")


def part(**given: Any) -> set[str]:
    """What is left of a report about everything."""
    entries = [HERE, BESIDE, recorded(sender(), live_sender())]
    here = situation(
        [GROWTH, CORE, sender(), _labelled(profile("new"), team="growth")],
        entries,
        [OFF1, live_profile("p2", "b", enabled=False), *STRANGERS],
        gone=[("AlphanumericSenderId", "s1")],
    )
    whole = drift_of(here, reads=3)
    report = selected(whole, here, Selector(**given))
    assert (report.account, report.requests) == (whole.account, whole.requests)
    ours = {str(one.address) for one in (*report.found, *report.unapplied, *report.unrecorded)}
    theirs = {f"?{one.remote.id}" for one in (*report.counted_unmanaged, *report.unmanaged)}
    return ours | theirs | {f"-{kind}" for kind in (*report.not_looked_at, *(one.kind for one in report.unlisted))}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kinds": frozenset({"AlphanumericSenderId"})}, {"AlphanumericSenderId/acme", "-AlphanumericSenderId"}),
        ({"kinds": frozenset({"AutoResponse"})}, {"?r8", "?r9", "-AutoResponse"}),
        (
            {"labels": (("team", "growth"),)},
            {"MessagingProfile/a", "MessagingProfile/new", "?r8",
             *(f"-{name}" for name in KINDS if name not in ("MessagingProfile", "RcsTestNumber"))},
        ),
        (
            {"labels": (("team", "growth"), ("env", "prod")), "kinds": frozenset({"MessagingProfile"})},
            {"MessagingProfile/a"},
        ),
        ({"labels": (("team", "core"),), "kinds": frozenset({"AutoResponse"})}, {"?r9", "-AutoResponse"}),
    ],
)  # fmt: skip
def test_a_report_can_be_narrowed(given: dict[str, Any], expected: set[str]) -> None:
    """Any of the kinds, all of the labels; an unknown child has its parent's labels, other strangers have none."""
    assert part(**given) == expected


def test_findings_without_a_ledger_are_narrowed_too() -> None:
    """Those of an address that is not meant are left out."""
    here = situation([profile("a"), profile("b")], objects=[P1, live_profile("p3"), P2, live_profile("p4", "b")])
    report = drift_of(here, reads=0)
    assert len(report.diagnostics) == 2
    assert len(selected(report, here, Selector(labels=(("x", "y"),))).diagnostics) == 0


def test_the_lists_of_a_full_look() -> None:
    """Every kind's own, and those below every parent that is alive, whoever's it is."""
    here = situation((), [HERE], [P1, P2])
    assert every_list(here) == [Listing(kind) for kind in KINDS if kind not in ("AutoResponse", "RcsTestNumber")]
    assert below_everything(here) == [Listing("AutoResponse", "p1"), Listing("AutoResponse", "p2")]
    listed = frozenset({*every_list(here), *below_everything(here)})
    full = drift_of(replace(here, world=replace(here.world, listed=listed)), reads=0)
    assert (full.not_looked_at, full.unlisted) == ((), ())
    empty = replace(here, world=replace(here.world, objects={}, listed=frozenset(every_list(here))))
    assert drift_of(empty, reads=0).not_looked_at == ()  # without a profile there is nothing to look below


def test_unmanaged_objects_are_counted_by_kind() -> None:
    """Those that count as drift are not among them."""
    strangers = (Unmanaged(kind="B", remote=P1.remote), Unmanaged(kind="A", remote=P1.remote))
    report = DriftReport(account="a", unmanaged=(*strangers, strangers[0]), counted_unmanaged=strangers)
    assert list(report.unmanaged_by_kind.items()) == [("A", 1), ("B", 2)]


def test_the_reason_of_a_finding_is_told_with_it() -> None:
    """The answer drifted, its profile did not and is recorded by another project; a third refusal stays away."""
    stranger = profile("z", whitelisted_destinations=["US"])
    entries = [replace(HERE, project="other"), recorded(answer(), live_answer())]
    rows = [P1, live_answer(keywords=["END"]), live_profile("p8", "z"), live_profile("p9", "z")]
    here = situation([A, answer(), stranger], entries, rows)
    narrowed, _ = put_right(here, drift_of(here, reads=0))
    assert shown(draft(narrowed)) == ["claimed-twice MessagingProfile/a", "dependency-failed AutoResponse/stop"]
    assert "ambiguous MessagingProfile/z" in shown(draft(here))
