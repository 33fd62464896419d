"""What a wire may send at all: a closed set of methods and paths, checked before pacing and at the wire.

Promise 1 (reading never writes) rests on this and not on which methods an object happens to offer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PATH = re.compile(r"(?:/[!$&'()*+,;=:@%A-Za-z0-9._~-]+)+")
_DOTS = re.compile(r"(?:\.|%2[eE]){1,2}")


class NotPermittedError(ValueError):
    """A programming error, not a failure of the API: the request was refused before anything was sent."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Methods that may go to any path, and exact (method, path) pairs beside them."""

    methods: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()

    def check(self, method: str, path: str) -> None:
        """Raise NotPermittedError (a ValueError) unless ``method`` may be sent to ``path``."""
        if method not in self.methods and (method, path) not in self.pairs:
            raise NotPermittedError(f"this session may not send {method} {path}")


def check_path(path: str) -> None:
    """Raise ValueError unless ``path`` means the same before and after every normalisation on the way.

    ``/a/../b``, ``//host`` and ``/a?b`` would reach another place than the one that was permitted and paced.
    """
    if not _PATH.fullmatch(path) or any(_DOTS.fullmatch(segment) for segment in _segments(path)):
        raise ValueError(f"not a plain path: {path!r} (quote ids with urllib.parse.quote(id, safe=''))")


def _segments(path: str) -> Sequence[str]:
    return path.split("/")[1:]
