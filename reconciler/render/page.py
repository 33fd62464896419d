"""The page of an error code as Markdown, which is readable on a terminal as it is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from reconciler.model.diagnostic import Severity
from reconciler.model.page import Page

_WIDTH = 100


def page_text(page: Page, output: str | None = None) -> str:
    """One page. ``output`` is what the last command of its example says; without it the example is left out."""
    return "\n".join(_lines(page, output)) + "\n"


def _lines(page: Page, output: str | None) -> Iterator[str]:
    yield from (f"# {page.code}", "", f"Severity: {page.severity}", "")
    yield from (_paragraph(page.what), "")
    yield from (_paragraph(f"**Why.** {page.why}"), "")
    yield _paragraph(f"**What to do.** {page.next}" if page.severity is not Severity.INFO else f"**Next.** {page.next}")
    if page.steps and output is not None:
        yield from ("", "## Example")
        *earlier, last = page.steps
        for step in earlier:
            yield from _files(step.files)
            yield from ("", "```console", f"$ reconciler {step.command}", "```")
        yield from _files(last.files)
        yield from ("", "```console", f"$ reconciler {last.command}", *output.splitlines(), "```")


def _files(files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        language = "yaml" if name.endswith(".yaml") else ""
        yield from ("", f"`{name}`:", "", f"```{language}", *text.splitlines(), "```")


def _paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
