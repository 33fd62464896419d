"""A folder of manifests, kinds of our own, and findings as the lines a person would read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from reconciler.manifest import Loaded, load
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.kind import Claim, Json, ResourceKind, Values, Verb
from reconciler.model.observed import Remote
from reconciler.model.reference import Reference
from reconciler.model.session import ReadSession, WriteSession
from reconciler.model.spec import Clear, Cleared, LocalNameByDefault, RefTo, Settings, Spec, unstated
from reconciler.model.variable import Variable


class SilentAdapter:
    """Loading is offline: whoever asks this adapter for anything has a bug."""

    verbs = frozenset({Verb.CREATE})
    sends_whole = False

    def remote_id(self, row: Json) -> str:
        raise AssertionError(row)

    def endpoint(self, verb: Verb | None) -> str:
        raise AssertionError(verb)

    async def rows(self, session: ReadSession, parent_id: str | None) -> Sequence[Json]:
        raise AssertionError(session, parent_id)

    async def read(self, session: ReadSession, remote: Remote) -> Json:
        raise AssertionError(session, remote)

    async def create(self, session: WriteSession, body: Json, parent_id: str | None) -> Json:
        raise AssertionError(session, body, parent_id)

    async def update(self, session: WriteSession, remote: Remote, body: Json) -> Json:
        raise AssertionError(session, remote, body)

    async def delete(self, session: WriteSession, remote: Remote) -> None:
        raise AssertionError(session, remote)


def _no_shouting(text: str) -> str:
    if text.isupper():
        raise PydanticCustomError("shouting", 'nobody reads "{text}"', {"text": text, "hint": "write small letters"})
    if text == "explode":
        raise ValueError(f"{text} is forbidden")
    return text


class Pool(Settings):
    """Settings inside a spec."""

    weight: float = unstated
    sticky: bool = unstated


class ProfileSpec(Spec):
    """A field of every type, with and without validators."""

    name: Annotated[str, LocalNameByDefault()] = unstated
    destinations: list[str]
    webhook_url: Annotated[str | None, Cleared(Clear.NULL)] = unstated
    enabled: bool = unstated
    version: Literal["1", "2"] = unstated
    text: Annotated[str, AfterValidator(_no_shouting)] = unstated
    limit: int = unstated
    pool: Annotated[Pool | None, Cleared(Clear.NULL)] = unstated


class SenderSpec(Spec):
    """Points at a profile, which is a part of its natural key."""

    profile: Annotated[Reference, RefTo("Profile", field="profile_id")]
    sender: str


class NodeSpec(Spec):
    """Points at its own kind, which none of today's kinds can."""

    next: Annotated[Reference, RefTo("Node", field="next_id")] = unstated
    numbers: list[str] = unstated


class NodeOptions(BaseModel):
    """Inputs that are not API fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    attempt: int = 1
    letter: str = ""


def _numbers(values: Values) -> frozenset[Claim]:
    claims = (number.partition("/") for number in values.get(("numbers",), ()))
    return frozenset(Claim(("number", scope), variant or "*") for scope, _, variant in claims)


KINDS = {
    kind.name: kind
    for kind in (
        ResourceKind("Profile", ProfileSpec, SilentAdapter(), identity=("name",)),
        ResourceKind("Sender", SenderSpec, SilentAdapter(), identity=("profile", "sender")),
        ResourceKind("Node", NodeSpec, SilentAdapter(), shared="numbers", options=NodeOptions, exclusive=_numbers),
    )
}


def no_stdin() -> bytes:
    """Standard input of a command that was not given ``-``."""
    raise AssertionError("standard input was read")


class Folder:
    """The current folder of a test, which is the project as well."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, content: str | bytes) -> Path:
        """Write one file; folders come into being."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(
        self,
        *paths: str,
        environment: Mapping[str, str] | None = None,
        stdin: Callable[[], bytes] = no_stdin,
        known: Collection[Address] | None = (),
        allow_empty: bool = False,
        files_from: Sequence[Path] = (),
        variables: Mapping[str, Variable] | None = None,
    ) -> Loaded:
        """Load PATHS, or everything here."""
        return load(
            paths or (".",),
            kinds=KINDS,
            project_root=self.root,
            environment=environment or {},
            stdin=stdin,
            known=known,
            files_from=files_from,
            allow_empty=allow_empty,
            variables=variables or {},
            account="prod",
        )

    def findings(self, content: str | bytes, **options: Any) -> list[str]:
        """What is wrong with one file ``m.yaml``, as lines."""
        self.write("m.yaml", content)
        return lines(self.load("m.yaml", **options).diagnostics)

    def one(self, content: str, **options: Any) -> Loaded:
        """Load one faultless file ``m.yaml``."""
        self.write("m.yaml", content)
        loaded = self.load("m.yaml", **options)
        assert lines(loaded.diagnostics) == []
        return loaded


def line(finding: Diagnostic) -> str:
    """``file:line:column: severity: summary [code]``, with the detail and the hint behind bars."""
    parts = [f"{finding.source}: {finding.severity}: {finding.summary} [{finding.code}]", finding.detail, finding.hint]
    return " | ".join(part for part in parts if part)


def lines(findings: Collection[Diagnostic]) -> list[str]:
    """Findings, one line each."""
    return [line(finding) for finding in findings]


def profile(name: str = "main", spec: str = "{destinations: [US]}", rest: str = "") -> str:
    """One document of the kind Profile; ``spec`` starts at line 4, column 7."""
    head = "apiVersion: telnyx.reconciler/v1\nkind: Profile\n"
    return f"{head}metadata: {{name: {name}}}\nspec: {spec}\n{rest}"


def node(name: str, spec: str = "{}", rest: str = "") -> str:
    """One document of the kind Node, with the mark that begins a document."""
    return "---\n" + profile(name, spec, rest).replace("kind: Profile", "kind: Node")
