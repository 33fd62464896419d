"""What a change touches, in words: the same in every format that people read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from reconciler.model.impact import DAYS, Impact, Touched, Traffic
from reconciler.render.escape import visible

_PLAIN = re.compile("[A-Za-z]+([ -][A-Za-z]+)*")


def impact_words(impact: Impact, quote: Callable[[str], str] = visible) -> str:
    """One line. ``quote`` makes the labels, which others chose, harmless for the format."""
    return "; ".join(_clauses(impact, quote))


def _clauses(impact: Impact, quote: Callable[[str], str]) -> Iterator[str]:
    touched = [_things(one, quote) for one in impact.touched]
    if impact.opt_outs:
        touched.append(f"{_number(impact.opt_outs, 'opt-out')} stranded")
    if touched or not impact.unknown:
        yield f"touches {', '.join(touched) or 'nothing'}"
    if impact.traffic is not None:
        yield _traffic(impact.traffic)
    if impact.unknown:
        *names, last = (_noun(name, quote) for name in impact.unknown)
        yield f"{', '.join(names)} and {last} unknown" if names else f"{last} unknown"


def _things(touched: Touched, quote: Callable[[str], str]) -> str:
    names = [*map(quote, touched.labels), *(["…"] if len(touched.labels) < touched.count else [])]
    listed = f" ({', '.join(names)})" if touched.labels else ""
    return f"{_number(touched.count, _noun(touched.what, quote))}{listed}"


def _noun(text: str, quote: Callable[[str], str]) -> str:
    """Ours as it stands; whatever else stands there in a file that was edited is quoted like a label."""
    return text if _PLAIN.fullmatch(text) else quote(text)


def _traffic(traffic: Traffic) -> str:
    where = " on its profile" if traffic.shared else ""
    sent, received = traffic.sent, traffic.received
    if not sent and not received:
        return f"no messages{where} during the last {DAYS} days"
    return f"{_number(sent, 'message')} out and {received:,} in{where} during the last {DAYS} days"


def _number(number: int, noun: str) -> str:
    """``48,210 messages``."""
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"
