"""A replace that is interrupted again and again still creates what it owes, unstated fields too (promises 3, 5)."""

from __future__ import annotations

import json
from typing import Any

from tests.journeys.workspace import Emulator, Workspace, manifest, profile

TEXT = "written in the portal"
ERROR, PARTLY = 1, 4


def _answer(**spec: Any) -> dict[str, Any]:
    stated = {"messaging_profile": "a", "op": "stop", "country_code": "US", "keywords": ["STOP"], **spec}
    return manifest("AutoResponse", "answer", **stated)


def _refused(telnyx: Emulator, which: str) -> None:
    telnyx.fault(f"POST /messaging_profiles/*/autoresp_configs {which} status-before=422")


def _half_replaced(telnyx: Emulator, workspace: Workspace) -> None:
    """The portal sets a field that the manifest does not state, and a replace stops between delete and create."""
    workspace.declare(profile("a"), _answer())
    workspace.apply()
    telnyx.edit("autoresp_configs", "stop", resp_text=TEXT)
    workspace.declare(profile("a"), _answer(op="info", keywords=["INFO"]))


def test_what_a_replace_takes_over_survives_every_refusal(telnyx: Emulator, workspace: Workspace) -> None:
    """Refused twice: the third create still carries what only the deleted object held."""
    _half_replaced(telnyx, workspace)
    _refused(telnyx, "1-2")
    for code in (PARTLY, ERROR):
        workspace.apply(code=code)
        assert telnyx.rows("autoresp_configs") == []
    workspace.apply()
    [row] = telnyx.rows("autoresp_configs")
    assert (row["op"], row["resp_text"]) == ("info", TEXT)
    assert workspace.ledger["intents"] == []


def test_the_second_run_passes_on_what_it_found(telnyx: Emulator, workspace: Workspace) -> None:
    """Its own intent says what the earlier one said, for the day it is killed before its create."""
    _half_replaced(telnyx, workspace)
    _refused(telnyx, "1")
    workspace.apply(code=PARTLY)
    [earlier] = workspace.ledger["intents"]
    telnyx.fault("POST /messaging_profiles/*/autoresp_configs 1-9 drop-before")
    workspace.apply(code=PARTLY)
    [intent] = workspace.ledger["intents"]
    assert json.dumps(intent["carried"]) == json.dumps(earlier["carried"])
    assert intent["carried"]["resp_text"] == TEXT
    assert (intent["action"], intent["seen"]) == ("replace", earlier["seen"])
