"""``reconciler sandbox state|edit|advance|reset``: a served emulator, administered in the words of its help."""

from __future__ import annotations

from typing import Any

from tests.journeys.workspace import Emulator, Workspace, manifest, profile

OK, USAGE = 0, 64


def _sandbox(workspace: Workspace, telnyx: Emulator, *arguments: str) -> Any:
    done = workspace.call("sandbox", *arguments, "--url", telnyx.base, "--key", telnyx.key)
    assert done.code == OK, done.out + done.err
    return done.document


def _counted(workspace: Workspace, telnyx: Emulator) -> dict[str, int]:
    """How many objects there are, by collection: a seed is sown with new ids."""
    return {name: len(rows) for name, rows in _sandbox(workspace, telnyx, "state").items()}


def test_a_portal_in_words(telnyx: Emulator, workspace: Workspace) -> None:
    """What an edit changes, an order's way in steps or at once, and back to the beginning."""
    begun = _counted(workspace, telnyx)
    order = manifest("HostedNumberOrder", "desk", phone_numbers=["+15125550188"], messaging_profile="alerts")
    workspace.declare(profile("alerts"), order)
    workspace.apply()
    _sandbox(
        workspace, telnyx, "edit", "messaging_profiles", "Alerts", "mobile_only=true", "webhook_url=https://a.example"
    )
    [row] = telnyx.rows("messaging_profiles")
    assert (row["mobile_only"], row["webhook_url"]) == (True, "https://a.example")
    [stepped] = _sandbox(workspace, telnyx, "advance")
    assert stepped["status"] == "loa_file_successful"
    [ended] = _sandbox(workspace, telnyx, "advance", stepped["id"], "--status", "successful")
    assert (ended["id"], ended["status"]) == (stepped["id"], "successful")
    assert _counted(workspace, telnyx) != begun
    _sandbox(workspace, telnyx, "reset")
    assert telnyx.rows("messaging_profiles") == []
    assert _counted(workspace, telnyx) == begun


def test_what_an_edit_is_told(telnyx: Emulator, workspace: Workspace) -> None:
    """A field and its value; nothing is changed otherwise."""
    done = workspace.call("sandbox", "edit", "messaging_profiles", "Alerts", "mobile_only", "--url", telnyx.base)
    assert done.code == USAGE
    assert '"mobile_only" is not FIELD=VALUE' in done.err


def test_what_no_api_can_do(telnyx: Emulator, workspace: Workspace) -> None:
    """A number appears, its order fares as it was told to, and a handset says that it wants no more."""
    order = manifest("HostedNumberOrder", "desk", phone_numbers=["+15125550188", "+15125550189"])
    workspace.declare(profile("alerts"), order)
    workspace.apply()
    [alerts] = telnyx.rows("messaging_profiles")
    made = _sandbox(workspace, telnyx, "create", "phone_numbers", "phone_number=+15550100042", 'tags=["new"]')
    assert (made["phone_number"], made["tags"]) == ("+15550100042", ["new"])
    _sandbox(workspace, telnyx, "edit", "phone_numbers", "+15550100042", f"messaging_profile_id={alerts['id']}")
    failing = ("--status", "successful", "--number", "+15125550189=failed_timeout")
    [moved] = _sandbox(workspace, telnyx, "advance", *failing)
    assert [entry["status"] for entry in moved["phone_numbers"]] == ["successful", "failed_timeout"]
    told = _sandbox(workspace, telnyx, "receive", "+12125550188", "+15550100042", "Stop")
    assert (told["autoresponse_type"], told["message"]["text"]) == ("STOP", "Stop")
    [block] = telnyx.rows("messaging_optouts")
    assert (block["to"], block["messaging_profile_id"]) == ("+12125550188", alerts["id"])
    done = workspace.call("sandbox", "advance", "--number", "+15125550189", "--url", telnyx.base)
    assert (done.code, '"+15125550189" is not NUMBER=STATUS' in done.err) == (USAGE, True)
