"""What is left is told from what was done: roughly, steadily, and only when it can be known."""

from __future__ import annotations

import random

import pytest

from reconciler.render.pace import Stretch, left_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "a few seconds left"),
        (5, "a few seconds left"),
        (6, "about 10 s left"),
        (50, "about 50 s left"),
        (51, "about 1 min left"),
        (61, "about 2 min left"),
        (3540, "about 59 min left"),
        (3541, "about 1 h left"),
        (3601, "about 1 h 10 min left"),
        (7201, "about 2 h 10 min left"),
    ],
)
def test_words_are_as_rough_as_the_knowledge(seconds: float, words: str) -> None:
    """Rounded up: to be early is no disappointment."""
    assert left_words(seconds) == words


@pytest.mark.parametrize(
    ("done", "after", "reason"),
    [
        (2, 60.0, "two tell nothing of the pace"),
        (50, 1.9, "nor do two seconds"),
        (100, 60.0, "nothing is left"),
    ],
)
def test_what_cannot_be_known_is_not_said(done: int, after: float, reason: str) -> None:
    """Rather nothing than nonsense."""
    assert Stretch(0.0, 100, done).left(after) is None, reason


def test_left_is_the_pace_so_far() -> None:
    """A quarter took a minute, so three are left."""
    assert Stretch(100.0, 400, 100).left(160.0) == 180.0


@pytest.mark.parametrize("seed", range(5))
def test_estimates_do_not_jump(seed: int) -> None:
    """Answers that take between nothing and three times as long, a pause of twenty seconds: steps stay small."""
    chance = random.Random(seed)  # noqa: S311 - the same answers each time
    stretch, now, before = Stretch(0.0, 2000), 0.0, None
    for at in range(1999):
        now += chance.expovariate(9.5) + (20 if at == 1000 else 0)
        stretch.done += 1
        left = stretch.left(now)
        if before is not None and left is not None and at > 100:
            assert abs(left - before) <= (0.2 if at == 1000 else 0.06) * before + 1, at
        before = left
    assert before is not None
