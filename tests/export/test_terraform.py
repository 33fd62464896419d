"""What a Terraform state manages is left to it."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from tests.export.folder import TOKEN, documents, exported
from tests.journeys.workspace import Emulator, Workspace


def test_terraform(alerts: dict[str, Any], telnyx: Emulator, workspace: Workspace) -> None:
    """Names are Terraform's; everything else in the state is reported, and none of its secrets shown."""
    other = telnyx.create("messaging_profiles", name="Other", whitelisted_destinations=["US"])
    odd = telnyx.create("messaging_profiles", name="Odd", whitelisted_destinations=["US"])
    state = {
        "version": 4,
        "terraform_version": "1.9.0",
        "resources": [
            _resource("telnyx_messaging_profile", "alerts", [(alerts["id"], "us-east")], module='module.eu["a b"]'),
            _resource("telnyx_messaging_profile", "other", [(other["id"], 0), ("gone", 1)]),
            _resource("telnyx_messaging_profile", "odd", [(odd["id"], "a'; touch pwned; '")]),
            _resource("telnyx_billing_group", "group", [("b1", None)]),
            {**_resource("telnyx_messaging_profile", "read", [("x", None)]), "mode": "data"},
        ],
    }
    (workspace.folder / "state.json").write_text(json.dumps(state))
    report = exported(workspace, "--from-terraform", "state.json")
    names = {name for name in documents(workspace) if name.startswith("MessagingProfile")}
    odd_name = "MessagingProfile/odd.a-touch-pwned-"
    assert names == {"MessagingProfile/eu.a-b.alerts.us-east", "MessagingProfile/other.0", odd_name}
    told = [finding["summary"] for finding in report["diagnostics"]]
    assert sorted(told) == sorted(
        [
            'module.eu["a b"].telnyx_messaging_profile.alerts["us-east"] is MessagingProfile/eu.a-b.alerts.us-east',
            f"telnyx_messaging_profile.odd[\"a'; touch pwned; '\"] is {odd_name}",
            "telnyx_messaging_profile.other[0] is MessagingProfile/other.0",
            "telnyx_messaging_profile.other[1] is not mapped: the account shows no such object, or nobody asked for it",
            "telnyx_billing_group.group is not mapped: no kind here manages it",
            "1 mobile number without a manifest: the API shows such settings and changes none",
        ]
    )
    [hint] = [finding["hint"] for finding in report["diagnostics"] if finding["address"] == odd_name]
    assert shlex.split(hint)[-4:] == [
        "terraform",
        "state",
        "rm",
        "telnyx_messaging_profile.odd[\"a'; touch pwned; '\"]",
    ]
    assert "canary" not in json.dumps(report)
    workspace.environment |= dict.fromkeys([report["variables"][0]["name"]], TOKEN)
    workspace.environment |= {variable["name"]: "+15125550142" for variable in report["variables"][1:]}
    assert workspace.actions() == {}


def _resource(type_: str, name: str, instances: list[tuple[str, Any]], module: str | None = None) -> dict[str, Any]:
    return {
        **({"module": module} if module else {}),
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider": 'provider["registry.terraform.io/petsinc/telnyx"]',
        "instances": [
            {
                **({} if key is None else {"index_key": key}),
                "schema_version": 0,
                "attributes": {"id": id_, "name": "ignored", "v1_secret": "canary-secret"},
            }
            for id_, key in instances
        ],
    }


@pytest.mark.parametrize("content", ["", "[]", '{"version": 3, "resources": []}', "{canary}", '{"canary": 1}'])
def test_no_terraform_state(content: str, workspace: Workspace) -> None:
    """Said before anything is asked, without a word of what is in the file."""
    (workspace.folder / "state.json").write_text(content)
    refused = workspace.call("export", "--from-terraform", "state.json")
    assert refused.code == 64
    assert "canary" not in refused.err
