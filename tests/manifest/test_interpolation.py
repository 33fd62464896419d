"""``${env:…}`` and ``${file:…}``: where they may stand, what they yield, and that it is never shown."""

from __future__ import annotations

import os

import pytest

from reconciler.model.resource import Resource

from .folder import Folder, lines, node, profile

SECRET = "HUNTER2"


def one(folder: Folder, spec: str, **options: object) -> Resource:
    """The only resource of one faultless document."""
    return folder.one(profile(spec=spec), **options).resources[0]


def test_values_are_filled_in_and_become_secrets(folder: Folder) -> None:
    """The leaf is marked, the value is complete, and the resource does not show it."""
    folder.write("secrets/path", "p/q\n")
    spec = '{destinations: ["${env:C}", CA], webhook_url: "https://${env:H}/${file:secrets/path}?a", text: plain}'
    resource = one(folder, spec, environment={"C": "US", "H": "hunter2.example"})
    assert resource.values[("webhook_url",)] == "https://hunter2.example/p/q?a"
    assert resource.values[("destinations",)] == ["US", "CA"]
    assert resource.secrets == {("webhook_url",), ("destinations",)}
    assert "hunter2" not in repr(resource)


def test_options_may_be_secret_too(folder: Folder) -> None:
    """Options are no leaves of the spec; they are marked apart."""
    loaded = folder.one(node("a", rest='options: {letter: "${env:L}"}'), environment={"L": "x"})
    (resource,) = loaded.resources
    assert resource.options == {"attempt": 1, "letter": "x"}
    assert resource.secret_options == {"letter"}
    assert not resource.secrets


def test_a_doubled_dollar_stays_text(folder: Folder) -> None:
    """``$${`` is a plain ``${`` and no secret; what is filled in is not interpolated again."""
    resource = one(
        folder, '{destinations: ["$${env:X}", "$$${env:X}"], text: "${env:X}"}', environment={"X": "${env:X}"}
    )
    assert resource.values[("destinations",)] == ["${env:X}", "$${env:X}"]
    assert resource.values[("text",)] == "${env:X}"
    assert resource.secrets == {("text",)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${env:NOPE}", "the environment variable NOPE is not set [undefined-variable]"),
        ("${env:EMPTY}", "the environment variable EMPTY is empty [undefined-variable]"),
        ("${env:A-B}", '"A-B" is not the name of a variable [malformed-interpolation]'),
        ("${foo:bar}", "nothing is known as ${foo:…} [unknown-source] | known sources: env, file, var; write $${ for"),
        ("${ENV:X}", "nothing is known as ${ENV:…} [unknown-source] | did you mean ${env:…}? known sources:"),
        (
            "${name}",
            '"${name}" is none of ${env:NAME}, ${file:path} and ${var:name} [malformed-interpolation] | write $${ for',
        ),
        ("a ${env:A", '"${env:A" is none of ${env:NAME}, ${file:path} and ${var:name} [malformed-interpolation]'),
        ("${file:nope}", 'the file "nope" cannot be read: no such file or directory [unusable-file]'),
        ("${file:../x}", 'the file "../x" lies outside the project folder [unusable-file]'),
        ("${file:/etc/passwd}", 'the file "/etc/passwd" lies outside the project folder [unusable-file]'),
        ("${file:link}", 'the file "link" lies outside the project folder [unusable-file]'),
        ("${file:binary}", 'the file "binary" is not UTF-8 text [unusable-file]'),
        ("${file:large}", 'the file "large" is larger than 64 KiB [unusable-file]'),
        ("${file:pipe}", 'the file "pipe" is not a regular file [unusable-file]'),
        ("${file:.}", 'the file "." is not a regular file [unusable-file]'),
    ],
)
def test_what_cannot_be_filled_in(folder: Folder, text: str, expected: str) -> None:
    """An error at the scalar, once: nothing else is said about a value that is not there."""
    folder.write("binary", b"\xff\xfe")
    folder.write("large", "x" * (64 * 1024 + 1))
    (folder.root / "link").symlink_to("/etc/passwd")
    os.mkfifo(folder.root / "pipe")
    spec = f'{{destinations: [], version: "{text}"}}'
    (finding,) = folder.findings(profile(spec=spec), environment={"EMPTY": ""})
    assert finding.startswith(f"m.yaml:4:35: error: {expected}")


def test_a_folder_that_the_project_allows(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Mounted secrets are read where they are; nothing beside them is."""
    mounted = tmp_path_factory.mktemp("mounted")
    for name in ("allowed", "beside"):
        (mounted / name).mkdir()
        (mounted / name / "token").write_text("hunter2\n", "utf-8")
    allowed = [mounted / "allowed"]
    spec = f'{{destinations: [], text: "${{file:{mounted}/allowed/token}}"}}'
    assert one(folder, spec, files_from=allowed).values[("text",)] == "hunter2"
    for name in ("beside/token", "allowed/../beside/token"):
        outside = profile(spec=f'{{destinations: [], version: "${{file:{mounted}/{name}}}"}}')
        (finding,) = folder.findings(outside, files_from=allowed)
        assert "lies outside the project folder" in finding


def test_only_spec_and_options_are_filled_in(folder: Folder) -> None:
    """Names, labels and lifecycles are for people and ledgers: no secrets there."""
    content = profile().replace("{name: main}", '{name: main, labels: {a: "${env:A}"}}')
    [finding] = folder.findings(content, environment={"A": SECRET})
    assert finding.startswith('m.yaml:3:36: error: "${env:A}" cannot be filled in here [misplaced-interpolation]')
    assert finding.endswith("| only in spec and options; ${var:name} is")


def test_no_finding_quotes_a_secret(folder: Folder) -> None:
    """Not in our words, not in pydantic's, not in a validator's, and not in those of a reference."""
    spec = "{" + ", ".join(
        f'{field}: "${{env:S}}"' for field in ("destinations", "enabled", "version", "text", "limit", "pool")
    )
    content = profile(spec=spec + "}") + node("n", '{next: "${env:S}", numbers: "${env:S}"}')
    found = folder.findings(content, environment={"S": SECRET})
    assert [finding.partition("; ")[0] for finding in found] == [
        "m.yaml:4:22: error: destinations must be a list",
        "m.yaml:4:43: error: enabled must be true or false",
        "m.yaml:4:64: error: version is not valid",
        "m.yaml:4:82: error: text is not valid",
        "m.yaml:4:101: error: limit must be a whole number",
        "m.yaml:4:119: error: pool must be a mapping",
        "m.yaml:9:14: error: no Node has this name [unknown-reference] | Node/n refers to it",
        "m.yaml:9:35: error: numbers must be a list",
    ]
    assert not any(SECRET in finding for finding in found)
    assert "[shouting]" in found[3]


def test_claims_are_found_without_quoting_secrets(folder: Folder) -> None:
    """Two manifests with one secret key collide, and their value is not in the finding."""
    spec = '{destinations: [], name: "${env:S}"}'
    found = folder.findings(profile("a", spec) + "---\n" + profile("b", spec), environment={"S": SECRET})
    assert [finding.partition(" | ")[0] for finding in found] == [
        "m.yaml:9:32: error: Profile/b and Profile/a claim the same name [claimed-twice]"
    ]
    assert lines([]) == []
    assert SECRET not in found[0]
