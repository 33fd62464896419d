"""How a text is encoded and into how many parts it is split (guide 19). Pure.

Telnyx's own table of the GSM alphabet lacks a dozen capitals that the standard has; the smaller set is the
usual one here, and the other is a switch.
"""
# ruff: noqa: RUF001 - look-alikes are what this file is about

import unicodedata
from dataclasses import dataclass
from typing import Final

_SMALLER: Final = frozenset(
    "@£$¥èéùìò\nØø\rÅå_ÆæßÉ !\"#%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_STANDARD: Final = _SMALLER | frozenset("Ç¤ΔΦΓΛΩΠΨΣΘΞ")
_ESCAPED: Final = frozenset("^{}\\[~]|€\f")
_ASCII: Final = frozenset(map(chr, range(128)))
_LOOKALIKES: Final = {
    **dict.fromkeys("«»“”„‟ʺ", '"'),
    **dict.fromkeys("‘’‛´`ʹʼ", "'"),
    **dict.fromkeys("–—―‐•⁃", "-"),
    **dict.fromkeys("÷⁄∕", "/"),
    **dict.fromkeys("‚、", ","),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    "…": "...",
    "‼": "!!",
    "¼": "1/4",
    "½": "1/2",
    "¾": "3/4",
    "‹": "<",
    "›": ">",
    "\u02dc": "~",
    "\u0303": "~",
    "\u02c6": "^",
    "\u0302": "^",
}
MOST_PARTS: Final = 10


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Characters of one unit and of two, and how many units fit."""

    name: str
    plain: frozenset[str]
    escaped: frozenset[str] = frozenset()

    def holds(self, text: str) -> bool:
        """Whether every character can be written."""
        return all(character in self.plain or character in self.escaped for character in text)

    def units(self, text: str) -> int:
        """What the text takes."""
        return len(text) + sum(character in self.escaped for character in text)


GSM: Final = Alphabet("GSM-7", _SMALLER, _ESCAPED)
WHOLE_GSM: Final = Alphabet("GSM-7", _STANDARD, _ESCAPED)
ASCII: Final = Alphabet("ASCII-7", _ASCII)
"""What short codes send (guide 7)."""


@dataclass(frozen=True, slots=True)
class Segments:
    """A text as it is sent."""

    encoding: str
    parts: int
    smart: bool
    """Whether characters were replaced."""


def plainer(text: str, alphabet: Alphabet) -> str:
    """The text with look-alikes in place of what the alphabet lacks; accents and emoji stay."""
    return "".join(character if alphabet.holds(character) else _lookalike(character, alphabet) for character in text)


def _lookalike(character: str, alphabet: Alphabet) -> str:
    replaced = _LOOKALIKES.get(character) or unicodedata.normalize("NFKC", character)
    return replaced if alphabet.holds(replaced) else character


def segments_of(text: str, alphabet: Alphabet, *, smart: bool, unicode: bool = False) -> Segments:
    """How the text is sent: `smart` replaces look-alikes first, `unicode` does not even try the alphabet."""
    sent = plainer(text, alphabet) if smart and not unicode else text
    if not unicode and alphabet.holds(sent):
        return Segments(alphabet.name, _parts(alphabet.units(sent), 160, 153), sent != text)
    return Segments("UTF-16", _parts(len(sent.encode("utf-16-le")) // 2, 70, 67), sent != text)


def _parts(units: int, single: int, split: int) -> int:
    return 1 if units <= single else -(-units // split)
