"""Blame, in real repositories: a commit for a line, or a value that says why there is none."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from reconciler.attribution.blame import blamed
from reconciler.attribution.commits import commits_of
from reconciler.attribution.git import git_bytes, git_text, under_git
from reconciler.model.attribution import Blame, Blamed, NotBlamed
from reconciler.model.source import Source

HOSTILE = "Ann\x1b[31m | `x` <b> ünï"
"""What an author may call herself; git leaves out line ends and angle brackets."""


def git(folder: Path, *words: str, author: str = "Anna Ek", when: str = "2026-01-02T03:04:05+01:00") -> str:
    """A git command in a repository whose commits have this author."""
    identity = {
        "GIT_AUTHOR_NAME": author,
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_NAME": "c",
        "GIT_COMMITTER_EMAIL": "c@example.com",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **identity}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder: Path, text: str, name: str = "m.yaml", *, author: str = "Anna Ek", summary: str = "s") -> str:
    """Write a file and commit it; the commit."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    git(folder, "--literal-pathspecs", "add", "--", name)
    git(folder, "commit", "-qm", summary, author=author)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty one."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


def ask(folder: Path, name: str = "m.yaml", line: int = 1) -> Blame:
    """Who wrote a line."""
    place = Source(name, line, 3)
    return blamed([place], folder=folder)[place]


def test_each_line_has_its_commit(repository: Path) -> None:
    """Two commits, asked about in one go, and twice about one line."""
    first = commit(repository, "a\nb\nc\n", summary="Say a, b\n\nand c")
    second = commit(repository, "a\nB\nc\n", author="Bob", summary="shout")
    places = [Source("m.yaml", 1, 1), Source("m.yaml", 2, 1), Source("m.yaml", 2, 9), Source("m.yaml", 3, 1)]
    found = blamed(places, folder=repository)
    when = "2026-01-02T02:04:05Z"
    anna = Blamed(commit=first, author="Anna Ek", when=when, summary="Say a, b")
    bob = Blamed(commit=second, author="Bob", when=when, summary="shout")
    assert [found[place] for place in places] == [anna, bob, bob, anna]


def test_a_file_of_many_lines_is_read_whole(repository: Path) -> None:
    """More lines than a command line should name."""
    commit(repository, "x\n" * 500)
    found = blamed([Source("m.yaml", line, 1) for line in range(1, 501)], folder=repository)
    assert len(found) == 500
    assert all(isinstance(one, Blamed) for one in found.values())


def test_paths_are_relative_to_the_folder(repository: Path) -> None:
    """Up and down, and through a link."""
    made = commit(repository, "a\n", "one/two/m.yaml")
    (repository / "link.yaml").symlink_to("one/two/m.yaml")
    below = repository / "one"
    for folder, name in ((below, "two/m.yaml"), (below / "two", "../two/m.yaml"), (repository, "link.yaml")):
        found = ask(folder, name)
        assert isinstance(found, Blamed)
        assert found.commit == made


@pytest.mark.parametrize(
    "name", ["-L1,1", "--help", ":(glob)*", "*.yaml", "a b", "a:b", "ünï", "a\tb", "'q'", "a\nb", ":!m.yaml", "HEAD"]
)
def test_hostile_file_names(repository: Path, name: str) -> None:
    """A name is a name: no option, no pattern, no revision."""
    commit(repository, "other\n", author="Other")
    made = commit(repository, "a\n", name)
    found = ask(repository, name)
    assert isinstance(found, Blamed)
    assert found.commit == made


def test_hostile_author_and_summary(repository: Path) -> None:
    """They are text; a line of a manifest that looks like git's own output is one, too."""
    commit(repository, "author Mallory\n\tsummary x\nboundary\n", author=HOSTILE, summary="author Mallory")
    for line in (1, 2, 3):
        found = ask(repository, line=line)
        assert isinstance(found, Blamed)
        assert found.author.startswith("Ann")
        assert found.author.endswith("ünï")
        assert found.summary == "author Mallory"


def test_an_author_in_another_encoding(repository: Path) -> None:
    """Bytes that are no UTF-8 do not end anything."""
    (repository / "m.yaml").write_text("a\n")
    git(repository, "add", "-A")
    tree = git(repository, "write-tree")
    raw = (
        b"tree "
        + tree.encode()
        + b"\nauthor M\xfcller <m@x> 1767319445 +0000\ncommitter c <c@x> 1767319445 +0000\n\nx\n"
    )
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=repository,
        input=raw,
        capture_output=True,
        check=True,
    )
    git(repository, "update-ref", "HEAD", made.stdout.decode().strip())
    found = ask(repository)
    assert isinstance(found, Blamed)
    assert found.author.startswith("M")
    assert found.when == "2026-01-02T02:04:05Z"


