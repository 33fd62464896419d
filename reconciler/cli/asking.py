"""A question on the terminal, and the one answer that is a yes."""

from __future__ import annotations

import sys

import click

from reconciler.cli.interruption import ending_at_once
from reconciler.cli.log import current_log
from reconciler.errors import Interrupted, UsageError


def refuse_to_guess(auto_approve: bool) -> None:
    """Nobody can answer where standard input is no terminal. Raises UsageError."""
    if not auto_approve and (sys.stdin is None or not sys.stdin.isatty()):
        raise UsageError("there is nobody to ask: standard input is not a terminal", hint="agree with --auto-approve")


def confirmed(question: str, expected: str) -> bool:
    """Ask on the terminal; anything but the expected word is a no. Raises Interrupted."""
    return answered(question).strip() == expected


def answered(question: str) -> str:
    """What a person types on the terminal. Raises Interrupted."""
    log = current_log()
    try:
        with ending_at_once():
            return log.ask(question)
    except (click.Abort, KeyboardInterrupt):
        log.end_question()
        raise Interrupted("interrupted; nothing was written") from None
