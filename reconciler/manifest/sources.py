"""What ``${env:NAME}``, ``${file:path}`` and ``${var:name}`` stand for. Where they may stand is not decided here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.manifest.fence import Fence, Refusal
from reconciler.manifest.reading import Unusable, read_bounded
from reconciler.manifest.wording import nearest, quoted, suggestion
from reconciler.model.account import SANDBOX_ACCOUNT
from reconciler.model.variable import Variable

MAX_BYTES = 64 * 1024
"""Bytes of a ``${file:…}``: more than any field of the API takes."""
SOURCES = ("env", "file", "var")
LITERAL = "write $${ for a literal ${"
ENVIRONMENT_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Secret:
    """What stands in the manifest, and what it means."""

    token: str
    value: str


class Sources:
    """One environment, one project folder and one account. Reads each file once."""

    def __init__(
        self,
        environment: Mapping[str, str],
        project_root: Path,
        also: Iterable[Path],
        variables: Mapping[str, Variable],
        account: str,
    ) -> None:
        """Take them; nothing is read yet. ``also`` are other folders to read from."""
        self._environment = environment
        self.fence = Fence(project_root, also)
        self._files: dict[str, str] = {}
        self._variables = variables
        self._account = account

    def value_of(self, token: str, source: str, name: str) -> Variable | Secret:
        """What ``token`` means, which names a thing of that source. Raises Refusal."""
        match source:
            case "env":
                return Secret(token, self._environment_variable(name))
            case "file":
                return Secret(token, self._file(name))
            case "var":
                return self._variable(name)
            case _:
                meant = nearest(source, SOURCES)
                hint = f"did you mean ${{{meant}:…}}? " if meant else ""
                raise Refusal(
                    "unknown-source",
                    f"nothing is known as ${{{quoted(source)[1:-1]}:…}}",
                    f"{hint}known sources: {', '.join(SOURCES)}; {LITERAL}",
                )

    def _variable(self, name: str) -> Variable:
        variable = self._variables.get(name)
        if variable is None:
            declare = "declare it under variables in reconciler.yaml"
            hint = suggestion(name, self._variables, "variables")
            raise Refusal("undefined-variable", f"no variable {quoted(name)} is declared", hint or declare)
        if variable.value is None:
            own = "" if self._account == SANDBOX_ACCOUNT else f"set accounts.{self._account}.variables.{name}, or "
            raise Refusal(
                "undefined-variable",
                f'the variable "{name}" has no value for account "{self._account}"',
                f"{own}give it a default",
                f"declared at {variable.source}",
            )
        return variable

    def _environment_variable(self, name: str) -> str:
        if not ENVIRONMENT_VARIABLE.fullmatch(name):
            raise Refusal("malformed-interpolation", f"{quoted(name)} is not the name of a variable", LITERAL)
        value = self._environment.get(name)
        if value is None:
            raise Refusal("undefined-variable", f"the environment variable {name} is not set", f"export {name}=…")
        if not value:  # what a missing CI secret looks like; it would clear the field
            raise Refusal(
                "undefined-variable", f"the environment variable {name} is empty", 'write "" to clear a field'
            )
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise Refusal("undefined-variable", f"the environment variable {name} is not UTF-8 text")
        return value

    def _file(self, name: str) -> str:
        if name not in self._files:
            self._files[name] = self._read(name)
        return self._files[name]

    def _read(self, name: str) -> str:
        path = self.fence.path(name)
        try:
            text = read_bounded(path, MAX_BYTES).decode("utf-8")
        except Unusable as unusable:
            hint = unusable.hint or "paths are relative to the project folder"
            raise Refusal("unusable-file", f"the file {quoted(name)} {unusable.reason}", hint) from None
        except UnicodeDecodeError:
            raise Refusal("unusable-file", f"the file {quoted(name)} is not UTF-8 text") from None
        if "\0" in text:
            raise Refusal("unusable-file", f"the file {quoted(name)} is not text")
        return text.removesuffix("\n").removesuffix("\r")
