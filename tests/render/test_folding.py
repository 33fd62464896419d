"""What stays when not everything fits: the same for the same plan, within the budget, and every delete."""

from __future__ import annotations

import re
from dataclasses import replace as changed
from typing import Any

from hypothesis import given, settings, strategies as st

from reconciler.errors import ExitCode
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import Changed, DriftReport, FieldDrift, Missing
from reconciler.model.impact import Impact, Touched, Traffic
from reconciler.model.observed import Remote
from reconciler.model.plan import Change, Plan
from reconciler.model.several import AccountEnd, Several
from reconciler.model.source import Source
from reconciler.render.folding import SACRIFICES, Piece, Rank, Told, fold, shared
from reconciler.render.format import formats
from reconciler.render.grouping import ALIKE_FROM, grouped
from reconciler.render.markdown_plan import BUDGET
from reconciler.render.view import Links, View

from .changes import PROFILE, RESPONSE, create, delete, diff, place, update

LIMIT = 65_536
"""Characters that GitHub takes (https://github.com/orgs/community/discussions/41331)."""


def _plan(*changes: Change, **more: Any) -> Plan:
    return Plan(account="default", project="default", changes=changes, fingerprint="sha256:1", **more)


def _markdown(plan: Plan, view: View | None = None) -> str:
    return formats()["markdown"].plan(plan, view=view or View())


def _updates(number: int, kind: str = PROFILE, path: str = "webhook_url", value: str = "v" * 50) -> list[Change]:
    return [update(kind, f"p-{at:04}", diff(path, f"{value}-{at}", f"{value}+{at}")) for at in range(number)]


pieces = st.lists(
    st.builds(
        Piece,
        full=st.text("ab", min_size=20, max_size=60),
        brief=st.text("ab", max_size=15),
        rank=st.sampled_from(Rank),
    ),
    max_size=30,
)


@given(pieces, st.integers(0, 1500))
def test_folding_fits_or_has_nothing_left_to_give(found: list[Piece], room: int) -> None:
    """Over the room only when everything but deletes is gone, and those stand on a line each."""
    told = fold(found, room)
    size = sum(piece.size(how) for piece, how in zip(found, told, strict=True))
    for piece, how in zip(found, told, strict=True):
        assert piece.rank is not Rank.DESTRUCTIVE or how is not Told.NOTHING
        if size > room:
            assert how is (Told.BRIEF if piece.rank is Rank.DESTRUCTIVE else Told.NOTHING)


@given(pieces, st.integers(0, 1500))
def test_nothing_shrinks_before_what_is_worth_less(found: list[Piece], room: int) -> None:
    """The order of the sacrifices is kept: one begins only when the one before has nothing left."""
    told = fold(found, room)
    order = {Told.FULL: 0, Told.BRIEF: 1, Told.NOTHING: 2}
    begun = [
        index
        for index, (rank, less) in enumerate(SACRIFICES)
        if any(piece.rank is rank and order[how] >= order[less] for piece, how in zip(found, told, strict=True))
    ]
    for rank, less in SACRIFICES[: max(begun, default=0)]:
        assert all(order[how] >= order[less] for piece, how in zip(found, told, strict=True) if piece.rank is rank)


@given(st.lists(st.integers(0, 500), max_size=8), st.integers(0, 2000))
def test_room_is_shared_so_that_nobody_starves(needs: list[int], room: int) -> None:
    """All that is there is used where it is needed, and who gets less than he needs gets no less than another."""
    given_room = shared(needs, room)
    assert sum(given_room) <= room
    for need, got in zip(needs, given_room, strict=True):
        assert got <= need
        assert got == need or got + 1 >= max(given_room)
    assert sum(given_room) >= min(sum(needs), room - len(needs))


