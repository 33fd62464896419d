"""Kinds that refer to themselves: general graphs, which no real kind has so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from reconciler.adapters.rest import RestAdapter
from reconciler.model.address import Address
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, Origin
from reconciler.model.reference import Reference
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.scope import Scope
from reconciler.model.spec import Clear, Cleared, RefTo, Spec, unstated
from reconciler.planner.draft import Draft, draft
from reconciler.planner.generations import generations
from tests.planner.worlds import KINDS, live, profile, resource, shown, situation


class NodeSpec(Spec):
    """A thing with a name that hangs on another of its kind."""

    name: str
    parent: Annotated[Reference | None, RefTo("Node", field="parent_id"), Cleared(Clear.NULL)] = unstated


NODE = ResourceKind(name="Node", spec=NodeSpec, adapter=RestAdapter("/nodes"), identity=("name",))


def node(name: str, parent: str | None = None) -> Resource:
    """A node, called the same locally and remotely."""
    return resource(NODE, name, name=name, **({"parent": parent} if parent else {}))


def planned(nodes: Sequence[Resource], live_names: Sequence[str] = (), scope: Scope | None = None) -> Draft:
    """The draft of some nodes and nothing else."""
    here = situation(nodes, objects=[live(NODE, f"id-{name}", name=name) for name in live_names], scope=scope)
    return draft(replace(here, kinds={**KINDS, "Node": NODE}))


def test_a_chain_is_made_from_its_root() -> None:
    """Whatever the names sort like."""
    drafted = planned([node("a", "b"), node("b", "c"), node("c")])
    assert [change.address.name for change in drafted.changes] == ["c", "b", "a"]


def test_a_long_chain_is_no_deep_recursion() -> None:
    """Five thousand nodes in a row."""
    chain = [node("n0"), *(node(f"n{i}", f"n{i - 1}") for i in range(1, 5000))]
    assert len(planned(chain).changes) == 5000


def test_a_cycle_is_an_error_that_names_it() -> None:
    """What hangs on the cycle fails too; what does not is planned."""
    drafted = planned([node("a", "b"), node("b", "c"), node("c", "b"), node("d")])
    assert [line for line in shown(drafted) if "dependency-cycle" in line] == ["dependency-cycle Node/b"]
    [cycle] = [finding for finding in drafted.diagnostics if finding.code == "dependency-cycle"]
    assert "Node/b → Node/c → Node/b" in cycle.summary or "Node/c → Node/b → Node/c" in cycle.summary
    assert "Node/a" not in cycle.summary
    assert cycle.source is not None
    assert [change.address.name for change in drafted.changes] == ["d"]


def test_a_parent_that_exists_gives_its_id_to_its_child() -> None:
    """Found first, then used."""
    drafted = planned([node("a", "b"), node("b")], ["b"])
    assert [change.action.value for change in drafted.changes] == ["adopt", "create"]
    assert [str(diff.after) for diff in drafted.changes[1].diffs] == ["a", "id-b"]


def test_a_protected_node_shields_everything_above_it() -> None:
    """All the way up, and nothing beside it."""
    above = {"a": ("b",), "b": ("c",), "c": (), "d": ("c",)}
    rows = [live(NODE, f"id-{name}", name=name) for name in above]
    entries = [
        Entry(
            address=Address("Node", row.attributes["name"]),
            remote=row.remote,
            origin=Origin.CREATED,
            project="default",
            file="m.yaml",
            on_remove=OnRemove.DELETE,
            prevent_destroy=row.attributes["name"] == "a",
            references=tuple(Address("Node", parent) for parent in above[row.attributes["name"]]),
        )
        for row in rows
    ]
    drafted = draft(replace(situation((), entries, rows), kinds={**KINDS, "Node": NODE}))
    assert sorted(shown(drafted)) == [
        "delete Node/d not-desired",
        "protected Node/a prevent-destroy",
        "protected Node/b protected-child",
        "protected Node/c protected-child",
    ]


def test_only_shows_why_a_dependency_failed() -> None:
    """The finding at the root is the one to act on."""
    scope = Scope(only=frozenset({node("a").address}))
    codes = {finding.code for finding in planned([node("a", "b"), node("b", "b")], scope=scope).diagnostics}
    assert codes == {"dependency-cycle", "dependency-failed"}


def test_no_real_kinds_need_each_other() -> None:
    """Kinds are matched one after the other, parents first."""
    everything = situation([profile()])
    assert [generation.kind.name for generation in generations(everything)] == ["MessagingProfile"]
