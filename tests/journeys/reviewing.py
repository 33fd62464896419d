"""A saved plan under review: what the tests of saved plans begin with."""

from __future__ import annotations

from typing import Any

from tests.journeys.workspace import Emulator, Outcome, Workspace, manifest, profile

EDITED = profile("edited", webhook_url="https://b.example.com")


def answer(of: str, **spec: Any) -> dict[str, Any]:
    """A STOP answer."""
    stated = {"messaging_profile": of, "op": "stop", "country_code": "US", "keywords": ["STOP"], **spec}
    return manifest("AutoResponse", f"{of}-stop", **stated)


def saved(workspace: Workspace, *arguments: str) -> str:
    """Save the plan; its fingerprint."""
    done = workspace.call("plan", "--out", "plan.json", "--format", "json", *arguments)
    assert done.code == 0, done.err + done.out
    fingerprint: str = done.document["fingerprint"]
    return fingerprint


def applied(workspace: Workspace, *arguments: str) -> Outcome:
    """Apply what was saved."""
    return workspace.call("apply", "plan.json", "--auto-approve", "--settle", "1", *arguments)


def ids(telnyx: Emulator, collection: str = "messaging_profiles") -> dict[str, str]:
    """Ids by name."""
    return {row.get("name", row["id"]): row["id"] for row in telnyx.rows(collection)}
