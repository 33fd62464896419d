"""What a plan costs and what of it no later plan takes back, in words: the same in every format that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.model.address import Address
from reconciler.model.consequence import Consequence, Sort
from reconciler.model.plan import Requests
from reconciler.render.words import counted

HEADINGS = {Sort.IRREVERSIBLE: "This cannot be undone:", Sort.COST: "This costs money:"}
LABELS = {Sort.IRREVERSIBLE: "Cannot be undone", Sort.COST: "Costs money"}

_NAMED = 3
"""Endpoints on the line about the price; JSON has them all."""
_WORTH_SAYING = 0.1
_MINUTES_FROM = 100
"""Seconds, from which on people are told minutes."""


class Alike(NamedTuple):
    """Changes of one kind that entail the same."""

    sort: Sort
    kind: str
    addresses: tuple[Address, ...]
    text: str


def alike(consequences: Mapping[Address, Sequence[Consequence]]) -> Iterator[Alike]:
    """By sort, then in the order of the plan."""
    groups: dict[tuple[Sort, str, str], list[Address]] = {}
    for address, said in consequences.items():
        for one in said:
            groups.setdefault((one.sort, address.kind, one.text), []).append(address)
    for sort in Sort:
        for (of, kind, text), addresses in groups.items():
            if of is sort:
                yield Alike(sort, kind, tuple(addresses), text)


def seconds_words(seconds: float) -> str:
    """``about 14 s``, ``about 4 min``; nothing for what nobody notices."""
    if seconds < _WORTH_SAYING:
        return ""
    if seconds < _MINUTES_FROM:
        return f"about {seconds:.1f} s" if seconds < 10 else f"about {seconds:.0f} s"  # noqa: PLR2004 - two digits do
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"about {hours} h {rest} min" if hours else f"about {minutes} min"


def price_words(requests: Requests) -> str:
    """``Applying takes 12 writes, about 14 s at 9.5 requests a second: PATCH /short_codes/{id} 9, …``."""
    told = f"Applying takes {counted(requests.writes, 'write')}"
    if time := seconds_words(requests.estimated_seconds):
        told += f", {time}"
        if requests.rate is not None:
            told += f" at {requests.rate:g} requests a second"
    busiest = sorted(requests.per_endpoint, key=lambda one: (-one.planned, one.endpoint))
    named = [f"{one.endpoint.replace('{}', '{id}')} {one.planned}" for one in busiest if one.planned]
    if not time or not named:
        return f"{told}."
    return f"{told}: {', '.join(named[:_NAMED])}{', …' if len(named) > _NAMED else '.'}"