def test_a_large_plan_fits_into_a_comment() -> None:
    """2,000 different updates; what was left out is counted, and where the whole is."""
    plan = _plan(*_updates(2000), delete(PROFILE, "old", diff("name", "Old", None)))
    text = _markdown(plan, View(whole="plan.html"))
    assert len(text.encode()) <= BUDGET
    assert "delete `MessagingProfile/old`" in text
    assert "The whole plan: `plan.html`." in text
    told = len(re.findall(r"update `MessagingProfile/p-\d+`", text))
    left = re.search(r"_(\d+) more changes left out._", text)
    assert left is not None
    assert told + int(left[1]) == 2000
    assert text == _markdown(plan, View(whole="plan.html"))


def test_every_delete_is_named_whatever_the_size() -> None:
    """More deletes than fit in full stand on a line each; nothing else is told beside them."""
    deletes = [delete(PROFILE, f"p-{at:04}", diff("name", "N" * 300, None)) for at in range(700)]
    text = _markdown(_plan(*deletes, *_updates(500)))
    assert len(re.findall(r"delete `MessagingProfile/p-\d+`", text)) == 700
    assert len(text) <= LIMIT


def test_texts_that_compliance_reviews_stay_longest() -> None:
    """Other changes give way until all replies are told in full."""
    texts = _updates(60, RESPONSE, "resp_text", "Acme: reply STOP to end. " * 8)
    text = _markdown(_plan(*_updates(1000), *texts))
    assert len(text.encode()) <= BUDGET
    assert text.count("#### `~` update `AutoResponse/") == 60


def test_findings_never_push_the_changes_out() -> None:
    """A quarter of the room is theirs."""
    found = tuple(
        Diagnostic(code="c", severity=Severity.WARNING, summary=f"{at} " + "w" * 200, source=place(at + 1))
        for at in range(1000)
    )
    text = _markdown(_plan(*_updates(50), diagnostics=found))
    assert len(text.encode()) <= BUDGET
    assert "more lines of findings left out" in text
    assert "#### `~` update" in text


def test_accounts_share_the_room() -> None:
    """A small plan is whole beside a large one."""
    small, large = _plan(*_updates(3)), _plan(*_updates(3000))
    ends = tuple(
        AccountEnd(account=name, code=ExitCode.OK, told=changed(plan, account=name))
        for name, plan in (("dev", large), ("prod", small), ("qa", large))
    )
    text = formats()["markdown"].several(Several(ends))
    assert len(text.encode()) <= BUDGET
    _, dev, prod, qa = text.split("### Account")
    assert prod.count("#### `~` update") == 3
    assert abs(len(dev) - len(qa)) < 1000


def test_alike_changes_are_told_once() -> None:
    """In text and Markdown; every name is in the Markdown, and JSON lists each change."""
    alike = [update(PROFILE, f"p-{at:03}", diff("webhook_url", "a", "b", source=place(at + 1))) for at in range(412)]
    plan = _plan(*alike, update(PROFILE, "other", diff("webhook_url", "a", "c")))
    text = formats()["text"].plan(plan)
    assert "412 alike: p-000, p-001, " in text
    assert "and 402 more" in " ".join(text.split())
    assert text.count('"a" → "b"') == 1
    markdown = _markdown(plan)
    assert "`~` update 412 × `MessagingProfile`" in markdown
    assert all(f"`p-{at:03}`" in markdown for at in range(412))


def test_only_what_differs_by_name_alone_is_alike() -> None:
    """Deletes stand alone, and so does anything that another value, place in the plan or reason sets apart."""
    same = [update(PROFILE, f"p-{at}", diff("enabled", True, False)) for at in range(ALIKE_FROM)]
    assert [len(group.changes) for group in grouped(same, {})] == [ALIKE_FROM]
    assert len(grouped(same[:-1], {})) == ALIKE_FROM - 1
    for odd in (
        changed(same[0], reason="vanished"),
        changed(same[0], blocked_by="guard"),
        changed(same[0], address=Address(RESPONSE, "p-0")),
        update(PROFILE, "p", diff("enabled", True, "False")),
        update(PROFILE, "p", diff("enabled", None, False)),
        create(PROFILE, "p", diff("enabled", True, False)),
    ):
        assert sorted(len(group.changes) for group in grouped([odd, *same], {})) == [1, ALIKE_FROM]
    deletes = [delete(PROFILE, f"p-{at}", diff("enabled", True, None)) for at in range(9)]
    assert all(group.alone for group in grouped(deletes, {}))


