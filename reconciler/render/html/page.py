"""Values → one HTML file: the template, the styles and the script in it, and the policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from reconciler.render.escape import visible
from reconciler.render.html.parts import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page shows. ``facts`` are names and values, harmless already."""

    title: str
    parts: Sequence[Part]
    facts: Sequence[tuple[str, str]] = ()
    verdict: str = ""


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("reconciler.render.html", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja")


@cache
def _asset(name: str) -> str:
    return (files("reconciler.render.html") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """As a content security policy names what may run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page(page: Page) -> str:
    """The file."""
    style, script = _asset("page.css"), _asset("page.js")
    kinds = sorted({entry.kind for part in page.parts for section in part.sections for entry in section.entries})
    counts: dict[str, int] = {}
    for part in page.parts:
        for word, number in part.counts:
            counts[word] = counts.get(word, 0) + number
    rendered = _template().render(
        page=page,
        title=visible(page.title),
        verdict=page.verdict or (page.parts[0].verdict if len(page.parts) == 1 else ""),
        kinds=kinds,
        counts=counts,
        total=sum(counts.values()),
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'",
    )
    return rendered.rstrip("\n") + "\n"
