"""The article before the name of a kind: what is read out letter by letter begins as its first letter sounds."""

from __future__ import annotations

import re

_FIRST_WORD = re.compile(r"[A-Z][a-z]*")


def with_article(kind: str) -> str:
    """``a MessagingProfile``, ``an AutoResponse``, ``an RcsAgent``."""
    found = _FIRST_WORD.match(kind)
    word = found.group().upper() if found else kind.upper()
    spelled_out = not set(word) & set("AEIOUY")
    return f"{'an' if word[:1] in ('FHLMNRSX' if spelled_out else 'AEIO') else 'a'} {kind}"
