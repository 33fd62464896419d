"""Where a ledger lives, as it is spelled: what each spelling means, and why others are refused."""

from __future__ import annotations

import re

import pytest

from reconciler.model.location import (
    FORMS,
    BucketLocation,
    FolderLocation,
    HttpLocation,
    LedgerLocation,
    parse_location,
    same_server,
)

FOLDER = "file: is followed by a folder, such as file:ledgers or file:/srv/ledgers"
VARIABLES = "a ledger's address holds no user name, query or fragment: credentials are variables"
PLAIN = "the password would cross the network unencrypted: write https"
SEGMENTS = "the folders behind the bucket are plain names: letters, digits and _ = . , @ + -"


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("file:ledgers", FolderLocation("ledgers")),
        ("file:/srv/ledgers", FolderLocation("/srv/ledgers")),
        ("s3://team", BucketLocation("s3", "team")),
        ("s3://team/", BucketLocation("s3", "team")),
        ("az://team/a/b=1/", BucketLocation("az", "team", "a/b=1")),
        ("gs://team-1.x_y/p", BucketLocation("gs", "team-1.x_y", "p")),
        ("https://git.example/state/one", HttpLocation("https://git.example/state/one")),
        ("http://localhost:8080/x", HttpLocation("http://localhost:8080/x")),
        ("http://127.0.0.9/x", HttpLocation("http://127.0.0.9/x")),
        ("http://[::1]/x", HttpLocation("http://[::1]/x")),
    ],
)
def test_what_it_means(text: str, location: LedgerLocation) -> None:
    """Each form, at its shortest and with all that it may hold."""
    assert parse_location(text) == location


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file:", FOLDER),
        ("file://srv/ledgers", FOLDER),
        ("file:a\0b", FOLDER),
        ("https://[::1/x", "this is not a URL"),
        ("https://canary@git.example/x", VARIABLES),
        ("https://git.example/x?canary", VARIABLES),
        ("https://git.example/x#canary", VARIABLES),
        ("http://git.example/x", PLAIN),
        ("http://192.168.0.1/x", PLAIN),
        ("http://:80/x", PLAIN),
        ("", f"a ledger is {FORMS}"),
        ("ledgers", f"a ledger is {FORMS}"),
        ("https:/x", f"a ledger is {FORMS}"),
        ("ftp://git.example/x", f"a ledger is {FORMS}"),
        ("s3://", "s3:// is followed by the name of a bucket"),
        ("gs://-team/p", "gs:// is followed by the name of a bucket"),
        ("s3://team/a//b", SEGMENTS),
        ("s3://team/../b", SEGMENTS),
        ("s3://team/a b", SEGMENTS),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    """The whole message: nothing of what was written, which may be a secret, is in it."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_location(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "https://a.example/y", True),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://b.example/x", False),
        ("https://a.example/x", "https://a.example:444/x", False),
        ("https://a.example/x", "https://a.example/x?y", False),
        ("https://a.example/x", "https://a.example/x#y", False),
        ("https://a.example/x", "https://user@a.example/x", False),
        ("https://a.example/x", "https://[::1/x", False),
    ],
)
def test_what_may_be_sent_to_one_may_be_sent_to_the_other(one: str, other: str, same: bool) -> None:
    """Only where both are the same server beyond doubt."""
    assert same_server(one, other) is same
