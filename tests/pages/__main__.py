"""``python -m tests.pages`` writes ``docs/errors`` and ``docs/kinds``; ``--check`` names what is not fresh, exit 1."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.pages import kinds, writing


def _main() -> int:
    checks = "--check" in sys.argv
    behind = [
        *_behind(writing.FOLDER, writing.texts(), write=not checks),
        *_behind(kinds.FOLDER, kinds.texts(), write=not checks),
    ]
    if checks:
        for name in behind:
            sys.stderr.write(f"{name}: not what the code generates; run: make pages\n")
    return bool(behind) and checks


def _behind(folder: Path, wanted: Mapping[str, str], *, write: bool) -> list[str]:
    """The files that are not as they should be; ``write`` makes them so."""
    folder.mkdir(exist_ok=True)
    found = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    behind = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
    for name in behind if write else ():
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return [f"{folder.name}/{name}" for name in behind]


if __name__ == "__main__":
    sys.exit(_main())
