"""PATHS: which files they stand for, in which order, and what must never be overlooked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .folder import Folder, lines, node, profile


def test_folders_are_read_recursively_in_a_stable_order(folder: Folder) -> None:
    """By name, at every level; other suffixes, hidden names, tool folders and reconciler.yaml are left out."""
    kept = ["a.yaml", "b.yml", "c/a.YAML", "c/d/a.yaml", "e.yaml"]
    left_out = [".git/x.yaml", ".x.yaml", "node_modules/x.yaml", "venv/x.yaml", "x.json", "reconciler.yaml", "yaml"]
    for number, name in enumerate(kept + left_out):
        folder.write(name, profile(f"p{number}"))
    loaded = folder.load()
    assert lines(loaded.diagnostics) == []
    assert sorted(loaded.files) == sorted(kept)
    assert loaded.files == folder.load(".").files == folder.load(str(folder.root)).files
    assert [resource.source.file for resource in loaded.resources] == list(loaded.files)


def test_several_paths_keep_their_order_and_load_each_file_once(folder: Folder) -> None:
    """A file that is named twice, or by a folder and itself, or by a link, is one file."""
    folder.write("b/x.yaml", profile("x"))
    folder.write("a/y.yaml", profile("y"))
    (folder.root / "b" / "z.yaml").symlink_to(folder.root / "a" / "y.yaml")
    loaded = folder.load("b", "./a/../b/x.yaml", "a", "b")
    assert lines(loaded.diagnostics) == []
    assert loaded.files == ("b/x.yaml", "a/y.yaml")
    assert [resource.source.file for resource in loaded.resources] == ["b/x.yaml", "b/z.yaml"]


def test_a_loop_of_links_is_harmless(folder: Folder) -> None:
    """A folder that contains itself is read once."""
    folder.write("a/x.yaml", profile())
    (folder.root / "a" / "again").symlink_to(folder.root)
    assert folder.load().files == ("a/x.yaml",)


def test_files_are_named_for_the_reader_and_for_the_ledger(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings name files as one would type them here; the ledger's name does not depend on the current folder."""
    folder.write("sub/deep/x.yaml", profile("x"))
    folder.write("y.yaml", profile("y"))
    monkeypatch.chdir(folder.root / "sub")
    loaded = folder.load("deep", "../y.yaml")
    assert [resource.source.file for resource in loaded.resources] == ["deep/x.yaml", "../y.yaml"]
    assert [resource.file for resource in loaded.resources] == ["sub/deep/x.yaml", "y.yaml"]
    assert loaded.files == ("sub/deep/x.yaml", "y.yaml")


def test_standard_input_is_read_once(folder: Folder) -> None:
    """``-`` stands for the documents that are piped in."""
    calls: list[None] = []

    def stdin() -> bytes:
        calls.append(None)
        return profile().encode()

    loaded = folder.load("-", "-", stdin=stdin)
    assert (lines(loaded.diagnostics), loaded.files, len(calls)) == ([], ("<stdin>",), 1)
    assert str(loaded.resources[0].source) == "<stdin>:1:1"


def test_what_cannot_be_read_is_an_error(folder: Folder) -> None:
    """A missing path, a dead link and the project's own file are findings, and the rest is still checked."""
    folder.write("a/profiles.yaml", profile(spec="{destinations: [], limt: 1}"))
    (folder.root / "a" / "dead.yaml").symlink_to("nowhere")
    (folder.root / "a" / "round.yaml").symlink_to("round.yaml")
    folder.write("reconciler.yaml", "project: x\n")
    found = lines(folder.load("a", "a/profile.yaml", "reconciler.yaml", "", "x\0y", "n" * 300).diagnostics)
    assert [finding.partition(" | ")[0] for finding in found] == [
        "a/dead.yaml:1:1: error: the file cannot be read: no such file or directory [unreadable-file]",
        'a/profiles.yaml:4:26: error: unknown field "limt" in spec [unknown-field]',
        "a/round.yaml:1:1: error: cannot be looked at: too many levels of symbolic links [unreadable-folder]",
        f"{'n' * 300}:1:1: error: the path cannot be read: file name too long [unreadable-file]",
        "reconciler.yaml:1:1: error: reconciler.yaml is never a manifest [not-a-manifest]",
        'None: error: there is no file or folder "" [no-such-path]',
        'None: error: there is no file or folder "a/profile.yaml" [no-such-path]',
        'None: error: there is no file or folder "x\\x00y" [no-such-path]',
    ]
    assert any('did you mean "a/profiles.yaml"?' in finding for finding in found)


def test_a_file_name_that_cannot_be_shown_is_an_error(folder: Folder) -> None:
    """Names with line breaks, escapes or bidi marks would forge output; they are neither loaded nor overlooked."""
    for name in ("a\nb.yaml", "a\x1b[31m.yaml", "a\u202eb.yaml"):
        folder.write(name, profile())
    found = lines(folder.load().diagnostics)
    assert len(found) == 3
    assert all("[unusable-file-name]" in finding and finding.isprintable() for finding in found)


def test_paths_without_manifests_are_an_error_unless_meant(folder: Folder) -> None:
    """An empty folder would otherwise read as: delete everything."""
    folder.write("empty/empty.yaml", "# nothing here\n")
    assert lines(folder.load("empty").diagnostics) == [
        (
            "None: error: no manifests in empty [no-manifests]"
            " | give the folder that holds them, let reconciler export write what the account holds,"
            " or add --allow-empty if this is meant"
        )
    ]
    loaded = folder.load("empty", allow_empty=True)
    assert (loaded.resources, loaded.diagnostics, loaded.files) == ((), (), ("empty/empty.yaml",))


def test_a_broken_file_hides_nothing_in_others(folder: Folder) -> None:
    """Findings of every file come in one run, sorted by place; the broken file does not count as loaded."""
    folder.write("a.yaml", node("a", "{next: zzz}"))
    folder.write("b.yaml", profile("b") + "---\na: [\n")
    folder.write("c.yaml", profile("c", "{destinations: 5}"))
    loaded = folder.load()
    assert [(str(d.source), d.code) for d in loaded.diagnostics] == [
        ("a.yaml:5:14", "unknown-reference"),
        ("b.yaml:7:1", "syntax"),
        ("c.yaml:4:22", "wrong-type"),
    ]
    assert loaded.diagnostics[0].detail == "Node/a refers to it; a file that cannot be read may declare it"
    assert loaded.files == ("a.yaml", "c.yaml")


def test_loading_manifests_imports_nothing_heavy() -> None:
    """Loading is offline and light: no client, no terminal, no diff engine."""
    code = "import sys, reconciler.manifest; print({'httpx', 'rich', 'deepdiff', 'click'} & sys.modules.keys())"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True, text=True)
    assert done.stdout == "set()\n"
