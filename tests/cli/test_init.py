"""``init``: files that work, none that is overwritten, and nothing in them that creates anything by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from reconciler.manifest.project import read_project
from reconciler.manifest.project_file import ProjectFile
from reconciler.model.location import BucketLocation
from reconciler.resources import kinds
from reconciler.workflow.schema import texts
from tests.cli.console import console
from tests.journeys.workspace import ROOT, Workspace


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    """A folder called acme, with nothing in it."""
    return Workspace.at(tmp_path / "acme")


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _uncommented(text: str) -> str:
    """The manifests of the example: what stands below its explanation."""
    return re.sub(r"(?m)^# ", "", text.partition("\n#\n")[2].partition("\n#\n")[2])


def test_a_project_begins_with_files_that_work(empty: Workspace) -> None:
    """Without a terminal the defaults are taken: the folder's name, one account, the ledger here."""
    done = empty.call("init")
    assert done.code == 0, done.err
    project = read_project(empty.folder / "reconciler.yaml")
    assert (project.name, list(project.accounts)) == ("acme", ["default"])
    account = project.accounts["default"]
    assert (account.paths, account.key_variable, account.ledger) == (("manifests",), "TELNYX_API_KEY", None)
    wanted = {name: texts(kinds())[name] for name in (*kinds(), "manifest", "reconciler")}
    assert {path.stem: path.read_text("utf-8") for path in (empty.folder / "schemas").iterdir()} == wanted
    assert "reconciler export" in done.out
    assert "reconciler plan" in done.out


def test_nothing_of_it_creates_anything(empty: Workspace) -> None:
    """The first plan of an account that is exported is empty: the example counts only once somebody wants it."""
    empty.call("init")
    example = empty.folder / "manifests" / "example.yaml"
    assert empty.call("plan", "--account", "sandbox", "--allow-empty", "--detailed-exitcode").code == 0
    example.write_text(_uncommented(example.read_text("utf-8")), "utf-8")
    assert empty.plan("--account", "sandbox")["summary"]["create"] == 2
    empty.apply("--account", "sandbox")
    assert empty.call("plan", "--account", "sandbox", "--detailed-exitcode").code == 0


def test_what_comes_after_init_is_said(empty: Workspace) -> None:
    """The example is commented out: the finding has its place, and names both ways on."""
    empty.call("init")
    refused = empty.call("validate")
    assert refused.code == 1
    example = (empty.folder / "manifests" / "example.yaml").read_text("utf-8")
    line = 1 + example[: example.index("# apiVersion:")].count("\n")
    assert (
        f"manifests/example.yaml:{line}:1: error: no manifests in manifests: the one here is commented" in refused.err
    )
    assert 'take the "# " off the lines from here on, let reconciler export write' in refused.err
    rest = example.splitlines()[line - 1 :]
    (empty.folder / "manifests" / "example.yaml").write_text("\n".join(each.removeprefix("# ") for each in rest))
    assert empty.call("validate").code == 0


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for inner in re.findall(r"(\w+Block)", str(field.annotation)):
            yield from _keys(getattr(__import__(model.__module__, fromlist=[inner]), inner))


def test_every_key_of_the_settings_is_explained_and_can_be_used(empty: Workspace) -> None:
    """A key that is new must be written here too; taking all comment marks off gives a file that is valid."""
    empty.call("init", "--ledger", "https://gitlab.com/api/v4/projects/ID/terraform/state/NAME")
    file = empty.folder / "reconciler.yaml"
    text = re.sub(r"(?m)^( *)# ((?:  )*(?:- )?\w+:( .*)?)$", r"\1\2", file.read_text("utf-8"))
    for key in _keys(ProjectFile):
        assert re.search(rf"(?m)^ *(?:- )?{key}:", text), key
    file.write_text(text, "utf-8")
    account = read_project(file).accounts["default"]
    assert account.rate == 9.5
    assert account.base_url == "https://api.telnyx.com/v2"
    assert account.variables["host"].value == "hooks.example.com"


