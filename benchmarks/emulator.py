"""The sandbox as a process of its own, so that its work is not counted as ours."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.processes import python

KEY = "KEY_benchmark"
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Emulator:
    """A served sandbox."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What makes the program speak to it."""
        return {"TELNYX_BASE_URL": self.url, "TELNYX_API_KEY": KEY}

    @property
    def port(self) -> int:
        """Where it listens: a ledger remembers its account's address."""
        return int(self.url.rsplit(":", 1)[1].partition("/")[0])

    def warm_up(self) -> None:
        """Let it sow its seed now and not during a measure, then forget the request."""
        self._send("GET", "/messaging_profiles?page[size]=1")
        self.forget_requests()

    def requests(self) -> list[dict[str, Any]]:
        """Every request since the last ``forget_requests``, with its status."""
        log: list[dict[str, Any]] = json.loads(self._send("GET", "/_sandbox/requests"))
        return log

    def forget_requests(self) -> None:
        """Empty the request log."""
        self._send("DELETE", "/_sandbox/requests")

    def _send(self, method: str, path: str) -> bytes:
        connection = HTTPConnection("127.0.0.1", self.port)
        try:
            connection.request(method, f"/v2{path}", headers={"Authorization": f"Bearer {KEY}"})
            return connection.getresponse().read()
        finally:
            connection.close()


@contextmanager
def emulator(seed: Path, *, port: int = 0, rps: float | None = None, latency_ms: float = 0) -> Iterator[Emulator]:
    """Serve a seed until the block ends."""
    arguments = ["-m", "reconciler.sandbox", "--port", str(port), "--seed", str(seed), "--latency", str(latency_ms)]
    arguments += ["--rps", str(rps)] if rps else []
    with subprocess.Popen(python(*arguments), stderr=subprocess.PIPE, text=True) as process:
        try:
            yield _ready(process)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_STOP_SECONDS)


def _ready(process: subprocess.Popen[str]) -> Emulator:
    line = process.stderr.readline() if process.stderr else ""
    if not line.startswith("listening on "):
        raise RuntimeError(f"the sandbox did not start: {line}")
    served = Emulator(line.removeprefix("listening on ").strip())
    served.warm_up()
    return served
