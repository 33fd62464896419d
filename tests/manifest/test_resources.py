"""From documents to resources, and the words for everything that a document can get wrong."""

from __future__ import annotations

import gc

import pytest

from reconciler.manifest import document_model
from reconciler.model.address import Address
from reconciler.model.reference import ById, ByName
from reconciler.model.resource import Lifecycle, OnRemove

from .folder import KINDS, Folder, node, profile


def test_a_whole_manifest(folder: Folder) -> None:
    """Everything that a manifest states is in the resource, and nothing else."""
    content = """\
# about
apiVersion: telnyx.reconciler/v1
kind: Profile
metadata:
  name: main
  labels: {team: growth}
  remote_id: 4001-a
  renamed_from: old.name
lifecycle:
  prevent_destroy: true
  ignore_changes: [limit, pool.weight]
  on_remove: retain
spec:
  destinations: [US, NO]
  webhook_url: null
  pool: {weight: 1}
"""
    (resource,) = folder.one(content).resources
    assert resource.address == Address("Profile", "main")
    assert resource.values == {
        ("destinations",): ["US", "NO"],
        ("webhook_url",): None,
        ("pool", "weight"): 1.0,
    }
    assert resource.lifecycle == Lifecycle(
        prevent_destroy=True,
        ignore_changes=frozenset({("limit",), ("pool", "weight")}),
        on_remove=OnRemove.RETAIN,
    )
    assert (resource.labels, resource.remote_id, resource.renamed_from) == ({"team": "growth"}, "4001-a", "old.name")
    assert (resource.options, resource.secrets, resource.file) == ({}, frozenset(), "m.yaml")
    assert str(resource.source) == "m.yaml:2:1"
    assert str(resource.place_of(("pool", "weight"))) == "m.yaml:16:18"
    assert str(resource.place_of(("limit",))) == "m.yaml:13:1"


def test_a_small_manifest_states_nothing_else(folder: Folder) -> None:
    """What is left out has the neutral value everywhere."""
    (resource,) = folder.one(profile()).resources
    assert resource.values == {("destinations",): ["US"]}
    assert (resource.lifecycle, resource.labels, resource.remote_id) == (Lifecycle(), {}, None)


@pytest.mark.parametrize(
    ("written", "read"),
    [("main", "main"), ("{id: x-1}", ById(id="x-1")), ("{name: My profile}", ByName(name="My profile"))],
)
def test_three_forms_of_references(folder: Folder, written: str, read: object) -> None:
    """A reference is a local name, an id or a remote name, and stays as written."""
    sender = profile("s", f"{{profile: {written}, sender: Acme}}").replace("kind: Profile", "kind: Sender")
    loaded = folder.one(profile() + "---\n" + sender)
    assert loaded.resources[1].values[("profile",)] == read


