"""docs/accounts.md works as written: its files for three accounts, and a real kustomize whose output is piped in."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.manifest import find_project
from reconciler.manifest.project_file import AccountBlock
from tests.journeys.workspace import Emulator, Workspace, emulator

PAGE = (Path(__file__).parents[2] / "docs" / "accounts.md").read_text(encoding="utf-8")
KUSTOMIZE = (("kustomize", "build"), ("kubectl", "kustomize"))
KEYS = {"dev": "KEY_of_dev", "staging": "KEY_of_staging", "prod": "KEY_of_prod"}


@pytest.fixture
def telnyx() -> Iterator[Emulator]:
    """A new emulator on a socket."""
    with emulator() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path, telnyx: Emulator) -> Workspace:
    """The page's files, each under the name in its first line; the bucket apart, which needs one."""
    made = Workspace.at(tmp_path / "project")
    files = re.findall(r"^```yaml\n# (\S+\.yaml)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(files) == 6
    for name, text in files:
        made.write(text.replace("    ledger: s3://acme-state/telnyx\n", ""), name)
    (made.folder / "prod-only").mkdir()
    made.environment |= {f"TELNYX_{name.upper()}_KEY": key for name, key in KEYS.items()}
    made.environment["TELNYX_BASE_URL"] = telnyx.base
    return made


def test_one_folder_serves_three_accounts(folder: Workspace, telnyx: Emulator) -> None:
    """Each gets its values, with their types; then no plan of any has a change."""
    assert folder.call("validate", "--all-accounts").code == 0
    folder.apply("--all-accounts")
    assert folder.call("plan", "--all-accounts", "--detailed-exitcode").code == 0
    found = {name: telnyx.admin("GET", "state", key=key)["messaging_profiles"][0] for name, key in KEYS.items()}
    assert {name: (row["webhook_url"], row["daily_spend_limit"]) for name, row in found.items()} == {
        "dev": ("https://dev.hooks.example.com/telnyx", "10.00"),
        "staging": ("https://staging.hooks.example.com/telnyx", "10.00"),
        "prod": ("https://hooks.example.com/telnyx", "500.00"),
    }
    assert {row["number_pool_settings"]["long_code_weight"] for row in found.values()} == {1, 10}


def test_every_key_of_an_account_is_told(folder: Workspace) -> None:
    """In the table, and nothing else is."""
    table = PAGE.partition("| an account's key | is |\n|---|---|\n")[2].partition("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines()]
    assert {re.split(r"\W", name)[0] for cell in cells for name in re.findall(r"`([^`]+)`", cell)} == set(
        AccountBlock.model_fields
    )
    assert set(find_project(folder.folder).accounts) == set(KEYS)


@pytest.mark.parametrize("words", KUSTOMIZE, ids=[words[0] for words in KUSTOMIZE])
def test_a_generator_feeds_standard_input(words: tuple[str, str], folder: Workspace, telnyx: Emulator) -> None:
    """Prefixes reach references, patches and labels arrive, variables go through; what is no longer made is removed."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed: go install sigs.k8s.io/kustomize/kustomize/v5@latest")

    def generated() -> str:
        made = subprocess.run([*words, "kustomize/prod"], cwd=folder.folder, capture_output=True, text=True, check=True)
        return made.stdout

    account = ("--account", "prod", "--prune")
    planned = folder.call("plan", "-", *account, "--format", "json", stdin=generated())
    assert planned.code == 0, planned.out + planned.err
    assert {change["address"]: change["action"] for change in planned.document["changes"]} == {
        "MessagingProfile/prod-alerts": "create",
        "AutoResponse/prod-alerts-stop": "create",
    }
    applied = folder.call("apply", "-", *account, "--auto-approve", "--settle", "1", stdin=generated())
    assert applied.code == 0, applied.out + applied.err
    state = telnyx.admin("GET", "state", key=KEYS["prod"])
    [row] = state["messaging_profiles"]
    assert row["name"] == "Acme Alerts (production)"
    assert row["whitelisted_destinations"] == ["US", "NO", "CA"]
    assert row["webhook_url"] == "https://hooks.example.com/telnyx"
    again = folder.call("plan", "-", *account, "--detailed-exitcode", stdin=generated())
    assert again.code == 0, again.out + again.err
    base = folder.folder / "kustomize" / "base" / "alerts.yaml"
    base.write_text(base.read_text("utf-8").partition("---")[0], "utf-8")
    fewer = folder.call("plan", "-", *account, "--format", "json", stdin=generated())
    assert fewer.document["summary"]["delete"] == 1, fewer.out


def test_a_finding_in_what_was_piped_has_a_place(folder: Workspace) -> None:
    """Standard input is a file by a name of its own, and the variable's place is told beside it."""
    file = folder.folder / "reconciler.yaml"
    file.write_text(file.read_text("utf-8").replace("host: hooks.example.com", 'host: "a b"'), "utf-8")
    text = (folder.folder / "manifests" / "alerts.yaml").read_text("utf-8")
    ended = folder.call("plan", "-", "--account", "prod", stdin=text)
    assert ended.code == 1
    assert "<stdin>:" in ended.err
    assert 'the value comes from variable "host" at reconciler.yaml:' in ended.err
