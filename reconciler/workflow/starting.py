"""The files that a new project begins with, as texts: from the templates in ``reconciler/starting``. Writes nothing.

The example manifest is commented out, so that nothing that init wrote can ever be created: the first plan of an account
that is exported is empty, and a pipeline that runs too early refuses to plan from no manifests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import PurePosixPath

from reconciler.errors import UsageError
from reconciler.manifest.envelope import LONGEST_NAME, NAME_PATTERN, NAME_RULE
from reconciler.model.account import DEFAULT_KEY_VARIABLE, SANDBOX_ACCOUNT, STATE_FOLDER
from reconciler.model.kind import Kinds
from reconciler.model.location import HttpLocation, LedgerLocation, parse_location
from reconciler.workflow.schema import texts

PROJECT_FILE = "reconciler.yaml"
MANIFESTS = "manifests"
SCHEMAS = "schemas"
SETTINGS = ".vscode/settings.json"
IGNORED = (f"{STATE_FOLDER}/", "plan.json", "*.plan")
"""What is not for git: ledgers of this machine, the sandbox's data, and saved plans, which may be anybody's."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_WORDS = frozenset({"null", "true", "false"})


class Pipeline(StrEnum):
    """Whose pipelines run the project."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


PIPELINE_FILES: Mapping[Pipeline, str] = {
    Pipeline.GITHUB: ".github/workflows/messaging.yml",
    Pipeline.GITLAB: ".gitlab-ci.yml",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants to begin with. ``ledger`` empty: on this machine."""

    project: str
    accounts: tuple[str, ...] = ("default",)
    ledger: str = ""
    pipeline: Pipeline = Pipeline.NONE


def checked_name(name: str) -> str:
    """The name of a project or an account. Raises UsageError."""
    if not re.fullmatch(NAME_PATTERN.strip("^$"), name) or len(name) > LONGEST_NAME:
        raise UsageError(f'"{name}" is not a name', hint=NAME_RULE)
    return name


def checked_accounts(names: Sequence[str]) -> tuple[str, ...]:
    """The accounts in order, each once. Raises UsageError."""
    accounts = tuple(dict.fromkeys(map(checked_name, names)))
    if SANDBOX_ACCOUNT in accounts:
        raise UsageError(f'the account "{SANDBOX_ACCOUNT}" is built in', hint="choose another name")
    if len({key_variable(accounts, name) for name in accounts}) < min(len(accounts), 2):
        raise UsageError("an account's key needs a variable of its own", hint="choose names that differ in letters")
    return accounts


def checked_ledger(text: str, accounts: Sequence[str]) -> str:
    """Where the ledgers live; empty and ``.reconciler`` mean this machine. Raises UsageError."""
    if text.rstrip("/") in {"", STATE_FOLDER}:
        return ""
    try:
        location: LedgerLocation = parse_location(text)
    except ValueError as error:  # which does not quote the value: it may hold a password
        raise UsageError(f"the ledger cannot live there: {error}", hint="docs/ledgers.md tells more") from None
    if isinstance(location, HttpLocation) and len(accounts) > 1:
        raise UsageError(
            "an https address is one ledger, and each account needs its own",
            hint="leave --ledger out, and give each account its address in reconciler.yaml",
        )
    return text


def project_name_for(folder: str) -> str:
    """A name made from a folder's."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folder).strip("-._")[:LONGEST_NAME] or "default"


def key_variable(accounts: Sequence[str], name: str) -> str:
    """The environment variable for an account's key."""
    if len(accounts) == 1:
        return DEFAULT_KEY_VARIABLE
    return f"TELNYX_{re.sub(r'[^A-Z0-9]', '_', name.upper())}_KEY"


def paths_of(accounts: Sequence[str], name: str) -> str:
    """The folder of an account's manifests."""
    return MANIFESTS if len(accounts) == 1 else f"{MANIFESTS}/{name}"


def project_text(wishes: Wishes) -> str:
    """``reconciler.yaml``, every key explained."""
    head = _filled("reconciler.yaml", PROJECT=_scalar(wishes.project))
    blocks = [
        _filled(
            "account.yaml",
            NAME=_scalar(name),
            PATHS=_scalar(paths_of(wishes.accounts, name)),
            KEY=key_variable(wishes.accounts, name),
            LEDGER=f"ledger: {json.dumps(wishes.ledger)}" if wishes.ledger else "# ledger: s3://BUCKET/PREFIX",
        )
        for name in wishes.accounts
    ]
    return head + "\n".join(blocks)


def example_texts(wishes: Wishes) -> dict[str, str]:
    """An example in each account's folder."""
    found = {}
    for name in wishes.accounts:
        path = PurePosixPath(paths_of(wishes.accounts, name), "example.yaml")
        up = "../" * (len(path.parts) - 1)
        flag = f" --account {name}" if len(wishes.accounts) > 1 else ""
        found[str(path)] = _filled("example.yaml", SCHEMA=f"{up}{SCHEMAS}/manifest.json", ACCOUNT=flag)
    return found


def schema_texts(kinds: Kinds) -> dict[str, str]:
    """What an editor needs to check what people write: of manifests and ``reconciler.yaml``, not of outputs."""
    every = texts(kinds)
    return {f"{SCHEMAS}/{name}.json": every[name] for name in (*sorted(kinds), "manifest", "reconciler")}


def editor_schemas() -> dict[str, list[str]]:
    """Which files an editor checks with which schema: the ``yaml.schemas`` of its settings."""
    return {
        f"./{SCHEMAS}/manifest.json": [f"{MANIFESTS}/**/*.yaml"],
        f"./{SCHEMAS}/reconciler.json": ["reconciler.yaml"],
    }


def pipeline_texts(pipeline: Pipeline) -> dict[str, str]:
    """The workflow, the same as in ``examples/ci``."""
    if pipeline is Pipeline.NONE:
        return {}
    return {PIPELINE_FILES[pipeline]: _template(f"{pipeline}.yml")}


def _scalar(text: str) -> str:
    plain = all(_PLAIN.fullmatch(part) for part in text.split("/")) and text.lower() not in _WORDS
    return text if plain else json.dumps(text)


def _template(name: str) -> str:
    return (files("reconciler") / "starting" / name).read_text(encoding="utf-8")


def _filled(name: str, **values: str) -> str:
    text = _template(name)
    for word, value in values.items():
        text = text.replace(f"@{word}@", value)
    return text
