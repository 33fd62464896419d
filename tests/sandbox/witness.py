"""Requests whose answers are held against the official OpenAPI description."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .openapi import Description
from .site import Site


class Witness:
    """Sends requests and collects what the description has against the answers."""

    def __init__(self, site: Site, description: Description) -> None:
        self._site = site
        self._description = description
        self.complaints: list[str] = []
        self.served: set[tuple[str, str]] = set()
        self.statuses: set[tuple[str, str, int]] = set()

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None, **options: Any) -> Any:
        """One request; returns the `data` of its answer, or all of it where there is none."""
        site = replace(self._site, key=key) if key else self._site
        answer = site.ask(method, path, body, **options)
        bare_path = path.partition("?")[0]
        document = answer.json() if answer.content else None
        found = self._description.complaints(method, bare_path, answer.status_code, document)
        self.complaints += [f"{method} {path} {answer.status_code}: {entry}" for entry in found]
        template = self._description.template(bare_path)
        if answer.is_success:
            self.served.add((method, template))
        self.statuses.add((method, template, answer.status_code))
        return document.get("data", document) if isinstance(document, dict) else document
