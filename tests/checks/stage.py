"""One check over a sandbox in this process, with the answers that the sandbox would never give laid over it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.api import connect
from reconciler.checks import checks
from reconciler.checks.check import Heard, Look, Scope
from reconciler.checks.running import examine
from reconciler.model.checkup import Examined
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.sent import Sent
from reconciler.resources import kinds
from reconciler.sandbox.app import create_app
from reconciler.workflow.doctor import PATIENCE
from tests.api.connecting import SECRET, VARIABLE, Script, target

NOW = 1_800_000_000.0
Seed = Mapping[str, Sequence[Mapping[str, Any]]]
Over = Mapping[str, tuple[int, Any] | tuple[int, Any, dict[str, str]]]
"""Path → status, body and headers of every answer to it."""


def profile_id(number: int = 1) -> str:
    """The id of a profile."""
    return f"40017c1d-0000-4000-8000-{number:012}"


def profile(number: int = 1, /, **fields: Any) -> dict[str, Any]:
    """A profile that sends nowhere near the US, and is called by its number."""
    named = {"id": profile_id(number), "name": f"Profile {number}", "whitelisted_destinations": ["DE"]}
    return {**named, "webhook_url": "https://hooks.example.com/a", **fields}


def number(ending: int, on: int | None = 1, /, **fields: Any) -> dict[str, Any]:
    """A phone number on a profile."""
    row = {"id": f"12933842610757{ending:05}", "phone_number": f"+1512555{ending:04}", "type": "longcode"}
    return {**row, "messaging_profile_id": None if on is None else profile_id(on), **fields}


def refusal(code: str, title: str = "No") -> dict[str, Any]:
    """The body of a refusal."""
    return {"errors": [{"code": code, "title": title}]}


class Laid:
    """The sandbox, but for some answers. ``asked`` are the paths of all requests."""

    def __init__(self, app: Any, over: Over) -> None:
        self.app, self.over = app, over
        self.asked: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        path = scope["path"].removeprefix("/v2")
        self.asked.append(path)
        answer = self.over.get(path) or self.over.get("*")
        await (self.app if answer is None else Script(answer))(scope, receive, send)


class Stage:
    """A sandbox, and what its requests were."""

    def __init__(
        self, seed: Seed | None = None, *, over: Over | None = None, key: str = SECRET, **options: Any
    ) -> None:
        """``options`` are the sandbox's."""
        self.app = Laid(create_app(seed=seed, **options), over or {})
        self.key = key
        self.clock: Callable[[], float] = lambda: NOW

    def all(self, *names: str, **look: Any) -> dict[str, Examined]:
        """The checks of these names, or all of them. ``look`` are fields of Look."""
        heard: list[Heard] = []

        def hear(sent: Sent) -> None:
            heard.append(Heard(sent, self.clock()))

        async def go() -> tuple[Examined, ...]:
            async with connect(replace(target(self.app, key=self.key), observer=hear, policy=PATIENCE)) as session:
                settled = {"scope": Scope(), "variable": VARIABLE, **look}
                chosen = [check for check in checks() if not names or check.name in names]
                return await examine(chosen, Look(session=session, kinds=kinds(), heard=heard, **settled))

        return {one.name: one for one in asyncio.run(go())}

    def one(self, name: str, **look: Any) -> Examined:
        """One check."""
        return self.all(name, **look)[name]


def codes(examined: Examined) -> list[str]:
    """The codes of its findings, in their order."""
    return [finding.code for finding in examined.findings]


def only(examined: Examined) -> Diagnostic:
    """Its one finding."""
    [finding] = examined.findings
    return finding


def words(examined: Examined) -> str:
    """Everything that it says."""
    told = [[one.summary, one.detail, one.hint] for one in examined.findings]
    return json.dumps([examined.summary, told])
