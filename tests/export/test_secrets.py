"""What a manifest keeps secret stays so: it is never written out, and never lost."""

from __future__ import annotations

import json

from tests.export.folder import codes, documents, exported, files
from tests.journeys.workspace import Emulator, Workspace

SECRET = """
apiVersion: telnyx.reconciler/v1
kind: MessagingProfile
metadata:
  name: plain
spec:
  whitelisted_destinations: [US]
  webhook_url: https://hooks.example/${env:CANARY}
"""


def test_a_secret_stays_one_without_the_ledger(telnyx: Emulator, workspace: Workspace) -> None:
    """What a manifest takes from the environment is never written out, though nothing else says that it is secret."""
    telnyx.create(
        "messaging_profiles",
        name="plain",
        whitelisted_destinations=["US"],
        webhook_url="https://hooks.example/sesame",
        mobile_only=True,
    )
    workspace.write(SECRET, "messaging-profiles.yaml")
    workspace.environment["CANARY"] = "sesame"
    assert exported(workspace, "--force")["files"][0]["writing"] == "replaced"
    spec = documents(workspace)["MessagingProfile/plain"]["spec"]
    assert spec["webhook_url"] == "${env:MESSAGING_PROFILE_PLAIN_WEBHOOK_URL}"
    assert not any(b"sesame" in path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file())


def test_secrets_that_cannot_be_told_are_not_replaced(telnyx: Emulator, workspace: Workspace) -> None:
    """Unset, of a manifest that is wrong, or of one that may mean two objects: the file stays as it is."""
    for _ in range(2):
        telnyx.create(
            "messaging_profiles",
            name="plain",
            whitelisted_destinations=["US"],
            webhook_url="https://hooks.example/sesame",
        )
    workspace.write(SECRET, "messaging-profiles.yaml")
    before = files(workspace)
    assert "undefined-variable" in codes(exported(workspace, "--force", code=1))
    workspace.environment["CANARY"] = "sesame"
    assert "ambiguous" in codes(exported(workspace, "--force", code=1))
    assert files(workspace) == before
    workspace.write(SECRET.replace("[US]", "[US]\n  mistaken: 1"), "messaging-profiles.yaml")
    before = files(workspace)
    assert "unknown-field" in codes(exported(workspace, "--force", code=1))
    assert files(workspace) == before


def test_a_secret_is_not_lost_behind_one_of_the_same_name(telnyx: Emulator, workspace: Workspace) -> None:
    """Another manifest keeps the variable; the one that cannot be read might not."""
    manifest = "apiVersion: telnyx.reconciler/v1\nkind: MessagingProfile\nmetadata: {{name: {0}}}\n"
    manifest += 'spec: {{name: {1}, whitelisted_destinations: [US], webhook_url: "${{env:HOOK}}"}}\n'
    broken = manifest.format("other", "a").replace("[US]", "[US], mistaken: 1")
    workspace.write(broken + "---\n" + manifest.format("b", "b"), "messaging-profiles.yaml")
    for name in ("a", "b"):
        hook = "https://hooks.example/sesame"
        telnyx.create("messaging_profiles", name=name, whitelisted_destinations=["US"], webhook_url=hook)
    workspace.environment["HOOK"] = "https://hooks.example/sesame"
    before = files(workspace)
    assert "unknown-field" in codes(exported(workspace, "--force", code=1))
    assert files(workspace) == before


def test_a_name_that_another_project_keeps_secret_names_nothing(telnyx: Emulator, workspace: Workspace) -> None:
    """What hangs on that project's profile is called by the profile's address there, in variables too."""
    manifest = "apiVersion: telnyx.reconciler/v1\nkind: MessagingProfile\nmetadata: {name: theirs}\n"
    manifest += 'spec: {name: "${env:NAME}", whitelisted_destinations: [US]}\n'
    workspace.write("project: other\naccounts: {default: {rate: 1000}}", "reconciler.yaml")
    workspace.write(manifest, "theirs.yaml")
    workspace.environment["NAME"] = "Canary Sesame"
    workspace.apply()
    (workspace.folder / "theirs.yaml").unlink()
    workspace.write("project: ours\naccounts: {default: {rate: 1000}}", "reconciler.yaml")
    [row] = telnyx.rows("messaging_profiles")
    telnyx.create("autoresp_configs", messaging_profile_id=row["id"], op="stop", country_code="US", keywords=["stop"])
    telnyx.create(
        "alphanumeric_sender_ids",
        messaging_profile_id=row["id"],
        alphanumeric_sender_id="ACME",
        us_long_code_fallback="+15125550142",
    )
    report = exported(workspace)
    written = json.dumps(documents(workspace)) + json.dumps(report) + workspace.everything_kept()
    assert "AutoResponse/theirs-stop-us" in documents(workspace)
    assert not any(word in written.casefold() for word in ("canary", "sesame"))