def test_lines_that_are_not_committed(repository: Path) -> None:
    """A changed line, a staged file, a repository without a commit, a file that git does not know."""
    (repository / "m.yaml").write_text("a\n")
    assert ask(repository) is NotBlamed.UNTRACKED
    git(repository, "add", "m.yaml")
    assert ask(repository) is NotBlamed.NOT_COMMITTED
    commit(repository, "a\nb\n")
    (repository / "m.yaml").write_text("a\nB\n")
    assert isinstance(ask(repository, line=1), Blamed)
    assert ask(repository, line=2) is NotBlamed.NOT_COMMITTED
    (repository / "*.yaml").write_text("a\n")
    assert ask(repository, "*.yaml") is NotBlamed.UNTRACKED
    (repository / "new.yaml").write_text("a\n")
    assert ask(repository, "new.yaml") is NotBlamed.UNTRACKED
    git(repository, "add", "new.yaml")
    assert ask(repository, "new.yaml") is NotBlamed.NOT_COMMITTED


def test_a_shallow_clone(repository: Path, tmp_path: Path) -> None:
    """The commit where the history was cut off is not the one that wrote the line."""
    commit(repository, "a\nb\n")
    commit(repository, "a\nb\nc\n")
    last = commit(repository, "a\nb\nc\nd\n")
    git(tmp_path, "clone", "-q", "--depth", "2", repository.as_uri(), "clone")
    clone = tmp_path / "clone"
    assert ask(clone, line=1) is NotBlamed.SHALLOW
    assert ask(clone, line=3) is NotBlamed.SHALLOW
    found = ask(clone, line=4)
    assert isinstance(found, Blamed)
    assert found.commit == last


def test_where_there_is_no_repository(tmp_path: Path) -> None:
    """No file, no repository."""
    assert ask(tmp_path, "<stdin>") is NotBlamed.OUTSIDE
    assert ask(tmp_path, "none.yaml") is NotBlamed.OUTSIDE
    (tmp_path / "m.yaml").write_text("a\n")
    assert ask(tmp_path) is NotBlamed.NO_REPOSITORY


def test_a_file_of_another_repository_is_asked_there(repository: Path, tmp_path: Path) -> None:
    """PATHS may lead out of the project."""
    made = commit(repository, "a\n")
    found = ask(tmp_path, "repository/m.yaml")
    assert isinstance(found, Blamed)
    assert found.commit == made


def test_a_line_that_is_not_there(repository: Path) -> None:
    """The file was cut while it was looked at."""
    commit(repository, "a\n")
    assert ask(repository, line=7) is NotBlamed.UNREADABLE


def test_files_that_make_a_repository_of_their_folder(repository: Path) -> None:
    """Their configuration names commands, and could be committed by anybody: nothing is asked there."""
    commit(repository, "a\n")
    git(repository, "clone", "-q", "--bare", str(repository), "evil")
    evil = repository / "evil"
    (evil / "m.yaml").write_text("a\n")
    assert not under_git(evil)
    assert ask(evil) is NotBlamed.NO_REPOSITORY


def test_one_deadline_for_all_files(repository: Path) -> None:
    """What is not read by then is unreadable, and git is not started for it."""
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        commit(repository, "a\n", name)
    times = iter((0.0, 0.0, 12.0, 24.0))
    places = [Source(name, 1, 1) for name in ("a.yaml", "b.yaml", "c.yaml")]
    found = blamed(places, folder=repository, clock=lambda: next(times))
    assert [isinstance(found[place], Blamed) for place in places] == [True, True, False]
    assert found[places[2]] is NotBlamed.UNREADABLE


def test_a_monitor_is_not_started(repository: Path, tmp_path: Path) -> None:
    """A repository's configuration may name any command as one."""
    commit(repository, "a\n")
    monitor = tmp_path / "monitor"
    monitor.write_text(f"#!/bin/sh\ntouch '{tmp_path}/started'\n")
    monitor.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(monitor))
    assert isinstance(ask(repository), Blamed)
    (repository / "new.yaml").write_text("a\n")
    assert ask(repository, "new.yaml") is NotBlamed.UNTRACKED
    assert not (tmp_path / "started").exists()


def test_a_git_that_fails(repository: Path) -> None:
    """None, whatever it was."""
    commit(repository, "a\n")
    assert git_bytes(repository, "no-such-command") is None
    assert git_bytes(repository, "log", "\0") is None
    assert git_bytes(repository / "nowhere", "log") is None
    (repository / "bytes").write_bytes(b"\xff")
    git(repository, "add", "bytes")
    assert git_text(repository, "cat-file", "-p", ":bytes") is None


def test_commits_by_name(repository: Path) -> None:
    """Those that are there, however many are asked for; others, and what is no name of a commit, are left out."""
    first, second = commit(repository, "a\n", summary="one"), commit(repository, "b\n", author=HOSTILE, summary="two")
    unknown = "0123456789abcdef0123456789abcdef01234567"
    found = commits_of([second, unknown, "--all", "HEAD", first, *[f"{n:040x}" for n in range(300)]], folder=repository)
    assert set(found) == {first, second}
    assert found[first] == Blamed(commit=first, author="Anna Ek", when="2026-01-02T02:04:05Z", summary="one")
    assert found[second].author.endswith("ünï")
    assert commits_of([unknown], folder=repository) == {}
    assert commits_of([first], folder=repository.parent) == {}
    assert commits_of([], folder=repository) == {}
