"""``--format``, once for standard output and for as many files as are wanted: all of one run, whatever its end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.cli.pipeline import checkout, links
from reconciler.model.source import Source
from reconciler.render.view import Links
from reconciler.workflow.pages import pages
from tests.journeys.workspace import Emulator, Workspace, profile

ALERTS = profile("alerts", webhook_url="https://a.example.com")


def test_one_run_answers_in_several_formats(workspace: Workspace) -> None:
    """Text where nothing else is asked for, and each file in its own form; the account is read once."""
    workspace.declare(ALERTS)
    ended = workspace.call("plan", "--format", "json=plan.json", "--format", "markdown=plan.md")
    assert "+ create" in ended.out
    assert json.loads((workspace.folder / "plan.json").read_text("utf-8"))["summary"]["create"] == 1
    assert "**Plan: 1 to create.**" in (workspace.folder / "plan.md").read_text("utf-8")


def test_a_chosen_standard_output_stays_alone(workspace: Workspace) -> None:
    """What a program reads is not mixed with what people read."""
    workspace.declare(ALERTS)
    ended = workspace.call("plan", "--format", "json", "--format", "text=plan.txt")
    assert json.loads(ended.out)["summary"]["create"] == 1
    assert "1 to create" in (workspace.folder / "plan.txt").read_text("utf-8")


def test_that_manifests_are_valid_is_the_result(workspace: Workspace) -> None:
    """On standard output, and in a file of text; a program's document stays alone there."""
    workspace.declare(ALERTS)
    ended = workspace.call("validate", "--format", "text=found.txt")
    assert (ended.code, ended.out, ended.err) == (0, "1 resource in 1 file: valid\n", "")
    assert (workspace.folder / "found.txt").read_text("utf-8") == ended.out
    ended = workspace.call("validate", "--format", "json", "--format", "text=found.txt")
    assert (ended.document["diagnostics"], ended.err) == ([], "1 resource in 1 file: valid\n")
    workspace.declare(profile("alerts", enabeld=True))
    assert (ended := workspace.call("validate", "--format", "text=found.txt")).out == ""
    assert (workspace.folder / "found.txt").read_text("utf-8") == ended.err


def test_files_are_whole_when_a_command_fails(workspace: Workspace) -> None:
    """The findings stand in every form, and on standard error for people."""
    workspace.declare(profile("alerts", enabeld=True))
    for command in ("plan", "validate", "drift"):
        ended = workspace.call(command, "--format", "json=found.json", "--format", "text=found.txt")
        assert ended.code == 1
        document = json.loads((workspace.folder / "found.json").read_text("utf-8"))
        assert [finding["code"] for finding in document["diagnostics"]] == ["unknown-field"]
        assert "enabeld" in (workspace.folder / "found.txt").read_text("utf-8")
        assert "enabeld" in ended.err
        assert ended.out == ""


def test_events_go_to_a_file_as_they_happen(workspace: Workspace) -> None:
    """The stream of an apply beside text for people; its last line is the result."""
    workspace.declare(ALERTS)
    ended = workspace.call("apply", "--auto-approve", "--format", "jsonl=events.jsonl", "--format", "json=end.json")
    lines = [json.loads(line) for line in (workspace.folder / "events.jsonl").read_text("utf-8").splitlines()]
    assert [line.get("event") for line in lines] == ["observing", "observing", "began", "ended", None]
    assert lines[-1] == json.loads((workspace.folder / "end.json").read_text("utf-8"))
    assert "1 to create" in ended.out


