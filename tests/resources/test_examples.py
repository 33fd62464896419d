"""Every field of every kind has an example beside it, and every example is accepted as it stands."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli.explain import command
from reconciler.manifest import document_model, load
from reconciler.model.diagnostic import has_errors
from reconciler.model.kind import ResourceKind
from reconciler.model.paths import dotted
from reconciler.resources import kinds
from reconciler.workflow.explain import FieldExplained, explain

KINDS = kinds()
PARENTS = {
    kind: {"apiVersion": "telnyx.reconciler/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    for kind, name, spec in (
        ("MessagingProfile", "marketing-us", {"name": "Parent", "whitelisted_destinations": ["US"]}),
        ("RcsAgent", "acme-support", {"agent_id": "acme-support-agent"}),
    )
}


def fields() -> Iterator[tuple[str, FieldExplained]]:
    """Every field, with its kind."""
    for kind in KINDS.values():
        whole = explain(KINDS, kind.name)
        assert not isinstance(whole, FieldExplained)
        yield from ((kind.name, field) for field in (*whole.fields, *whole.around))


FIELDS = list(fields())


def least(kind: ResourceKind) -> dict[str, Any]:
    """A manifest with nothing but what has to be there, by the examples of those fields."""
    spec = {
        name: info.examples[0]
        for name, info in kind.spec.model_fields.items()
        if info.is_required() and info.examples is not None
    }
    return {"apiVersion": "telnyx.reconciler/v1", "kind": kind.name, "metadata": {"name": "it"}, "spec": spec}


def with_example(name: str, field: FieldExplained) -> dict[str, Any]:
    """The least manifest with one example in its place, below the example of what it is a part of."""
    document = least(KINDS[name])
    *above, last = field.path.split(".")
    section = above[0] if above and above[0] in {"metadata", "lifecycle", "options"} else "spec"
    place = document.setdefault(section, {})
    for step in above if section == "spec" else ():
        outer = next(one for kind, one in FIELDS if kind == name and one.path == step)
        place = place.setdefault(step, copy.deepcopy(outer.example))
    place[last] = field.example
    return document


@pytest.mark.parametrize(("name", "field"), FIELDS, ids=[f"{name}.{field.path}" for name, field in FIELDS])
def test_every_example_is_accepted(name: str, field: FieldExplained, tmp_path: Path) -> None:
    """As a whole manifest through the whole loader, beside what it refers to."""
    assert field.example is not None, "declare one: Field(examples=[…])"
    file = tmp_path / "it.yaml"
    above = {leaf.reference.kind for leaf in KINDS[name].references if leaf.reference}
    documents = [*(PARENTS[kind] for kind in sorted(above)), with_example(name, field)]
    (tmp_path / "papers").mkdir()
    for paper in ("loa", "bill"):
        (tmp_path / "papers" / f"{paper}.pdf").write_bytes(b"%PDF-1.7")
    file.write_text("\n---\n".join(map(json.dumps, documents)), "utf-8")
    loaded = load([str(file)], kinds=KINDS, project_root=tmp_path, environment={}, stdin=lambda: b"")
    assert not has_errors(loaded.diagnostics), loaded.diagnostics
    assert len(loaded.resources) == len(documents)


@pytest.mark.parametrize(("name", "field"), FIELDS, ids=[f"{name}.{field.path}" for name, field in FIELDS])
def test_the_schemas_have_them_too(name: str, field: FieldExplained) -> None:
    """Editors show them. Names of a kind's own fields are not the same for all kinds, and are left out."""
    if field.path == "lifecycle.ignore_changes":
        return
    schema = document_model(KINDS[name]).model_json_schema()
    found = _at(schema, ["spec", *field.path.split(".")]) or _at(schema, field.path.split("."))
    assert found is not None
    assert found["examples"][0] == field.example


def _at(schema: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    here: dict[str, Any] = schema
    for step in path:
        while "properties" not in here:
            options = here.get("anyOf", [here])
            reference = next((one["$ref"] for one in options if "$ref" in one), None)
            if reference is None:
                return None
            here = schema["$defs"][reference.rsplit("/", 1)[-1]]
        if step not in here["properties"]:
            return None
        here = here["properties"][step]
    return here


def test_each_field_says_all_that_there_is_to_know() -> None:
    """What it accepts, what it is without, how it is cleared, what a change of it does."""
    told = {(name, field.path): field for name, field in FIELDS}
    assert told["MessagingProfile", "webhook_api_version"].default == '"2"'
    assert told["MessagingProfile", "webhook_url"].default == "nothing"
    assert told["MessagingProfile", "name"].default.startswith("metadata.name")
    assert told["MessagingProfile", "whitelisted_destinations"].default == "none: it has to be stated"
    assert told["MessagingProfile", "daily_spend_limit"].default.startswith("up to the API")
    assert told["HostedNumberOrder", "options.attempt"].default == "1"
    assert "20 characters or more, at most 1530" in told["AutoResponse", "resp_text"].accepts
    assert "sent back whole" in told["AutoResponse", "keywords"].changing
    assert "number_pool_settings is read" in told["MessagingProfile", "number_pool_settings.geomatch"].changing
    assert told["MessagingProfile", "enabled"].changing == "an update in place"
    assert "delete and a create" in told["AlphanumericSenderId", "messaging_profile"].changing
    assert told["RcsAgent", "lifecycle.ignore_changes"].example == ["profile"]


def test_a_declared_default_is_what_the_description_says() -> None:
    """Where both speak of it, people must not read two answers."""
    for kind in KINDS.values():
        for path, leaf in kind.leaves.items():
            text = next(field.description for name, field in FIELDS if (name, field.path) == (kind.name, dotted(path)))
            if leaf.default is None or "default " not in text:
                continue
            said = text.rpartition("default ")[2].strip(' "')
            value = leaf.default.value
            spelt = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
            assert said == spelt or (value in (None, "") and said in {"none", "off"}), (kind.name, path)


def test_the_command_shows_the_example_as_it_stands_in_a_manifest(capsys: pytest.CaptureFixture[str]) -> None:
    """With the levels above it."""
    assert command.callback is not None
    assert command.callback("MessagingProfile.number_pool_settings.geomatch") == 0
    shown = capsys.readouterr().out
    assert "  example   number_pool_settings:\n              geomatch: true\n" in shown
    assert "  default   false\n" in shown
