"""Which changes are one step: row by row, with what tells a change apart from its likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from reconciler.model.address import Address
from reconciler.model.ledger import Entry, Origin
from reconciler.model.observed import Remote
from reconciler.model.plan import Adopt, Change, FieldDiff, Noop, Update
from reconciler.model.resource import OnRemove
from reconciler.model.steps import FEWEST, steps_of
from reconciler.resources import kinds
from tests.executor.wishes import create, desired, profile_spec

KINDS = kinds()
NUMBER, HOSTED, PROFILE = "PhoneNumberMessaging", "HostedNumber", "MessagingProfile"
P = Address(PROFILE, "p")


def adopt(name: str, to: object = "p", *, kind: str = NUMBER, fields: Sequence[str] = ("messaging_profile",)) -> Adopt:
    """A number that gets a profile."""
    wanted = desired(KINDS[kind], name, {"phone_number": "+15125550100", "messaging_profile": to, "tags": ["a"]})
    return Adopt(
        address=wanted.address,
        reason="test",
        desired=wanted,
        remote=Remote(name),
        digest="",
        depends_on=wanted.references,
        diffs=tuple(FieldDiff(path=(field,), before=None, after="x") for field in fields),
    )


def update(name: str) -> Update:
    """The same of a number that is ours."""
    was = adopt(name)
    return Update(
        address=was.address,
        reason="test",
        desired=was.desired,
        remote=was.remote,
        digest="",
        depends_on=was.depends_on,
        diffs=was.diffs,
        entry=Entry(
            address=was.address,
            remote=was.remote,
            origin=Origin.CREATED,
            project="p",
            file="a.yaml",
            on_remove=OnRemove.RETAIN,
        ),
    )


def names(changes: Sequence[Change]) -> list[str]:
    """The steps, each as the names of its changes."""
    return ["".join(change.address.name for change in step) for step in steps_of(changes, KINDS)]


PROFILE_P = create(desired(KINDS[PROFILE], "p", profile_spec("P")))
FOUR = [adopt(name) for name in "abcd"]
OTHER = {"id": "40017a3c-0000-4000-8000-00000000000a"}


P_WAITS, WAITS_P = (P, Address(NUMBER, "z")), (Address(NUMBER, "z"), P)


@pytest.mark.parametrize(
    ("reason", "changes", "steps"),
    [
        ("as few as are worth it", FOUR, ["abcd"]),
        ("fewer than that", FOUR[:3], ["a", "b", "c"]),
        ("ours and adopted ones", [*FOUR[:2], update("x"), update("y")], ["abxy"]),
        ("with others between them", [FOUR[0], PROFILE_P, *FOUR[1:]], ["abcd", "p"]),
        ("another profile", [*FOUR, adopt("x", OTHER)], ["abcd", "x"]),
        ("tags differ as well", [*FOUR, adopt("x", fields=["messaging_profile", "tags"])], ["abcd", "x"]),
        ("only tags differ", [*FOUR, adopt("x", fields=["tags"])], ["abcd", "x"]),
        ("nothing differs", [*FOUR, adopt("x", fields=[])], ["abcd", "x"]),
        ("taken off their profile", [adopt(name, None) for name in "abcd"], [*"abcd"]),
        ("waits for something else", [*FOUR, replace(adopt("x"), depends_on=P_WAITS)], ["abcd", "x"]),
        (
            "waits for the same in another order",
            [replace(one, depends_on=deps) for one, deps in zip(FOUR, [P_WAITS, WAITS_P] * 2, strict=True)],
            ["abcd"],
        ),
        ("a kind that has no jobs", [adopt(name, kind=HOSTED) for name in "abcd"], [*"abcd"]),
        ("nothing is to be done", [Noop(address=Address(NUMBER, n), reason="x") for n in "abcd"], [*"abcd"]),
    ],
)
def test_steps(reason: str, changes: Sequence[Change], steps: list[str]) -> None:
    """Only what sends exactly one profile, and waits for the same, goes together."""
    assert names(changes) == steps, reason


@pytest.mark.parametrize(("count", "sizes"), [(250, [250]), (251, [250, 1]), (254, [250, 4]), (600, [250, 250, 100])])
def test_a_job_has_at_most_250(count: int, sizes: list[int]) -> None:
    """The rest is a job where it is worth one."""
    assert [len(step) for step in steps_of([adopt(str(n)) for n in range(count)], KINDS)] == sizes


@given(st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from(["tags", "messaging_profile"])), max_size=40))
def test_every_change_is_in_one_step(rows: list[tuple[str, str]]) -> None:
    """None is lost, none is carried out twice, and what is alike keeps its order."""
    changes = [adopt(str(at), to, fields=[field]) for at, (to, field) in enumerate(rows)]
    steps = steps_of(changes, KINDS)
    carried_out = [change.address.name for step in steps for change in step]
    assert sorted(carried_out, key=int) == [change.address.name for change in changes]
    assert all(len(step) == 1 or len(step) >= FEWEST for step in steps)
    for step in steps:
        assert len({repr(change.depends_on) for change in step}) == 1, "one profile"
        assert [change.address.name for change in step] == sorted((c.address.name for c in step), key=int)
