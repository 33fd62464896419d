"""Progress: short lines in a log, a display on a terminal, rich only there; nothing for what is over at once."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from reconciler.model.address import Address
from reconciler.model.events import Applied, Began, Event, Observing, Settling
from reconciler.model.watching import Asked, Listed, Sought, Step
from reconciler.render.progress import Progress, progress

from .cases import EVENTS
from .changes import PROFILE, create

WHY = "the API refused the auto-response: keyword is taken [invalid-request]"


class Place(io.StringIO):
    """A stream that is a terminal for whoever asks: only ``progress`` is told whether to use it as one."""

    def isatty(self) -> bool:
        """It is."""
        return True


@dataclass
class Watched:
    """A stream, the progress on it, and a clock that stands until it is moved."""

    terminal: bool = False
    now: float = 100.0
    stream: io.StringIO = field(default_factory=Place)
    shown: Progress = field(init=False)

    def __post_init__(self) -> None:
        self.shown = progress(self.stream, terminal=self.terminal, clock=lambda: self.now)

    def tell(self, events: Iterable[Event | Step], every: float = 0.0, account: str | None = None) -> Watched:
        """The events, so many seconds before each."""
        show = self.shown.of(account)
        for event in events:
            self.now += every
            show(event)
        return self

    def look(self, lists: int, pages: int = 1, rate: float = 8) -> Watched:
        """A look at an account: pages of profiles, then the lists below each of them, at a pace."""
        pages_read: list[Step] = [Asked()] * pages
        self.tell(pages_read, 1 / rate)
        self.tell([Sought(lists)])
        for _ in range(lists):
            self.tell([Asked()], 1 / rate).tell([Listed()])
        return self

    @property
    def text(self) -> str:
        """What is on the stream; of a display, everything that it ever showed."""
        self.shown.rest()
        return re.sub(r"\x1b\[[^a-zA-Z]*[a-zA-Z]", "", self.stream.getvalue())

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.splitlines()


def test_plain_lines() -> None:
    """One line for each end, counted; none for beginnings."""
    assert Watched().tell(EVENTS).lines == [
        "checking: reading the account",
        "[1/6] MessagingProfile/support updated",
        "looking up to 10 s for 1 write whose outcome is unknown: MessagingProfile/marketing-us",
        "[2/6] MessagingProfile/marketing-us created, id id-made",
        f"[3/6] AutoResponse/marketing-us-stop failed: {WHY}",
        f"[4/6] AlphanumericSenderId/acme failed: {WHY}",
        "[5/6] AutoResponse/support-stop blocked by AutoResponse/marketing-us-stop",
    ]


def test_many_writes_in_doubt_are_one_line_of_a_few_names() -> None:
    """A job of 250 numbers is looked for as one."""
    addresses = tuple(Address("PhoneNumberMessaging", f"n{n}") for n in range(250))
    [line] = Watched().tell([Settling(addresses, 10.0)]).lines
    assert line == (
        "looking up to 10 s for 250 writes whose outcome is unknown: "
        + ", ".join(f"PhoneNumberMessaging/n{n}" for n in range(5))
        + " and 245 more"
    )


def test_end_without_a_beginning_is_not_counted() -> None:
    """The total is known from the first change that began."""
    assert Watched().tell(EVENTS[-2:-1]).text == "AutoResponse/support-stop blocked by AutoResponse/marketing-us-stop\n"


def test_terminal_shows_the_same_ends() -> None:
    """Rich lays it out; the words are the same, and markup in a name stays a name."""
    text = Watched(terminal=True).tell(EVENTS, every=3.0).text
    assert "[1/6] MessagingProfile/support updated" in text
    change = create(PROFILE, "[bold]x[/bold]")
    changes: list[Event] = [Began(change, 1, 2), Began(change, 2, 2), Applied(change)]
    assert "[bold]x[/bold] created" in Watched(terminal=True).tell(changes, every=3.0).text


@pytest.mark.parametrize("terminal", [False, True])
def test_quick_looks_are_silent(terminal: bool) -> None:
    """Under two seconds there is nothing to say, however much was read."""
    assert Watched(terminal=terminal).look(lists=1800, rate=1000).text == ""


@pytest.mark.parametrize("terminal", [False, True])
def test_quick_applies_tell_their_ends_only(terminal: bool) -> None:
    """No bar for what is over at once."""
    change = create(PROFILE, "x")
    events: list[Event] = [Began(change, 1, 1), Applied(change)]
    assert Watched(terminal=terminal).tell(events, every=0.5).lines == ["[1/1] MessagingProfile/x created"]


def test_long_looks_in_a_log() -> None:
    """Requests until the number of lists is known, then how many of how many; few lines, each of them short."""
    lines = Watched().look(lists=10_000, pages=40).lines
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 100
    assert lines[0] == "reading the account: 17 requests, 8.0 requests/s"
    assert lines[2] == ("reading the account: 834 of 10,000 lists read, 8.0 requests/s, about 20 min left")
    assert lines[-1] == "reading the account: 10,000 of 10,000 lists read, 8.0 requests/s"


def test_looks_without_lists_to_count() -> None:
    """A line after twice the time each, so that hours are a dozen lines."""
    lines = Watched().tell([Asked()] * 36_000, every=0.125).lines
    assert lines[:2] == [
        "reading the account: 17 requests, 8.0 requests/s",
        "reading the account: 33 requests, 8.0 requests/s",
    ]
    assert len(lines) == 12


def test_what_is_done_is_said() -> None:
    """An apply looks twice; what it looks for stands before the numbers, and the second look counts anew."""
    watched = Watched().tell([Observing("planning")]).look(100, rate=1)
    watched.shown.rest()
    text = watched.tell([Observing("checking")]).look(100, rate=1).text
    assert "planning: reading the account: 50 of 100 lists read" in text
    assert "checking: reading the account: 50 of 100 lists read" in text


def test_several_accounts_are_summed() -> None:
    """One line about all of them, and the slowest says how long."""
    watched = Watched().tell([Sought(100)], account="a").tell([Sought(10)], account="b")
    for _ in range(4):
        watched.tell([Listed()] * 20, account="a").tell([Listed()], every=1, account="b")
    assert watched.lines == [
        "reading the account: 42 of 110 lists read, a few seconds left",
        "reading the account: 84 of 110 lists read, about 10 s left",
    ]


def test_a_lost_listing_is_no_error() -> None:
    """After a pause, the end of what began before it."""
    watched = Watched().tell([Sought(2)])
    watched.shown.rest()
    assert watched.tell([Listed(), Listed()], every=5).text.startswith("reading the account: 0 requests")


def test_terminal_shows_how_far_it_is() -> None:
    """On the line that changes, gone at the end."""
    watched = Watched(terminal=True).tell([Sought(30), Listed(), Listed()]).tell([Listed()], every=3)
    assert "reading the account: 3 of 30 lists read, about 30 s left" in " ".join(watched.text.split())
    assert watched.stream.getvalue().endswith("\x1b[1A\x1b[2K"), "it is taken away"


def test_rich_is_loaded_on_a_terminal_only() -> None:
    """Logs, pipes and --help do not wait for it; nor does what is over at once."""
    script = (
        "import io, sys\n"
        "from reconciler.model.watching import Asked\n"
        "from reconciler.render.format import formats\n"
        "from reconciler.render.progress import progress\n"
        "formats()\n"
        "for terminal in (False, True):\n"
        "    shown = progress(io.StringIO(), terminal=terminal)\n"
        "    shown.of()(Asked())\n"
        "    shown.rest()\n"
        "sys.exit('rich' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
