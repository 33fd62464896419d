"""A running emulator as tests see it: an API, an administration, and the official SDK pointed at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from telnyx import Telnyx

NOWHERE = "40010000-0000-4000-8000-000000000000"
"""The id of nothing."""


@dataclass(frozen=True)
class Site:
    """One account of one emulator on a real socket."""

    base: str
    http: httpx.Client
    key: str

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A request to the API."""
        headers = {"authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        return self.http.request(method, f"{self.base}{path}", json=body, headers=headers, **options)

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """The `data` of a successful answer."""
        answer = self.ask(method, path, body)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, list[tuple[str, str | None]]]:
        """Status, and code with pointer or parameter of each error."""
        answer = self.ask(method, path, body)
        errors = answer.json()["errors"]
        sources = [error.get("source", {}) for error in errors]
        return answer.status_code, [
            (error["code"], source.get("pointer", source.get("parameter")))
            for error, source in zip(errors, sources, strict=True)
        ]

    def admin(self, method: str, name: str, **ask: Any) -> Any:
        """An administrative request about this account."""
        ask = {"key": self.key, **ask}
        url = f"{self.base.removesuffix('/v2')}/_sandbox/{name}"
        options: dict[str, Any] = {"params": ask} if method == "GET" else {"json": ask}
        answer = self.http.request(method, url, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def profile(self, name: str = "Marketing", **more: Any) -> Any:
        """A new messaging profile."""
        return self.data("POST", "/messaging_profiles", {"name": name, "whitelisted_destinations": ["US"], **more})

    def names(self) -> list[str]:
        """The names of all profiles, in the order of the list."""
        return [row["name"] for row in self.data("GET", "/messaging_profiles?page[size]=250")]

    def sdk(self, *, strict: bool = True) -> Telnyx:
        """The official client, strict about what it reads and never retrying."""
        return Telnyx(
            api_key=self.key,
            base_url=self.base,
            max_retries=0,
            timeout=5,
            http_client=self.http,
            _strict_response_validation=strict,
        )


SiteFactory = Callable[..., Site]
