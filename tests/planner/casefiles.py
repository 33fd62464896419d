"""Case files: desired, observed and recorded as data, and what must come of them. A new case needs no Python.

Each ``cases/<Kind>/*.yaml`` is a list of cases. What a kind refers to exists in each of them and is recorded, be
it a profile or an agent, as ``a`` with the id ``p1``; what comes of it is left out. A case:

    case        what is to be believed, in a sentence
    desired     manifests of the kind by local name: spec, and beside it remote_id, ignore_changes, options,
                prevent_destroy, on_remove
    observed    live objects by id, as the API answers them
    was         what was applied before, by local name: id, and the spec of then ({} for: nothing is remembered)
    changes     expected: "action local-name reason"
    diffs       expected, by local name: dotted path to [before, after]; only checked where given
    bodies      expected, by local name: the body of the create or update; {} sends nothing; checked where given
    findings    expected codes; default none
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.model.paths import undotted
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.planner.situation import Situation
from tests.planner.worlds import AGENT, KINDS, agent, live, live_profile, profile, recorded, resource, situation

FOLDER = Path(__file__).parent / "cases"
WORDS = {"case", "desired", "observed", "was", "changes", "diffs", "bodies", "findings"}
ABOVE = {
    "MessagingProfile": (profile("a"), live_profile()),
    "RcsAgent": (agent("a", agent_id="p1"), live(AGENT, "p1")),
}


class Case(NamedTuple):
    """One case of one kind."""

    kind: ResourceKind
    name: str
    given: Mapping[str, Any]

    def situation(self) -> Situation:
        """The three worlds."""
        desired = [_manifest(self.kind, name, stated) for name, stated in self.given.get("desired", {}).items()]
        rows = [self._row(remote_id, row) for remote_id, row in self.given.get("observed", {}).items()]
        entries = [self._entry(name, was, rows) for name, was in self.given.get("was", {}).items()]
        if self.kind.name == "MessagingProfile":
            return situation(desired, entries, rows)
        kinds = [leaf.reference.kind for leaf in self.kind.references if leaf.reference] or ["MessagingProfile"]
        above = [ABOVE[name] for name in kinds]
        parents = [recorded(manifest, row) for manifest, row in above]
        return situation(
            [*(manifest for manifest, _ in above), *desired],
            [*parents, *entries],
            [*(row for _, row in above), *rows],
        )

    def _row(self, remote_id: str, row: Mapping[str, Any]) -> Observed:
        return live(self.kind, remote_id, "p1" if self.kind.parent else None, **row)

    def _entry(self, name: str, was: Mapping[str, Any], rows: list[Observed]) -> Entry:
        [row] = [row for row in rows if row.remote.id == was["id"]]
        manifest = _manifest(
            self.kind, name, {key: value for key, value in was.items() if key not in ("id", "answered")}
        )
        answered = self._row(was["id"], was["answered"]) if "answered" in was else row
        return recorded(manifest, answered)


def _manifest(kind: ResourceKind, name: str, stated: Mapping[str, Any]) -> Resource:
    stated = dict(stated)
    metadata = {key: stated.pop(key) for key in ("remote_id", "options") if key in stated}
    chosen = stated.pop("on_remove", None)
    lifecycle = Lifecycle(
        prevent_destroy=stated.pop("prevent_destroy", False),
        ignore_changes=frozenset(undotted(path) for path in stated.pop("ignore_changes", ())),
        on_remove=OnRemove(chosen) if chosen else None,
    )
    return resource(kind, name, lifecycle=lifecycle, **metadata, **stated)


def cases() -> Iterator[Case]:
    """Every case of every kind."""
    for file in sorted(FOLDER.glob("*/*.yaml")):
        for given in yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader):
            unknown = given.keys() - WORDS
            if unknown:
                raise ValueError(f"{file}: {given['case']}: unknown words {sorted(unknown)}")
            yield Case(KINDS[file.parent.name], f"{file.parent.name}/{file.stem}: {given['case']}", given)
