"""Where an export goes, under which name ledgers know it, and what a Terraform state calls things."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.errors import UsageError
from reconciler.export import TerraformState, read_state
from reconciler.manifest import TOOL_FOLDERS
from reconciler.model.exported import Document
from reconciler.model.kind import Kinds
from reconciler.workflow.setting import Setting

LARGEST_STATE = 256 << 20
"""Bytes of a Terraform state that are read."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder itself, its path for people, the name by which ledgers know it, and who reads it.

    ``planned``: a bare plan of the account does; ``everybodys``: so does one of every other account.
    """

    folder: Path
    shown: str
    recorded: str
    planned: bool
    everybodys: bool

    def name(self, file: str) -> str:
        """How ledgers name a file of the folder."""
        return Path(self.recorded, file).as_posix()


def place_of(setting: Setting, folder: str | None, *, records: bool) -> Place:
    """The chosen folder, or the account's first. Raises UsageError for one where the manifests would not be read."""
    around, root, paths = setting.around, setting.project.root, setting.account.paths
    if folder is None and not paths:
        raise UsageError("several accounts are declared, each with manifests of its own", hint="give a folder: DIR")
    chosen = Path(around.folder, folder) if folder is not None else _folder_at(root / paths[0])
    try:
        real = chosen.resolve()
        if real.exists() and not real.is_dir():
            raise UsageError(f'"{folder or paths[0]}" is no folder', hint="give the folder that manifests go to")
    except (OSError, RuntimeError, ValueError):
        raise UsageError(f'"{folder}" is no path', hint="give the folder that manifests go to") from None
    planned = _reads(root, paths, real)
    everybodys = planned and all(_reads(root, each.paths, real) for each in setting.project.accounts.values())
    if records and not planned and paths:
        raise UsageError(
            f'no plan of account "{setting.account.name}" reads "{folder}": the next would let go of what is in it',
            hint=f"export below {' or '.join(paths)}, add the folder to the account's paths, or add --no-record",
        )
    shown = os.path.relpath(real, around.folder.resolve())
    return Place(real, shown, Path(os.path.relpath(real, root.resolve())).as_posix(), planned, everybodys)


def _folder_at(path: Path) -> Path:
    return path.parent if path.is_file() or path.suffix.lower() in {".yaml", ".yml"} else path


def _reads(root: Path, paths: Sequence[str], folder: Path) -> bool:
    return any(_finds(root / path, folder) for path in paths)


def _finds(path: Path, folder: Path) -> bool:
    """Whether a plan of ``path`` finds what lies in ``folder``: hidden folders and those of tools it leaves out."""
    above = path.resolve()
    if above.is_file() or not folder.is_relative_to(above):
        return False
    steps = folder.relative_to(above).parts
    return not any(step.startswith(".") or step in TOOL_FOLDERS for step in steps)


def beside(files: Mapping[str, Sequence[Document]], folder: Path) -> dict[str, Sequence[Document]]:
    """The same documents in files that are not there yet: ``auto-responses.2.yaml`` beside ``auto-responses.yaml``."""
    found: dict[str, Sequence[Document]] = {}
    for name, documents in files.items():
        stem, free, number = name.removesuffix(".yaml"), name, 1
        while os.path.lexists(folder / free) or free in found:
            number += 1
            free = f"{stem}.{number}.yaml"
        found[free] = documents
    return found


def terraform_state(file: str | None, kinds: Kinds) -> TerraformState:
    """What a state file says. Raises UsageError, which never quotes what is in it: it holds secrets."""
    if file is None:
        return TerraformState()
    try:
        path = Path(file)
        return read_state(_json(path), kinds)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except ValueError as error:
        reason = str(error)
    raise UsageError(
        f'cannot read "{file}": {reason}', hint="write the state to a file with: terraform state pull > STATE.json"
    )


def _json(path: Path) -> Any:
    if path.stat().st_size > LARGEST_STATE:
        raise ValueError("it is too large for a state")
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):  # whose text quotes the content
        raise ValueError("it is no JSON") from None
