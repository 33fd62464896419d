"""``reconciler hosted …``: what the owner of hosted numbers contributes. A file for each of the commands."""

from __future__ import annotations

import click

from reconciler.cli.hosted_codes import send_codes_command, verify_command
from reconciler.cli.hosted_documents import documents_command


@click.group("hosted")
def command() -> None:
    """Do what a hosted number order waits for: codes and documents.

    These write to the account, once, as an apply does, and are in the history.
    """


command.add_command(send_codes_command)
command.add_command(verify_command)
command.add_command(documents_command)
