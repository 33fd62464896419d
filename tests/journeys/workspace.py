"""A folder in which the command line works, an emulator on a socket beside it, and what came of each command."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import httpx

from reconciler.api.endpoints import SIDE_EFFECT_FREE
from reconciler.cli.main import main
from reconciler.sandbox.app import create_app
from reconciler.sandbox.server import running

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("reconciler")
SECONDS = 60.0
"""How long a process may take before the test gives up."""
KINDEST = (3, (0,) * 624 + (624,), None)
"""A state in which ``random`` answers 0 for ever: of all the waits between two attempts, the shortest is drawn."""
MEASURED = "COVERAGE_PROCESS_CONFIG"
"""Set where coverage is measured: how a process finds out that it is measured, too."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """Standard output on one line: the words, wherever the layout broke them."""
        return " ".join(self.out.split())

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def codes(self) -> list[str]:
        """The codes of a JSON document's diagnostics."""
        return [finding["code"] for finding in self.document["diagnostics"]]


@dataclass
class Emulator:
    """One account of a running emulator, with its administration."""

    base: str
    key: str = "KEY_of_the_tests_0123456789"
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, verify=False, timeout=20))  # noqa: S501 - plain http on loopback

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A request to the API as another client would make it; the ``data`` of its answer."""
        headers = {"authorization": f"Bearer {self.key}"}
        answer = self.http.request(method, f"{self.base}{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def admin(self, method: str, name: str, **ask: Any) -> Any:
        """An administrative request about this account."""
        url = f"{self.base.removesuffix('/v2')}/_sandbox/{name}"
        ask = {"key": self.key, **ask}
        options: dict[str, Any] = {"params": ask} if method == "GET" else {"json": ask}
        answer = self.http.request(method, url, **options)
        assert answer.is_success, answer.text
        return answer.json()

    def rows(self, collection: str) -> list[dict[str, Any]]:
        """Every object of a collection."""
        found: list[dict[str, Any]] = self.admin("GET", "state", collection=collection).get(collection, [])
        return found

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Every object by collection, the audit log apart: what the account holds."""
        whole: dict[str, list[dict[str, Any]]] = self.admin("GET", "state")
        return {name: rows for name, rows in whole.items() if name != "audit_events"}

    def edit(self, collection: str, row: str, **fields: Any) -> None:
        """A person changes an object in the portal."""
        self.admin("POST", "edit", collection=collection, id=row, set=fields)

    def create(self, collection: str, **fields: Any) -> Any:
        """A person creates an object in the portal."""
        return self.admin("POST", "create", collection=collection, set=fields)

    def delete(self, collection: str, row: str) -> None:
        """A person deletes an object in the portal."""
        self.admin("POST", "delete", collection=collection, id=row)

    def fault(self, *spellings: str) -> None:
        """Set exactly these faults."""
        self.admin("DELETE", "faults")
        self.admin("POST", "faults", faults=list(spellings))

    def quirks(self, *names: str) -> None:
        """Turn exactly these quirks on."""
        self.admin("POST", "quirks", quirks=list(names))

    def requests(self) -> list[dict[str, Any]]:
        """The requests of this key since the log was last cleared."""
        found: list[dict[str, Any]] = self.admin("GET", "requests")
        return found

    def writes(self) -> list[tuple[str, str]]:
        """Method and path of each request that wrote."""
        return [(each["method"], each["path"]) for each in self.written()]

    def written(self) -> list[dict[str, Any]]:
        """The requests that are neither a GET nor a question that a reading session may ask."""
        return [each for each in self.requests() if each["method"] != "GET" and each["path"] not in SIDE_EFFECT_FREE]

    def forget_requests(self) -> None:
        """Begin a new request log."""
        self.admin("DELETE", "requests")


@contextlib.contextmanager
def emulator(**options: Any) -> Iterator[Emulator]:
    """A new emulator with the given options of ``create_app``, for as long as the block lasts."""
    with running(create_app(**options)) as base:
        made = Emulator(base)
        with made.http:
            yield made


