"""The one journey that every kind makes: born, left alone, edited by others, changed, cleared, removed.

Each kind's own part is a file in ``kinds``; a field that can be updated or cleared and is not in there is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler.model.paths import dotted
from reconciler.resources import kinds
from tests.journeys.workspace import Emulator, Workspace

HERE = Path(__file__).parent / "kinds"
PREFIX = {"apiVersion": "telnyx.reconciler/v1"}


def _file_of(kind: str) -> Path:
    return HERE / f"{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', kind).lower()}.yaml"


class Journey:
    """One kind's story, its emulator and its folder."""

    def __init__(self, story: Mapping[str, Any], telnyx: Emulator, workspace: Workspace) -> None:
        self.story = story
        self.telnyx = telnyx
        self.workspace = workspace
        self.spec: dict[str, Any] = dict(story["manifest"]["spec"])
        self.address = f"{story['manifest']['kind']}/journey"
        self.flags: list[str] = story.get("flags", [])
        for collection, rows in story.get("planted", {}).items():
            for row in rows:
                telnyx.create(collection, **row)

    def declare(self, **fields: Any) -> None:
        """The manifest with these fields stated otherwise."""
        own = {**PREFIX, **self.story["manifest"], "spec": {**self.spec, **fields}}
        self.workspace.declare(*self.beside(), own)

    def beside(self) -> list[dict[str, Any]]:
        """What else must be there."""
        return [{**PREFIX, **manifest} for manifest in self.story.get("beside", [])]

    def buy(self) -> None:
        """The toll-free numbers that the story needs, on a profile that nobody declares."""
        if numbers := self.story.get("numbers"):
            profile = self.telnyx.create("messaging_profiles", name="Numbers", whitelisted_destinations=["US"])["id"]
            for number in numbers:
                fields = {"phone_number": number, "type": "tollfree", "messaging_profile_id": profile}
                self.telnyx.create("phone_numbers", **fields)

    def settled(self) -> None:
        """Promise 6."""
        assert self.workspace.actions() == {}
        assert self.workspace.call("drift").code == 0

    def becomes(self, action: str, **fields: Any) -> Any:
        """State ``fields``, see exactly this action planned, apply it, and find nothing left; answers the change."""
        self.declare(**fields)
        changes = [each for each in self.workspace.plan(*self.flags)["changes"] if each["action"] != "noop"]
        assert [(each["address"], each["action"]) for each in changes] == [(self.address, action)]
        self.workspace.apply(*self.flags)
        self.settled()
        return changes[0]

    def row(self, **found_by: Any) -> dict[str, Any]:
        """The object itself."""
        found_by = found_by or self.story["found_by"]
        rows = self.telnyx.rows(self.story["collection"])
        [row] = [row for row in rows if all(row.get(name) == value for name, value in found_by.items())]
        return row


def kind_of(journey: Journey) -> str:
    """Whose story it is."""
    return str(journey.story["manifest"]["kind"])


@pytest.fixture(params=sorted(HERE.glob("*.yaml")), ids=lambda path: path.stem)
def journey(request: pytest.FixtureRequest, telnyx: Emulator, workspace: Workspace) -> Journey:
    """A kind's journey with its object applied."""
    started = Journey(yaml.safe_load(request.param.read_text("utf-8")), telnyx, workspace)
    started.buy()
    started.declare()
    assert workspace.actions()[started.address] == started.story.get("born", "create")
    workspace.apply("--allow-adopt")
    started.settled()
    return started


def test_there_is_a_journey_for_every_kind() -> None:
    """By name, and none for a kind that is not there."""
    assert {path.name for path in HERE.iterdir()} == {_file_of(name).name for name in kinds()}


@pytest.mark.parametrize("name", list(kinds()))
def test_every_field_makes_the_journey(name: str) -> None:
    """Each field that can be updated is changed, each that cannot is tried, and each that can be cleared is."""
    story = yaml.safe_load(_file_of(name).read_text("utf-8"))
    leaves = kinds()[name].leaves.values()
    whole = {leaf.path for leaf in leaves if leaf.settings}  # changed by their own leaves
    assert set(story["changes"]) == {dotted(x.path) for x in leaves if not x.create_only and x.path not in whole}
    assert set(story["create_only"]) == {dotted(leaf.path) for leaf in leaves if leaf.create_only}
    assert set(story["clears"]) == {dotted(leaf.path) for leaf in leaves if leaf.clear is not None}


