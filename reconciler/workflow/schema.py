"""The JSON schemas: one per kind, one for any manifest, one per output. Generated, so that they cannot fall behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconciler.errors import UsageError
from reconciler.manifest import ProjectFile, document_model
from reconciler.model.kind import Kinds
from reconciler.render.schemas import json_schemas
from reconciler.workflow.fillable import fillable

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas(kinds: Kinds) -> dict[str, dict[str, Any]]:
    """Every schema by name: the kinds', ``manifest`` for all of them, ``reconciler`` for the file, and the outputs'."""
    documents = {name: fillable(document_model(kind).model_json_schema()) for name, kind in kinds.items()}
    own = {name: {"$schema": _DIALECT, **document} for name, document in documents.items()}
    project = {"$schema": _DIALECT, **ProjectFile.model_json_schema(), "title": "reconciler.yaml"}
    return {**own, "manifest": _manifest(kinds), "reconciler": project, **json_schemas()}


def schema(kinds: Kinds, name: str) -> dict[str, Any]:
    """One of them. Raises UsageError for an unknown name."""
    known = schemas(kinds)
    if name not in known:
        raise UsageError(f'no schema "{name}"', hint=f"there are: {', '.join(sorted(known))}")
    return known[name]


def write(kinds: Kinds, folder: Path) -> list[Path]:
    """Write every schema as ``<name>.json``; answers the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in texts(kinds).items():
        path = folder / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def stale(kinds: Kinds, folder: Path) -> list[Path]:
    """The files that differ from what ``write`` would make, are missing, or should not be there."""
    wanted = {folder / f"{name}.json": text for name, text in texts(kinds).items()}
    found = set(folder.glob("*.json"))
    different = [p for p, text in wanted.items() if p not in found or p.read_text(encoding="utf-8") != text]
    return sorted({*different, *(found - set(wanted))})


def texts(kinds: Kinds) -> Mapping[str, str]:
    """The content of every file by its name, without the ending."""
    return {name: json.dumps(body, indent=2, sort_keys=True) + "\n" for name, body in schemas(kinds).items()}


def _manifest(kinds: Kinds) -> dict[str, Any]:
    """A manifest of any kind: the kind's own schema is chosen by its ``kind``."""
    branches = [
        {"if": {"properties": {"kind": {"const": name}}}, "then": {"$ref": f"{name}.json"}} for name in sorted(kinds)
    ]
    return {
        "$schema": _DIALECT,
        "title": "Manifest",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": sorted(kinds)}},
        "allOf": branches,
    }
