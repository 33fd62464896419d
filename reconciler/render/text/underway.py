"""What takes days, for people: by whose turn it is, with the exact commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.listed import listed
from reconciler.model.standing import Awaiting, Heard, Missed, Moved, Turn, Underway
from reconciler.render.escape import visible, visible_lines
from reconciler.render.paint import Hue, painted
from reconciler.render.text.layout import cells, padded, sentence
from reconciler.render.view import PLAIN, View

_HEADINGS: Mapping[Turn, tuple[str, Hue]] = {
    Turn.YOU: ("Waits for you", Hue.YELLOW),
    Turn.FAILED: ("Failed", Hue.RED),
    Turn.TELNYX: ("Only waits", Hue.BOLD),
    Turn.DONE: ("Done", Hue.GREEN),
}
"""In the order in which people want to know."""


def underway_lines(things: Sequence[Underway], view: View = PLAIN) -> Iterator[str]:
    """All of them, under whose turn it is; an empty line before each heading."""
    for turn, (heading, hue) in _HEADINGS.items():
        shown = [thing for thing in things if thing.standing.turn is turn]
        if shown:
            yield ""
            yield painted(heading, hue, color=view.color)
        for thing in shown:
            yield from _thing(thing, view)


def _thing(thing: Underway, view: View) -> Iterator[str]:
    standing = thing.standing
    yield from sentence(f"  {visible(str(thing.address))}  {standing_words(thing)}", view, indent="      ")
    if standing.parts:
        widths = [max(cells(visible(text)) for text in column) for column in zip(*standing.parts, strict=True)]
        for part in standing.parts:
            name, status = padded(visible(part.name), widths[0]), padded(visible(part.status), widths[1])
            yield f"      {name}  {status}  {visible(part.words)}".rstrip()
    for stage in thing.history:
        why = f": {visible(stage.reason)}" if stage.reason else ""
        yield from sentence(f"      {visible(stage.since)}  {visible(stage.status)}{why}", view, indent="          ")
    if standing.turn in {Turn.YOU, Turn.FAILED}:
        said = f"the reviewers say: {standing.reason}" if standing.reason else ""
        for line in (*visible_lines(said), *visible_lines(standing.hint)):
            yield from sentence(f"      {line}", view, indent="          ")
        for command in thing.commands:  # whole, to be copied
            yield f"      {visible(command)}"


def standing_words(thing: Underway) -> str:
    """``pending: it waits for the owner``; of what waits, for whom and how long."""
    standing = thing.standing
    told = f"{visible(standing.status)}: {visible(standing.words)}"
    if standing.turn is not Turn.TELNYX or not standing.waits_for:
        return told
    usual = f", as a rule {visible(standing.usual)}" if standing.usual else ""
    return f"{told} (waits for {visible(standing.waits_for)}{usual})"


def heard_words(heard: Heard) -> str:
    """What is told while something is waited for, on one line."""
    match heard:
        case Awaiting(things=things):
            named = listed([f"{visible(str(thing.address))} ({visible(thing.standing.status)})" for thing in things], 5)
            return f"waiting for {named}"
        case Moved():
            return _moved(heard)
        case Missed(error=error, seconds=seconds):
            return f"could not look: {visible(error.summary)}; again in {seconds:.0f} s"


def _moved(moved: Moved) -> str:
    """What a look found changed: of the whole, else of its parts."""
    now, before = moved.now.standing, moved.before
    name = visible(str(moved.now.address))
    if before.status != now.status:
        return f"{name}: {visible(before.status)} -> {standing_words(moved.now)}"
    was = {part.name: part.status for part in before.parts}
    told = [
        f"{visible(part.name)} {visible(was.get(part.name, 'new'))} -> {visible(part.status)}"
        for part in now.parts
        if was.get(part.name) != part.status
    ]
    return f"{name}: {', '.join(told) or standing_words(moved.now)}"
