"""What waits for what, as a drawing: columns by depth, an arrow from each change to those that need it.

Pure geometry. A plan with many changes is drawn by kind and action: nobody follows five thousand boxes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.plan import Action, Change, Noop
from reconciler.render.escape import visible
from reconciler.render.words import WORDS

MOST = 60
"""Boxes of single changes; from there on they stand for all of a kind and action."""

_WIDTH, _HEIGHT, _ACROSS, _DOWN, _MARGIN = 240, 40, 80, 14, 10
_LETTERS = 30


@dataclass(frozen=True, slots=True)
class Box:
    """One change, or ``number`` of them. Coordinates in pixels, of the upper left corner."""

    action: str
    label: str
    detail: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawing. ``arrows`` are paths of SVG."""

    boxes: Sequence[Box]
    arrows: Sequence[str]
    width: int
    height: int
    box_width: int = _WIDTH
    box_height: int = _HEIGHT


_Node = tuple[str, str, str]
"""The action, then what the box says."""


def graph_of(changes: Sequence[Change]) -> Graph | None:
    """The drawing of what waits for what; None where nothing does."""
    pending = {change.address: change for change in changes if not isinstance(change, Noop)}
    edges = [(one, other) for one, change in pending.items() for other in change.depends_on if other in pending]
    if not edges:
        return None
    tied = {address for edge in edges for address in edge}
    single = len(tied) <= MOST
    counts = Counter((pending[address].action, address.kind) for address in tied)

    def node(change: Change) -> _Node:
        address, action = change.address, change.action
        if single:
            return (action, _short(visible(address.name)), visible(f"{action} {address.kind}"))
        return (action, _short(visible(address.kind)), f"{counts[action, address.kind]} {WORDS[Action(action)].todo}")

    needs: dict[_Node, set[_Node]] = {node(pending[address]): set() for address in pending if address in tied}
    for one, other in edges:
        if node(pending[one]) != node(pending[other]):
            needs[node(pending[one])].add(node(pending[other]))
    return _drawn(needs)


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def _drawn(needs: Mapping[_Node, set[_Node]]) -> Graph:
    columns: dict[int, list[_Node]] = {}
    for node, depth in _depths(needs).items():
        columns.setdefault(depth, []).append(node)
    places: dict[_Node, tuple[int, int]] = {}
    for depth, nodes in sorted(columns.items()):
        # Each box near those that it waits for: fewer arrows cross.
        nodes.sort(key=lambda node: sum(places[n][1] for n in needs[node] if n in places) / (len(needs[node]) or 1))
        for row, node in enumerate(nodes):
            places[node] = _MARGIN + depth * (_WIDTH + _ACROSS), _MARGIN + row * (_HEIGHT + _DOWN)
    arrows = [
        _arrow(places[first], places[then])
        for then, firsts in needs.items()
        for first in sorted(firsts, key=places.__getitem__)
    ]
    return Graph(
        boxes=[Box(*node, *place) for node, place in places.items()],
        arrows=arrows,
        width=max(x for x, _ in places.values()) + _WIDTH + _MARGIN,
        height=max(y for _, y in places.values()) + _HEIGHT + _MARGIN,
    )


def _depths(needs: Mapping[_Node, set[_Node]]) -> dict[_Node, int]:
    """The longest way from a box that waits for nothing. By kind there may be circles: those are cut at a box."""
    depths: dict[_Node, int] = {}
    left = dict(needs)
    while left:
        ready = [node for node, firsts in left.items() if firsts.isdisjoint(left)] or [next(iter(left))]
        for node in ready:
            depths[node] = max((depths[first] + 1 for first in left[node] if first in depths), default=0)
        left = {node: firsts for node, firsts in left.items() if node not in depths}
    return depths


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x, y = start[0] + _WIDTH, start[1] + _HEIGHT // 2
    to_x, to_y = end[0], end[1] + _HEIGHT // 2
    bend = _ACROSS // 2
    return f"M{x} {y} C{x + bend} {y} {to_x - bend} {to_y} {to_x - 2} {to_y}"
