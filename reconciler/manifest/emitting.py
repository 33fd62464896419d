"""Documents → YAML: what a person would have typed, and what every parser reads as the very same values.

A scalar is written plain only where YAML 1.1, YAML 1.2 and our own rules agree on it: ``NO``, ``12:30``, ``012``,
``1_000`` and ``+15551234567`` are quoted. Strings of several lines are literal blocks where that is exact. Whatever
cannot be seen is escaped. The same document gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from reconciler.manifest.envelope import API_VERSION
from reconciler.model.exported import Document, FromEnvironment

WIDTH = 110
"""Characters: a list that fits stands on one line."""

_PLAIN = re.compile(r"[A-Za-z/](?:[A-Za-z0-9_./@%*&!?;<>=~^$+()'-]|,(?! |$)|:(?!\s|$)| (?![ #]|$))*")
_FLOW_BREAKS = re.compile(r"[,\[\]{}]|\$\{")
_YAML_1_1 = re.compile(
    r"""y|yes|n|no|on|off|true|false|null|~
      | [-+]?\.?(?:inf|nan)
      | 0x[0-9a-f_]+ | 0b[01_]+ | 0o?[0-7_]+
      | [-+]?[0-9][0-9_,.]*(?:e[-+]?[0-9]+)?
      | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?
      | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*""",
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_CONSTANTS = {None: "null", True: "true", False: "false"}
_BYTE, _PLANE = 0xFF, 0xFFFF


def yaml_text(documents: Sequence[Document]) -> str:
    """A whole file. Raises ValueError for text that no YAML file can hold: half a character."""
    return "---\n".join("".join(f"{line}\n" for line in _document(document)) for document in documents)


def _document(document: Document) -> Iterator[str]:
    metadata: dict[str, Any] = {"name": document.address.name}
    if document.remote_id is not None:
        metadata["remote_id"] = document.remote_id
    whole: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": document.address.kind,
        "metadata": metadata,
        "lifecycle": document.lifecycle,
        "options": document.options,
        "spec": document.spec,
    }
    stated = {name: value for name, value in whole.items() if value or name == "spec"}
    return _mapping(stated, (), document.remarks)


def _mapping(
    values: Mapping[str, Any], path: tuple[str, ...], remarks: Mapping[tuple[str, ...], tuple[str, ...]]
) -> Iterator[str]:
    indent = "  " * len(path)
    for name, value in values.items():
        here = (*path, name)
        for remark in remarks.get(here, ()):
            yield f"{indent}# {_visible(remark)}"
        key = f"{indent}{_key(name)}:"
        match value:
            case str():  # first, as nearly all of them are
                block = _block(value)
                if block is None:
                    yield f"{key} {_string(value)}"
                else:
                    yield f"{key} {block[0]}"
                    yield from (f"{indent}  {line}" if line else "" for line in block[1])
            case list() | tuple():
                yield from _list(key, value, indent)
            case Mapping() if value:
                yield key
                yield from _mapping(value, here, remarks)
            case _:
                yield f"{key} {_scalar(value, flow=False)}"


def _list(key: str, items: Sequence[Any], indent: str) -> Iterator[str]:
    line = f"{key} [{', '.join(_scalar(item, flow=True) for item in items)}]"
    if len(line) <= WIDTH:
        yield line
        return
    yield key
    yield from (f"{indent}  - {_scalar(item, flow=False)}" for item in items)


def _scalar(value: Any, *, flow: bool) -> str:
    match value:
        case str():
            return _string(value)
        case FromEnvironment(name=name):
            text = f"${{env:{name}}}"
            return f'"{text}"' if flow else text
        case None | bool():
            return _CONSTANTS[value]
        case int() | float():
            return repr(value)
        case Mapping():
            return "{" + ", ".join(f"{_key(k)}: {_scalar(v, flow=True)}" for k, v in value.items()) + "}"
        case _:
            return _string(str(value))


def _string(text: str) -> str:
    return _word(text.replace("${", "$${"))


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    """A key is never filled in. Field names are few, and thousands of documents share them."""
    return _word(name)


def _word(text: str) -> str:
    """Text that is written as it is."""
    plain = _PLAIN.fullmatch(text) and not _YAML_1_1.fullmatch(text) and not _FLOW_BREAKS.search(text)
    return text if plain else _quoted(text)


def _block(text: str) -> tuple[str, list[str]] | None:
    """The header and lines of a literal block; None for text that is not several plain lines."""
    if "\n" not in text:
        return None
    body = text.rstrip("\n")
    end = text[len(body) :]
    lines = body.split("\n")
    exact = (
        len(lines) > 1
        and len(end) <= 1
        and lines[0] != ""
        and not lines[0].startswith((" ", "\t"))
        and all(line.isprintable() and line == line.rstrip() for line in lines)
        and "\ufeff" not in text
    )
    if not exact:
        return None
    return ("|" if end else "|-"), [line.replace("${", "$${") for line in lines]


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(character) or _shown(character) for character in text) + '"'


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    point = ord(character)
    if 0xD800 <= point <= 0xDFFF:  # noqa: PLR2004 - the halves of UTF-16
        raise ValueError("half a character")
    if point <= _BYTE:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= _PLANE else f"\\U{point:08x}"


def _visible(remark: str) -> str:
    """One line, whatever is in it."""
    return "".join(character if character.isprintable() else " " for character in remark)