@pytest.mark.parametrize(
    ("formats", "words"),
    [
        (["json", "text"], "json and text on one standard output; write one of them to a file: --format text=FILE"),
        (["json=a.json", "text=./a.json"], "two formats go to one file"),
        (["yaml"], '"yaml" is no format here; there are text, json'),
        (["json="], '"" is no name for a result'),
        (["json=alerts.yaml"], '"alerts.yaml" is no name for a result'),
        (["json=alerts.YML"], '"alerts.YML" is no name for a result'),
        (["json=nowhere/plan.json"], '"nowhere/plan.json" lies in a folder that does not exist'),
        (["json=."], '"." is a folder'),
        (["json=.reconciler/default.ledger.json"], "lies in .reconciler, which is kept for the ledger"),
        (["json=.reconciler/history/x.json"], "lies in .reconciler, which is kept for the ledger"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_read(formats: list[str], words: str, workspace: Workspace) -> None:
    """A misused command line, told at once."""
    arguments = [word for each in formats for word in ("--format", each)]
    ended = workspace.run("plan", *arguments)
    assert (ended.code, words in ended.err) == (64, True), ended.err


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("plan", "--out", "plan.json", "--format", "json=./plan.json"), "the plan that --out saves"),
        (("plan", "--out", "new.json", "--format", "json=./new.json"), "the plan that --out saves"),
        (("plan", "--out", "plan.json", "--format", "json=link.json"), "the plan that --out saves"),
        (("plan", "--all-accounts", "--out", "plan.json", "--format", "json=plan.json"), "the plan that --out saves"),
        (("plan", "plan.json", "--format", "json=plan.json"), "a file that is read"),
        (("show", "plan.json", "--format", "markdown=plan.json"), "the plan that is to be shown"),
        (("apply", "plan.json", "--auto-approve", "--format", "json=plan.json"), "a file that is read"),
        (("validate", "plan.json", "--format", "json=plan.json"), "a file that is read"),
        (("drift", "--metrics", "plan.json", "--format", "json=plan.json"), "the file of --metrics"),
        (("drift", "--notify-state", "plan.json", "--format", "json=plan.json"), "the file of --notify-state"),
    ],
)
def test_a_result_takes_the_place_of_nothing_else(
    arguments: tuple[str, ...], what: str, workspace: Workspace, telnyx: Emulator
) -> None:
    """A saved plan above all: refused before anything is asked, and the file is as it was."""
    plan = workspace.write("saved", "plan.json")
    (workspace.folder / "link.json").symlink_to("plan.json")
    telnyx.forget_requests()
    ended = workspace.call(*arguments)
    assert (ended.code, f"would replace {what}" in ended.err) == (64, True), ended.err
    assert plan.read_text("utf-8") == "saved"
    assert not (workspace.folder / "new.json").exists()
    assert telnyx.requests() == []


def test_a_full_disk_costs_one_form_only(workspace: Workspace) -> None:
    """The others are written, and nothing half stays behind."""
    workspace.declare(ALERTS)
    ended = workspace.run("plan", "--format", "json=/dev/full", "--format", "markdown=plan.md")
    assert ended.code == 1
    assert "cannot write /dev/full: no space left on device [output]" in ended.err
    assert "1 to create" in ended.out
    assert (workspace.folder / "plan.md").exists()


def test_an_apply_whose_result_cannot_be_written_is_an_apply(workspace: Workspace, telnyx: Emulator) -> None:
    """What is live is live: the exit code stays the run's own."""
    workspace.declare(ALERTS)
    ended = workspace.run("apply", "--auto-approve", "--format", "json=/dev/full", "--format", "jsonl=events.jsonl")
    assert ended.code == 0
    assert "the run itself went to its end" in ended.err
    assert telnyx.rows("messaging_profiles")


def test_places_in_a_repository_have_addresses() -> None:
    """Not for what lies outside of it."""
    links = Links(prefix="https://forge.example/acme/texts/blob/c0ffee", folder="telnyx")
    assert links.to(Source("a b.yaml", 9, 3)) == "https://forge.example/acme/texts/blob/c0ffee/telnyx/a%20b.yaml#L9"
    assert links.to(Source("../x.yaml", 1)) == "https://forge.example/acme/texts/blob/c0ffee/x.yaml#L1"
    for outside in ("<stdin>", "/etc/x.yaml", "../../x.yaml"):
        assert links.to(Source(outside)) is None


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        (
            {
                "GITHUB_SERVER_URL": "https://forge.example",
                "GITHUB_REPOSITORY": "a/b",
                "GITHUB_SHA": "c0",
                "GITHUB_WORKSPACE": "/w",
            },
            "https://forge.example/a/b/blob/c0/telnyx/x.yaml#L1",
        ),
        (
            {"CI_PROJECT_URL": "https://forge.example/a/b", "CI_COMMIT_SHA": "c0", "CI_PROJECT_DIR": "/w"},
            "https://forge.example/a/b/-/blob/c0/telnyx/x.yaml#L1",
        ),
    ],
)
def test_a_pipeline_tells_where_its_files_are_shown(environment: dict[str, str], address: str) -> None:
    """From the variables that every pipeline sets; nothing where the command runs outside of the checkout."""
    found = links(environment, Path("/w/telnyx"))
    assert found is not None
    assert found.to(Source("x.yaml")) == address
    assert links(environment, Path("/elsewhere")) is None
    assert links({}, Path("/w")) is None