@dataclass
class Workspace:
    """A fresh folder and an environment without any setting of ours, until a test adds one."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path, telnyx: Emulator | None = None) -> Workspace:
        """With the key and address of ``telnyx``, if given, at a pace nobody waits for."""
        folder.mkdir(parents=True, exist_ok=True)
        inherited = {name: os.environ[name] for name in ("PATH", "LANG", MEASURED) if name in os.environ}
        made = cls(folder, {**inherited, "HOME": str(folder)})
        if telnyx is not None:
            made.environment |= {"TELNYX_API_KEY": telnyx.key, "TELNYX_BASE_URL": telnyx.base}
            made.write("accounts: {default: {rate: 1000}}", "reconciler.yaml")
        return made

    def write(self, text: str, name: str = "manifests.yaml") -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def declare(self, *manifests: Mapping[str, Any], name: str = "manifests.yaml") -> Path:
        """A file of these manifests, as JSON documents, which are YAML."""
        return self.write("\n---\n".join(json.dumps(manifest, indent=1) for manifest in manifests), name)

    @property
    def ledger(self) -> Any:
        """The ledger of the account that a bare command speaks about."""
        return json.loads((self.folder / ".reconciler" / "default.ledger.json").read_text("utf-8"))

    @property
    def recorded(self) -> set[str]:
        """The addresses that the ledger records."""
        return {entry["address"] for entry in self.ledger["entries"]}

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> Outcome:
        """A command as a process of its own."""
        ended = subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Outcome(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """A command that runs on while the test does something."""
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment,
            text=True,
            **{**pipes, **options},
        )

    def call(self, *arguments: str, stdin: str = "", together: bool = False, waits: bool = False) -> Outcome:
        """A command in this process: the same program twenty times quicker than ``run``.

        Attempts are as many and in the same order, but luck has it that nobody waits between them, unless ``waits``.
        ``together``: both streams are ``out``, in the order in which a terminal shows them.
        """
        out = io.StringIO()
        err = out if together else io.StringIO()
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.chdir(self.folder))
            stack.enter_context(mock.patch.dict(os.environ, self.environment, clear=True))
            stack.enter_context(mock.patch.object(sys, "argv", ["reconciler", *arguments]))
            stack.enter_context(mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()))))
            stack.enter_context(contextlib.redirect_stdout(out))
            stack.enter_context(contextlib.redirect_stderr(err))
            stack.callback(random.setstate, random.getstate())
            if not waits:
                random.setstate(KINDEST)
            try:
                main()
            except SystemExit as ended:
                return Outcome(int(ended.code or 0), out.getvalue(), "" if together else err.getvalue())

    def plan(self, *arguments: str) -> Any:
        """The plan document, which must be one that can be made."""
        made = self.call("plan", "--format", "json", *arguments)
        assert made.code == 0, made.out + made.err
        return made.document

    def actions(self, *arguments: str) -> dict[str, str]:
        """What a plan would do, unchanged resources apart, by address."""
        return {
            each["address"]: each["action"] for each in self.plan(*arguments)["changes"] if each["action"] != "noop"
        }

    def apply(self, *arguments: str, code: int = 0) -> Outcome:
        """Apply without asking, and insist on how it ends."""
        done = self.call("apply", "--auto-approve", "--settle", "1", *arguments)
        assert done.code == code, done.out + done.err
        return done

    def everything_kept(self) -> str:
        """The text of every file under ``.reconciler`` that is ours and not the emulator's."""
        kept: Sequence[Path] = sorted((self.folder / ".reconciler").glob("*.json*"))
        return "\n".join(path.read_text("utf-8") for path in kept)


def profile(name: str, /, **spec: Any) -> dict[str, Any]:
    """The manifest of a messaging profile."""
    spec = {"name": name.title(), "whitelisted_destinations": ["US"], **spec}
    return manifest("MessagingProfile", name, **spec)


def manifest(kind: str, name: str, /, **spec: Any) -> dict[str, Any]:
    """A manifest."""
    return {"apiVersion": "telnyx.reconciler/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
