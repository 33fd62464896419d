"""Every code has a page, every page a code that is used, and the examples show what they are for."""

from __future__ import annotations

import re
from pathlib import Path

from reconciler.workflow.pages import pages
from tests.journeys.workspace import Workspace
from tests.pages.codes_used import codes_used
from tests.pages.writing import FOLDER


def test_every_code_has_a_page() -> None:
    """To add one: explain it in ``reconciler/pages/``, then ``make pages``."""
    assert not {code: place for code, place in codes_used().items() if code not in pages()}


def test_every_page_is_of_a_code_that_is_used() -> None:
    """What nobody says any more needs no page."""
    assert not set(pages()) - set(codes_used())


def test_a_code_cannot_hide(tmp_path: Path) -> None:
    """The ways in which codes are written in this package, each found."""
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "theirs.py").write_text("raise Refusal(code='theirs')")
    (tmp_path / "ours.py").write_text(
        "class Broken(Exception):\n"
        "    default_code = 'a'\n"
        "    def __init__(self, code, summary): ...\n"
        "class Unclear:\n"
        "    summary: str\n"
        "    guard: str\n"
        "def said(place, code): ...\n"
        "class Step:\n"
        "    @property\n"
        "    def code(self):\n"
        "        return 'b' if self else 'c'\n"
        "Broken('d', '')\n"
        "Unclear('', 'e')\n"
        "said(here, 'f')\n"
        "Diagnostic(code='g' if x else 'h')\n"
        "Guard('i', refuses)\n"
        "table = ('j-k', 'no code', 'Nor-This')\n"
        "print(f'error: {lost} [l]')\n"
        "Field(examples=['not-a-code'])\n"
    )
    assert sorted(codes_used(tmp_path)) == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j-k", "l"]


def test_every_example_shows_its_code() -> None:
    """As a finding of the severity that the page gives. ``make fresh`` runs the examples and compares whole pages."""
    for page in (page for page in pages().values() if page.steps):
        said = (FOLDER / f"{page.code}.md").read_text("utf-8").partition("## Example")[2]
        assert re.search(rf"(?m)^ *(\S+ )?{page.severity}: .* \[{page.code}\]$", said), page.code


def test_the_pages_of_the_documentation_are_those_of_the_program() -> None:
    """One for each code, and the list of them."""
    assert {path.stem for path in FOLDER.glob("*.md")} == {*pages(), "README"}


def test_a_finding_names_its_page_and_the_page_can_be_read(tmp_path: Path) -> None:
    """Once per code, whatever the number of findings; not for what somebody has just done himself."""
    workspace = Workspace.at(tmp_path)
    workspace.write("kind: MessagingProfile\nmetadata: {name: shop}\nspec: {colour: red, shade: dark}\n")
    said = workspace.call("validate")
    named = re.findall(r"(?m)^more: (reconciler explain \S+)$", said.err)
    assert named == ["reconciler explain missing-field", "reconciler explain unknown-field"]
    for command in named:
        shown = workspace.call(*command.split()[1:])
        assert shown.code == 0
        assert shown.out.startswith(f"# {command.split()[-1]}\n")
    assert "more:" not in workspace.call("plan", "--account", "nobody").err
