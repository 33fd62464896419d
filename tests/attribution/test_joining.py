"""Who made the value that is there now: by values, and only where one event explains it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.attribution import Attribution, Known, Ours, Unattributed, Why
from reconciler.model.history import Ending, PastRun
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
    # In a log as documented this is somebody who undid a change, the event of which is missing.
    ("swapped, without evidence", [row(60, url=("o", "r"))], "o", NOT_REACHED),
    ("to and fro, swapped or late", [row(60, BOB, url=("o", "r")), row(90, url=("r", "o"))], "o", NOT_REACHED),
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
    ("one second, one of two users fits", [row(60, BOB, url=("r", "x")), row(60, url=("x", "o"))], "o", SEVERAL),
    ("one second, elsewhere meanwhile", [row(60, url=("r", "o")), row(60, BOB, url=("c", "d"))], "o", SEVERAL),
    ("one second, there and away", [row(60, url=("r", "o")), row(60, url=("o", "r"))], "o", NOT_REACHED),
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
    ("within the object, swapped or late", {POOL: ({"weight": 9}, {"weight": 1})}, NOT_REACHED),
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


def found(past: PastRun, **values: Any) -> PastRun:
    """The run, with what it found there."""
    changes = tuple(
        replace(
            one, change=replace(one.change, fields=tuple(replace(f, before=values[f.path]) for f in one.change.fields))
        )
        for one in past.changes
    )
    return replace(past, changes=changes)


def test_a_run_whose_end_was_not_recorded() -> None:
    """What it was about to write, somebody may have written by hand: the log's author is told."""
    killed, first = run(60, lasted=None, url="o"), run(0, url="r")
    for seconds in (61, 60 + 2400):
        assert who(ask([row(seconds, url=("r", "o"))], "o", "r", killed, first)) == (ANNA, at(seconds))
    ended = run(60, url="o")
    assert who(ask([row(61, ROBOT, url=("r", "o"))], "o", "r", ended)) == ("ours", ended.begun.started)
    failed = replace(ended.changes[0].end, ending=Ending.FAILED, written=False)
    failing = replace(ended, changes=(replace(ended.changes[0], end=failed),))
    assert who(ask([row(61, url=("r", "o"))], "o", "r", failing)) == (ANNA, at(61))


def test_our_own_events_show_that_a_log_is_swapped() -> None:
    """Of any object: then one event is enough, and one that leads away under that reading is none."""
    ours = found(run(0, url="r"), url="p")
    evidence = row(0, ROBOT, url=("r", "p"))
    assert who(ask([evidence, row(60, url=("o", "r"))], "o", "r", ours)) == (ANNA, at(60), "swapped")
    assert who(ask([evidence, row(60, url=("r", "o"))], "o", "r", ours)) == NOT_REACHED
    documented = row(0, ROBOT, url=("p", "r"))
    assert who(ask([documented, row(60, url=("o", "r"))], "o", "r", ours)) == NOT_REACHED
    assert who(ask([documented, row(60, url=("r", "o"))], "o", "r", ours)) == (ANNA, at(60))
    # A plan that nobody knows to have been carried out is no evidence.
    killed = found(run(0, lasted=None, url="r"), url="p")
    assert who(ask([evidence, row(60, url=("o", "r"))], "o", "r", killed)) == NOT_REACHED


@pytest.mark.parametrize("seconds", [3, 60])
def test_undone_and_made_again_while_the_last_event_is_late(seconds: int) -> None:
    """Bob made it, Anna undid it, and who made it again is not in the log: Anna least of all."""
    ours = found(run(0, url="r"), url="p")
    undone = row(90, url=("o", "r"))
    assert who(ask([row(seconds, BOB, url=("r", "o")), undone], "o", "r", ours)) == NOT_REACHED
    assert who(ask([undone], "o", "r", ours)) == NOT_REACHED
    swapped = [row(seconds, BOB, url=("o", "r")), row(90, url=("r", "o"))]
    assert who(ask(swapped, "o", "r", ours)) == NOT_REACHED


@pytest.mark.parametrize(("seconds", "ours"), [(54, False), (55, True), (67, True), (68, False)])
def test_the_time_of_a_run(seconds: int, *, ours: bool) -> None:
    """Clocks differ by a few seconds, and not by more."""
    told = ask([row(seconds, url=("r", "o"))], "o", "r", run(60, url="o"))
    assert isinstance(told, Ours if ours else Known)


def test_a_secret_is_never_ours() -> None:
    """The history does not hold its value: who is in the log did it."""
    assert who(ask([row(61, url=("r", "o"))], "o", "r", run(60, sensitive=True, url="o"))) == (ANNA, at(61))


def test_what_we_put_back_and_somebody_undid() -> None:
    """Our own event is no link of the chain. In a swapped log other evidence is needed."""
    ours = found(run(60, url="r"), url="o")
    assert who(ask([row(60, ROBOT, url=("o", "r")), row(90, url=("r", "o"))], "o", "r", ours)) == (ANNA, at(90))
    swapped = [row(60, ROBOT, url=("r", "o")), row(90, url=("o", "r"))]
    assert who(ask(swapped, "o", "r", ours)) == NOT_REACHED
    first = found(run(0, url="r"), url="p")
    assert who(ask([row(0, ROBOT, url=("r", "p")), *swapped], "o", "r", ours, first)) == (ANNA, at(90), "swapped")


def test_older_pages_are_asked_for_only_where_they_decide() -> None:
    """None: read on."""
    linked = [row(90, url=("r", "o")), row(70, BOB, url=("x", "r")), row(60, name=("a", "b"))]
    assert who(ask(linked, "o", "r", whole=False)) == (ANNA, at(90))
    ours = found(run(0, url="r"), url="p")
    known = [row(90, url=("r", "o")), row(1, ROBOT, url=("p", "r")), row(0, name=("a", "b"))]
    assert who(ask(known, "o", "r", ours, whole=False)) == (ANNA, at(90))
    # An older event may show that this log is swapped, and that Anna undid the change.
    assert ask([row(90, url=("r", "o")), row(60, name=("a", "b"))], "o", "r", whole=False) is None
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
    """A run that is recorded to have deleted it, within its time; one that was killed may not have."""
    ended, killed = run(60, action=Action.DELETE), run(60, action=Action.DELETE, lasted=None)
    log = [row(61, ROBOT, change_type="delete")]
    assert who(ask_end(log, ended)) == ("ours", ended.begun.started)
    assert who(ask_end(log, killed)) == (ROBOT, at(61))
    update = run(60, url="x")
    assert who(ask_end([row(61, change_type="delete")], update)) == (ANNA, at(61))
    assert ask_end([], whole=False) is None
    assert ask_end([row(60, change_type="delete")], whole=False) is None
