"""Files and variables that hold what no field can: refused by name, never with what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.manifest.reading import Unusable, read_bounded

from .folder import Folder, profile


@pytest.mark.parametrize(
    ("content", "written", "message"),
    [
        ("canary\0", "${file:secret}", 'the file "secret" is not text [unusable-file]'),
        ("", "${env:HALF}", "the environment variable HALF is not UTF-8 text [undefined-variable]"),
    ],
    ids=["a file with a NUL", "a variable of other bytes"],
)
def test_no_text(content: str, written: str, message: str, folder: Folder) -> None:
    """The name of the file or the variable, and nothing of its content."""
    folder.write("secret", content)
    [found] = folder.findings(
        profile(spec=f'{{destinations: [US], webhook_url: "{written}"}}'), environment={"HALF": "canary\udcff"}
    )
    assert message in found
    assert "canary" not in found


def test_a_file_may_be_as_large_as_that(tmp_path: Path) -> None:
    """To the byte; a larger one is refused before it is read."""
    file = tmp_path / "file"
    file.write_bytes(b"1234")
    assert read_bounded(file, 4) == b"1234"
    with pytest.raises(Unusable) as refused:
        read_bounded(file, 3)
    assert refused.value.code == "too-large"


def test_a_file_that_does_not_tell_its_size() -> None:
    """What the kernel makes up while it is read counts as it is read."""
    with pytest.raises(Unusable) as refused:
        read_bounded(Path("/proc/self/status"), 10)
    assert refused.value.code == "too-large"


def test_no_file(tmp_path: Path) -> None:
    """The reason is the system's, in lower case."""
    with pytest.raises(Unusable) as refused:
        read_bounded(tmp_path / "none", 3)
    assert (refused.value.code, refused.value.reason) == (
        "unreadable-file",
        "cannot be read: no such file or directory",
    )
