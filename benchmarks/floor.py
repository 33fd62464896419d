"""The least that the API lets anybody do: requests of a look, and seconds at a given pace and latency (design §11)."""

from __future__ import annotations

from math import ceil

from benchmarks.shape import Shape

PAGE = 250


def look_requests(shape: Shape) -> int:
    """One list per kind in use in the largest pages, and one list per profile with auto-responses."""
    return ceil(shape.profiles / PAGE) + ceil(shape.senders / PAGE) + shape.responses


def look_seconds(shape: Shape, *, rate: float, latency: float) -> float:
    """Lists go side by side; the lists below profiles wait for the profiles, and share one endpoint."""
    lists = [ceil(count / PAGE) for count in (shape.profiles, shape.senders) if count]
    slowest = max(_burst(pages, rate, latency) for pages in lists)
    below = latency + _burst(shape.responses, rate, latency) if shape.responses else 0.0
    return max(slowest, below)


def write_seconds(shape: Shape, *, rate: float, latency: float) -> float:
    """Creates, updates and replacements each have an endpoint. What a PUT would overwrite is read again before it."""
    reworded = latency + _burst(shape.reworded, rate, latency) if shape.reworded else 0.0
    return max(_burst(shape.new, rate, latency), _burst(shape.edited, rate, latency), reworded)


def _burst(requests: int, rate: float, latency: float) -> float:
    """So many requests to one endpoint, evenly spaced."""
    return (requests - 1) / rate + latency if requests else 0.0
