"""From a run of a pipeline to the forge that it runs at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from reconciler.errors import ForgeDenied
from reconciler.forge.forge import CiRun, Forge
from reconciler.forge.github import GitHub, github_run
from reconciler.forge.gitlab import GitLab, gitlab_run
from reconciler.forge.session import Place, open_session

FORGES = ("github", "gitlab")


def ci_run(forge: str, environment: Mapping[str, str], read: Callable[[str], bytes]) -> CiRun:
    """The run that we are part of. Raises UsageError outside of one, and for a token that cannot be one."""
    return github_run(environment, read) if forge == "github" else gitlab_run(environment)


@asynccontextmanager
async def open_forge(run: CiRun, *, writes: bool) -> AsyncIterator[Forge]:
    """Open a session with the run's token. Raises ForgeDenied without one, UsageError for an address in the clear."""
    if run.token is None:
        raise ForgeDenied(
            f"there is no {run.token_variable}", hint="docs/pipelines.md tells where it comes from and what it may do"
        )
    async with open_session(Place(run.url, run.url_variable, run.token), writes=writes) as session:
        yield GitHub(session, run) if run.forge == "github" else GitLab(session, run)