def test_what_exists_is_left_alone(empty: Workspace) -> None:
    """Every byte, and it is said of each file; a second run has nothing to do."""
    mine = {
        "reconciler.yaml": "project: mine\n",
        "manifests/shop.yaml": "kind: Anything\n",
        "schemas/manifest.json": "{}\n",
        ".github/workflows/messaging.yml": "on: push\n",
        ".vscode/settings.json": '{"editor.tabSize": 2, // spaces\n}\n',
    }
    for name, text in mine.items():
        empty.write(text, name)
    done = empty.call("init", "--ci", "github")
    assert done.code == 0, done.err
    for name, text in mine.items():
        assert (empty.folder / name).read_text("utf-8") == text
    left = re.findall(r"(?m)^left alone +(.*)$", done.out)
    assert left == ["reconciler.yaml", "schemas/", ".vscode/settings.json", ".github/workflows/messaging.yml"]
    assert "add to it by hand" in done.out
    assert "schemas/ is not of this version" in done.out
    assert not (empty.folder / "manifests" / "example.yaml").exists()
    before = _files(empty.folder)
    assert "wrote" not in empty.call("init", "--ci", "github").out
    assert "by hand" not in empty.call("init", "--ci", "none", "--yes").out.replace("add to it by hand", "")
    assert "reconciler.yaml is there already: add accounts" in empty.call("init", "--account", "dev").out
    assert _files(empty.folder) == before


def test_manifests_that_are_there_need_no_example(empty: Workspace) -> None:
    """Even where the settings are new."""
    empty.write("kind: Anything\n", "manifests/shop.yaml")
    assert "left alone  manifests/" in empty.call("init").out
    assert [path.name for path in (empty.folder / "manifests").iterdir()] == ["shop.yaml"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, ".reconciler/\nplan.json\n*.plan\n"),
        ("*.log", "*.log\n.reconciler/\nplan.json\n*.plan\n"),
        ("/.reconciler\n*.plan\n", "/.reconciler\n*.plan\nplan.json\n"),
        ("plan.json\r\n.reconciler/\r\n*.plan\r\n", "plan.json\r\n.reconciler/\r\n*.plan\r\n"),
    ],
)
def test_git_ignores_what_is_not_for_it(empty: Workspace, before: str | None, after: str) -> None:
    """Lines are added, each once."""
    if before is not None:
        (empty.folder / ".gitignore").write_bytes(before.encode())
    for _ in range(2):
        assert empty.call("init").code == 0
        assert (empty.folder / ".gitignore").read_bytes() == after.encode()


def test_settings_of_the_editor_are_merged_where_nothing_can_be_lost(empty: Workspace) -> None:
    """Other settings, other schemas and the indentation stay."""
    empty.write(
        '{\n    "a": 1,\n    "yaml.schemas": {"./other.json": "x.yaml"},\n    "z": "é"\n}\n', ".vscode/settings.json"
    )
    assert "added to    .vscode/settings.json" in empty.call("init").out
    text = (empty.folder / ".vscode/settings.json").read_text("utf-8")
    settings = json.loads(text)
    schemas = settings["yaml.schemas"]
    assert (settings["a"], settings["z"], schemas.pop("./other.json")) == (1, "é", "x.yaml")
    assert '\n    "a": 1' in text
    for path, globs in schemas.items():
        assert (empty.folder / path).is_file()
        assert globs
    example = (empty.folder / "manifests/example.yaml").read_text("utf-8")
    modeline = re.match(r"# yaml-language-server: \$schema=(\S+)\n", example)
    assert modeline
    assert (empty.folder / "manifests" / modeline[1]).resolve().is_file()


@pytest.mark.parametrize("broken", ["[]", '{"a": 1, "a": 2}', '{"yaml.schemas": []}', "nonsense"])
def test_settings_that_are_not_plain_stay(empty: Workspace, broken: str) -> None:
    """It is said what to add."""
    empty.write(broken, ".vscode/settings.json")
    assert 'by hand: "yaml.schemas": {"./schemas/manifest.json"' in empty.call("init").out
    assert (empty.folder / ".vscode/settings.json").read_text("utf-8") == broken


