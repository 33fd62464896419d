"""What a manifest can say of a live object: its fields without defaults, each checked against the kind's own rules.

An account may hold what no manifest may say: an address with a password in it, a text that is too short by now. Such a
field is left out, with the reason, and stays as it is; where the kind insists on the field, there can be no manifest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from reconciler.model.answers import field_of
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Observed
from reconciler.model.spec import Leaf, Spec, stated_values

_EMPTY: tuple[Any, ...] = (None, "", [], {})
_SURROGATE = re.compile("[\ud800-\udfff]")

Refer = Callable[[str, str], str | Mapping[str, str]]
"""How a manifest names the object of a kind and id: by local name, or by that id."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A field whose live value no manifest may hold: the ``rule`` that refuses it, and what that rule suggests."""

    field: str
    rule: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """The fields to write, in order of declaration; ``withheld`` are the others that have a value.

    ``required`` tells that one of those cannot be left out, so that there is no manifest for the object.
    """

    values: Mapping[str, Any]
    withheld: tuple[Withheld, ...] = ()
    required: bool = False


def stated(kind: ResourceKind, observed: Observed, refer: Refer) -> Stated:
    """Everything that differs from the defaults, as the manifest would write it."""
    values = dict(_candidates(kind, observed, refer))
    withheld = [Withheld(name, "surrogate") for name, value in values.items() if _not_unicode(value)]
    required = _required(kind.spec)
    while True:
        for one in withheld:
            values.pop(one.field, None)
        if required - values.keys():
            return Stated(values, tuple(withheld), required=True)
        refused = _refused(kind, observed, values)
        if not refused:
            return Stated(values, tuple(withheld))
        withheld += refused


@cache
def _required(spec: type[Spec]) -> frozenset[str]:
    return frozenset(name for name, info in spec.model_fields.items() if info.is_required())


def _candidates(kind: ResourceKind, observed: Observed, refer: Refer) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    required = _required(kind.spec)
    for name in kind.spec.model_fields:
        leaf = kind.leaves[(name,)]
        live = field_of(leaf, observed)
        if leaf.reference is not None:
            value: Any = refer(leaf.reference.kind, live) if isinstance(live, str) and live else None
        elif leaf.settings:
            value = _settings(kind, leaf, live)
        else:
            value = leaf.as_written(live)
        if name in required or not _as_default(leaf, value):
            found.append((name, value))
    return found


def _settings(kind: ResourceKind, whole: Leaf, live: Any) -> Any:
    """A nested object without its own defaults; the API's empty one is none."""
    if not isinstance(live, Mapping) or not live:
        return None
    inner = {leaf.path[-1]: leaf for leaf in kind.leaves.values() if leaf.path[:-1] == whole.path}
    return {
        name: live[leaf.field[-1]]
        for name, leaf in inner.items()
        if leaf.field[-1] in live and not _as_default(leaf, live[leaf.field[-1]])
    }


def _as_default(leaf: Leaf, value: Any) -> bool:
    """Whether a create that leaves the field out comes to the same, as far as anybody has written that down."""
    if leaf.default is None:
        return value in _EMPTY
    return bool(leaf.canonical(value) == leaf.canonical(leaf.default.value))


def _refused(kind: ResourceKind, observed: Observed, values: Mapping[str, Any]) -> list[Withheld]:
    """The fields that the kind's rules refuse, or would turn into something else than what is there."""
    try:
        valid = kind.spec.model_validate(dict(values))
    except ValidationError as problem:
        found: dict[str, Withheld] = {}
        for each in problem.errors(include_url=False, include_input=False):
            place = str(each["loc"][0]) if each["loc"] else ""
            name = place if place in values else next(iter(values), place)
            leaf = kind.leaves.get((name,))
            # A hint may spell the value out, put right.
            hint = (each.get("ctx") or {}).get("hint") if leaf is not None and leaf.confidential is None else None
            found.setdefault(name, Withheld(name, str(each["type"]), hint if isinstance(hint, str) else ""))
        return list(found.values())
    changed = {path[0] for path, value in stated_values(valid).items() if _differs(kind.leaves[path], value, observed)}
    return [Withheld(name, "altered") for name in values if name in changed]


def _differs(leaf: Leaf, value: Any, observed: Observed) -> bool:
    return leaf.reference is None and bool(leaf.canonical(value) != leaf.canonical(field_of(leaf, observed)))


def _not_unicode(value: Any) -> bool:
    match value:
        case str():
            return _SURROGATE.search(value) is not None
        case Mapping():
            return any(map(_not_unicode, value.values()))
        case list() | tuple():
            return any(map(_not_unicode, value))
        case _:
            return False
