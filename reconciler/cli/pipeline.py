"""What the pipeline that runs us tells in its environment: where it shows our files, and where it shows the run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reconciler.render.view import Checkout, Links


def links(environment: Mapping[str, str], folder: Path) -> Links | None:
    """Where the pipeline that runs us shows files of its commit; None outside of one.

    https://docs.github.com/actions/reference/workflows-and-actions/variables,
    https://docs.gitlab.com/ci/variables/predefined_variables
    """
    match environment:
        case {"GITHUB_SERVER_URL": server, "GITHUB_REPOSITORY": repository, "GITHUB_SHA": commit}:
            return _links(f"{server}/{repository}/blob/{commit}", environment.get("GITHUB_WORKSPACE"), folder)
        case {"CI_PROJECT_URL": project, "CI_COMMIT_SHA": commit}:
            return _links(f"{project}/-/blob/{commit}", environment.get("CI_PROJECT_DIR"), folder)
    return None


def _links(prefix: str, root: str | None, folder: Path) -> Links | None:
    """None where the run does not happen in the checkout."""
    if not root or not prefix.startswith(("https://", "http://")) or not folder.is_relative_to(root):
        return None
    return Links(prefix=prefix, folder=folder.relative_to(root).as_posix())


def checkout(environment: Mapping[str, str], folder: Path) -> Checkout:
    """The repository around ``folder``: where the pipeline says it is, else upwards where git has its own."""
    told = environment.get("GITHUB_WORKSPACE") or environment.get("CI_PROJECT_DIR")
    if told and folder.is_relative_to(told):
        root = Path(told)
    else:
        root = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
    return Checkout(root=root.as_posix(), folder=folder.relative_to(root).as_posix())


def run_address(environment: Mapping[str, str]) -> str:
    """Where the pipeline shows this run; empty outside of one."""
    match environment:
        case {"GITHUB_SERVER_URL": server, "GITHUB_REPOSITORY": repository, "GITHUB_RUN_ID": run}:
            return f"{server}/{repository}/actions/runs/{run}"
        case {"CI_JOB_URL": job}:
            return job
    return ""
