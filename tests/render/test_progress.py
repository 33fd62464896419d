"""Progress: plain lines in a log, a display on a terminal, and rich only there."""

from __future__ import annotations

import io
import subprocess
import sys

from reconciler.model.events import Applied, Began, Event
from reconciler.render.progress import progress

from .cases import EVENTS
from .changes import PROFILE, create

WHY = "the API refused the auto-response: keyword is taken [invalid-request]"


def written(*events: Event, terminal: bool = False) -> str:
    """What the events leave on the stream."""
    stream = io.StringIO()
    with progress(stream, terminal=terminal) as emit:
        for event in events:
            emit(event)
    return stream.getvalue()


def test_plain_lines() -> None:
    """One line for each end, counted; none for beginnings."""
    assert written(*EVENTS).splitlines() == [
        "checking: reading the account",
        "[1/6] MessagingProfile/support updated",
        "looking up to 10 s for 1 write whose outcome is unknown: MessagingProfile/marketing-us",
        "[2/6] MessagingProfile/marketing-us created, id id-made",
        f"[3/6] AutoResponse/marketing-us-stop failed: {WHY}",
        f"[4/6] AlphanumericSenderId/acme failed: {WHY}",
        "[5/6] AutoResponse/support-stop blocked by AutoResponse/marketing-us-stop",
    ]


def test_end_without_a_beginning_is_not_counted() -> None:
    """The total is known from the first change that began."""
    assert written(EVENTS[-2]) == "AutoResponse/support-stop blocked by AutoResponse/marketing-us-stop\n"


def test_terminal_shows_the_same_ends() -> None:
    """Rich lays it out; the words are the same, and markup in a name stays a name."""
    text = written(*EVENTS, terminal=True)
    assert "[1/6] MessagingProfile/support updated" in text
    change = create(PROFILE, "[bold]x[/bold]")
    assert "[bold]x[/bold] created" in written(Began(change, 1, 1), Applied(change), terminal=True)


def test_rich_is_loaded_on_a_terminal_only() -> None:
    """Logs, pipes and --help do not wait for it."""
    script = (
        "import io, sys\n"
        "from reconciler.render.format import formats\n"
        "from reconciler.render.progress import progress\n"
        "formats()\n"
        "with progress(io.StringIO()): pass\n"
        "sys.exit('rich' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
