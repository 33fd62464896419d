"""A file outlives the process, and the command line starts one."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from reconciler.sandbox.app import create_app

from .site import Site


@contextmanager
def _process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The emulator as a process of its own, on a free port."""
    command = [sys.executable, "-m", "reconciler.sandbox", "--port", "0", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        line = process.stderr.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        try:
            yield process, line.removeprefix("listening on ").strip()
        finally:
            process.kill()


def test_file_survives_a_kill(tmp_path: Path, http: httpx.Client) -> None:
    """What was answered, or committed without an answer, is there for the next process; what was not is not."""
    database = str(tmp_path / "sandbox.sqlite")
    faults = ["POST /messaging_profiles 2 hold-after", "POST /messaging_profiles 3 hold-before"]
    options = [word for fault in faults for word in ("--fault", fault)]
    with _process("--db", database, *options) as (process, base):
        site = Site(base, http, "KEY_sandbox")
        first = site.profile("answered")
        for name in ("committed", "lost"):
            with pytest.raises(httpx.ReadTimeout):
                site.ask("POST", "/messaging_profiles", {"name": name, "whitelisted_destinations": ["US"]}, timeout=0.2)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with _process("--db", database) as (_, base):
        site = Site(base, http, "KEY_sandbox")
        assert site.names() == ["answered", "committed"]
        assert site.data("GET", f"/messaging_profiles/{first['id']}") == first
        assert len(site.data("GET", "/audit_events")) == 2
        assert [len(site.data("GET", path)) for path in ("/short_codes", "/phone_numbers/messaging")] == [2, 4]


def test_key_is_not_written_to_disk(tmp_path: Path) -> None:
    """The file knows accounts by a digest: a real key pasted by mistake stays out of it."""
    database = tmp_path / "sandbox.sqlite"
    app = create_app(database=str(database))
    app.world.account("KEY_very_private")
    app.world.store.commit()
    app.world.store.close()
    with sqlite3.connect(database) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert "short_codes" in dump
    assert "very_private" not in dump


def test_command_line_errors(tmp_path: Path) -> None:
    """A misspelt fault or an unreadable seed stops the process with the reason."""
    seed = tmp_path / "seed.json"
    seed.write_text("[]", "utf-8")
    for arguments, why in ((["--fault", "oops"], "1 words instead of 4"), (["--seed", str(seed)], "JSON object")):
        command = [sys.executable, "-m", "reconciler.sandbox", "--port", "0", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        assert done.returncode == 2
        assert why in done.stderr