def test_an_edit_behind_our_back_is_found_named_and_put_back(journey: Journey) -> None:
    """Drift exits 2 and names the field with both values; an apply restores it."""
    story = journey.story["foreign"]
    if story == "progressed":
        assert journey.telnyx.admin("POST", "advance")[0]["status"] == "loa_file_successful"
        journey.settled()  # Telnyx's own work is no drift
        return
    if story == "unseen":
        report = journey.workspace.call("drift", "--format", "json")
        assert (report.code, report.document["found"]) == (0, [])
        assert {"kind": kind_of(journey), "addresses": [journey.address]} in report.document["unreadable"]
        assert "No drift in what can be read back" in journey.workspace.call("drift").out
        return
    if story == "deleted":
        journey.telnyx.delete(journey.story["collection"], journey.row()["id"])
    else:
        row = journey.row()
        journey.telnyx.edit(journey.story["collection"], row["id" if "id" in row else "agent_id"], **story["set"])
    report = journey.workspace.call("drift", "--format", "json")
    assert report.code == 2
    [found] = report.document["found"]
    assert found["address"] == journey.address
    if story == "deleted":
        assert found["state"] == "missing"
        journey.becomes("create")
        return
    assert [(f["path"], f["recorded"], f["observed"]) for f in found["fields"]] == [
        (story["path"], story["recorded"], story["observed"])
    ]
    said = journey.workspace.call("drift").out
    assert all(word in said for word in story.get("said", (story["path"], story["recorded"], story["observed"])))
    journey.becomes("update")


def test_each_field_that_can_be_updated_is(journey: Journey) -> None:
    """One after the other, in place: the object keeps its id, and nothing is planned afterwards.

    All at once where the API takes nothing but whole objects: what is sent for one field is sent for each.
    """
    before, changes = journey.row(), journey.story["changes"]
    if journey.story.get("whole"):
        change = journey.becomes(
            "update", **{name: value for fields in changes.values() for name, value in fields.items()}
        )
        assert {diff["path"] for diff in change["diffs"]} == set(changes)
    for path, fields in changes.items() if not journey.story.get("whole") else ():
        change = journey.becomes("update", **fields)
        assert path in {diff["path"] for diff in change["diffs"]}
        journey.spec |= fields
    key = "id" if "id" in before else "agent_id"
    assert before[key] in {row[key] for row in journey.telnyx.rows(journey.story["collection"])}


def test_a_field_that_cannot_be_updated_is_replaced_or_refused(journey: Journey) -> None:
    """As the kind says: a new object in the place of the old one, or an error before anything is written."""
    refused = journey.story.get("refused")
    for path, value in journey.story["create_only"].items():
        fields = {path: value, **journey.story.get("create_only_beside", {}).get(path, {})}
        if refused is None:
            count = len(journey.telnyx.rows(journey.story["collection"]))
            journey.becomes("replace", **fields)
            assert len(journey.telnyx.rows(journey.story["collection"])) == count
            journey.spec |= fields
            continue
        journey.declare(**fields)
        before = journey.telnyx.state()
        made = journey.workspace.call("plan", "--format", "json")
        assert (made.code, made.codes) == (1, [refused])
        assert journey.workspace.call("apply", "--auto-approve").code == 1
        assert journey.telnyx.state() == before


def test_null_clears_what_can_be_cleared(journey: Journey) -> None:
    """The server then holds nothing there, and says so to the end."""
    for field in journey.story["clears"]:
        leaf = kinds()[kind_of(journey)].leaves[(field,)]
        change = journey.becomes("replace" if leaf.create_only else "update", **{field: None})
        assert change["diffs"]
        assert not journey.row().get(leaf.field[0])
        journey.spec[field] = None


def test_a_removed_manifest_takes_its_object_along_or_lets_it_go(journey: Journey) -> None:
    """Deleted where it was ours to delete, forgotten where not; afterwards nothing is left to do."""
    journey.workspace.declare(*journey.beside())
    removed = journey.story["removed"]
    assert journey.workspace.actions("--allow-empty") == {journey.address: "delete" if removed == "gone" else "forget"}
    journey.workspace.apply("--allow-empty")
    rows = journey.telnyx.rows(journey.story["collection"])
    found = [row for row in rows if all(row.get(n) == value for n, value in journey.story["found_by"].items())]
    assert bool(found) is (removed == "retained")
    assert journey.address not in journey.workspace.recorded
    assert journey.workspace.actions("--allow-empty") == {}


def test_an_object_that_vanished_is_made_again(journey: Journey) -> None:
    """Whoever deleted it: the plan says so, and the apply brings it back."""
    collection = journey.story["collection"]
    if journey.story.get("born") == "adopt" or collection == "messaging_hosted_number_orders":
        return  # the first come from elsewhere; the second waits for a new attempt (tests/resources)
    if journey.story["foreign"] == "unseen":
        return  # nobody can tell
    # Something else of the account is left: an empty one would not say whose it is.
    journey.telnyx.create("messaging_profiles", name="Another", whitelisted_destinations=["US"])
    row = journey.row()
    if status := journey.story.get("deletable"):
        journey.telnyx.admin("POST", "advance", order=row["id"], status=status)
    journey.telnyx.delete(collection, row["id"])
    change = journey.becomes("create")
    assert change["reason"] == "vanished"