def test_what_changes_that_are_alike_touch_is_added_up() -> None:
    """But not what is shared: two agents on one profile would count its traffic twice."""
    same = [update(PROFILE, f"p-{at}", diff("enabled", True, False)) for at in range(4)]
    own = {
        change.address: Impact(
            touched=(Touched("phone number", at + 1, ("+1", "+2")),),
            traffic=Traffic(at, 10) if at else Traffic(0, 0),
            unknown=("short codes",) if at == 1 else (),
        )
        for at, change in enumerate(same)
    }
    [group] = grouped(same, own)
    assert group.impact == Impact(
        touched=(Touched("phone number", 10, ("+1", "+2", "+1")),), traffic=Traffic(6, 30), unknown=("short codes",)
    )
    assert "touches 10 phone numbers (+1, +2, +1, …)" in formats()["text"].plan(_plan(*same, impact=own))
    shared = {change.address: Impact(opt_outs=3, traffic=Traffic(5, 5, shared=True)) for change in same}
    [group] = grouped(same, shared)
    assert group.impact == Impact(opt_outs=3, traffic=Traffic(5, 5, shared=True))
    shared[same[0].address] = Impact(traffic=Traffic(6, 6, shared=True))
    assert [len(group.changes) for group in grouped(same, shared)] == [1, 3]


def test_places_are_links_where_a_pipeline_shows_files() -> None:
    """The change to its manifest, each field to its line."""
    view = View(links=Links(prefix="https://forge.example/a/b/blob/c0"))
    text = _markdown(_plan(update(PROFILE, "p", diff("enabled", True, False, source=Source("a(b).yaml", 7, 3)))), view)
    assert "[`enabled`](https://forge.example/a/b/blob/c0/a%28b%29.yaml#L7)" in text
    assert "[`profiles.yaml:14:1`](https://forge.example/a/b/blob/c0/profiles.yaml#L14)" in text


@settings(max_examples=20)
@given(st.integers(0, 400), st.integers(0, 60), st.integers(0, 400))
def test_any_plan_fits(updates: int, deletes: int, texts: int) -> None:
    """Whatever it is made of."""
    changes = [
        *_updates(updates),
        *(delete(PROFILE, f"d-{at}", diff("name", "N" * 100, None)) for at in range(deletes)),
        *_updates(texts, RESPONSE, "resp_text", "Acme. " * 30),
    ]
    assert len(_markdown(_plan(*changes)).encode()) <= BUDGET


def test_drift_of_any_size_fits() -> None:
    """What is gone stays named; who reads what changed is told how much is left out, and where it is."""
    found = tuple(
        Missing(address=Address(PROFILE, f"gone-{at:03}"), remote=Remote(f"id-{at}"))
        if at % 10 == 0
        else Changed(
            address=Address(PROFILE, f"p-{at:04}"),
            remote=Remote(f"id-{at}"),
            fields=(FieldDrift(path=("webhook_url",), recorded="a" * 90, observed="b" * 90),),
        )
        for at in range(2000)
    )
    text = formats()["markdown"].drift(DriftReport(account="default", found=found), view=View(whole="drift.json"))
    assert len(text.encode()) <= BUDGET
    assert len(re.findall(r"gone `MessagingProfile/gone-\d+`", text)) == 200
    assert "The whole drift: `drift.json`." in text
    told = len(re.findall(r"changed `MessagingProfile/p-\d+`", text))
    assert f"_{1800 - told} more left out._" in text
