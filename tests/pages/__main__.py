"""``python -m tests.pages`` writes ``docs/errors``; ``--check`` names what is not fresh and exits with 1."""

from __future__ import annotations

import sys

from tests.pages.writing import FOLDER, texts


def _main() -> int:
    wanted = texts()
    FOLDER.mkdir(exist_ok=True)
    found = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    behind = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
    if "--check" in sys.argv:
        for name in behind:
            sys.stderr.write(f"{FOLDER.name}/{name}: not what the code generates; run: make pages\n")
        return bool(behind)
    for name in behind:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(_main())
