"""``reconciler apply``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from reconciler.cli.options import AGE, locking, plan_request, planning, selection, settling
from reconciler.cli.outputs import Output, check_apart, formats
from reconciler.cli.running import Asking, failed, run
from reconciler.cli.terminal import Terminal
from reconciler.cli.waiting import Waits, wait_after, waiting
from reconciler.errors import ReconcilerError, UsageError
from reconciler.model.saved.plan import SavedPlan
from reconciler.workflow.apply import apply
from reconciler.workflow.apply_saved import apply_saved
from reconciler.workflow.approval import check_approval, plan_in
from reconciler.workflow.fault_profiles import FAULT_PROFILES


@click.command("apply", cls=Waits)
@formats("text", "json", "jsonl", "markdown")
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--fingerprint", metavar="sha256:…", help="Apply the saved plan only if this is it. Does not ask.")
@click.option("--max-age", type=AGE, metavar="30m|12h|7d", help="Refuse a saved plan that is older.")
@click.option("--rehearse", is_flag=True, help="Carry the plan out on a copy of the account; write nothing to it.")
@click.option("--faults", type=click.Choice(sorted(FAULT_PROFILES)), help="With --rehearse: what goes wrong meanwhile.")
@waiting("Then wait for what was made or changed, for at most 90s, 30m, 12h or 7d. The lock is given back before.")
@settling
@locking
@planning
def command(
    account: str | None,
    outputs: tuple[Output, ...],
    paths: tuple[str, ...],
    fingerprint: str | None,
    max_age: timedelta | None,
    settle: float,
    wait: float,
    faults: str | None,
    wait_for: float | None,
    *,
    all_accounts: bool,
    auto_approve: bool,
    rehearse: bool,
    **options: Any,
) -> int:
    """Make the account as the manifests say: plan, ask, look again, write.

    With the file of a saved plan (plan --out FILE) in place of PATHS: carry out that plan and no other, or what an
    interruption left of it. Refused where the account has moved since.

    With --rehearse nothing is asked and nothing written: what the account holds is copied, by reads only, and the plan
    runs on the copy, in simulated time. Told are the outcome, the requests, the time, and what a crash at the worst
    moment would leave. The exit code is that of the apply.

    With --wait what the run made or changed and takes days is waited for, after the result is told. The exit code is 4
    where not all of it is done in the end: something failed, needs you, or took longer.
    """
    check_apart(outputs, *(("a file that is read", path) for path in paths))
    terminal = Terminal(outputs)
    asking = Asking(
        question=lambda _: ('apply these changes? Type "yes"', "yes"),
        auto_approve=auto_approve or fingerprint is not None,
        settle=settle,
        wait=wait,
    )
    try:
        chosen = selection(account, all_accounts=all_accounts)
        saved = _saved(paths, account if chosen is None else None, options)
        if saved is not None and chosen is not None:
            raise UsageError(
                f'this plan was made for account "{saved.plan.account}", and no saved plan is for several',
                hint="apply each file by itself, without --account: a plan knows its own",
            )
        if saved is not None:
            check_approval(saved, approved=fingerprint, max_age=max_age, now=datetime.now(UTC))
        elif fingerprint is not None or max_age is not None:
            word = "--fingerprint" if fingerprint is not None else "--max-age"
            raise UsageError(f"{word} goes with a saved plan", hint="save one with reconciler plan --out FILE")
        _check_rehearsal(saved, options, rehearse=rehearse, faults=faults, waits=wait_for is not None)
    except ReconcilerError as error:
        return failed(terminal, account or "", error)
    if chosen is not None:
        from reconciler.cli.applying_several import applied  # noqa: PLC0415 - one account needs none of it

        return applied(
            terminal, chosen, plan_request(paths=paths, **options), asking, rehearse=rehearse, wait_for=wait_for
        )
    if rehearse:
        from reconciler.cli.rehearsing import rehearsed  # noqa: PLC0415 - an apply needs none of it

        wish = plan_request(paths=paths, **options) if saved is None else saved
        name = account if saved is None else saved.plan.account
        return rehearsed(terminal, name, wish, asking, faults)
    then = None if wait_for is None else lambda setting, applied: wait_after(terminal, [(setting, applied)], wait_for)
    if saved is None:
        request = plan_request(paths=paths, **options)
        return run(terminal, account, lambda setting, conduct: apply(setting, request, conduct), asking, then)
    deadline: float | None = options["deadline"]
    return run(
        terminal,
        saved.plan.account,
        lambda setting, conduct: apply_saved(setting, saved, conduct, deadline=deadline),
        asking,
        then,
    )


def _check_rehearsal(
    saved: SavedPlan | None, options: dict[str, Any], *, rehearse: bool, faults: str | None, waits: bool
) -> None:
    """Raise UsageError for what has no meaning with a rehearsal, or without one."""
    if faults is not None and not rehearse:
        raise UsageError("--faults goes with --rehearse", hint="add --rehearse; a real apply is not broken on purpose")
    if rehearse and waits:
        raise UsageError(
            "--wait does not go with --rehearse", hint="nobody reviews what is on a copy: leave one of them out"
        )
    if rehearse and saved is not None and options["deadline"] is not None:
        raise UsageError(
            "--deadline does not go with --rehearse of a saved plan", hint="the rehearsal tells how long it takes"
        )


def _saved(paths: tuple[str, ...], account: str | None, options: dict[str, Any]) -> SavedPlan | None:
    """The saved plan among the paths, if there is one. Raises UsageError for what does not go with it."""
    found = [saved for path in paths if (saved := plan_in(path)) is not None]
    if not found:
        return None
    if len(paths) > 1:
        raise UsageError("a saved plan is applied alone", hint="give its file and no other path")
    given = sorted(name for name, value in options.items() if value and name != "deadline")
    if given:
        word = f"--{given[0].replace('_', '-')}"
        raise UsageError(f"{word} does not go with a saved plan", hint=f"plan again with {word}, and save that")
    [saved] = found
    if account is not None and account != saved.plan.account:
        raise UsageError(
            f'this plan was made for account "{saved.plan.account}", not for "{account}"',
            hint="leave out --account: the plan knows its own",
        )
    return saved
