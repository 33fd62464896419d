"""How a result is looked at: what the place where it is shown can do. Changes how something is told, never what."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import quote

from reconciler.model.source import STDIN_FILE, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses of lines in a repository on the web: ``{prefix}/profiles.yaml#L9``.

    ``folder`` is where the command ran, seen from the root of the repository.
    """

    prefix: str
    folder: str = ""

    def to(self, source: Source) -> str | None:
        """The address of a place; None for one that is not in the repository (standard input, a file elsewhere)."""
        path = posixpath.normpath(posixpath.join(self.folder, source.file))
        if path.startswith(("/", "..")) or source.file == STDIN_FILE:
            return None
        return f"{self.prefix}/{quote(path, errors='surrogatepass')}#L{source.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is known of the place.

    ``color``: it is a terminal that shows colour. ``width``: its columns. ``links``: where manifests can be looked
    at. ``whole``: where everything is, for formats that may have to leave something out, such as ``in plan.html``.
    """

    color: bool = False
    width: int = 100
    links: Links | None = None
    whole: str = ""


PLAIN = View()
"""Nothing is known: no colour, no links."""
