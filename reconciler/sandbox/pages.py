"""Pages of a list: which rows a query asks for, and the envelope around them (guide 18.5, 22.6)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.store import encode

DEFAULT_SIZE: Final = 20
LARGEST: Final = 250
LARGEST_RECORDS: Final = 100
"""Where toll-free lists clamp the page size: the limit is not disclosed (guide 13), so this one is made up."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page that was asked for."""

    number: int = 1
    size: int = DEFAULT_SIZE

    def slice(self) -> slice:
        """Where the page lies in the whole list."""
        return slice((self.number - 1) * self.size, self.number * self.size)

    def meta(self, total: int) -> dict[str, int]:
        """The `meta` object; an empty list has zero pages."""
        return {
            "page_number": self.number,
            "page_size": self.size,
            "total_pages": -(-total // self.size),
            "total_results": total,
        }


def page_of(query: Mapping[str, str]) -> Page:
    """`page[number]` and `page[size]`: sizes above 250 are clamped, zero and negatives refused with 10033."""
    number = _positive(query, "page[number]", 1)
    return Page(number, min(_positive(query, "page[size]", DEFAULT_SIZE), LARGEST))


def required_page(query: Mapping[str, str], number: str, size: str) -> Page:
    """A page whose two parameters, called as stated, are both required (10004) and clamped (guide 18.5)."""
    for name in (number, size):
        if name not in query:
            raise refuse(422, "10004", f"{name} is required", parameter=name)
    return Page(_positive(query, number, 1), min(_positive(query, size, DEFAULT_SIZE), LARGEST_RECORDS))


def _positive(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    try:
        value = int(text)
    except ValueError:
        raise refuse(422, "10026", f"{name} must be an integer", parameter=name) from None
    if value < 1:
        raise refuse(422, "10033", f"{name} must be at least 1", parameter=name)
    return value


Envelope = Callable[[Iterable[str], Mapping[str, Any]], str]
"""(rows as JSON texts, meta) -> body of a list's answer."""


def envelope(texts: Iterable[str], meta: Mapping[str, Any]) -> str:
    """A list answer from rows that are JSON text already."""
    return f'{{"data":[{",".join(texts)}],"meta":{encode(meta)}}}'


def records(texts: Iterable[str], meta: Mapping[str, Any]) -> str:
    """A list answer of the toll-free family (guide 18.2)."""
    return f'{{"records":[{",".join(texts)}],"total_records":{meta["total_results"]}}}'
