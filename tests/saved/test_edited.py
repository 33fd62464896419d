"""A plan file that somebody changed and gave a right checksum: refused with the part that is wrong, or read as it is.

The checksum finds accidents. What is left is whoever edits a file by hand or with a tool, and an error of ours.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import PlanRefused
from reconciler.model.digest import sealed
from reconciler.model.fields import parsed, spelled
from reconciler.model.ledger import Entry
from reconciler.model.plan import Record
from reconciler.model.saved.file import plan_file, read_plan_file
from reconciler.model.scope import Scope
from reconciler.model.source import Source
from reconciler.planner.situation import Situation
from tests.planner.worlds import HERE, P1, SALT, A, answer, intends, live_answer, profile, recorded, situation
from tests.saved.test_files import outcome, saved, through_a_file

GOAL = profile("a", webhook_url="https://a.example")
UPDATE = situation([GOAL, profile("b")], [HERE], [P1])
DELETE = situation([A], [HERE, recorded(answer(), live_answer())], [P1, live_answer()])
Path = tuple[str | int, ...]


def edited(here: Situation, *edits: tuple[Path, Any]) -> bytes:
    """A plan file with other values at these places of its content; ``...`` takes the value away."""
    outer = parsed(plan_file(saved(here), SALT))
    for path, value in edits:
        *way, last = path
        inside = outer["content"]
        for step in way:
            inside = inside[step]
        if value is ...:
            del inside[last]
        else:
            inside[last] = value
    outer["checksum"] = "sha256:" + hashlib.sha256(spelled(outer["content"])).hexdigest()
    return spelled(outer)


def problem(data: bytes) -> str:
    """What the refusal of an edited file says is wrong with it."""
    with pytest.raises(PlanRefused) as refused:
        read_plan_file(data, "plan.json")
    assert refused.value.code == "plan-edited"
    before = '"plan.json" is not as it was saved: '
    assert refused.value.summary.startswith(before)
    return refused.value.summary.removeprefix(before)


UPDATED: Path = ("changes", 0)
CREATED: Path = ("changes", 1)
MANIFEST: Path = ("resources", 0)
FROM_OUTSIDE = "MessagingProfile/a has secrets, and does not say where to find them"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("later",), 1, 'the plan has keys that this version does not know: "later"'),
        (("account",), ..., 'the plan has no "account"'),
        (("account",), None, '"account" of the plan is not a string'),
        (("allow_adopt",), 1, '"allow_adopt" of the plan is not true or false'),
        (("made", "dirty"), "no", '"dirty" of "made" of the plan is not true or false'),
        (("made", "later"), 1, '"made" of the plan has keys that this version does not know: "later"'),
        (("requests", "reads"), -1, '"reads" of "requests" of the plan is negative'),
        (("requests", "reads"), True, '"reads" of "requests" of the plan is not a whole number'),
        (("requests", "estimated_seconds"), -0.5, '"estimated_seconds" of "requests" of the plan is negative'),
        (("requests", "estimated_seconds"), "1", '"estimated_seconds" of "requests" of the plan is not a number'),
        (("requests", "later"), 1, '"requests" of the plan has keys that this version does not know: "later"'),
        (("scope", "later"), 1, '"scope" of the plan has keys that this version does not know: "later"'),
        (("scope", "only"), ["a"], '"a" is not an address; write Kind/name'),
        (("facts",), {"MessagingProfile/a": []}, "facts are not an object"),
        (("facts",), {"a": {}}, '"a" is not an address; write Kind/name'),
        (("reviewed", "MessagingProfile/a"), [], "the fields of an object are not an object"),
        (("reviewed", "/a"), {}, '"/a" is not an address; write Kind/name'),
        (("changes",), {}, '"changes" of the plan is not a list'),
        (UPDATED, "update", "a change is not an object"),
        ((*UPDATED, "later"), 1, 'a change has keys that this version does not know: "later"'),
        ((*UPDATED, "address"), "MessagingProfile/c", "a change has no manifest"),
        ((*UPDATED, "address"), "a", '"address" of a change: "a" is not an address; write Kind/name'),
        ((*UPDATED, "action"), "destroy", "\"action\" of a change: 'destroy' is not a valid Action"),
        ((*UPDATED, "moved_from"), "a", '"moved_from" of a change: "a" is not an address; write Kind/name'),
        ((*UPDATED, "depends_on"), ["a"], '"depends_on" of a change: "a" is not an address; write Kind/name'),
        ((*UPDATED, "depends_on"), [1], '"depends_on" of a change is not a list of strings'),
        ((*UPDATED, "remote"), None, "MessagingProfile/a has no remote object"),
        ((*UPDATED, "remote", "id"), "../x\n", '"../x\\n" cannot be the id of an object'),
        ((*UPDATED, "entry"), None, '"entry" of a change is not an object'),
        ((*UPDATED, "entry", "later"), 1, '"entry" of a change has keys that this version does not know: "later"'),
        ((*UPDATED, "desired"), None, '"desired" of a change is not an object'),
        ((*UPDATED, "desired", "later"), 1, '"desired" of a change has keys that this version does not know: "later"'),
        ((*UPDATED, "source"), ["m.yaml"], "a place is not a file, a line and a column"),
        ((*UPDATED, "source"), "m.yaml:1:1", '"source" of a change is not a list or null'),
        ((*UPDATED, "diffs", 0), 1, "a field of MessagingProfile/a is not an object"),
        ((*UPDATED, "diffs", 0, "before"), ..., 'a field of MessagingProfile/a has no "before"'),
        (
            (*UPDATED, "diffs", 0, "later"),
            1,
            'a field of MessagingProfile/a has keys that this version does not know: "later"',
        ),
        ((*CREATED, "seen"), "p9", '"seen" of a change is not a list'),
        ((*CREATED, "desired", "values", "name"), {"$unknown": "x"}, '"x" is not an address; write Kind/name'),
        ((*MANIFEST, "later"), 1, 'a manifest has keys that this version does not know: "later"'),
        ((*MANIFEST, "on_remove"), "keep", "MessagingProfile/a: 'keep' is not a valid OnRemove"),
        ((*MANIFEST, "places"), {}, "a manifest has no place"),
        ((*MANIFEST, "places", "spec.name"), [1], '"spec.name" has no place of a line and a column'),
        ((*MANIFEST, "labels"), [], '"labels" of a manifest is not an object'),
        ((*MANIFEST, "written"), "x", '"written" of a manifest is not an object or null'),
        ((*MANIFEST, "secrets"), ["webhook_url"], FROM_OUTSIDE),
        ((*MANIFEST, "secret_options"), ["attempt"], FROM_OUTSIDE),
        ((*MANIFEST, "values", "webhook_url"), {"$seal": sealed("https://a.example", SALT)}, FROM_OUTSIDE),
        ((*MANIFEST, "options", "attempt"), {"$seal": sealed(1, SALT)}, FROM_OUTSIDE),
    ],
)
def test_the_refusal_names_the_part(path: Path, value: Any, message: str) -> None:
    """Where in the file, and what stands there."""
    assert problem(edited(UPDATE, (path, value))) == message


def test_a_finding_of_a_newer_program() -> None:
    """A finding that this version would show by half is not shown."""
    here = situation([answer()], [HERE], [P1, live_answer("r1"), live_answer("r2")])
    assert problem(edited(here, (("diagnostics", 0, "later"), 1))) == (
        'a finding has keys that this version does not know: "later"'
    )


@pytest.mark.parametrize("part", ["entry", "observed_fields", "digest"])
def test_a_delete_needs_all_that_it_was_reviewed_with(part: str) -> None:
    """Nothing is deleted of which the file does not say whose it is and what it held."""
    whole = saved(DELETE).plan.changes
    place = next(index for index, change in enumerate(whole) if change.action.value == "delete")
    assert problem(edited(DELETE, (("changes", place, part), ...))) == f'a change has no "{part}"'


def test_half_a_character() -> None:
    """Such a text fits into no request and no terminal."""
    data = edited(UPDATE, (("project",), "\ud800"))
    assert problem(data) == "a text in it has half a character"


def nested(levels: int) -> bytes:
    """A plan file in which the name of a profile is so many objects, one in the other."""
    marked = edited(UPDATE, ((*CREATED, "desired", "values", "name"), "DEEP"))
    deep = marked.replace(b'"DEEP"', b'{"a":' * levels + b"1" + b"}" * levels)
    content = deep.split(b'"content":', 1)[1].removesuffix(b"}")
    checksum = hashlib.sha256(content).hexdigest().encode()
    return b'{"reconciler_plan":1,"checksum":"sha256:%s","content":%s}' % (checksum, content)


def test_nested_too_deeply() -> None:
    """Where that begins is the interpreter's business; from there on it is a refusal, and never a traceback."""
    codes = [outcome(nested(levels))[0] for levels in (*range(100, 1100, 100), 100_000)]
    order = ["", "plan-edited", "plan-truncated"]
    assert codes == sorted(codes, key=order.index)
    assert list(dict.fromkeys(codes)) == order


