"""Input made to hurt: each is a finding with a place, soon, and never a traceback.

None of these tests looks at a clock. What would blow up, blows up the test: by memory, recursion or hours.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from reconciler.manifest.documents import MAX_DEPTH, MAX_DOCUMENTS, MAX_NODES
from reconciler.manifest.loading import MAX_FINDINGS

from .folder import Folder, lines, profile
from .parsing import faults, value_of


@pytest.mark.parametrize(
    ("text", "place"),
    [("[" * 20_000, "1:101"), ("{a: " * 20_000, "1:401"), ("- " * 20_000, "1:201"), ("? " * 20_000, "1:201")],
    ids=["lists", "mappings", "block lists", "block keys"],
)
def test_depth_is_refused_before_it_is_reached(text: str, place: str) -> None:
    """20,000 levels are one finding, at the level that is one too many."""
    (finding,) = faults(text)
    assert finding.startswith(f"m.yaml:{place}: error: more than {MAX_DEPTH} levels of nesting [too-deep]")


def test_depth_counts_what_aliases_expand_to() -> None:
    """A ladder of aliases is as deep as the value it stands for."""
    rungs = [f"- &a{i} [*a{i - 1}]" for i in range(1, 2 * MAX_DEPTH)]
    (finding,) = faults("\n".join(["- &a0 []", *rungs]))
    assert "[too-deep]" in finding


def test_the_greatest_depth_is_allowed() -> None:
    """The limit is the limit: 100 levels are fine."""
    assert faults("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []


def test_an_alias_bomb_is_counted_and_not_built() -> None:
    """Ten levels of ten aliases each would be ten thousand million values."""
    levels = "".join(f"- &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]\n" for i in range(1, 11))
    (finding,) = faults(f"- &l0 [{', '.join('x' * 10)}]\n{levels}")
    assert f"aliases repeat more than {MAX_NODES} values in this file [too-many-aliases]" in finding


def test_merge_bombs_are_counted_too() -> None:
    """A large mapping merged into thousands of others is refused before memory runs out."""
    large = ", ".join(f"k{i}: {i}" for i in range(1000))
    (finding,) = faults(f"a: &a {{{large}}}\n" + "".join(f"b{i}: {{<<: *a}}\n" for i in range(10_000)))
    assert "[too-many-aliases]" in finding


def test_a_value_that_contains_itself() -> None:
    """An alias inside its own anchor would never end."""
    assert faults("a: &a [1, *a]") == ["m.yaml:1:11: error: *a stands inside the value it repeats [recursive-alias]"]


def test_a_document_of_too_many_values() -> None:
    """A flat list is bounded as well."""
    (finding,) = faults("[" + "1," * (MAX_NODES + 1) + "]")
    assert "[too-large]" in finding


def test_directives_and_empty_documents_are_bounded() -> None:
    """Both cost the C parser more than they look: 200,000 directives alone would take minutes."""
    directives = "".join(f"%TAG !a{i}! x\n" for i in range(200_000))
    assert faults(directives + "---\na: b\n") == [
        "m.yaml:1:1: error: more than 100 %TAG directives [too-large] | remove them"
    ]
    assert faults("---\n" * (MAX_DOCUMENTS + 1)) == [
        "m.yaml:1:1: error: more than 100000 documents in one file [too-large] | split it"
    ]


def test_a_sparse_file_of_200_mb_is_not_read(folder: Folder) -> None:
    """The size is refused before the first byte is read."""
    with folder.write("m.yaml", "").open("r+b") as file:
        file.truncate(200 * 1024 * 1024)
    assert lines(folder.load("m.yaml").diagnostics) == [
        "m.yaml:1:1: error: the file is larger than 64 MiB [too-large] | split it"
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a: b".encode("utf-16"), "1:1: error: the file is UTF-16, not UTF-8 [wrong-encoding]"),
        ("a: b".encode("utf-16-le"), "1:1: error: the file is UTF-16, not UTF-8 [wrong-encoding]"),
        ("a: b".encode("utf-32"), "1:1: error: the file is UTF-32, not UTF-8 [wrong-encoding]"),
        ("a: b".encode("utf-32-be"), "1:1: error: the file is UTF-32, not UTF-8 [wrong-encoding]"),
        ("a: ü\nb: café".encode("latin-1"), "1:4: error: the byte 0xfc is not UTF-8 [wrong-encoding]"),
        ("ä: b\nc: é".encode() + b"\xff", "2:5: error: the byte 0xff is not UTF-8 [wrong-encoding]"),
        (b"a: b\nc: \0", '2:4: error: the character "\\x00" is not allowed in YAML [control-character]'),
        (b"a: \x1b[31mred", '1:4: error: the character "\\x1b" is not allowed in YAML [control-character]'),
        (b"\x7fELF\x02\x01\x01\0", '1:1: error: the character "\\x7f" is not allowed in YAML [control-character]'),
    ],
)
def test_bytes_that_are_not_yaml_text(folder: Folder, data: bytes, expected: str) -> None:
    """Wrong encodings and binary files are named as such, at the byte that shows it."""
    (finding,) = folder.findings(data)
    assert finding.startswith(f"m.yaml:{expected}")


@pytest.mark.parametrize("name", ["a\\e[31mb", "a\\0b", "a\\u202Eb", "a b", "", "-a", "a/b", "a" * 101, "é", "a\\nb"])
def test_names_are_made_of_harmless_characters(folder: Folder, name: str) -> None:
    """Control characters, NUL, bidi marks and overlong names are refused, and cannot reach a terminal."""
    (finding,) = folder.findings(profile().replace("{name: main}", f'{{name: "{name}"}}'))
    assert "is not a name [invalid-name]" in finding or "[invalid-value]" in finding
    assert finding.isprintable()


def test_a_pipe_a_socket_and_a_device_do_not_hang(folder: Folder, tmp_path: Path) -> None:
    """What is not a regular file is refused without waiting for a writer."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.yaml")
        found = lines(folder.load().diagnostics)
    assert [finding.partition(" | ")[0] for finding in found] == [
        "pipe.yaml:1:1: error: the file is not a regular file [not-a-file]",
        "socket.yaml:1:1: error: the file cannot be read: no such device or address [unreadable-file]",
        "zero.yaml:1:1: error: the file is not a regular file [not-a-file]",
    ]


def test_many_unknown_fields_are_reported_up_to_a_limit(folder: Folder) -> None:
    """One document with 10,000 wrong fields yields fifty findings and their number."""
    fields = "".join(f"  field_{i}: 1\n" for i in range(10_000))
    found = folder.findings(profile(spec="\n  destinations: []\n" + fields))
    assert len(found) == 51
    assert "m.yaml:1:1: error: 9950 more findings in this document [too-many-findings]" in found


def test_many_wrong_documents_are_reported_up_to_a_limit(folder: Folder) -> None:
    """A file of wrong documents is left alone after a thousand findings."""
    found = folder.findings("a: b\n---\n" * 5000)
    assert MAX_FINDINGS < len(found) < MAX_FINDINGS + 10
    assert any("[too-many-findings]" in finding for finding in found)


def test_a_key_of_a_megabyte_is_quoted_briefly(folder: Folder) -> None:
    """Neither the message nor the search for a nearer name grows with the key."""
    (finding,) = folder.findings(profile(rest='? "' + "k" * 1_000_000 + '"\n: 1\n'))
    assert len(finding) < 500


def test_interning_does_not_confuse_keys() -> None:
    """Equal keys in different mappings stay independent."""
    assert value_of("[{a: 1}, {a: 2}]") == [{"a": 1}, {"a": 2}]
