"""Which characters of a value differ: for texts in which a reader would not find the one letter."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

LONGEST = 4_000
"""Characters of both sides together: comparing takes the square of them."""

_WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)


class Segment(NamedTuple):
    """A stretch of text, and whether the other side has it."""

    text: str
    differs: bool


Marked = tuple[list[Segment], list[Segment]]


def marked(before: str, after: str) -> Marked:
    """Both sides in stretches. Texts that have little in common are not torn apart: everything differs then."""
    whole = [Segment(before, differs=True)], [Segment(after, differs=True)]
    if len(before) + len(after) > LONGEST:
        return whole
    ours, theirs = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    common = sum(len("".join(ours[block.a : block.a + block.size])) for block in matcher.get_matching_blocks())
    if common * 3 < max(len(before), len(after)):
        return whole
    left: list[Segment] = []
    right: list[Segment] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        differs = tag != "equal"
        left += [Segment("".join(ours[i:j]), differs)] * (j > i)
        right += [Segment("".join(theirs[k:m]), differs)] * (m > k)
    return left, right
