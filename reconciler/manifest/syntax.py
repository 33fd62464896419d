"""The C parser's complaints, in our words and with a place."""

from __future__ import annotations

import re

from yaml import MarkedYAMLError, YAMLError

from reconciler.manifest.wording import error, quoted
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.source import Source

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not allow in a stream."""

_UTF_32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = "save the file as UTF-8"


def wrong_encoding(data: bytes, file: str) -> Diagnostic | None:
    """The finding for bytes that are certainly not UTF-8 text; cheap, looks at the beginning only."""
    head = data[:4]
    if head.startswith(_UTF_32) or head[:3] == b"\0\0\0" or head[1:] == b"\0\0\0":
        name = "UTF-32"
    elif head.startswith(_UTF_16) or (len(head) > 1 and (head[0] == 0) != (head[1] == 0)):
        name = "UTF-16"
    else:
        return None
    return error("wrong-encoding", f"the file is {name}, not UTF-8", Source(file), hint=_SAVE_AS)


def explained(problem: YAMLError, data: bytes, file: str) -> Diagnostic:
    """The finding for what the parser refused."""
    if not isinstance(problem, MarkedYAMLError) or problem.problem_mark is None:
        return _characters(data, file)
    mark = problem.problem_mark
    source = Source(file, mark.line + 1, mark.column + 1)
    words = (problem.problem or "cannot be parsed").strip()
    line = _line(data, mark.line)
    if "cannot start any token" in words and line[mark.column : mark.column + 1] == "\t":
        return error("syntax", "a tab cannot indent", source, hint="indent with spaces")
    detail = (
        f"{problem.context}, line {problem.context_mark.line + 1}" if problem.context and problem.context_mark else ""
    )
    return error("syntax", words, source, hint=_hint(words, line), detail=detail)


def _hint(words: str, line: str) -> str:
    if "${" in line and re.search(r"[\[{,]\s*[^\"']*\$\{", line):
        return 'inside [ ] and { } quote it: "${env:NAME}"'
    if "mapping values are not allowed" in words:
        return "check the indentation, and quote a value that holds a colon and a space"
    if "cannot start any token" in words:
        return "quote a value that begins with this character"
    if "unexpected end of stream" in words:
        return "close the quotes"
    return ""


def _line(data: bytes, number: int) -> str:
    lines = data.decode("utf-8-sig", "replace").splitlines()
    return lines[number][:1000] if number < len(lines) else ""


def _characters(data: bytes, file: str) -> Diagnostic:
    """The finding for the first byte or character that YAML does not allow."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        before = data[: wrong.start].decode("utf-8-sig", "replace")
        found = _FORBIDDEN.search(before)
        if found is None:
            return error(
                "wrong-encoding",
                f"the byte 0x{data[wrong.start]:02x} is not UTF-8",
                _place(before, len(before), file),
                hint=_SAVE_AS,
            )
        text = before
    else:
        found = _FORBIDDEN.search(text)
    if found is None:
        return error("syntax", "the file cannot be parsed as YAML", Source(file))
    return error(
        "control-character",
        f"the character {quoted(found.group())} is not allowed in YAML",
        _place(text, found.start(), file),
        hint='write it as an escape in double quotes, such as "\\x07", or remove it',
    )


def _place(text: str, offset: int, file: str) -> Source:
    lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", text[:offset])
    return Source(file, len(lines), len(lines[-1]) + 1)
