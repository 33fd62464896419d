"""``apply --rehearse``: nothing is asked and nothing written; the exit code is the one that the apply would have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.cli.interruption import reading
from reconciler.cli.running import Asking
from reconciler.cli.terminal import Render, Terminal, surroundings
from reconciler.cli.watching import watching
from reconciler.errors import ExitCode, Interrupted, ReconcilerError
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.events import Event
from reconciler.model.rehearsal import Rehearsal
from reconciler.render.events import event_line
from reconciler.workflow.copying import Copy, Wish, copied
from reconciler.workflow.rehearse import rehearse
from reconciler.workflow.setting import prepare


def rehearsed(terminal: Terminal, account: str | None, wish: Wish, asking: Asking, faults: str | None) -> ExitCode:
    """Rehearse, tell how it went, and answer the code of the apply. Where that would ask, the answer is a yes."""
    found = Rehearsal(account=account or "", fingerprint="", faults=faults)

    def document(findings: Sequence[Diagnostic]) -> Render:
        told = found
        return lambda form, view: form.rehearsal(told, diagnostics=findings, view=view)

    def emit(event: Event) -> None:
        if terminal.streams_events:
            terminal.event(event_line(event))

    try:
        copy = _copy(terminal, account, wish, asks=not asking.auto_approve)
        found = replace(found, account=copy.plan.account, fingerprint=copy.plan.fingerprint)
        _show(terminal, copy)
        found = rehearse(copy, emit, faults=faults, settle=asking.settle)
    except KeyboardInterrupt:
        return terminal.failed(Interrupted("interrupted; nothing was written"), document)
    except ReconcilerError as error:
        return terminal.failed(error, document)
    if copy.refused is not None:
        return terminal.failed(copy.refused, document, said=len(copy.refused.diagnostics))
    if found.error is not None:
        return terminal.failed(found.error, document)
    terminal.tell(document(()))
    return _code(found)


def _copy(terminal: Terminal, account: str | None, wish: Wish, *, asks: bool) -> Copy:
    def emit(event: Event) -> None:
        shown(event)
        if terminal.streams_events:
            terminal.event(event_line(event))

    with watching(terminal) as watched:
        shown = watched.of(None)
        setting = replace(prepare(surroundings(), account), watch=shown)
        return reading(copied(setting, wish, emit, asks=asks))


def _show(terminal: Terminal, copy: Copy) -> None:
    """The plan for people: it is part of the result only where that is for people, too."""
    shown = terminal.text.plan(copy.plan, view=terminal.view(err=not terminal.is_text))
    terminal.show(f"{shown}\n" if terminal.is_text else shown)


def _code(found: Rehearsal) -> ExitCode:
    report = found.report
    if report is None or not report.failed:
        return ExitCode.OK
    return ExitCode.PARTLY_APPLIED if report.written else ExitCode.ERROR
