"""What a YAML scalar means: the YAML 1.2 core schema, with the two deviations of design §3.

A plain ``+`` and digits (``+15551234567``) and a plain number with a leading zero (``012``) stay strings, as do the
YAML 1.1 words ``NO``, ``ON`` and ``12:30``. Quoted scalars never come here: they are strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, final

from reconciler.manifest.wording import quoted


@final
class _Merge(str):
    """The type of MERGE: a plain ``<<``, which as a key merges mappings and as a value is text."""

    __slots__ = ()


MERGE: Final = _Merge("<<")

WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    "<<": MERGE,
}
"""Plain scalars that are neither strings nor numbers."""
_FLOATS: Final = {
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

NUMERIC: Final = frozenset("+-.0123456789")
"""First characters of plain scalars that may be numbers."""
LEADS: Final = NUMERIC.union(word[:1] for word in WORDS)
"""First characters of plain scalars that may be something else than a string: the parser asks about no others."""

_NUMBER = re.compile(
    r"""(?P<int>  -?(?:0|[1-9][0-9]*))
      | (?P<oct>  0o[0-7]+)
      | (?P<hex>  0x[0-9a-fA-F]+)
      | (?P<text> \+[0-9]+)
      | (?P<float>[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)""",
    re.VERBOSE,
)
_READ: Final[dict[str, Callable[[str], Any]]] = {
    "int": int,
    "oct": lambda text: int(text, 0),
    "hex": lambda text: int(text, 0),
    "text": str,
    "float": float,
}
_LONGEST_NUMBER = 300
"""Characters. Longer ones stay strings: no field holds them, and reading them in takes quadratic time."""


def number(text: str) -> Any:
    """The value of a plain scalar that begins like a number."""
    if len(text) > _LONGEST_NUMBER or (match := _NUMBER.fullmatch(text)) is None:
        return _FLOATS.get(text, text)
    return _READ[str(match.lastgroup)](text)


def plain(text: str) -> Any:
    """The value of any plain scalar."""
    return number(text) if text[:1] in NUMERIC else WORDS.get(text, text)


_CORE = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?[0-9]+")


class WrongTag(Exception):
    """A tag that is not ours, or that does not fit its value."""

    def __init__(self, code: str, summary: str) -> None:
        """Keep the stable code beside the words."""
        super().__init__(summary)
        self.code = code
        self.summary = summary


_TYPES: Final = {"int": int, "float": float, "bool": bool, "null": type(None)}


def tagged(tag: str, text: str) -> Any:
    """The value of a scalar with an explicit tag. Raises WrongTag."""
    if tag in ("!", f"{_CORE}str"):
        return text
    name = tag.removeprefix(_CORE)
    if not tag.startswith(_CORE) or name not in _TYPES:
        raise WrongTag("unknown-tag", f"unknown tag {quoted(shown_tag(tag))}")
    value = plain(text)
    if name in ("int", "float") and len(text) <= _LONGEST_NUMBER and _INTEGER.fullmatch(text):
        value = int(text)  # the two deviations are for untagged scalars
    if name == "float" and type(value) is int:
        value = float(value)
    if type(value) is not _TYPES[name]:
        raise WrongTag("wrong-tag", f"{quoted(text)} is not a value for !!{name}")
    return value


def shown_tag(tag: str) -> str:
    """A tag as it is written."""
    return "!!" + tag.removeprefix(_CORE) if tag.startswith(_CORE) else tag


def check_collection_tag(tag: str, name: str) -> None:
    """Let ``!!map`` stand on mappings and ``!!seq`` on sequences. Raises WrongTag for all else."""
    if tag not in ("!", _CORE + name):
        raise WrongTag(
            "unknown-tag", f"unknown tag {quoted(shown_tag(tag))} on a {'mapping' if name == 'map' else 'list'}"
        )
