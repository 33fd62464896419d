"""Encodings and parts, against the figures of Telnyx's tables."""

from __future__ import annotations

import pytest

from reconciler.sandbox.countries import country_of
from reconciler.sandbox.segments import ASCII, GSM, WHOLE_GSM, Alphabet, Segments, segments_of


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("a" * 1530, "GSM-7", 10),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("ç" * 70, "UTF-16", 1),
        ("ç" + "a" * 70, "UTF-16", 2),
        ("😀" * 35, "UTF-16", 1),
        ("😀" * 36, "UTF-16", 2),
        ("ç" * 670, "UTF-16", 10),
        ("Δ", "UTF-16", 1),
    ],
)
def test_parts(text: str, encoding: str, parts: int) -> None:
    """One unit less fits, one more does not; escapes and surrogates take two."""
    assert segments_of(text, GSM, smart=False) == Segments(encoding, parts, smart=False)


@pytest.mark.parametrize(
    ("text", "alphabet", "encoding"),
    [("Δ", WHOLE_GSM, "GSM-7"), ("€", ASCII, "UTF-16"), ("`", ASCII, "ASCII-7"), ("`", GSM, "UTF-16")],
)
def test_alphabets(text: str, alphabet: Alphabet, encoding: str) -> None:
    """The standard's capitals, and what short codes send."""
    assert segments_of(text, alphabet, smart=False).encoding == encoding


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("“Hi” – it\u2019s…", "GSM-7"),
        ("½\u00a0\uff21\uff22", "GSM-7"),
        ("ΑΒΓ", "UTF-16"),
        ("Hi 😀", "UTF-16"),
        ("plain", "GSM-7"),
    ],
)
def test_smart_encoding(text: str, sent: str) -> None:
    """Look-alikes are replaced and said to be; what has none stays as it is."""
    segments = segments_of(text, GSM, smart=True)
    assert segments.encoding == sent
    assert segments.smart == (text not in {"Hi 😀", "plain"})
    assert segments_of(text, GSM, smart=True, unicode=True) == Segments("UTF-16", 1, smart=False)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+12125550123", "US"),
        ("+14165550123", "CA"),
        ("+17875550123", "PR"),
        ("+447766123456", "GB"),
        ("+77011234567", "KZ"),
        ("+79161234567", "RU"),
        ("+3531234567", "IE"),
        ("+2101234567", None),
    ],
)
def test_countries(number: str, country: str | None) -> None:
    """The longest prefix decides."""
    assert country_of(number) == country
