"""Pages of a list: which rows a query asks for, and the envelope around them (guide 18.5, 22.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.sandbox.refusals import refuse
from reconciler.sandbox.store import encode

DEFAULT_SIZE: Final = 20
LARGEST: Final = 250


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


def envelope(texts: Iterable[str], meta: Mapping[str, Any]) -> str:
    """A list answer from rows that are JSON text already."""
    return f'{{"data":[{",".join(texts)}],"meta":{encode(meta)}}}'
