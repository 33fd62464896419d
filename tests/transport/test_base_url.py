"""A key crosses a network encrypted or not at all."""

from __future__ import annotations

import pytest

from reconciler.errors import UsageError
from reconciler.transport.base_url import BaseUrl, check_base_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.telnyx.com/v2", BaseUrl("https://api.telnyx.com/v2", "/v2", loopback=False)),
        ("https://api.telnyx.com/v2/", BaseUrl("https://api.telnyx.com/v2", "/v2", loopback=False)),
        ("HTTPS://api.telnyx.com", BaseUrl("https://api.telnyx.com", "", loopback=False)),
        ("http://127.0.0.1:8080/v2", BaseUrl("http://127.0.0.1:8080/v2", "/v2", loopback=True)),
        ("http://127.9.9.9", BaseUrl("http://127.9.9.9", "", loopback=True)),
        ("http://[::1]:1/v2", BaseUrl("http://[::1]:1/v2", "/v2", loopback=True)),
        ("http://localhost/v2", BaseUrl("http://localhost/v2", "/v2", loopback=True)),
        ("https://localhost/v2", BaseUrl("https://localhost/v2", "/v2", loopback=True)),
    ],
)
def test_https_anywhere_and_http_on_this_machine_are_fine(url: str, expected: BaseUrl) -> None:
    """The answer has no trailing slash."""
    assert check_base_url(url, variable="V") == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://api.telnyx.com/v2",
        "http://127.0.0.1.evil.example/v2",
        "http://localhost.evil.example",
        "http://0.0.0.0/v2",
        "http://10.0.0.1/v2",
        "http://[::1/v2",
        "http://2130706433/v2",
        "ftp://api.telnyx.com",
        "api.telnyx.com/v2",
        "https://",
        "https://host:port/v2",
        "https://api.telnyx.com\\@evil.example/",
        "https://api.telnyx.com/v2\n",
        "https://api.telnyx.com/ v2",
        "",
    ],
)
def test_anything_else_is_refused_naming_the_variable(url: str) -> None:
    """Also what only looks like this machine."""
    with pytest.raises(UsageError, match="MY_URL"):
        check_base_url(url, variable="MY_URL")


@pytest.mark.parametrize(
    "url",
    ["https://u:hunter2@h/v2", "https://h/v2?token=hunter2", "https://h/v2#hunter2", "https://hunter2@h"],
)
def test_what_may_hold_a_secret_is_refused_without_being_quoted(url: str) -> None:
    """A password in a URL is not repeated."""
    with pytest.raises(UsageError, match="MY_URL") as caught:
        check_base_url(url, variable="MY_URL")
    assert "hunter2" not in str(caught.value) + caught.value.hint