INTERRUPTED = situation((), (), [P1], intents=[intends(A)], scope=Scope(whole=False, prune=False))


def record_of(here: Situation) -> Record:
    """The one change of a plan, through a file."""
    [change] = through_a_file(saved(here)).plan.changes
    assert isinstance(change, Record)
    return change


def test_an_interrupted_create_without_its_manifest_comes_back() -> None:
    """It is written down as it was meant, and there is nothing that it wants."""
    found = record_of(INTERRUPTED)
    meant: Entry | None = intends(A).entry
    assert meant is not None
    assert (found.desired, found.entry.applied, found.remote.id) == (None, meant.applied, "p1")


OUTDATED = situation([A], [replace(HERE, prevent_destroy=True)], [P1])


def test_a_record_comes_back_with_what_it_wants() -> None:
    """Its manifest says what the ledger is to remember."""
    [before] = saved(OUTDATED).plan.changes
    found = record_of(OUTDATED)
    assert isinstance(before, Record)
    assert before.desired is not None
    assert found.desired is not None
    assert (found.desired.values, found.desired.defaults) == (before.desired.values, before.desired.defaults)
    assert replace(found, desired=before.desired) == before


def test_a_record_that_wants_something_needs_its_manifest() -> None:
    """What it wants is never dropped in silence."""
    assert problem(edited(OUTDATED, (("resources",), []))) == "a change has no manifest"


def test_what_guards_looked_at_comes_back() -> None:
    """By address and fact, the kind and id of each thing."""
    seen = {A.address: {"numbers": (("PhoneNumber", "n1"), ("PhoneNumber", "n2")), "codes": ()}}
    plan = saved(UPDATE)
    assert through_a_file(replace(plan, plan=replace(plan.plan, facts=seen))).plan.facts == seen


def test_the_places_of_what_was_not_written() -> None:
    """A field without a place of its own has that of its nearest parent."""
    manifest = through_a_file(saved(UPDATE)).resources[0]
    assert manifest.place(("spec", "webhook_url")) == Source("m.yaml", 1, 3)
    assert manifest.place(("spec", "number_pool_settings", "skip_unhealthy")) == Source("m.yaml", 1, 1)