GOLDEN = {
    profile(
        spec="""
  destinatons: [US]
  webhook_url: 5
  version: 2
  limit: "7"
  enabled: yes
  pool: {wieght: 1, sticky: null}
  text: LOUD
"""
    ): """\
m.yaml:4:1: error: spec needs "destinations" [missing-field]
m.yaml:5:3: error: unknown field "destinatons" in spec [unknown-field] | did you mean "destinations"?
m.yaml:6:16: error: webhook_url must be a string, not the number 5 [wrong-type] | quote it: "5"
m.yaml:7:12: error: version must be one of "1", "2", not 2 [invalid-value] | quote it: "2"
m.yaml:8:10: error: limit must be a whole number, not the string "7" [wrong-type] | leave out the quotes
m.yaml:9:12: error: enabled must be true or false, not the string "yes" [wrong-type] | write true or \
false, without quotes
m.yaml:10:10: error: unknown field "wieght" in pool [unknown-field] | did you mean "weight"?
m.yaml:10:29: error: pool.sticky cannot be cleared [cannot-clear] | leave the field out, or state a value
m.yaml:11:9: error: nobody reads "LOUD" [shouting] | write small letters
""",
    profile(spec="{destinations: null, enabled: null, webhook_url: null, version: null, text: explode}"): """\
m.yaml:4:22: error: destinations cannot be cleared [cannot-clear] | state a value
m.yaml:4:37: error: enabled cannot be cleared [cannot-clear] | leave the field out, or state a value
m.yaml:4:71: error: version cannot be cleared [cannot-clear] | leave the field out, or state a value
m.yaml:4:83: error: text: explode is forbidden [invalid-value]
""",
    profile(spec="{destinations: US, text: true, limit: 1.5, pool: [], version: '3'}"): """\
m.yaml:4:22: error: destinations must be a list, not the string "US" [wrong-type] | write a list: ["US"]
m.yaml:4:32: error: text must be a string, not the boolean true [wrong-type] | quote it: "true"
m.yaml:4:45: error: limit must be a whole number, not the number 1.5 [wrong-type]
m.yaml:4:56: error: pool must be a mapping, not a list [wrong-type]
m.yaml:4:69: error: version must be one of "1", "2", not "3" [invalid-value]
""",
    profile(spec="{destinations: [US, 1, null]}"): """\
m.yaml:4:27: error: destinations[1] must be a string, not the number 1 [wrong-type] | quote it: "1"
m.yaml:4:30: error: destinations[2] must be a string, not null [wrong-type]
""",
    profile(rest="lifecycle: {on_remove: keep, ignore_changes: [poool]}\nwebhook_url: x\noptions: {}\n"): """\
m.yaml:5:24: error: lifecycle.on_remove must be one of "delete", "retain", not "keep" [invalid-value]
m.yaml:5:47: error: ignore_changes names "poool", which is no field of Profile [unknown-field] | did you mean "pool"?
m.yaml:6:1: error: unknown field "webhook_url" in the document [unknown-field] | write it under spec
m.yaml:7:1: error: unknown field "options" in the document [unknown-field] | this kind takes no options
""",
    'apiVersion: v1\nkind: profil\nmetadata: {name: "a b", labels: {a: 1}}\nspecs: {}\n': """\
m.yaml:1:1: error: the document needs "spec" [missing-field]
m.yaml:1:13: error: apiVersion must be "telnyx.reconciler/v1", not "v1" [wrong-api-version]
m.yaml:2:7: error: unknown kind "profil" [unknown-kind] | did you mean "Profile"?
m.yaml:3:18: error: "a b" is not a name [invalid-name] | letters, digits, dots, hyphens and underscores; the first \
a letter or digit; at most 100
m.yaml:3:37: error: metadata.labels.a must be a string, not the number 1 [wrong-type] | quote it: "1"
m.yaml:4:1: error: unknown field "specs" in the document [unknown-field] | did you mean "spec"?
""",
    "services: {}\n": """\
m.yaml:1:1: error: the document needs "apiVersion" [missing-field] | write apiVersion: telnyx.reconciler/v1
m.yaml:1:1: error: the document needs "kind" [missing-field]
m.yaml:1:1: error: the document needs "metadata" [missing-field]
m.yaml:1:1: error: the document needs "spec" [missing-field]
m.yaml:1:1: error: unknown field "services" in the document [unknown-field] | known fields: apiVersion, kind, \
lifecycle, metadata, options, spec
""",
    "- a\n": """\
m.yaml:1:1: error: a manifest must be a mapping, not a list [wrong-type] | a manifest begins with \
apiVersion: telnyx.reconciler/v1
""",
    profile().replace("kind: Profile", "kind: [Profile]"): """\
m.yaml:2:7: error: kind must be a string, not a list [wrong-type]
""",
    profile(spec="").replace("spec:", "spec: # soon"): """\
m.yaml:4:6: error: spec must be a mapping, not null [wrong-type] | write its fields below it, indented
""",
    node("a", "{next: 5}", "options: {attempt: '2', latter: x}").removeprefix("---\n"): """\
m.yaml:4:14: error: next must be a string, not the number 5 [wrong-type] | quote it: "5"
m.yaml:5:20: error: options.attempt must be a whole number, not the string "2" [wrong-type] | leave out the quotes
m.yaml:5:25: error: unknown field "latter" in options [unknown-field] | did you mean "letter"?
""",
    node("a", "{next: {id: x, nme: y}}"): """\
m.yaml:5:22: error: unknown field "nme" in next [unknown-field] | did you mean "name"?
""",
    node("a", "{next: {nam: x}}"): """\
m.yaml:5:8: error: next needs "name" [missing-field]
m.yaml:5:15: error: unknown field "nam" in next [unknown-field] | did you mean "name"?
""",
}


@pytest.mark.parametrize("content", GOLDEN, ids=[str(number) for number in range(len(GOLDEN))])
def test_every_finding_is_reported_at_once_and_in_our_words(folder: Folder, content: str) -> None:
    """The whole text of the findings about one document: place, value, code and what to do."""
    assert "".join(f"{finding}\n" for finding in folder.findings(content)) == GOLDEN[content]


def test_the_model_of_a_document_has_a_schema() -> None:
    """The schema generator reads the same model that validates."""
    schema = document_model(KINDS["Node"]).model_json_schema()
    assert set(schema["properties"]) == {"apiVersion", "kind", "metadata", "lifecycle", "spec", "options"}
    assert schema["required"] == ["apiVersion", "kind", "metadata", "spec"]
    assert schema["additionalProperties"] is False


def test_loading_leaves_the_collector_as_it_was(folder: Folder) -> None:
    """The pause of the garbage collector ends with the loading, whatever came of it."""
    folder.findings("a: [")
    assert gc.isenabled()
    gc.disable()
    try:
        folder.findings(profile())
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("remote_id", [".", "..", '" a"', '"a\\n"', '"\\u0007"', '""'])
def test_an_id_that_is_none(remote_id: str, folder: Folder) -> None:
    """It would be a step of a path: refused where it is written, pinned or referred to."""
    (pinned,) = folder.findings(profile(f"main, remote_id: {remote_id}"))
    assert pinned.startswith("m.yaml:3:35: error: ")
    (referred,) = folder.findings(
        profile(spec=f"{{sender: a, profile: {{id: {remote_id}}}}}").replace("kind: Profile", "kind: Sender")
    )
    assert referred.startswith("m.yaml:4:33: error: ")
