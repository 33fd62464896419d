"""What an export left in a folder, and what it said."""

from __future__ import annotations

from typing import Any

import yaml

from tests.journeys.workspace import Workspace

TOKEN = "https://hooks.example/x?token=canary-7f3a"
PROFILE_TOKEN = "MESSAGING_PROFILE_ALERTS_WEBHOOK_URL"
NUMBER = "ALPHANUMERIC_SENDER_ID_ALERTS_ACME_US_LONG_CODE_FALLBACK"
SEEDED = ("phone-number-messaging.yaml", "rcs-agents.yaml", "short-codes.yaml")
"""What every account of the sandbox begins with."""


def exported(workspace: Workspace, *arguments: str, code: int = 0) -> Any:
    """The document of an export."""
    done = workspace.call("export", "--format", "json", *arguments)
    assert done.code == code, done.out + done.err
    return done.document


def documents(workspace: Workspace, pattern: str = "*.yaml") -> dict[str, Any]:
    """Every manifest that was written, by address."""
    found = {}
    for path in sorted(workspace.folder.rglob(pattern)):
        if path.name != "reconciler.yaml":
            for each in yaml.load_all(path.read_text("utf-8"), Loader=yaml.CSafeLoader):
                found[f"{each['kind']}/{each['metadata']['name']}"] = each
    return found


def files(workspace: Workspace) -> dict[str, bytes]:
    """Everything in the folder but the state, temporary files included."""
    found = (path for path in workspace.folder.rglob("*") if path.is_file() and ".reconciler" not in path.parts)
    return {path.relative_to(workspace.folder).as_posix(): path.read_bytes() for path in found}


def codes(document: Any) -> list[str]:
    """Of its findings."""
    return [finding["code"] for finding in document["diagnostics"]]
