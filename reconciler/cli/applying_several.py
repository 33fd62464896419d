"""``apply`` for several accounts on the terminal: one question about all plans, events with names, one report."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.cli.asking import confirmed, refuse_to_guess
from reconciler.cli.interruption import Interruption
from reconciler.cli.options import Selection
from reconciler.cli.running import Asking, code_of
from reconciler.cli.several import one_at_a_time, stopped, tell
from reconciler.cli.streams import OutputLost
from reconciler.cli.terminal import Terminal, as_typed, surroundings
from reconciler.cli.waiting import wait_after
from reconciler.cli.watching import unfailing, watching
from reconciler.errors import ExitCode, Interrupted, PlanRefused, ReconcilerError
from reconciler.executor.pause import Patience
from reconciler.model.events import Emit, Event, Report
from reconciler.model.plan import Plan
from reconciler.model.several import AccountEnd, Ran, Several
from reconciler.render.events import event_line
from reconciler.render.failure import findings_of
from reconciler.render.text.several import several_plans
from reconciler.render.text.stakes import stakes
from reconciler.workflow.apply_several import ApproveAll, SharedConduct, apply_several
from reconciler.workflow.carrying_out import AppliedPlan
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Setting
from reconciler.workflow.several import prepare_several

Ended = Mapping[str, AppliedPlan | ReconcilerError]


def applied(
    terminal: Terminal,
    chosen: Selection,
    request: PlanRequest,
    asking: Asking,
    *,
    rehearse: bool,
    wait_for: float | None,
) -> ExitCode:
    """Carry out an apply to several accounts and tell how it ended for each."""
    try:
        settings = prepare_several(surroundings(several=True), chosen.names)
        if rehearse:
            raise one_at_a_time("--rehearse copies one account", settings, "apply --rehearse --account {}")
        refuse_to_guess(asking.auto_approve)
        ended = asyncio.run(_watched(terminal, settings, request, asking))
    except asyncio.CancelledError:
        told = Interrupted("interrupted; nothing more is sent", hint="type the same command again to carry on")
        return stopped(terminal, told)
    except ReconcilerError as error:
        return stopped(terminal, error)
    several = Several(tuple(_end(name, one) for name, one in ended.items()))
    try:
        tell(terminal, several)
    except OutputLost as lost:  # what is live is live, whether or not that can be printed
        terminal.warn(f"{lost}; the run itself went to its end: see reconciler status\n")
    if wait_for is None or several.code:
        return several.code
    ends = [(setting, ended[setting.account.name]) for setting in settings]
    ran = [(setting, one) for setting, one in ends if isinstance(one, AppliedPlan)]
    return wait_after(terminal, ran, wait_for)


def _approval(terminal: Terminal, asking: Asking) -> ApproveAll:
    def approve(plans: Sequence[Plan]) -> bool:
        terminal.show(several_plans(plans, view=terminal.view(err=not terminal.is_text)))
        pending = sum(plan.applicable and bool(plan.pending) for plan in plans)
        accounts = f"{pending} account{'' if pending == 1 else 's'}"
        if not asking.auto_approve:
            terminal.warn_of(stakes(plans, view=terminal.view(err=True)))
        return asking.auto_approve or confirmed(f'apply these changes to {accounts}? Type "yes"', "yes")

    return approve


async def _watched(terminal: Terminal, settings: Sequence[Setting], request: PlanRequest, asking: Asking) -> Ended:
    with watching(terminal) as watched:
        writing = Interruption(lambda _: None, terminal.say)

        def emit_for(account: str) -> Emit:
            show = watched.of(account)

            def tell_one(event: Event) -> None:
                terminal.event(event_line(event, account))

            tell_program = unfailing(tell_one, terminal)

            def emit(event: Event) -> None:
                writing.watching(event)
                show(event)
                if terminal.streams_events:
                    tell_program(event)

            return emit

        approve = _approval(terminal, asking)

        def approve_below(plans: Sequence[Plan]) -> bool:
            watched.rest()
            return approve(plans)

        conduct = SharedConduct(
            approve=approve_below,
            asks=not asking.auto_approve,
            patience=Patience(time.monotonic, asyncio.sleep, writing.stop, asking.settle),
            emit=emit_for,
            wait=asking.wait,
        )
        shown = [replace(setting, watch=watched.of(setting.account.name)) for setting in settings]
        return await writing.guard(apply_several(shown, request, conduct))


def _end(name: str, one: AppliedPlan | ReconcilerError) -> AccountEnd:
    """How it ended for one account, as it would be told alone."""
    if isinstance(one, ReconcilerError):
        findings = tuple(findings_of(one))
        return AccountEnd(account=name, code=one.exit_code, told=Ran(diagnostics=findings), failure=findings)
    if one.refused is not None:
        told = Ran(plan=one.plan, diagnostics=tuple(findings_of(one.refused)))
        return AccountEnd(account=name, code=one.refused.exit_code, told=told)
    if one.declined:
        findings = tuple(findings_of(PlanRefused("declined; nothing was written", code="declined")))
        return AccountEnd(account=name, code=ExitCode.ERROR, told=Ran(diagnostics=findings), failure=findings)
    report = one.report or Report(())
    unfolded = findings_of(one.ledger_error) if one.ledger_error else ()
    return AccountEnd(
        account=name,
        code=code_of(one),
        told=Ran(
            report=report,
            plan=None if one.report else one.plan,
            next_command=as_typed() if report.failed or one.ledger_error else None,
            diagnostics=(*one.notes, *unfolded),
        ),
        written=report.written,
    )
