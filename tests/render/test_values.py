"""Secrets are masked and reviewed texts are whole, in every format and for every action."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from reconciler.model.drift import Changed, DriftReport, FieldDrift
from reconciler.model.observed import Remote
from reconciler.model.plan import Change, FieldDiff, Plan
from reconciler.model.reference import Unknown
from reconciler.render.format import formats, shows_nothing
from reconciler.render.view import View

from .changes import PROFILE, RESPONSE, adopt, create, delete, diff, replace, update

FORMATS = sorted(name for name, form in formats().items() if form.plan is not shows_nothing)
MAKERS: list[Callable[..., Change]] = [create, update, replace, delete, adopt]
LONG_TEXT = "Acme: " + " ".join(f"word{n}" for n in range(300))
KEYWORDS = [f"STOP{n}" for n in range(200)]


def shown(name: str, change: Change) -> str:
    """A plan of one change, in a format; of a page, the words."""
    text = formats()[name].plan(Plan(account="a", project="p", changes=(change,)))
    return unescape(re.sub("<[^>]*>", "", text)) if name == "html" else text


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("make", MAKERS)
def test_secrets_do_not_get_out(name: str, make: Callable[..., Change]) -> None:
    """A field that is marked is masked, even if somebody forgot to mask its values."""
    leaky = diff("webhook_url", "s3cret-1", "s3cret-2", sensitive=True, added=("s3cret-3",), removed=("s3cret-4",))
    text = shown(name, make(PROFILE, "x", leaky))
    assert "s3cret" not in text
    assert "(sensitive)" in text


@pytest.mark.parametrize("name", FORMATS)
def test_secrets_do_not_drift_out(name: str) -> None:
    """The same for drift."""
    field = FieldDrift(path=("webhook_url",), recorded="s3cret-1", observed=None, sensitive=True)
    found = Changed(address=create(PROFILE, "x").address, remote=Remote("i"), fields=(field,))
    text = formats()[name].drift(DriftReport(account="a", found=(found,)))
    assert "s3cret" not in text
    assert "(sensitive)" in text
    assert "null" in text, "whether a secret is there at all may be told"


def _only(make: Callable[..., Change], path: str, value: object) -> FieldDiff:
    sides = {create: (None, value), delete: (value, None)}.get(make, ("before", value))
    return diff(path, *sides)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("make", MAKERS)
def test_reviewed_texts_are_never_shortened(name: str, make: Callable[..., Change]) -> None:
    """resp_text and keywords are what compliance reads."""
    text = shown(name, make(RESPONSE, "x", _only(make, "resp_text", LONG_TEXT), _only(make, "keywords", KEYWORDS)))
    assert LONG_TEXT in text
    assert all(f'"{keyword}"' in text for keyword in KEYWORDS)


def test_other_long_values_are_shortened_in_text_only() -> None:
    """With their length, so that nobody takes the beginning for the whole."""
    change = create(PROFILE, "x", diff("webhook_url", None, "https://a.example/" + "p" * 900))
    assert "(920 characters)" in shown("text", change)
    assert "p" * 900 not in shown("text", change)
    for name in FORMATS:
        if name != "text":
            assert "p" * 900 in shown(name, change)


@pytest.mark.parametrize("name", FORMATS)
def test_unknown_values_say_of_what_they_will_come(name: str) -> None:
    """An id that does not exist yet is not invented."""
    unknown = Unknown(create(PROFILE, "parent").address)
    text = shown(name, create(RESPONSE, "x", diff("messaging_profile", None, unknown)))
    assert "(known after apply: MessagingProfile/parent)" in text


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_values_of_different_types_look_different(name: str) -> None:
    """A string of a digit is not a number, and null is not a word."""
    text = shown(name, update(PROFILE, "x", diff("a", "1", 1), diff("b", None, "null")))
    assert '"1"' in text
    assert '"null"' in text


def test_color_is_only_there_when_asked_for() -> None:
    """Logs and files get none."""
    text = formats()["text"]
    plan = Plan(account="a", project="p", changes=(update(PROFILE, "x", diff("a", 1, 2)),))
    assert "\x1b[33m" in text.plan(plan, view=View(color=True))
    assert "\x1b" not in text.plan(plan)
    assert "\x1b" not in formats()["markdown"].plan(plan, view=View(color=True))
    assert "\x1b" not in formats()["json"].plan(plan, view=View(color=True))
