"""The runners of the two forges, as far as our pipelines use them: every shell step is run by bash, as they run it.

Actions of others are known by name: a checkout is a folder that is there already, an upload is kept for whoever fetches
it. ``pip`` is one that only notes what it was asked to install. ``reconciler`` is the program itself, called in the
process of the test: a process of its own for each step would cost twenty times as much.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.forge.stage import packed
from tests.journeys.workspace import ROOT, SECONDS, Workspace

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
_FORWARD = """
import json, os, socket, sys
there = socket.socket(socket.AF_UNIX)
os_folder = os.getcwd()
os.chdir(os.path.dirname({address!r}))
there.connect(os.path.basename({address!r}))
stream = there.makefile("rwb")
asked = dict(folder=os_folder, environment=dict(os.environ), arguments=sys.argv[1:])
stream.write(json.dumps(asked).encode() + bytes([10]))
stream.flush()
code, out, err = json.loads(stream.readline())
sys.stderr.write(err)
sys.stdout.write(out)
sys.exit(code)
"""
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_NAME = re.compile(r"'[^']*'|[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+")
_HASH = re.compile(r"hashFiles\('([^']*)'\)")
_STATUS = re.compile(r"\b(?:always|cancelled|failure|success)\(\)")


@dataclass
class Done:
    """How a job ended."""

    code: int = 0
    log: str = ""
    artifacts: dict[str, bytes] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    """The scripts that were run."""


@dataclass
class Runner:
    """One machine. ``environment`` is what it gives to every step; secrets come from expressions alone."""

    folder: Path
    environment: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    token: str = ""

    def __post_init__(self) -> None:
        """Make what a runner makes."""
        self.temp = self.folder.with_name(f"{self.folder.name}-temp")
        self.temp.mkdir(exist_ok=True)
        pip = self.temp / "bin" / "pip"
        pip.parent.mkdir(exist_ok=True)
        pip.write_text(f'#!/bin/sh\necho "$@" >> "{self.temp}/pip"\n')
        pip.chmod(0o755)
        ours = pip.with_name("reconciler")
        ours.write_text(f"#!{sys.executable} -ISu\n{_FORWARD.format(address=str(self._address))}")
        ours.chmod(0o755)
        self.environment = {**self.environment, "PATH": f"{pip.parent}:{self.environment['PATH']}"}

    @property
    def _address(self) -> Path:
        return self.temp / "socket"

    @property
    def installed(self) -> str:
        """What pip was asked for."""
        return (self.temp / "pip").read_text("utf-8")

    def bash(self, script: str, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
        """As both run it: the exit code, and both streams."""
        log = self.temp / "log"
        with socket.socket(socket.AF_UNIX) as listening, log.open("w") as written:
            self._address.unlink(missing_ok=True)
            with chdir(self.temp):  # addresses of sockets are short
                listening.bind(self._address.name)
            listening.listen()
            listening.settimeout(0.02)
            ended = subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
                cwd=folder,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
            )
            deadline = time.monotonic() + SECONDS
            while ended.poll() is None:
                assert time.monotonic() < deadline, script
                with suppress(TimeoutError):
                    _serve(listening.accept()[0])
        return ended.returncode, log.read_text("utf-8")

    def github_job(self, workflow: Mapping[str, Any], job: str) -> Done:
        """A job of a workflow."""
        asked = workflow["jobs"][job]
        context = {"github.token": self.token, **{f"secrets.{name}": text for name, text in self.secrets.items()}}
        environment = {**workflow.get("env", {}), **asked.get("env", {})}
        return self._steps(asked["steps"], context, environment)

    def action(self, environment: Mapping[str, str], **inputs: str) -> Done:
        """Our own action, as a step of somebody's job."""
        context = {f"inputs.{name}": str(told.get("default", "")) for name, told in ACTION["inputs"].items()}
        context |= {"github.token": self.token, "runner.temp": str(self.temp)}
        context["inputs.token"] = self.token
        context |= {f"inputs.{name.replace('_', '-')}": text for name, text in inputs.items()}
        done = self._steps(ACTION["runs"]["steps"], context, {**environment, "GITHUB_ACTION_PATH": str(ROOT)})
        done.outputs = {name: _filled(told["value"], context) for name, told in ACTION["outputs"].items()}
        return done

    def gitlab_job(self, pipeline: Mapping[str, Any], job: str) -> Done:
        """A job of a pipeline: its lines share one shell."""
        asked = pipeline[job]
        script = "\n".join([*pipeline["default"]["before_script"], *asked["script"]])
        code, log = self.bash(script, self.folder, self.secrets)
        done = Done(code, log, commands=list(asked["script"]))
        if not code and "artifacts" in asked:
            done.artifacts[job] = packed(
                {name: (self.folder / name).read_bytes() for name in asked["artifacts"]["paths"]}
            )
        return done

    def _steps(self, steps: Sequence[Mapping[str, Any]], context: dict[str, str], outer: Mapping[str, str]) -> Done:
        done = Done()
        for number, step in enumerate(steps):
            if not _wanted(str(step.get("if", "success()")), context, self.folder, failed=done.code != 0):
                continue
            if "uses" in step:
                self._use(step, context, done)
                continue
            output = self.temp / f"output-{number}"
            output.touch()
            environment = {name: _filled(str(text), context) for name, text in {**outer, **step.get("env", {})}.items()}
            folder = self.folder / _filled(step.get("working-directory", "."), context)
            code, log = self.bash(step["run"], folder, {**environment, "GITHUB_OUTPUT": str(output)})
            done.log += log
            done.commands.append(step["run"])
            done.code = done.code or code
            for name, text in _outputs(output.read_text("utf-8")):
                context[f"steps.{step.get('id')}.outputs.{name}"] = text
        return done

    def _use(self, step: Mapping[str, Any], context: Mapping[str, str], done: Done) -> None:
        name = step["uses"].partition("@")[0]
        if name == "actions/upload-artifact":
            asked = {key: _filled(str(text), context) for key, text in step["with"].items()}
            found = (
                sorted(self.folder.glob(asked["path"])) if not asked["path"].startswith("/") else _glob(asked["path"])
            )
            if not found:
                done.code, done.log = done.code or 1, f"{done.log}No files were found: {asked['path']}\n"
            else:
                done.artifacts[asked["name"]] = packed({path.name: path.read_bytes() for path in found})
        else:
            assert name in {"actions/checkout", "actions/setup-python"}


