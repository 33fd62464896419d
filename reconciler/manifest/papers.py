"""The files that ``options.documents`` names: behind the same fence as ``${file:…}``, and what their kind asks for.

They are read to be checked, and kept as digests: what is in them is read again when it is sent, and no sooner.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.errors import ReconcilerError, UsageError
from reconciler.manifest.fence import Fence, Refusal
from reconciler.manifest.reading import Unusable, read_bounded
from reconciler.manifest.wording import quoted
from reconciler.model.paper import OPTION, Paper, Papers
from reconciler.model.plan import SENSITIVE
from reconciler.model.source import STDIN_FILE

HINT = "paths of documents are relative to the manifest; upload it by hand with reconciler hosted documents"


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads a file that was good when it was looked at."""

    path: Path
    limit: int

    def __call__(self) -> bytes:
        try:
            return read_bounded(self.path, self.limit)
        except Unusable as unusable:
            raise ReconcilerError(
                f"a document {unusable.reason}, and was not uploaded", hint="put it back, and plan again"
            ) from None


def named_papers(
    kind_takes: Papers, options: Mapping[str, Any], recorded: str, fence: Fence, *, secret: bool
) -> Iterator[tuple[str, Paper | Refusal]]:
    """Each paper that the options of the manifest ``recorded`` name, or why not. ``secret``: the paths are secrets."""
    base = fence.root if recorded == STDIN_FILE else (fence.root / recorded).parent
    named: Mapping[str, str] = options.get(OPTION) or {}
    for name, path in named.items():
        try:
            yield name, checked(kind_takes, fence.path(path, base), SENSITIVE if secret else path)
        except Refusal as refusal:
            if secret:
                refusal = Refusal(refusal.code, f"the file of {OPTION}.{name} cannot be used", refusal.hint)
            yield name, refusal


def checked(kind_takes: Papers, path: Path, shown: str) -> Paper:
    """The paper at ``path``. Raises Refusal for what is not one that the kind takes."""
    try:
        content = read_bounded(path, kind_takes.largest)
    except Unusable as unusable:
        too_large = unusable.code == "too-large"
        code = kind_takes.malformed if too_large else "unusable-file"
        hint = "scan it with fewer dots per inch" if too_large else HINT
        raise Refusal(code, f"the file {quoted(shown)} {unusable.reason}", hint) from None
    if not content.startswith(kind_takes.magic):
        what = "is empty" if not content else f"is not {kind_takes.form}"
        raise Refusal(kind_takes.malformed, f"the file {quoted(shown)} {what}", f"save it as {kind_takes.form}")
    return Paper(shown, len(content), hashlib.sha256(content).hexdigest(), _Reading(path, kind_takes.largest))


def paper_at(kind_takes: Papers, path: Path, option: str) -> Paper:
    """The paper that a person names on the command line: any file that they may read. Raises UsageError."""
    try:
        return checked(kind_takes, path, str(path))
    except Refusal as refusal:
        raise UsageError(f"{option}: {refusal.summary}", hint=refusal.hint) from None
