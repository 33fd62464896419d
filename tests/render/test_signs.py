"""A sign never stands alone, and colour never tells anything by itself: screen readers and printers have neither."""

from __future__ import annotations

import re

import pytest

from reconciler.model.checkup import Condition
from reconciler.render.checkup_words import SIGNS
from reconciler.render.format import formats
from reconciler.render.view import View
from reconciler.render.words import WORDS

from .cases import PLAN
from .golden import texts

OURS = {wording.sign for wording in WORDS.values()} | set(SIGNS.values()) - {" "}
SPOKEN = (
    {action.value for action in WORDS}
    | {word.done for word in WORDS.values()}
    | {"changed", "gone", "unknown", "waiting"}
    | set(map(str, Condition))
)
TEXTS = {name: text for name, text in texts().items() if name.endswith((".txt", ".md"))}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_sign_has_its_word(name: str) -> None:
    """Beside it, in text and in Markdown."""
    plain = re.sub(r"\x1b\[\d*m|`(?=\S{1,3}`)|(?<=\S)`(?= \w)", "", TEXTS[name])
    unquoted = re.sub(r'"(\\.|[^"\\])*"|<code>.*?</code>', "", plain)
    for line in unquoted.splitlines():
        item = re.sub(r"^\s*- ", "", line) if name.endswith(".md") else line
        for sign, word in re.findall(r"(?<!\S)(\S{1,3}) (\w*)", item):
            if sign in OURS and not line.startswith((">", "|")):
                assert word in SPOKEN, line


def test_colour_repeats_what_words_say() -> None:
    """Without it the text is the same, and what differs in colour differs in words."""
    painted = formats()["text"].plan(PLAN, view=View(color=True))
    assert re.sub(r"\x1b\[\d*m", "", painted) == formats()["text"].plan(PLAN)
    spans = re.findall(r"\x1b\[3\dm(.*?)\x1b\[0m", painted)
    assert spans
    assert [span for span in spans if not re.search(r"\w{4}", span)] == []


def test_the_page_hides_signs_from_screen_readers() -> None:
    """Each is followed by its word, which is read instead."""
    page = formats()["html"].plan(PLAN)
    signs = re.findall(r'<span class="sign"([^>]*)>[^<]*</span> <span class="word">([^<]*)<', page)
    assert len(signs) == page.count('class="sign"') > 0
    assert all(hidden == ' aria-hidden="true"' and word in SPOKEN for hidden, word in signs)
