"""A closed set is closed."""

from __future__ import annotations

import pytest

from reconciler.transport.permission import NotPermittedError, Permission, check_path

READING = Permission(methods=frozenset({"GET"}), pairs=frozenset({("POST", "/ask")}))


@pytest.mark.parametrize(("method", "path"), [("GET", "/anything"), ("POST", "/ask")])
def test_what_is_listed_passes(method: str, path: str) -> None:
    """By method, or by method and exact path."""
    READING.check(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/asks"),
        ("POST", "/ask/x"),
        ("DELETE", "/ask"),
        ("get", "/x"),
        ("HEAD", "/x"),
        ("PATCH", "/x"),
    ],
)
def test_everything_else_is_refused(method: str, path: str) -> None:
    """Near misses included."""
    with pytest.raises(NotPermittedError):
        READING.check(method, path)


@pytest.mark.parametrize("path", ["/a", "/a/b_c", "/a/40017-x", "/a/x%2Fy", "/a/+15551234567", "/a/x...", "/10dlc/b"])
def test_plain_paths_pass(path: str) -> None:
    """Quoted ids and telephone numbers."""
    check_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a",
        "/",
        "//evil.example/x",
        "/a//b",
        "/a/",
        "/a/../b",
        "/a/.",
        "/a/%2e%2E/b",
        "/a/.%2e",
        "/a?b=1",
        "/a#b",
        "/a b",
        "/a\n",
        "/a\\b",
        "/ä",
        "http://evil.example/",
    ],
)
def test_paths_that_mean_something_else_on_the_way_are_refused(path: str) -> None:
    """They would reach another place than the one permitted."""
    with pytest.raises(ValueError, match="plain path"):
        check_path(path)
