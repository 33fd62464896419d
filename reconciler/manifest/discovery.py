"""From PATHS to manifest files: which, in which order, and under which name they are shown. Reads no file.

A folder stands for every ``.yaml`` and ``.yml`` file below it, by name. Left out are names that start with a dot, the
folders of ``TOOL_FOLDERS`` and ``reconciler.yaml``. Whatever cannot be looked into is an error, never skipped: a
manifest that is overlooked would read as "delete this" (promise 4).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.manifest.reading import reason_of
from reconciler.manifest.wording import error, nearest, quoted, visible
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.source import STDIN_FILE, Source

STDIN = "-"
PROJECT_FILE = "reconciler.yaml"
SUFFIXES = (".yaml", ".yml")
TOOL_FOLDERS = frozenset({"__pycache__", "node_modules", "venv"})
"""Folders of tools, beside the hidden ones; their YAML is not the user's."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to load. ``shown`` is its name for people, ``recorded`` the one that ledgers keep (project-relative)."""

    path: Path | None
    shown: str
    recorded: str


@dataclass(slots=True)
class Discovery:
    """What PATHS stand for: files in order, each once, and what could not be looked at."""

    files: list[Found] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)


def shown_name(path: Path) -> str:
    """A path as one would type it here: relative to the current folder where it lies below."""
    here = Path.cwd()
    return visible_path(str(path.relative_to(here) if path.is_relative_to(here) else path))


def visible_path(path: str) -> str:
    """A path that can be printed: what cannot is spelled out."""
    return path if path.isprintable() else "/".join(visible(part) for part in path.split("/"))


def discover(paths: Iterable[str], project_root: Path) -> Discovery:
    """Find the files of PATHS. Folders are walked in order of names; the order of PATHS is kept."""
    walk = _Walk(os.path.realpath(project_root))
    for path in paths:
        if path == STDIN:
            walk.add(None, STDIN_FILE, STDIN_FILE)
        else:
            walk.given(path)
    return walk.discovery


class _Walk:
    def __init__(self, root: str) -> None:
        self.discovery = Discovery()
        self._root = root
        self._seen: set[str] = set()

    def add(self, path: Path | None, shown: str, real: str) -> None:
        if real not in self._seen:
            self._seen.add(real)
            recorded = real if path is None else Path(os.path.relpath(real, self._root)).as_posix()
            self.discovery.files.append(Found(path, shown, recorded))

    def given(self, text: str) -> None:
        """Take one of PATHS: whatever it is called, it is meant."""
        path = Path(text)
        try:
            is_folder = bool(text) and path.is_dir()
            exists = bool(text) and os.path.lexists(path)
        except (OSError, ValueError) as failure:
            self._refuse("unreadable-file", f"the path cannot be read: {reason_of(failure)}", path)
            return
        if is_folder:
            self._folder(path)
        elif not exists:
            summary = f"there is no file or folder {quoted(text)}"
            self.discovery.findings.append(error("no-such-path", summary, None, hint=_hint(path)))
        elif path.name == PROJECT_FILE:
            hint = "it configures the project and is read by itself"
            self._refuse("not-a-manifest", f"{PROJECT_FILE} is never a manifest", path, hint)
        else:
            self._file(path)

    def _refuse(self, code: str, summary: str, path: Path, hint: str = "") -> None:
        self.discovery.findings.append(error(code, summary, Source(shown_name(path)), hint=hint))

    def _file(self, path: Path) -> None:
        if not str(path).isprintable():
            summary = "the file name holds characters that cannot be shown"
            self._refuse("unusable-file-name", summary, path, "rename it")
            return
        self.add(path, shown_name(path), os.path.realpath(path))

    def _folder(self, top: Path) -> None:
        pending = [top]
        while pending:
            folder = pending.pop()
            real = os.path.realpath(folder)
            if real in self._seen:
                continue
            self._seen.add(real)
            try:
                with os.scandir(folder) as entries:
                    names = sorted(entries, key=lambda entry: entry.name)
            except OSError as failure:
                self._refuse("unreadable-folder", f"the folder cannot be read: {reason_of(failure)}", folder)
                continue
            pending += self._entries(names)

    def _entries(self, entries: Iterable[os.DirEntry[str]]) -> list[Path]:
        """Take the files of a folder; answer its folders, the first one last."""
        folders: list[Path] = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                is_folder = entry.is_dir()
            except OSError as failure:
                self._refuse("unreadable-folder", f"cannot be looked at: {reason_of(failure)}", Path(entry.path))
                continue
            if is_folder and entry.name not in TOOL_FOLDERS:
                folders.append(Path(entry.path))
            elif not is_folder and entry.name.lower().endswith(SUFFIXES) and entry.name != PROJECT_FILE:
                self._file(Path(entry.path))
        return folders[::-1]


def _hint(path: Path) -> str:
    try:
        meant = nearest(path.name, os.listdir(path.parent))  # noqa: PTH208 - names, not paths
    except OSError:
        return ""
    return f"did you mean {quoted(str(path.parent / meant))}?" if meant else ""
