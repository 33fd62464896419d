"""The emulator's own commands: ports, files, and the packages that it needs."""

from __future__ import annotations

import socket

import pytest

from tests.journeys.workspace import Emulator, Workspace, profile


def test_a_port_in_use(bare: Workspace) -> None:
    """One line and what to do; it is no mistake in the command line."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = bare.run("sandbox", "serve", "--port", str(port))
    assert ended.code == 1
    assert f"port {port} is in use" in ended.err
    assert "--port, or 0" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("arguments", [("sandbox", "serve"), ("plan", "--account", "sandbox")], ids=" ".join)
def test_without_the_extra(arguments: tuple[str, ...], bare: Workspace) -> None:
    """The same line for both ways to need it, in the README's words."""
    bare.declare(profile("alerts"))
    bare.write("raise ModuleNotFoundError(name='starlette')", "shadow/starlette/__init__.py")
    bare.environment["PYTHONPATH"] = str(bare.folder / "shadow")
    ended = bare.run(*arguments)
    assert ended.code == 64
    assert "the sandbox needs the package starlette, which is not installed" in ended.err
    assert "pip install 'telnyx-reconciler[sandbox]', or '.[sandbox]' in a checkout" in ended.err
    assert "Traceback" not in ended.err


def test_its_data_is_private(bare: Workspace) -> None:
    """Kept out of git and from other users, from the first plan on."""
    bare.declare(profile("alerts"))
    assert bare.run("plan", "--account", "sandbox").code == 0
    state = bare.folder / ".reconciler"
    assert "*" in (state / ".gitignore").read_text("utf-8")
    assert {file.name: file.stat().st_mode & 0o077 for file in state.glob("sandbox.db*")}.get("sandbox.db") == 0
    assert all(not file.stat().st_mode & 0o077 for file in state.glob("sandbox.db*"))


def test_data_that_is_none(bare: Workspace) -> None:
    """A file that is no database: its name, and no traceback."""
    bare.declare(profile("alerts"))
    bare.write("nonsense " * 1000, ".reconciler/sandbox.db")
    ended = bare.run("plan", "--account", "sandbox")
    assert ended.code == 1
    assert "sandbox.db" in ended.err
    assert "Traceback" not in ended.err


def test_a_drift_that_cannot_compare(workspace: Workspace, telnyx: Emulator) -> None:
    """Without a ledger, of two objects with one name: that is an error, and never green."""
    for _ in range(2):
        telnyx.create("messaging_profiles", name="Alerts", whitelisted_destinations=["US"])
    workspace.declare(profile("alerts"))
    ended = workspace.call("drift")
    assert (ended.code, "ambiguous" in ended.out) == (1, True), ended.out + ended.err
