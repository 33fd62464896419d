"""Whether this machine's clock agrees with the API's.

It matters for what is signed with a time (Telnyx's webhooks are to be refused when 300 s off, guide §17), for waits
that answers ask for as a date, and for the times in history and ledgers.
"""

from __future__ import annotations

from reconciler.checks.check import Check, Heard, Look, Looked, Turn
from reconciler.model.diagnostic import Diagnostic, Severity

MOST = 30.0
"""Seconds that a clock may be off. Clocks that are kept in time at all are off by less than one."""


async def _look(look: Look) -> Looked:
    """The quickest answer tells best: its date was written while it was under way, and is cut to whole seconds."""
    dated = [heard for heard in look.heard if heard.sent.date is not None]
    if not dated:
        return Looked("not known: no answer carries a date", known=False)
    best = min(dated, key=lambda heard: heard.sent.seconds)
    ahead = _ahead(best)
    if abs(ahead) <= MOST:
        return Looked(f"within {max(1, round(abs(ahead)))} s of the API's")
    way = "ahead of" if ahead > 0 else "behind"
    finding = Diagnostic(
        code="doctor-clock-skew",
        severity=Severity.WARNING,
        summary=f"this machine's clock is {abs(ahead):.0f} s {way} the API's",
        detail="signatures of webhooks are judged by it, and times in the history come from it",
        hint="let it be kept in time: timedatectl set-ntp true, or whatever the host of this machine offers",
    )
    return Looked(f"{abs(ahead):.0f} s {way} the API's", (finding,))


def _ahead(heard: Heard) -> float:
    """Seconds by which our clock is ahead, in the kindest reading of the answer; 0 where it may be right."""
    date = heard.sent.date or 0.0
    earliest, latest = date, date + 1.0 + heard.sent.seconds
    return heard.at - latest if heard.at > latest else min(0.0, heard.at - earliest)


CHECK = Check(name="clock", place=40, look=_look, turn=Turn.LAST)
