"""``init``: the files of a new project, written where there are none. Never changes what exists, two files apart.

Those are ``.gitignore``, which is added to, and the editor's settings, where they are plain JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.errors import ReconcilerError
from reconciler.manifest.project import read_project
from reconciler.model.kind import Kinds
from reconciler.workflow.starting import (
    IGNORED,
    PIPELINE_FILES,
    PROJECT_FILE,
    SCHEMAS,
    SETTINGS,
    Pipeline,
    Wishes,
    editor_schemas,
    example_texts,
    pipeline_texts,
    project_text,
    schema_texts,
)


@dataclass(slots=True)
class Begun:
    """What became of each file, by its path in the project, and what is left for a person to do."""

    written: list[str] = field(default_factory=list)
    extended: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)


def present(folder: Path) -> Wishes | None:
    """What somebody wished for whose project is there already: then only what is missing around it is added.

    Raises InvalidInput for a ``reconciler.yaml`` that is wrong.
    """
    file = folder / PROJECT_FILE
    if not file.exists():
        return None
    project = read_project(file)
    ledgers = {str(account.ledger or "") for account in project.accounts.values()}
    return Wishes(project.name, tuple(project.accounts), ledger=min(ledgers))


def likely_pipeline(folder: Path) -> Pipeline:
    """Whose pipelines run here, as far as files tell; nobody's if nothing does."""
    for pipeline, file in PIPELINE_FILES.items():
        if (folder / file.partition("/")[0]).exists():
            return pipeline
    try:
        remotes = (folder / ".git" / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Pipeline.NONE
    return next((each for each in PIPELINE_FILES if f"{each}." in remotes), Pipeline.NONE)


def init(folder: Path, wishes: Wishes, kinds: Kinds) -> Begun:
    """Write what is missing. Raises ReconcilerError for what cannot be written; what was written before stays."""
    begun = Begun()
    if _write(folder, PROJECT_FILE, project_text(wishes), begun):
        for name, text in example_texts(wishes).items():
            _example(folder, name, text, begun)
    _ignore(folder, begun)
    _schemas(folder, schema_texts(kinds), begun)
    _settings(folder, begun)
    for name, text in pipeline_texts(wishes.pipeline).items():
        if _write(folder, name, text, begun):
            begun.advice += _about_pipeline(name, wishes)
    return begun


def _write(folder: Path, name: str, text: str, begun: Begun) -> bool:
    """Create one file. False where there is something of that name."""
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        if not path.parent.is_dir():
            raise _unwritable(path.parent, "there is a file of this name") from None
        begun.left.append(name)
        return False
    except OSError as error:
        raise _unwritable(path, (error.strerror or str(error)).lower()) from None
    begun.written.append(name)
    return True


def _unwritable(path: Path, reason: str) -> ReconcilerError:
    return ReconcilerError(
        f'cannot write "{path}": {reason}',
        hint="see what is at that path; init can be run again and goes on where it stopped",
        code="unwritable",
    )


def _example(folder: Path, name: str, text: str, begun: Begun) -> None:
    """Where there are manifests already, nobody needs an example."""
    own = (folder / name).parent
    if own.is_dir() and any(own.iterdir()):
        begun.left.append(f"{Path(name).parent.as_posix()}/")
    else:
        _write(folder, name, text, begun)


def _ignore(folder: Path, begun: Begun) -> None:
    name = ".gitignore"
    path = folder / name
    if not path.exists():
        _write(folder, name, "".join(f"{line}\n" for line in IGNORED), begun)
        return
    try:
        there = path.read_bytes()
        known = {line.strip().strip(b"/") for line in there.splitlines()}
        missing = [line for line in IGNORED if line.strip("/").encode() not in known]
        if missing:
            joint = b"" if not there or there.endswith(b"\n") else b"\n"
            with path.open("ab") as file:
                file.write(joint + "".join(f"{line}\n" for line in missing).encode())
    except OSError as error:
        raise _unwritable(path, (error.strerror or str(error)).lower()) from None
    (begun.extended if missing else begun.left).append(name)


def _schemas(folder: Path, wanted: Mapping[str, str], begun: Begun) -> None:
    """Listed as one: nobody reads them."""
    each = Begun()
    for name, text in wanted.items():
        _write(folder, name, text, each)
    if each.written:
        begun.written.append(f"{SCHEMAS}/")
    if each.left:
        begun.left.append(f"{SCHEMAS}/")
        if any(_there(folder / name) != wanted[name] for name in each.left):
            begun.advice.append(f"{SCHEMAS}/ is not of this version: remove it and run reconciler init again")


def _settings(folder: Path, begun: Begun) -> None:
    path, wanted = folder / SETTINGS, {"yaml.schemas": editor_schemas()}
    if not path.exists():
        _write(folder, SETTINGS, json.dumps(wanted, indent=2) + "\n", begun)
        return
    text = _there(path)
    settings = _plain(text)
    ours = wanted["yaml.schemas"]
    theirs = settings.get("yaml.schemas", {}) if settings is not None else None
    if settings is None or not isinstance(theirs, dict):
        begun.left.append(SETTINGS)
        begun.advice.append(f"{SETTINGS} is not plain JSON; add to it by hand: {json.dumps(wanted)[1:-1]}")
        return
    if ours.keys() <= theirs.keys():
        begun.left.append(SETTINGS)
        return
    settings["yaml.schemas"] = {**ours, **theirs}
    indented = re.search(r"(?m)^([ \t]+)\S", text)
    try:
        path.write_text(
            json.dumps(settings, indent=indented[1] if indented else 2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    except OSError as error:
        raise _unwritable(path, (error.strerror or str(error)).lower()) from None
    begun.extended.append(SETTINGS)


def _there(path: Path) -> str:
    """The text of a file that is there. Raises ReconcilerError."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError as error:
        raise _unwritable(path, (error.strerror or str(error)).lower()) from None


def _plain(text: str) -> dict[str, Any] | None:
    """The settings where they can be written again without losing anything: no comments, no key twice."""
    try:
        found = json.loads(text, object_pairs_hook=_each_once)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _about_pipeline(name: str, wishes: Wishes) -> list[str]:
    told = []
    if not wishes.ledger or wishes.ledger.startswith("file:"):
        told.append(f"{name} needs a ledger that its machines share: set ledger in {PROJECT_FILE}")
    if len(wishes.accounts) > 1:
        told.append(f"{name} speaks of one account: repeat its jobs with --account NAME")
    return told
