"""Variables: declared once with a type, set by accounts, used as ``${var:name}``, traced back when they are wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from jsonschema import Draft202012Validator

from reconciler.errors import InvalidInput
from reconciler.manifest import ProjectFile, find_project, refilled
from reconciler.manifest.documents import DocumentStream
from reconciler.manifest.interpolation import Interpolation
from reconciler.model.source import Source
from reconciler.model.variable import Scalar, Variable

from .folder import KINDS, Folder, lines, node, profile

FILE = """\
variables:
  region: {type: string, default: eu, description: where it runs}
  weight: {type: integer}
  share: {type: number, default: 0.5}
  live: {type: boolean, default: false}
accounts:
  dev: {}
  prod:
    variables: {weight: 3, live: true, region: us}
"""


def variables(**values: Scalar | None) -> dict[str, Variable]:
    """As an account has them, each at a line of its own."""
    return {
        name: Variable(name, value, Source("reconciler.yaml", line, 5))
        for line, (name, value) in enumerate(values.items(), 1)
    }


def test_an_account_has_its_own_values_and_the_defaults(folder: Folder) -> None:
    """With the places at which they stand; without a value, with the place of the declaration."""
    folder.write("reconciler.yaml", FILE)
    project = find_project(folder.root)
    here = "reconciler.yaml"
    assert project.accounts["dev"].variables == {
        "region": Variable("region", "eu", Source(here, 2, 35)),
        "weight": Variable("weight", None, Source(here, 3, 3)),
        "share": Variable("share", 0.5, Source(here, 4, 34)),
        "live": Variable("live", False, Source(here, 5, 34)),
    }
    prod = project.accounts["prod"].variables
    assert {name: variable.value for name, variable in prod.items()} == {
        "region": "us",
        "weight": 3,
        "share": 0.5,
        "live": True,
    }
    assert prod["weight"].source == Source(here, 9, 25)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("variables: {a: b}", '1:16: error: variables.a must be a mapping, not the string "b" [wrong-type]'),
        ("variables: {a: {default: 1}}", '1:13: error: variables.a needs "type" [missing-field]'),
        ("variables: {a: {type: map}}", 'variables.a.type must be one of "string", "integer", "number", "boolean"'),
        (
            "variables: {a: {type: string, value: 1}}",
            '1:31: error: unknown field "value" in variables.a [unknown-field]',
        ),
        (
            "variables: {a: {type: string, default: 1}}",
            '1:40: error: the variable "a" must be a string, not the number 1 [wrong-type] | quote it: "1"',
        ),
        (
            "variables: {a: {type: integer, default: '1'}}",
            'must be a whole number, not the string "1" [wrong-type] | write the number without quotes',
        ),
        ("variables: {a: {type: integer, default: true}}", "must be a whole number, not the boolean true"),
        ("variables: {a: {type: integer, default: 1.5}}", "must be a whole number, not the number 1.5"),
        ("variables: {a: {type: boolean, default: 'yes'}}", "write true or false, without quotes"),
        ("variables: {a: {type: number, default: .inf}}", "inf is not a finite number [invalid-value]"),
        ("variables: {a: {type: string, default: [x]}}", "variables.a.default must be a string"),
        ("variables: {a: {type: string, default: null}}", "variables.a.default must be a string"),
        (
            "variables: {a: {type: string, default: 'x${env:B}'}}",
            (
                'a variable holds a plain value, and "x${env:B}" is not filled in [misplaced-interpolation] | '
                "write ${env:NAME} in the manifest itself"
            ),
        ),
        ("variables: {'a b': {type: string}}", '1:13: error: "a b" is not a name [invalid-name]'),
        ("variables: {'$}{': {type: string}}", '"$}{" is not a name [invalid-name]'),
        (
            "variables: {region: {type: string}}\naccounts: {a: {variables: {regoin: x}}}",
            '2:28: error: no variable "regoin" is declared [unknown-variable] | did you mean "region"?',
        ),
        (
            "accounts: {a: {variables: {region: x}}}",
            'no variable "region" is declared [unknown-variable] | declare it under variables, with its type',
        ),
        (
            "variables: {default: {type: integer}}\naccounts: {a: {variables: {default: x}}}",
            '2:37: error: the variable "default" must be a whole number, not the string "x" [wrong-type]',
        ),
    ],
)
def test_a_wrong_declaration_is_explained(folder: Folder, content: str, expected: str) -> None:
    """One finding, with its place."""
    folder.write("reconciler.yaml", content)
    with pytest.raises(InvalidInput) as refused:
        find_project(folder.root)
    [line] = lines(refused.value.diagnostics)
    assert expected in line


def test_other_mistakes_hide_no_wrong_value(folder: Folder) -> None:
    """All findings at once (promise 8)."""
    folder.write(
        "reconciler.yaml", "projet: x\nvariables: {a: {type: integer, default: x}}\naccounts: {b: {variables: {c: 1}}}"
    )
    with pytest.raises(InvalidInput) as refused:
        find_project(folder.root)
    assert [finding.code for finding in refused.value.diagnostics] == [
        "unknown-field",
        "wrong-type",
        "unknown-variable",
    ]


def test_a_variable_that_stands_alone_keeps_its_type(folder: Folder) -> None:
    """In any scalar, quoted or not; inside a longer text it is spelled as YAML spells it. None is a secret."""
    spec = (
        '{destinations: ["${var:place}", "x-${var:live}-${var:limit}-${var:weight}-$${var:place}"], '
        'enabled: "${var:live}", limit: "${var:limit}", pool: {weight: "${var:weight}"}, '
        'text: "t ${var:place}${var:place}"}'
    )
    known = variables(place="US", live=True, limit=7, weight=0.5)
    resource = folder.one(profile(spec=spec), variables=known).resources[0]
    assert resource.values == {
        ("destinations",): ["US", "x-true-7-0.5-${var:place}"],
        ("enabled",): True,
        ("limit",): 7,
        ("pool", "weight"): 0.5,
        ("text",): "t USUS",
    }
    assert (resource.secrets, resource.written) == (frozenset(), None)


def test_where_variables_may_stand(folder: Folder) -> None:
    """In metadata, lifecycle and options too, which hold no secrets; never in what identifies the document."""
    content = profile().replace(
        "{name: main}", '{name: main, labels: {env: "${var:env}"}, remote_id: "${var:id}", renamed_from: "${var:env}"}'
    )
    lifecycle = (
        'lifecycle: {prevent_destroy: "${var:live}", ignore_changes: ["${var:field}"], on_remove: "${var:remove}"}\n'
    )
    known = variables(env="prod", id="p-1", live=True, field="text", remove="retain", attempt=2)
    options = node("a", rest='options: {attempt: "${var:attempt}"}')
    first, second = folder.one(content + lifecycle + options, variables=known).resources
    assert (first.labels, first.remote_id, first.renamed_from) == ({"env": "prod"}, "p-1", "prod")
    assert first.lifecycle.prevent_destroy
    assert first.lifecycle.ignore_changes == {("text",)}
    assert first.lifecycle.on_remove == "retain"
    assert second.options["attempt"] == 2
    for old, place in (("{name: main}", '{name: "${var:env}"}'), ("kind: Profile", "kind: ${var:env}")):
        found = folder.findings(profile().replace(old, place), variables=known)
        assert '"${var:env}" cannot be filled in here [misplaced-interpolation]' in found[0]
    assert (
        "the name is the identity of the object: write it out, and vary spec.name"
        in folder.findings(
            profile("${var:env}").replace("{name: ${var:env}}", '{name: "${var:env}"}'), variables=known
        )[0]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${var:regoin}", 'no variable "regoin" is declared [undefined-variable] | did you mean "region"?'),
        (
            "a ${var:empty}",
            (
                'the variable "empty" has no value for account "prod" [undefined-variable] | '
                "declared at reconciler.yaml:2:5 | set accounts.prod.variables.empty, or give it a default"
            ),
        ),
        ("${var:}", '"${var:}" is none of'),
        ("${var: region}", 'no variable " region" is declared'),
        ("${var:region:-eu}", 'no variable "region:-eu" is declared'),
        ("${var:${var:region}}", "[malformed-interpolation]"),
        ("${var:a\\u202eb\\x1b[31m}", 'no variable "a\\u202eb\\x1b[31m" is declared'),
        ("${Var:region}", "did you mean ${var:…}?"),
        ("${var:cash}${env:X}", 'a variable that ends in $ cannot stand right before "${env:X}"'),
    ],
)
def test_what_is_no_variable(folder: Folder, text: str, expected: str) -> None:
    """An error at the scalar, and the only one: no nesting, no defaults, no expressions."""
    known = variables(region="eu", empty=None, cash="$")
    [finding] = folder.findings(
        profile(spec=f'{{destinations: [], version: "{text}"}}'), variables=known, environment={"X": "x"}
    )
    assert finding.startswith("m.yaml:4:35: error: ")
    assert expected in finding


def test_nothing_is_declared(folder: Folder) -> None:
    """Then it says where one would."""
    [finding] = folder.findings(profile(spec='{destinations: ["${var:a}"]}'))
    assert finding.endswith(
        'no variable "a" is declared [undefined-variable] | declare it under variables in reconciler.yaml'
    )


def test_a_wrong_value_is_traced_back(folder: Folder) -> None:
    """The place in the manifest, and that of the variable: of types, of validators, of references and collisions."""
    known = variables(weight="heavy", loud="SHOUT", limit=True, gone="nobody", name="same")
    spec = (
        '{destinations: ["${var:limit}"], text: "${var:loud}", pool: {weight: "${var:weight}"}, limit: "${var:limit}"}'
    )
    found = folder.findings(profile(spec=spec) + node("n", '{next: "${var:gone}"}'), variables=known)
    traced = 'the value comes from variable "{}" at reconciler.yaml:{}:5'
    assert [finding.partition(" | ")[0] for finding in found] == [
        "m.yaml:4:23: error: destinations[0] must be a string, not the boolean true [wrong-type]",
        'm.yaml:4:46: error: nobody reads "SHOUT" [shouting]',
        'm.yaml:4:76: error: pool.weight must be a number, not the string "heavy" [wrong-type]',
        "m.yaml:4:101: error: limit must be a whole number, not the boolean true [wrong-type]",
        'm.yaml:9:14: error: no Node named "nobody" [unknown-reference]',
    ]
    for finding, name, line in zip(found, ("limit", "loud", "weight", "limit", "gone"), (3, 2, 1, 3, 4), strict=True):
        assert traced.format(name, line) in finding
    assert found[0].endswith("declare the variable with another type")
    assert found[1].endswith("write small letters")
    twins = (
        profile("a", '{destinations: [], name: "${var:name}"}')
        + "---\n"
        + profile("b", "{destinations: [], name: same}")
    )
    [first] = folder.findings(twins.replace("name: same}", 'name: "${var:name}"}'), variables=known)
    assert "claim the same name [claimed-twice]" in first
    assert 'the value comes from variable "name" at reconciler.yaml:5:5' in first


def test_a_secret_beside_a_variable_stays_one(folder: Folder) -> None:
    """The whole scalar is a secret; a finding names the variable and quotes neither."""
    spec = '{destinations: [], version: "${var:region}-${env:S}"}'
    [finding] = folder.findings(profile(spec=spec), variables=variables(region="eu"), environment={"S": "hunter2"})
    assert "version is not valid; its value is a secret and is not shown" in finding
    assert 'the value comes from variable "region" at reconciler.yaml:1:5' in finding
    assert "hunter2" not in finding


PIECES = st.lists(
    st.sampled_from(["$", "{", "}", "$${", "env:X}", "x", "${var:a}", "${var:b}", "${env:X}", "${file:f}"]), max_size=8
)
HOSTILE = st.text(alphabet="${}:envX ab", max_size=6).filter(lambda text: "${" not in text)


@given(pieces=PIECES, first=HOSTILE, second=HOSTILE)
def test_a_saved_document_means_the_same_without_its_variables(pieces: list[str], first: str, second: str) -> None:
    """Whatever a variable holds: what is kept for a saved plan yields the same value and the same secrets."""
    text = "".join(pieces)
    stream = list(DocumentStream(b"spec: {a: 1}", "m.yaml"))
    places, environment = stream[0].places, {"X": "${env:X}"}
    known = variables(a=first, b=second)
    filled = Interpolation(environment, Path(), variables=known).fill({"spec": {"a": text}}, places)
    if filled.findings or not filled.secrets:
        return
    again = Interpolation(environment, Path()).fill(filled.written, places)
    assert again.findings == []
    assert again.value == filled.value
    assert again.secrets == filled.secrets


def test_a_saved_resource_needs_no_variable_again(folder: Folder) -> None:
    """Its secrets are found again, and the variables are as they were reviewed."""
    spec = '{destinations: ["${var:place}"], text: "${var:place}$${x}${env:S}", limit: "${var:limit}"}'
    known = variables(place="us", limit=7)
    loaded = folder.one(profile(spec=spec), variables=known, environment={"S": "one"})
    [again] = refilled(loaded.resources, kinds=KINDS, project_root=folder.root, environment={"S": "two"})
    assert again.values == {("destinations",): ["us"], ("text",): "us${x}two", ("limit",): 7}
    assert "one" not in json.dumps(again.written)


def _properties(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for inner in schema.values():
            yield from _properties(inner)


def test_the_schema_says_everything(folder: Folder) -> None:
    """Every key of every block is described, no other is allowed, and what we read the schema accepts."""
    schema = ProjectFile.model_json_schema()
    Draft202012Validator.check_schema(schema)
    described = dict(_properties(schema))
    assert len(described) > 15
    assert {name for name, one in described.items() if not one.get("description")} == set()
    validator = Draft202012Validator(schema)
    document = next(iter(DocumentStream(FILE.encode(), "reconciler.yaml"))).value
    assert validator.is_valid(document)
    wrongs: list[dict[str, Any]] = [
        {"projet": "x"},
        {"variables": {"a b": {"type": "string"}}},
        {"variables": {"a": {"type": "map"}}},
        {"variables": {"a": "b"}},
        {"accounts": {"a b": {}}},
        {"accounts": {"a": {"key": "x"}}},
        {"accounts": {"a": {"variables": {"x": []}}}},
        {"accounts": {"a": {"guards": {"alow": []}}}},
    ]
    for wrong in wrongs:
        assert not validator.is_valid(wrong), wrong
