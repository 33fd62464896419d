"""Who made the value that is there now: by values, and only where one event explains it."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.attribution.runs import LONGEST_RUN
from reconciler.model.attribution import Attribution, Known, Ours, Unattributed, Why
from reconciler.model.plan import Action

from .scenes import ANNA, BOB, ROBOT, ask, ask_end, at, row, run

NO_EVENT, NOT_REACHED, SEVERAL = (Unattributed(why) for why in (Why.NO_EVENT, Why.NOT_REACHED, Why.SEVERAL))
POOL = "number_pool_settings"


def who(told: Attribution | None) -> Any:
    """An answer in a word: the user and the seconds after noon, ``ours``, or why not."""
    match told:
        case Known(author=author, when=when, swapped=swapped):
            return (author.user_id, when) if not swapped else (author.user_id, when, "swapped")
        case Ours(started=started):
            return ("ours", started)
        case _:
            return told


TABLE: list[tuple[str, list[Any], Any, Any]] = [
    # What it is, the log, the value now after "r" was recorded, the answer.
    ("as documented", [row(60, url=("r", "o"))], "o", (ANNA, at(60))),
    ("swapped", [row(60, url=("o", "r"))], "o", (ANNA, at(60), "swapped")),
    ("spelled otherwise, which is equal to the API", [row(60, url=("R", "O"))], "o", (ANNA, at(60))),
    ("the newest of two", [row(60, BOB, url=("r", "x")), row(90, url=("x", "o"))], "o", (ANNA, at(90))),
    ("two, swapped", [row(60, BOB, url=("x", "r")), row(90, url=("o", "x"))], "o", (ANNA, at(90), "swapped")),
    ("an event between is missing", [row(60, BOB, url=("r", "x")), row(90, url=("y", "o"))], "o", (ANNA, at(90))),
    ("the first is missing", [row(90, url=("y", "o"))], "o", (ANNA, at(90))),
    ("swapped, and one is missing: lag would look the same", [row(90, url=("o", "y"))], "o", NOT_REACHED),
    ("nothing", [], "o", NO_EVENT),
    ("another field", [row(60, name=("r", "o"))], "o", NO_EVENT),
    ("another object", [row(60, resource_id="p2", url=("r", "o"))], "o", NO_EVENT),
    ("a step that changed nothing", [row(60, url=("r", "o")), row(90, BOB, url=("o", "O"))], "o", (ANNA, at(60))),
    ("the last event is late", [row(60, url=("r", "x"))], "o", NOT_REACHED),
    # A newer event leads away from "o": that the older one led there is no answer.
    ("there, away, and back late", [row(60, url=("r", "o")), row(90, BOB, url=("o", "x"))], "o", NOT_REACHED),
    ("as above, swapped", [row(60, url=("o", "r")), row(90, BOB, url=("x", "o"))], "o", NOT_REACHED),
    ("back to what was recorded, and late", [row(60, url=("r", "o")), row(90, BOB, url=("o", "r"))], "o", NOT_REACHED),
    ("one second, one of two users fits", [row(60, BOB, url=("r", "x")), row(60, url=("x", "o"))], "o", (ANNA, at(60))),
    ("one second, two users, both fit", [row(60, BOB, url=("r", "o")), row(60, url=("x", "o"))], "o", SEVERAL),
    ("one second, one user", [row(60, url=("r", "o")), row(60, url=("x", "o"))], "o", (ANNA, at(60))),
    ("to nothing", [row(60, url=("r", None))], None, (ANNA, at(60))),
    ("from nothing to a list", [row(60, url=(None, ["a"]))], ["a"], (ANNA, at(60))),
    ("masked by the log", [row(60, url=("***", "***1"))], "o", NOT_REACHED),
]


@pytest.mark.parametrize(("log", "now", "answer"), [pytest.param(*case, id=name) for name, *case in TABLE])
def test_values_decide(log: list[Any], now: Any, answer: Any) -> None:
    """Which side of the newest event is the value now, and whether the other side leads there."""
    assert who(ask(log, now, "r")) == answer
    assert who(ask(log[::-1], now, "r")) == answer


NESTED = [
    ("dotted", {f"{POOL}__weight": (1, 9)}, (ANNA, at(60))),
    ("within the object", {POOL: ({"weight": 1}, {"weight": 9})}, (ANNA, at(60))),
    ("within the object, swapped", {POOL: ({"weight": 9}, {"weight": 1})}, (ANNA, at(60), "swapped")),
    ("the object came", {POOL: (None, {"weight": 9})}, (ANNA, at(60))),
    ("beside it", {POOL: ({"weight": 1, "x": 1}, {"weight": 1, "x": 2})}, NO_EVENT),
    ("another of the object", {f"{POOL}__x": (1, 9)}, NO_EVENT),
    ("a text where an object should be", {POOL: ("a", "b")}, NO_EVENT),
]


@pytest.mark.parametrize(("fields", "answer"), [pytest.param(*case, id=name) for name, *case in NESTED])
def test_nested_fields(fields: dict[str, Any], answer: Any) -> None:
    """Under a dotted name, or inside the whole object."""
    assert who(ask([row(60, **fields)], 9, 1, field=f"{POOL}.weight")) == answer


def test_the_author() -> None:
    """Name from people, id and role from the log."""
    told = ask([row(60, url=("r", "o"))], "o", "r")
    assert isinstance(told, Known)
    assert (told.author.name, told.author.user_id, told.author.role) == ("Anna Ek", ANNA, "organization_member")
    told = ask([row(60, BOB, url=("r", "o"))], "o", "r")
    assert isinstance(told, Known)
    assert told.author.name is None


def test_an_alternate_id() -> None:
    """The log may know an object by its number; without that being said, it is another object."""
    log = [row(60, resource_id="xyz", alternate_resource_id="+15550100001", url=("r", "o"))]
    assert who(ask(log, "o", "r", alternate_id="+15550100001")) == (ANNA, at(60))
    assert ask(log, "o", "r") == NO_EVENT
    assert ask(log, "o", "r", alternate_id="+15550100002") == NO_EVENT


def test_a_killed_run_of_ours() -> None:
    """It wrote and did not record it: the value is the one that it was about to write, within its time."""
    killed = run(60, lasted=None, url="o")
    first = run(0, url="r")
    ours = ("ours", killed.begun.started)
    assert who(ask([row(61, ROBOT, url=("r", "o"))], "o", "r", killed, first)) == ours
    assert who(ask([row(61, ROBOT, url=("o", "r"))], "o", "r", killed, first)) == ours
    later = 60 + LONGEST_RUN.total_seconds() + 10
    assert who(ask([row(later, url=("r", "o"))], "o", "r", killed, first)) == (ANNA, at(later))
    other = run(60, lasted=None, url="x")
    assert who(ask([row(61, url=("r", "o"))], "o", "r", other, first)) == (ANNA, at(61))


@pytest.mark.parametrize(("seconds", "ours"), [(54, False), (55, True), (67, True), (68, False)])
def test_the_time_of_a_run(seconds: int, *, ours: bool) -> None:
    """Clocks differ by a few seconds, and not by more."""
    told = ask([row(seconds, url=("r", "o"))], "o", "r", run(60, url="o"))
    assert isinstance(told, Ours if ours else Known)


def test_a_secret_is_never_ours() -> None:
    """The history does not hold its value: who is in the log did it."""
    assert who(ask([row(61, url=("r", "o"))], "o", "r", run(60, sensitive=True, url="o"))) == (ANNA, at(61))


def test_what_we_put_back_and_somebody_undid() -> None:
    """Our own event is no link of the chain: it led to what is recorded, whichever way the log spells it."""
    ours = run(60, url="r")
    assert who(ask([row(60, ROBOT, url=("o", "r")), row(90, url=("r", "o"))], "o", "r", ours)) == (ANNA, at(90))
    swapped = [row(60, ROBOT, url=("r", "o")), row(90, url=("o", "r"))]
    assert who(ask(swapped, "o", "r", ours)) == (ANNA, at(90), "swapped")


def test_older_pages_are_asked_for_only_where_they_decide() -> None:
    """None: read on."""
    direct = [row(90, url=("r", "o")), row(60, name=("a", "b"))]
    assert who(ask(direct, "o", "r", whole=False)) == (ANNA, at(90))
    assert ask([row(90, url=("x", "o")), row(60, name=("a", "b"))], "o", "r", whole=False) is None
    assert ask([row(90, url=("o", "r")), row(60, name=("a", "b"))], "o", "r", whole=False) is None
    assert ask([], "o", "r", whole=False) is None
    # The last event of the page: another one of the same second may come.
    assert ask([row(90, url=("r", "o"))], "o", "r", whole=False) is None


ENDS: list[tuple[str, list[Any], Any]] = [
    ("deleted", [row(60, change_type="delete")], (ANNA, at(60))),
    ("the other word", [row(60, change_type="Destroy")], (ANNA, at(60))),
    ("changed, then deleted", [row(60, BOB, url=("a", "b")), row(90, change_type="delete")], (ANNA, at(90))),
    ("changed last: the end is late", [row(60, url=("a", "b"))], NOT_REACHED),
    ("nothing", [], NO_EVENT),
    ("another object", [row(60, resource_id="p2", change_type="delete")], NO_EVENT),
    ("twice in a second", [row(60, change_type="delete"), row(60, BOB, change_type="delete")], SEVERAL),
]


@pytest.mark.parametrize(("log", "answer"), [pytest.param(*case, id=name) for name, *case in ENDS])
def test_where_an_object_went(log: list[Any], answer: Any) -> None:
    """The last event must be its end."""
    assert who(ask_end(log)) == answer


def test_our_own_delete() -> None:
    """A run that was about to delete it, within its time."""
    killed = run(60, action=Action.DELETE, lasted=None)
    assert who(ask_end([row(61, ROBOT, change_type="delete")], killed)) == ("ours", killed.begun.started)
    update = run(60, url="x")
    assert who(ask_end([row(61, change_type="delete")], update)) == (ANNA, at(61))
    assert ask_end([], whole=False) is None
    assert ask_end([row(60, change_type="delete")], whole=False) is None
