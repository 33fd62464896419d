"""A drift report as a message for a Slack webhook: what drifted, its values, and the command that settles it.

Names and values of others are made visible, then escaped as Slack asks for (``&``, ``<`` and ``>`` alone are special:
nobody is mentioned, nothing becomes a link), and stand in code spans, where nothing else is special but a backtick.
https://docs.slack.dev/messaging/formatting-message-text, https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.drift import Changed, DriftedObject, DriftReport, FieldDrift
from reconciler.model.paths import dotted
from reconciler.model.plan import SENSITIVE
from reconciler.render.attribution_words import told_words
from reconciler.render.drift_words import LEDGER_LOST, STATES, by_label, drift_verdict, fix_command
from reconciler.render.escape import shown, visible
from reconciler.render.text.drift import unmanaged_text

OBJECTS = 20
"""That are told one by one; the others are counted."""
LARGEST = 9_000
"""Characters in all objects together. Slack documents none, and refuses messages beyond some 13,000
(https://github.com/slackapi/bolt-js/issues/2509)."""
SECTION = 2_900
"""Characters of one block, of which Slack takes 3,000; it takes 50 blocks."""
HEADER = 150
"""Characters of a header."""

_PIECE = 500
"""Characters of a value in one code span: each may take five once it is escaped."""
_LONGEST_NAME = 1_000
_BACKTICK = "\N{MODIFIER LETTER GRAVE ACCENT}"
_LINK = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$'()*+,;=%-]+")


def slack_message(report: DriftReport, *, run: str = "") -> dict[str, Any]:
    """The body of a request to an incoming webhook. ``run`` is the address of the pipeline's run, if there is one."""
    verdict = _plain(drift_verdict(report))
    title = "Drift" if report.has_drift else "Drift resolved"
    name = f"{title} in Telnyx account {visible(report.account)}".replace("`", _BACKTICK)
    heading = _plain(_shortened(name, HEADER))
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": heading, "emoji": False}},
        _section(f"*{verdict}*"),
    ]
    if not report.can_tell_who:
        blocks.append(_section(_plain(LEDGER_LOST)))
    told, left = _within_limits(_objects(report))
    blocks += [_section(text) for text in told]
    if left:
        blocks.append(_section(f"… and {left} more, which the command shows in full"))
    command = _code(visible(fix_command(report)))
    if fix_command(report) and len(command) <= _LONGEST_NAME:
        blocks.append(_section(f"Put back what drifted: {command}"))
    if _LINK.fullmatch(run):
        blocks.append({"type": "context", "elements": [_text(f"<{_plain(run)}|the run that found it>")]})
    return {
        "text": f"{heading}: {verdict.removeprefix('Drift: ')}",
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _within_limits(objects: Iterable[Sequence[str]]) -> tuple[list[str], int]:
    """The sections of as many objects as fit, and how many do not. None is told in part."""
    told: list[str] = []
    left = count = size = 0
    for sections in objects:
        length = sum(map(len, sections))
        if left or count == OBJECTS or size + length > LARGEST or len(told) + len(sections) > OBJECTS * 2:
            left += 1
            continue
        told += sections
        count, size = count + 1, size + length
    return told, left


def _objects(report: DriftReport) -> Iterator[list[str]]:
    """Each as its sections: most need one."""
    for one in sorted(report.found, key=lambda drifted: drifted.address):
        yield _packed(_lines(report, one))
    for stranger in sorted(report.counted_unmanaged, key=by_label):
        yield _packed([f"*unknown* {_name(unmanaged_text(stranger))}"])


def _lines(report: DriftReport, one: DriftedObject) -> Iterator[str]:
    """What came of it, then who did it and who wrote our line, as far as anybody knows."""
    address = _name(str(one.address))
    if isinstance(one, Changed):
        one = replace(one, fields=tuple(each for each in one.fields if each.is_drift))
        yield f"*changed* {address}"
        for each in one.fields:
            yield from _field(each)
    else:
        yield f"*gone* {address}"
    for head, fields, words in told_words(report, one):
        yield " ".join((*([_name(", ".join(fields))] if fields else []), head, _name(words)))


def _field(each: FieldDrift) -> Iterator[str]:
    before, now = (_pieces(value, sensitive=each.sensitive) for value in (each.recorded, each.observed))
    head = f"• {_name(dotted(each.path))} {STATES[each.state]}:"
    place = f" · {_name(str(each.source))}" if each.source else ""
    line = f"{head} {before[0]} → {now[0]}{place}"
    if len(before) == len(now) == 1 and len(line) <= SECTION:
        yield line
        return
    yield from (f"{head}{place}", *before, "→", *now)


def _pieces(value: object, *, sensitive: bool) -> list[str]:
    """A value, whole: what a customer is told is never cut short."""
    text = SENSITIVE if sensitive and value is not None else shown(value)
    return [_code(text[start : start + _PIECE]) for start in range(0, len(text), _PIECE)]


def _packed(lines: Iterable[str]) -> list[str]:
    """Lines in as few sections as hold them."""
    sections = [""]
    for line in lines:
        if len(sections[-1]) + len(line) + 1 > SECTION:
            sections.append("")
        sections[-1] += f"\n{line}" if sections[-1] else line
    return sections


def _shortened(text: str, length: int) -> str:
    """As much as fits once it is escaped."""
    if len(_plain(text)) <= length:
        return text
    text = text[:length]
    while len(_plain(text)) >= length:
        text = text[:-1]
    return f"{text}…"


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _name(text: str) -> str:
    """What something is called, as far as anybody reads on."""
    return _code(_shortened(visible(text), _LONGEST_NAME))


def _code(text: str) -> str:
    """Slack has no escape for a backtick: another sign that looks like one stands for it."""
    return f"`{_plain(text.replace('`', _BACKTICK))}`"


def _text(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _text(text)}
