"""What is said below a local ledger when it is refused, and what a folder and this process hold."""

from __future__ import annotations

from pathlib import Path

FREE = "free some space on that disk and run the command again; what was saved before is intact"
QUOTA = "free some space in that quota and run the command again; what was saved before is intact"
ACCESS = "give this user access to the path, or run as the user who owns it"
LOCAL = "this file system has no locks: keep the project on a local disk"
WAIT = (
    "wait until it has finished, or have --lock-timeout SECONDS wait for it; the lock ends with that process, however "
    "it ends"
)
SEE = "see what is at that path, then run the command again"
SIZE = "look at its size, or raise the limit on file sizes (ulimit -f); what was saved before is intact"
READ_ONLY = "the file system is read-only: run this where the project's folder can be written"


def names(folder: Path) -> list[str]:
    """What is in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def descriptors() -> int:
    """How many files this process has open."""
    return len([*Path("/proc/self/fd").iterdir()])
