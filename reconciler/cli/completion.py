"""``reconciler completion``."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from reconciler.cli.terminal import Terminal
from reconciler.errors import ExitCode

_VARIABLE = "_RECONCILER_COMPLETE"
_SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print the script that completes commands, options, kinds, accounts and addresses in a shell.

    \b
    bash:  reconciler completion bash > ~/.local/share/bash-completion/completions/reconciler
    zsh:   reconciler completion zsh > "${fpath[1]}/_reconciler"
    fish:  reconciler completion fish > ~/.config/fish/completions/reconciler.fish
    """  # noqa: D301 - click reads the backspace: leave the lines as they are
    found = get_completion_class(shell)
    if found is not None:
        # Not the class's own: bash's starts a bash and complains of its version.
        script = ShellComplete.source(found(context.find_root().command, {}, "reconciler", _VARIABLE))
        Terminal().result(f"{script.strip()}\n")
    return ExitCode.OK
