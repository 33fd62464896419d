"""How a result is looked at: what the place where it is shown can do. Changes how something is told, never what."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from reconciler.model.page import Page
from reconciler.model.source import STDIN_FILE, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Where on this machine the repository is (``root``, absolute), and from where in it the command ran."""

    root: str = ""
    folder: str = ""

    def path_of(self, source: Source) -> str | None:
        """A file seen from the root of the repository; None for one outside of it, and for standard input."""
        if source.file == STDIN_FILE:
            return None
        path = posixpath.normpath(posixpath.join("/", self.root, self.folder, source.file))
        inside = posixpath.relpath(path, posixpath.join("/", self.root))
        return None if inside == ".." or inside.startswith("../") else inside

    def shortened(self, text: str) -> str:
        """A text without the machine's own path to the repository."""
        return text.replace(f"{self.root.rstrip('/')}/", "") if self.root.strip("/") else text


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


def _no_page(_code: str) -> Page | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is known of the place.

    ``color``: it is a terminal that shows colour. ``width``: its columns. ``links``: where manifests can be looked
    at. ``checkout``: the repository that they are in. ``whole``: where everything is, for formats that may have to
    leave something out, such as ``in plan.html``. ``page_of``: what is written about a code.
    """

    color: bool = False
    width: int = 100
    links: Links | None = None
    checkout: Checkout = Checkout()
    whole: str = ""
    page_of: Callable[[str], Page | None] = _no_page


PLAIN = View()
"""Nothing is known: no colour, no links."""
