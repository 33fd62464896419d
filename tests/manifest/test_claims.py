"""Across documents: names, references, circles, and things that are claimed twice."""

from __future__ import annotations

from reconciler.model.address import Address

from .folder import Folder, node, profile


def brief(findings: list[str]) -> list[str]:
    """Findings without detail and hint."""
    return [finding.partition(" | ")[0] for finding in findings]


def sender(name: str, spec: str) -> str:
    """One document of the kind Sender."""
    return "---\n" + profile(name, spec).replace("kind: Profile", "kind: Sender")


def test_an_address_is_declared_once(folder: Folder) -> None:
    """Both places are named, and a faulty manifest counts."""
    folder.write("a.yaml", profile())
    content = profile(spec="{}")
    folder.write("m.yaml", content)
    found = [(str(d.source), d.code, d.detail) for d in folder.load().diagnostics]
    assert found == [
        ("m.yaml:3:18", "duplicate-address", "the other one is at a.yaml:3:18"),
        ("m.yaml:4:1", "missing-field", ""),
    ]


def test_one_name_may_serve_two_kinds(folder: Folder) -> None:
    """Local names are unique per kind only."""
    folder.one(profile("x") + node("x"))


def test_references_resolve_here_or_in_the_ledger(folder: Folder) -> None:
    """A name that is neither declared nor recorded is an error with the nearest one."""
    content = profile("main") + node("nod") + sender("s", "{profile: mian, sender: A}")
    assert folder.findings(content) == [
        (
            'm.yaml:14:17: error: no Profile named "mian" [unknown-reference]'
            ' | Sender/s refers to it | did you mean "main"?'
        )
    ]
    folder.one(content, known=[Address("Profile", "mian")])


def test_what_cannot_be_known_is_no_mistake(folder: Folder) -> None:
    """Without a look at the ledger a name may be recorded there; everything else is still checked."""
    content = profile("main") + sender("s", "{profile: mian, sender: A}")
    folder.one(content, known=None)
    assert brief(folder.findings(content + sender("t", "{profile: x}"), known=None)) == [
        'm.yaml:14:1: error: spec needs "sender" [missing-field]'
    ]


def test_a_reference_to_another_kind_is_explained(folder: Folder) -> None:
    """The name exists, as something else."""
    (finding,) = folder.findings(node("nod") + sender("s", "{profile: nod, sender: A}"))
    assert finding.endswith('"nod" is the name of a Node; this field takes a Profile')


def test_faulty_manifests_are_known_and_checked(folder: Folder) -> None:
    """A reference to a faulty manifest is fine; an unknown one inside a faulty manifest is found as well."""
    content = profile("bad", "{}") + sender("s", "{profile: bad, sender: 5}") + sender("t", "{profile: x, sander: A}")
    assert [code.rpartition("[")[2] for code in brief(folder.findings(content))] == [
        "missing-field]",
        "wrong-type]",
        "missing-field]",
        "unknown-reference]",
        "unknown-field]",
    ]


def test_circles_are_named(folder: Folder) -> None:
    """Every circle once, at the reference that closes it; what merely leads into one is fine."""
    content = "".join(node(a, f"{{next: {b}}}") for a, b in ("ab", "bc", "ca", "dd", "ea"))
    assert brief(folder.findings(content)) == [
        "m.yaml:15:14: error: references form a circle: Node/a → Node/b → Node/c → Node/a [reference-cycle]",
        "m.yaml:20:14: error: references form a circle: Node/d → Node/d [reference-cycle]",
    ]


def test_a_long_chain_is_no_circle(folder: Folder) -> None:
    """3,000 references in a row neither recurse nor count as a circle."""
    chain = [node(f"n{i}", f"{{next: n{i + 1}}}") for i in range(3000)]
    folder.one("".join(chain) + node("n3000"))
    (finding,) = folder.findings("".join(chain) + node("n3000", "{next: n0}"))
    assert "Node/n0 → Node/n1 → Node/n2 → Node/n3 → Node/n4 → … → Node/n2997" in finding


def test_a_natural_key_has_one_manifest(folder: Folder) -> None:
    """A stated name collides with a stated one and with a local name that stands for it; a pin needs no name."""
    pinned = profile("c", "{destinations: [], name: main}").replace("name: c", "name: c, remote_id: x")
    content = pinned + "---\n" + profile("main") + "---\n" + profile("b", "{destinations: [], name: main}")
    found = folder.findings(content)
    assert brief(found) == [
        "m.yaml:14:32: error: Profile/b and Profile/main claim the same name [claimed-twice]",
    ]
    assert " | Profile/main claims it at m.yaml:8:18 | " in found[0]


def test_a_key_of_several_fields_collides_only_as_a_whole(folder: Folder) -> None:
    """Profile and sender together are the key; references count as written."""
    same = "{profile: {id: x}, sender: A}"
    folder.one(
        sender("a", same) + sender("b", "{profile: {id: y}, sender: A}") + sender("c", "{profile: {id: x}, sender: B}")
    )
    assert brief(folder.findings(sender("a", same) + sender("b", same))) == [
        "m.yaml:10:34: error: Sender/b and Sender/a claim the same profile and sender [claimed-twice]"
    ]


def test_exclusive_values_have_one_holder(folder: Folder) -> None:
    """Equal variants collide, and the star collides with all; other variants and scopes do not."""
    folder.one(node("a", "{numbers: [x/1, y/1]}") + node("b", "{numbers: [x/2, z]}"))
    content = node("a", "{numbers: [x/1]}") + node("b", "{numbers: [x/1]}") + node("c", "{numbers: [x]}")
    content += node("d", "{numbers: [y]}") + node("e", "{numbers: [y/9, y/8]}")
    only = "which only one of them may [claimed-twice]"
    assert brief(folder.findings(content)) == [
        f'm.yaml:10:7: error: Node/b and Node/a claim the number "x", {only}',
        f'm.yaml:15:7: error: Node/c and Node/a claim the number "x", {only}',
        f'm.yaml:25:7: error: Node/e and Node/d claim the number "y", {only}',
    ]


def test_a_remote_id_is_pinned_once(folder: Folder) -> None:
    """Two manifests of a kind cannot be the same object; two kinds have ids of their own."""
    pin = "remote_id: r1"
    first, second = (node(n).replace(f"name: {n}", f"name: {n}, {pin}") for n in "ab")
    other = profile("p").replace("name: p", f"name: p, {pin}")
    assert brief(folder.findings(other + first + second)) == [
        "m.yaml:13:32: error: Node/b and Node/a claim the same metadata.remote_id [claimed-twice]"
    ]
