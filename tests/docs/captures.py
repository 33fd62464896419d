"""The pictures of the README: what our commands print on a terminal, as SVG. Real runs, on the embedded sandbox.

python -m tests.docs.captures        writes them anew; look at them before committing
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.cli.console import console
from tests.docs.stable import stable
from tests.journeys.workspace import ROOT, Workspace, manifest, profile

FOLDER = ROOT / "docs" / "images"
COLUMNS = 96
ACCOUNT = ("--account", "sandbox")

# rich's own template loads a font from a server; these pictures load nothing.
_TEMPLATE = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" role="img" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: ui-sans-serif, system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


@dataclass(frozen=True)
class Capture:
    """A command as it was typed, and all that was then seen, colours included."""

    typed: str
    shown: str

    def svg(self) -> str:
        """The picture: the same for the same text."""
        place = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="standard")
        place.print(Text.assemble(("$ ", "dim"), (self.typed, "bold")))
        for line in Text.from_ansi(self.shown).split():
            for part in line.divide(range(COLUMNS, len(line), COLUMNS)):  # as terminals break lines
                place.print(part, no_wrap=True)
        name = re.sub(r"\W+", "-", self.typed)
        return place.export_svg(title=self.typed, theme=MONOKAI, code_format=_TEMPLATE, unique_id=name)


def readable(svg: str) -> list[str]:
    """The lines of a picture, whatever version of rich has drawn it; the changes of an apply end in any order."""
    lines: dict[float, str] = {}
    for y, text in re.findall(r'<text class="[^"]*-r\d+" [^>]*?\by="([\d.]+)"[^>]*>([^<]*)</text>', svg):
        lines[float(y)] = lines.get(float(y), "") + unescape(text).replace("\xa0", " ")
    return sorted(re.sub(r"^\[\d+/", "[", line.rstrip()) for line in lines.values() if line.strip())


def _manifests(*, later: bool) -> Iterator[Mapping[str, object]]:
    """A profile with what hangs on it, as it is first, and as somebody wants it later."""
    places = ["US", "CA", "DE"] if later else ["US", "CA", "GB"]
    hooks = "https://hooks.example.com/telnyx"
    yield profile("alerts", name="Acme Alerts", whitelisted_destinations=places, webhook_url=hooks)
    keywords = ["STOP", "UNSUBSCRIBE"] if later else ["STOP"]
    told = {"country_code": "US", "keywords": keywords, "resp_text": "Acme: you are unsubscribed. START to rejoin."}
    yield manifest("AutoResponse", "alerts-us-stop", messaging_profile="alerts", op="stop", **told)
    sender = "ACMEALERTS" if later else "ACME"
    yield manifest("AlphanumericSenderId", "acme", messaging_profile="alerts", alphanumeric_sender_id=sender)
    op, word, text = (
        ("info", "HELP", "Acme: write to help@example.com.")
        if later
        else ("start", "START", "Acme: you are subscribed again.")
    )
    told = {"country_code": "US", "keywords": [word], "resp_text": text}
    yield manifest("AutoResponse", f"alerts-us-{word.lower()}", messaging_profile="alerts", op=op, **told)


def captures(folder: Path) -> dict[str, Capture]:
    """Carry out a small story in an empty folder; by name what is to be seen of it."""
    workspace = Workspace.at(folder)
    workspace.declare(*_manifests(later=False), name="alerts.yaml")
    begun = workspace.call("apply", "--auto-approve", *ACCOUNT)
    assert begun.code == 0, begun.err
    workspace.declare(*_manifests(later=True), name="alerts.yaml")
    seen = {"plan": _seen(workspace, 0, "plan", *ACCOUNT)}
    seen["apply"] = _seen(workspace, 0, "apply", *ACCOUNT, answer="yes")
    elsewhere = ("messaging_profiles", "Acme Alerts", "webhook_url=https://elsewhere.example.net/hook")
    assert workspace.call("sandbox", "edit", *elsewhere).code == 0
    seen["drift"] = _seen(workspace, 2, "drift", *ACCOUNT)
    return seen


def _seen(workspace: Workspace, code: int, *words: str, answer: str = "") -> Capture:
    with console(workspace, *words, columns=str(COLUMNS)) as terminal:
        if answer:
            terminal.until('"yes"')
            terminal.type(answer)
        ended = terminal.end()
    assert ended == code, terminal.shown
    return Capture(f"reconciler {' '.join(words)}", stable(terminal.shown.replace("\r\n", "\n"), str(workspace.folder)))


def _main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, capture in captures(Path(folder) / "acme").items():
            path, drawn = FOLDER / f"{name}.svg", capture.svg()
            if not path.exists() or readable(path.read_text("utf-8")) != readable(drawn):
                path.write_text(drawn, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