@pytest.mark.parametrize("name", [".vscode/settings.json", "schemas/manifest.json"])
def test_a_folder_where_a_file_should_be_is_named(empty: Workspace, name: str) -> None:
    """What is there is looked at as well as written: both say where, and what next."""
    (empty.folder / name).mkdir(parents=True)
    done = empty.call("init")
    assert done.code == 1
    assert f'{name}": is a directory' in done.err
    assert "[unwritable]" in done.err
    assert "init can be run again" in done.err


@pytest.mark.parametrize(
    ("name", "recipe", "example"),
    [
        ("github", ".github/workflows/messaging.yml", "github/.github/workflows/messaging.yml"),
        ("gitlab", ".gitlab-ci.yml", "gitlab/.gitlab-ci.yml"),
    ],
)
def test_the_pipeline_is_the_recipe_of_the_examples(empty: Workspace, name: str, recipe: str, example: str) -> None:
    """Which is tested by running it; whose pipelines run here is read off the remotes."""
    empty.write(f'[remote "origin"]\n\turl = git@{name}.com:acme/messaging.git\n', ".git/config")
    said = empty.call("init").out
    assert "needs a ledger that its machines share" in said
    assert (empty.folder / recipe).read_bytes() == (ROOT / "examples" / "ci" / example).read_bytes()
    other = Workspace.at(empty.folder / "other")
    other.call("init", "--ci", name, "--ledger", "s3://acme/ledgers")
    assert (other.folder / recipe).is_file()
    assert read_project(other.folder / "reconciler.yaml").accounts["default"].ledger == BucketLocation(
        "s3", "acme", "ledgers"
    )


def test_several_accounts_have_their_own_folders_and_keys(empty: Workspace) -> None:
    """Names that YAML would read as something else included."""
    done = empty.call("init", "shop", "--project", "1.0", *(f"--account={name}" for name in ("eu.1", "007", "null")))
    project = read_project(empty.folder / "shop" / "reconciler.yaml")
    assert project.name == "1.0"
    assert {name: account.key_variable for name, account in project.accounts.items()} == {
        "eu.1": "TELNYX_EU_1_KEY",
        "007": "TELNYX_007_KEY",
        "null": "TELNYX_NULL_KEY",
    }
    for account in project.accounts.values():
        assert (empty.folder / "shop" / account.paths[0] / "example.yaml").is_file()
    assert "cd shop" in done.out
    assert "reconciler export --account eu.1" in done.out


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("--project", "my project"), '"my project" is not a name'),
        (("--account", "sandbox"), 'the account "sandbox" is built in'),
        (("--account", "a.b", "--account", "a-b"), "a variable of its own"),
        (("--ledger", "ftp://x"), "the ledger cannot live there"),
        (("--ledger", "https://x.example.com/s", "--account", "a", "--account", "b"), "an https address is one ledger"),
    ],
)
def test_what_cannot_be_begun_writes_nothing(empty: Workspace, wrong: tuple[str, ...], told: str) -> None:
    """All of it is checked first."""
    done = empty.call("init", *wrong)
    assert done.code == 64
    assert told in done.err
    assert not _files(empty.folder)


def test_a_person_is_asked_little(empty: Workspace) -> None:
    """Each question has a default, and an answer that cannot be used is asked for again."""
    with console(empty, "init", "--account", "prod") as terminal:
        terminal.until("Project name [acme]")
        terminal.type("my shop")
        terminal.until("is not a name")
        terminal.type("shop")
        terminal.until("Ledger")
        terminal.type("")
        terminal.until("Pipeline")
        terminal.type("gitlab")
        assert terminal.end() == 0
    project = read_project(empty.folder / "reconciler.yaml")
    assert (project.name, list(project.accounts)) == ("shop", ["prod"])
    assert (empty.folder / ".gitlab-ci.yml").is_file()
    assert "Accounts" not in terminal.shown
