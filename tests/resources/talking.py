"""A sandbox over a socket, for what kinds read and write themselves."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from reconciler.api import ApiKey, Target, connect_for_writing
from reconciler.model.session import WriteSession
from reconciler.sandbox.app import create_app
from reconciler.sandbox.server import running


def with_sandbox(
    talk: Callable[[WriteSession], Awaitable[None]], *quirks: str, seed: Mapping[str, Any] | None = None
) -> None:
    """Run ``talk`` against a fresh account."""

    async def go(url: str) -> None:
        key = ApiKey("KEY_sandbox", variable="TELNYX_API_KEY")
        async with connect_for_writing(Target(destination=url, key=key, rate=math.inf)) as sessions:
            await talk(sessions.writing)

    with running(create_app(quirks=quirks, seed=seed)) as url:
        asyncio.run(go(url))
