"""What a forge is to us: who runs where, two boards, and the way from a merge back to what was planned for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from reconciler.forge.board import Board
from reconciler.transport.key import ApiKey

LARGEST_ARTIFACT = 256 << 20
"""Bytes of an artifact that are read, packed and unpacked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiRun:
    """The run of a pipeline that we are part of, as its environment tells.

    ``project`` is the path of the repository in the forge's API. ``number`` is the pull request's, None for a run
    without one. ``head`` is the newest commit of its branch, ``commit`` what is checked out.
    """

    forge: str
    url: str
    url_variable: str
    token: ApiKey | None
    token_variable: str
    project: str
    number: int | None
    head: str
    commit: str
    branch: str
    run: str
    workflow: str = ""
    """GitHub only: the file of the workflow."""
    author: str = ""
    """The login of who writes our posts; empty: the token's own, as far as that can be told."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A pull request that was merged: its number, and the newest commit of its branch."""

    number: int
    head: str


class Forge(Protocol):
    """GitHub or GitLab. Every method raises ForgeError; those about approval raise PlanRefused as well."""

    longest: int
    """Characters of one post."""
    request: str
    """``pull request`` or ``merge request``."""

    async def comments(self, number: int) -> Board:
        """The comments of a pull request."""
        ...

    async def issues(self) -> Board:
        """The open issues."""
        ...

    async def merged_by(self, commit: str) -> Merged:
        """The pull request whose merge made ``commit``."""
        ...

    async def planned_by(self, merged: Merged) -> str:
        """The run that made the last plan of a pull request, of its newest commit, successfully."""
        ...

    async def artifact(self, run: str, name: str) -> bytes:
        """The zip archive that the run left under this name."""
        ...