def _serve(connection: socket.socket) -> None:
    """One call of the program, and how it ended."""
    with connection, connection.makefile("rwb") as stream:
        connection.settimeout(SECONDS)
        asked = json.loads(stream.readline())
        called = Workspace(Path(asked["folder"]), asked["environment"]).call(*asked["arguments"])
        stream.write(json.dumps([called.code, called.out, called.err]).encode() + b"\n")


def _glob(pattern: str) -> list[Path]:
    path = Path(pattern)
    return sorted(path.parent.glob(path.name))


def _outputs(text: str) -> Iterator[tuple[str, str]]:
    """Both ways to write them: ``name=value``, and ``name<<END`` with lines."""
    lines = iter(text.splitlines())
    for line in lines:
        name, sign, end = re.split(r"(=|<<)", line, maxsplit=1)
        yield name, end if sign == "=" else "\n".join(iter(lambda: next(lines), end))


def _wanted(condition: str, context: Mapping[str, str], folder: Path, *, failed: bool) -> bool:
    """Without a word about the status, a step runs only after success."""
    condition = _HASH.sub(lambda found: "'1'" if (folder / found[1]).exists() else "''", condition)
    if failed and not _STATUS.search(condition):
        return False
    states = {"always()": "True", "cancelled()": "False", "failure()": str(failed), "success()": str(not failed)}
    inner = _EXPRESSION.sub(lambda found: found[1], condition)
    return bool(_evaluated(_STATUS.sub(lambda found: states[found[0]], inner), context))


def _filled(text: str, context: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: str(_evaluated(found[1], context) or ""), text)


def _evaluated(expression: str, context: Mapping[str, str]) -> Any:
    """The few operators that our files use are Python's under other names; what is not set is empty."""

    def named(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith("'") else repr(context.get(found[0], ""))

    text = _NAME.sub(named, expression.strip())
    for sign, word in (("&&", " and "), ("||", " or ")):
        text = text.replace(sign, word)
    return eval(re.sub(r"!(?!=)", " not ", text), {"__builtins__": {}})  # noqa: S307 - an expression of our own files
