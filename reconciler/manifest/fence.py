"""Which files of the machine a manifest may name: those of the project, and of folders that the project file lists.

A manifest is written by people who may not be trusted with the machine that reads it (SECURITY.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reconciler.manifest.wording import quoted


class Refusal(Exception):
    """What cannot be filled in or read; becomes a finding at its place."""

    def __init__(self, code: str, summary: str, hint: str = "", detail: str = "") -> None:
        """Keep the parts of the finding."""
        super().__init__(summary)
        self.code, self.summary, self.hint, self.detail = code, summary, hint, detail


class Fence:
    """The project folder and the others that may be read. Symbolic links are followed before anything is decided."""

    def __init__(self, project_root: Path, also: Iterable[Path]) -> None:
        """Take the folders; nothing is read yet."""
        self.root = project_root.resolve()
        self._folders = (self.root, *(folder.resolve() for folder in also))

    def path(self, name: str, base: Path | None = None) -> Path:
        """The real path of the file that ``name`` means, relative to ``base``, else to the project. Raises Refusal."""
        try:
            path = ((base or self.root) / name).resolve()
        except (OSError, RuntimeError, ValueError):  # a loop of symlinks, a NUL
            raise Refusal("unusable-file", f"the file {quoted(name)} cannot be found") from None
        if not any(path.is_relative_to(folder) for folder in self._folders):
            raise Refusal(
                "unusable-file",
                f"the file {quoted(name)} lies outside the project folder",
                "copy it into the project, or name its folder under files_from in reconciler.yaml",
            )
        return path
