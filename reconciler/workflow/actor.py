"""Who runs this: the person or service that started the CI run, and that run's address; else user@host."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from reconciler.ledger.lock import this_process
from reconciler.model.history import Actor
from reconciler.workflow.setting import Surroundings

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class _System:
    """A CI system: the variable that only it sets, who started the run, and the address of that run.

    The first variable of ``who`` that is set counts. ``run`` is a template over variables.
    """

    name: str
    mark: str
    who: tuple[str, ...]
    run: str


_SYSTEMS = (
    _System(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        ("GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"),
        "${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}",
    ),
    _System("GitLab CI", "GITLAB_CI", ("GITLAB_USER_LOGIN",), "${CI_JOB_URL}"),
    _System(
        "Bitbucket Pipelines",
        "BITBUCKET_BUILD_NUMBER",
        ("BITBUCKET_STEP_TRIGGERER_UUID",),
        "https://bitbucket.org/${BITBUCKET_REPO_FULL_NAME}/pipelines/results/${BITBUCKET_BUILD_NUMBER}",
    ),
    _System("Jenkins", "JENKINS_URL", ("BUILD_USER_ID", "CHANGE_AUTHOR"), "${BUILD_URL}"),
    _System("CircleCI", "CIRCLECI", ("CIRCLE_USERNAME",), "${CIRCLE_BUILD_URL}"),
    _System(
        "Azure Pipelines",
        "TF_BUILD",
        ("BUILD_REQUESTEDFOREMAIL", "BUILD_REQUESTEDFOR"),
        "${SYSTEM_COLLECTIONURI}${SYSTEM_TEAMPROJECT}/_build/results?buildId=${BUILD_BUILDID}",
    ),
    _System(
        "Buildkite", "BUILDKITE", ("BUILDKITE_BUILD_CREATOR_EMAIL", "BUILDKITE_BUILD_CREATOR"), "${BUILDKITE_BUILD_URL}"
    ),
)
"""Each system's own documentation names these variables."""


def actor(around: Surroundings) -> Actor:
    """Read it off the environment. A CI run that does not tell who started it is known by its user and host."""
    environment = around.environment
    me = this_process("", around.now())
    user_and_host = f"{me.user}@{me.host}"
    for system in _SYSTEMS:
        if environment.get(system.mark):
            who = next((found for name in system.who if (found := environment.get(name))), user_and_host)
            return Actor(name=who[:_LONGEST], system=system.name, run=_address(system.run, environment))
    return Actor(name=user_and_host)


def _address(template: str, environment: Mapping[str, str]) -> str | None:
    """The run's address, without a user name or password that somebody put into the server's."""
    try:
        parts = urlsplit(string.Template(template).substitute(environment)[:_LONGEST])
    except (KeyError, ValueError):
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