def test_files_are_seen_from_the_root_of_the_repository(tmp_path: Path) -> None:
    """The pipeline says where it is; elsewhere git does; without either the command's own folder is."""
    inner = tmp_path / "work" / "telnyx"
    inner.mkdir(parents=True)
    told = {"GITHUB_WORKSPACE": str(tmp_path)}
    assert checkout(told, inner).path_of(Source("a.yaml")) == "work/telnyx/a.yaml"
    assert checkout({"CI_PROJECT_DIR": str(tmp_path)}, inner).path_of(Source("a.yaml")) == "work/telnyx/a.yaml"
    assert checkout({"GITHUB_WORKSPACE": "/elsewhere"}, inner).path_of(Source("a.yaml")) == "a.yaml"
    (tmp_path / "work" / ".git").write_text("gitdir: elsewhere")
    assert checkout({}, inner).path_of(Source(f"{inner}/a.yaml")) == "telnyx/a.yaml"
    assert checkout({}, inner).path_of(Source(f"{tmp_path}/a.yaml")) is None


def test_annotations_name_files_as_the_repository_does(workspace: Workspace) -> None:
    """From a real plan, made in a folder of the checkout."""
    workspace.declare(profile("alerts", enabeld=True))
    workspace.environment["GITHUB_WORKSPACE"] = str(workspace.folder.parent)
    ended = workspace.call("plan", "--format", "github", "--format", "json=plan.json")
    assert ended.code == 1
    [finding] = json.loads((workspace.folder / "plan.json").read_text("utf-8"))["diagnostics"]
    place = f"file={workspace.folder.name}/{finding['source']['file']},line={finding['source']['line']},col="
    assert f"\n::error {place}" in ended.out


def test_code_scanning_gets_one_file_for_several_accounts(workspace: Workspace) -> None:
    """With the pages of the codes, and without a path of this machine."""
    workspace.write("accounts: {dev: {paths: [a.yaml]}, prod: {paths: [a.yaml]}}", "reconciler.yaml")
    workspace.declare(profile("alerts", enabeld=True), name="a.yaml")
    ended = workspace.call("validate", "--all-accounts", "--format", "sarif=found.sarif")
    assert ended.code == 1
    text = (workspace.folder / "found.sarif").read_text("utf-8")
    [run] = json.loads(text)["runs"]
    [rule], [result] = run["tool"]["driver"]["rules"], run["results"]
    assert rule["shortDescription"]["text"] == pages()["unknown-field"].what
    assert result["properties"]["accounts"] == ["dev", "prod"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.yaml"
    assert str(workspace.folder) not in text


def test_a_job_summary_tells_how_an_apply_ended(workspace: Workspace) -> None:
    """Beside the events for a program: of a rehearsal, an apply, one that was refused, and a destroy."""
    workspace.declare(ALERTS)

    def summary(*arguments: str) -> str:
        workspace.call(*arguments, "--auto-approve", "--format", "jsonl", "--format", "markdown=summary.md")
        return (workspace.folder / "summary.md").read_text("utf-8")

    assert "**It would be complete**" in summary("apply", "--rehearse")
    done = summary("apply")
    assert done.startswith("### Account `default`\n\n**Complete**\n")
    assert "Applied to account default: 1 created." in done
    assert "**Complete**" in summary("destroy")
    workspace.declare(profile("alerts", enabeld=True))
    refused = summary("apply")
    assert "**Not complete**" in refused
    assert "enabeld" in refused
