"""Local names: readable, legal, and the same again."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, strategies as st

from reconciler.export.naming import Names, kebab, legal, slug
from reconciler.export.variables import prefix_of
from reconciler.manifest.envelope import LONGEST_NAME, NAME_PATTERN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alerts US", "alerts-us"),
        ("  Ärzte & Söhne (2024)  ", "arzte-sohne-2024"),
        ("--a..b__c--", "a-b-c"),
        ("日本語", ""),
        ("word " * 30, "-".join(["word"] * 12)),
        ("x" * 300, "x" * 60),
    ],
)
def test_slugs(text: str, expected: str) -> None:
    """As a person would shorten them; nothing is left of what has no Latin letter."""
    assert slug(text) == expected


@given(st.text(max_size=200))
def test_names_are_legal(text: str) -> None:
    """Whatever the remote name was."""
    for name in filter(None, (slug(text), legal(text))):
        assert re.match(NAME_PATTERN, name)
        assert len(name) <= LONGEST_NAME
        assert slug(slug(text)) == slug(text)


def test_counts() -> None:
    """Whatever the case, and never the name that another object would give."""
    names = Names(["taken"])
    assert [names.claim(each) for each in ("a", "A", "a", "taken", "a-2")] == ["a", "A.2", "a.3", "taken.2", "a-2"]


def test_kinds_as_words() -> None:
    """They become names of files."""
    assert [kebab(kind) for kind in ("MessagingProfile", "RcsAgent", "AutoResponse")] == [
        "messaging-profile",
        "rcs-agent",
        "auto-response",
    ]


@pytest.mark.parametrize(
    ("account", "prefix"),
    [("dev", "DEV__"), ("prod-eu", "PROD_EU__"), ("1st", "_1ST__"), ("messaging-profile", "MESSAGING_PROFILE__")],
)
def test_prefixes(account: str, prefix: str) -> None:
    """As the account is called, and always the beginning of a variable's name."""
    assert prefix_of(account, [account, "other"]) == prefix


@given(st.sets(st.from_regex(NAME_PATTERN, fullmatch=True), min_size=1, max_size=6))
@example({"a-b", "a.b", "A_B", "a--b"})
def test_prefixes_differ(accounts: set[str]) -> None:
    """Whatever the accounts are called. The rest of a name never holds two underscores, so the prefix decides."""
    prefixes = {prefix_of(account, accounts) for account in accounts}
    assert len(prefixes) == len(accounts)
    for prefix in prefixes:
        assert re.fullmatch(r"[A-Z_][A-Z0-9_]*__", prefix)
