"""Local names from a Terraform state: ``module.eu.telnyx_messaging_profile.alerts["us"]`` is ``eu.alerts.us`` here.

Reads the state's format 4. Which of its types is which kind, the kinds say; of their attributes only ``id`` is looked
at, which must be the API's: the others hold ``v1_secret``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.export.naming import legal
from reconciler.model.kind import Kinds

VERSION = 4
_STEP = re.compile(r'module\.(?P<name>[^.\[]+)(?:\[(?P<key>"(?:[^"\\]|\\.)*"|[0-9]+)\])?')


@dataclass(frozen=True, slots=True)
class TerraformState:
    """``names`` by kind and remote id, as Terraform's address suggests them; ``unmapped`` are addresses without one."""

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    addresses: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()


def read_state(state: Any, kinds: Kinds) -> TerraformState:
    """Find the objects that have an address here. Raises ValueError for anything but a state of format 4."""
    if not isinstance(state, Mapping) or "resources" not in state or "version" not in state:
        raise ValueError("it is no Terraform state")
    if state["version"] != VERSION:
        raise ValueError(f"it is a Terraform state of format {state['version']!r}, and only {VERSION} is read")
    known = {kind.terraform: kind.name for kind in kinds.values() if kind.terraform}
    names: dict[tuple[str, str], str] = {}
    addresses: dict[tuple[str, str], str] = {}
    unmapped: list[str] = []
    for resource in _mappings(state["resources"]):
        if resource.get("mode", "managed") != "managed":  # what it only looks up is not its own
            continue
        kind = known.get(str(resource.get("type")))
        for instance in _mappings(resource.get("instances")):
            address, name = _address(resource, instance), _name(resource, instance)
            attributes = instance.get("attributes")
            remote_id = attributes.get("id") if isinstance(attributes, Mapping) else None
            if kind is None or not isinstance(remote_id, str) or not remote_id or not name or "deposed" in instance:
                unmapped.append(address)
            else:
                names.setdefault((kind, remote_id), name)
                addresses.setdefault((kind, remote_id), address)
    return TerraformState(names, addresses, tuple(sorted(unmapped)))


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else ()


def _key(instance: Mapping[str, Any]) -> str:
    key = instance.get("index_key")
    if isinstance(key, str):
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'["{escaped}"]'
    return f"[{key}]" if isinstance(key, int) else ""


def _address(resource: Mapping[str, Any], instance: Mapping[str, Any]) -> str:
    """As Terraform spells it."""
    module = resource.get("module")
    parts = [module] if isinstance(module, str) and module else []
    return ".".join([*parts, str(resource.get("type")), str(resource.get("name"))]) + _key(instance)


def _name(resource: Mapping[str, Any], instance: Mapping[str, Any]) -> str:
    parts: list[str] = []
    for step in _STEP.finditer(str(resource.get("module") or "")):
        parts += [step["name"], *([step["key"].strip('"')] if step["key"] else [])]
    key = instance.get("index_key")
    parts += [str(resource.get("name")), *([str(key)] if key is not None else [])]
    return legal(".".join(legal(part) for part in parts if legal(part)))
