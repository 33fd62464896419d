"""Options of the commands that speak to the host of a pull request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from reconciler.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


STOPPED = "interrupted; run it again: it finds what it posted, and posts nothing twice"


def forges(command: F) -> F:
    """``--github`` or ``--gitlab``."""
    command = click.option("--gitlab", "forge", flag_value="gitlab", help="In a job of GitLab CI.")(command)
    return click.option("--github", "forge", flag_value="github", help="In a step of GitHub Actions.")(command)


def authors(command: F) -> F:
    """``--author``."""
    return click.option(
        "--author", metavar="LOGIN", default="", help="Who our posts are by. Default: the token's own."
    )(command)


def chosen_forge(forge: str | None) -> str:
    """Which one. Raises UsageError where none was named."""
    if forge is None:
        raise UsageError("where does the pull request live?", hint="add --github or --gitlab")
    return forge
