"""Text on narrow and wide terminals: columns line up as they are seen, lines go on below, and no word is lost."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from reconciler.model.plan import Plan
from reconciler.render.format import formats
from reconciler.render.text.layout import cells, headed, joined, padded, wrapped
from reconciler.render.view import PLAIN, View

from .cases import DRIFT, WIDE_NAMES
from .changes import PROFILE, update
from .reports import ADOPTION, CHECKUP, HISTORY, INVENTORY, STATUS

TEXT = formats()["text"]


@pytest.mark.parametrize(
    ("text", "columns", "reason"),
    [
        ("", 0, "nothing"),
        ("plain", 5, "a column each"),
        ("重要", 4, "East Asian wide"),
        ("\uff21\uff22", 4, "full width"),
        ("cafe\u0301", 4, "the accent is drawn over the letter"),
        ("café", 4, "the accent is part of the letter"),
        ("\u1112\u1161\u11ab", 2, "three parts of one Hangul syllable"),
        ("👍", 2, "emoji are wide"),
    ],
)
def test_width_is_what_a_terminal_needs(text: str, columns: int, reason: str) -> None:
    """Not the number of characters."""
    assert cells(text) == columns, reason
    assert cells(padded(text, 10)) == 10


def _shown(width: int) -> str:
    view = View(width=width)
    told = (TEXT.plan(WIDE_NAMES, view=view), TEXT.drift(DRIFT, view=view), TEXT.adoption(ADOPTION, view=view))
    return "".join(
        (*told, TEXT.checkup(CHECKUP, view=view), TEXT.status(STATUS, view=view), TEXT.history(HISTORY, view=view))
    )


@pytest.mark.parametrize("width", [1, 20, 40, 59, 60, 80, 160, 1000])
def test_no_width_loses_a_word(width: int) -> None:
    """The same words, each as often; only the blanks, and the dots that part remarks, are others."""
    assert Counter(re.split(r"[ ·\n]+", _shown(width))) == Counter(re.split(r"[ ·\n]+", _shown(PLAIN.width)))
    inventory = TEXT.inventory(INVENTORY, view=View(width=width))
    for entry in INVENTORY.entries:
        assert str(entry.address) in inventory
        assert entry.remote.id in inventory


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_headings_and_names_fit(width: int) -> None:
    """Lines that could be broken between words are not left to the terminal, which breaks within them."""
    text = TEXT.plan(WIDE_NAMES, view=View(width=width))
    for line in text.splitlines():
        if re.match(r"  \S+ (create|update|move|adopt|replace|record|forget|delete|protected)\b", line):
            assert cells(line) <= width, line
    alike = text[text.index("14 alike") : text.index("and 4 more")]
    assert all(cells(line) <= width for line in alike.splitlines()), alike


def test_remarks_line_up_behind_wide_names() -> None:
    """By columns: ``len`` of the same names differs."""
    plan = TEXT.plan(WIDE_NAMES, view=View(width=200))
    profiles = [line for line in plan.splitlines() if re.match(r"  ~ update +(support|重要なお知らせ) ", line)]
    assert len(profiles) == 2
    starts = {cells(line[: line.index("id id-")]) for line in profiles}
    assert len(starts) == 1


@pytest.mark.parametrize(("width", "lines"), [(41, 2), (42, 1), (60, 1)])
def test_before_and_after_share_a_line_where_they_fit(width: int, lines: int) -> None:
    """To the column."""
    changes = (update(PROFILE, "x", *WIDE_NAMES.changes[2].diffs[:1]),)
    text = TEXT.plan(Plan(account="a", project="p", changes=changes), view=View(width=width))
    assert text.count("\n      daily_spend_limit") == 1
    assert ("→" in next(line for line in text.splitlines() if "daily_spend_limit" in line)) is (lines == 1)


def test_broken_sentences() -> None:
    """Words stay whole; what was used of the first line counts; separators end lines."""
    assert wrapped("one two three", width=7) == ["one two", "three"]
    assert wrapped("one two three", width=7, used=3, indent="  ") == ["one", "  two", "  three"]
    assert wrapped("incomprehensibilities", width=4) == ["incomprehensibilities"]
    assert joined(["one", "two", "three"], " · ", width=9) == ["one · two ·", "three"]
    assert list(headed("> ", 2, "name", [], name_width=9, indent="", view=PLAIN)) == ["> name"]
