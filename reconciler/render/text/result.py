"""How an apply ended: what is live, what is not, why, and the exact next command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.events import Applied, Blocked, Failed, Outcome, Report, Stopped
from reconciler.model.plan import Action, Change, Replace
from reconciler.render.escape import visible, visible_lines
from reconciler.render.failure import request_words
from reconciler.render.paint import ACTION_HUES, Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.layout import sentence
from reconciler.render.view import PLAIN, View
from reconciler.render.words import WORDS


def change_text(change: Change, *, color: bool = False) -> str:
    """One change on a line."""
    action = f"{WORDS[change.action].sign} {change.action.value}"
    return f"{painted(f'{action:<11}', ACTION_HUES[change.action], color=color)}  {visible(str(change.address))}"


def _why(outcome: Failed | Blocked) -> Iterator[str]:
    match outcome:
        case Failed(change=change, error=error, written=written):
            yield f"{visible(error.summary)} [{visible(error.code)}]"
            yield from visible_lines(request_words(error))
            if written and isinstance(change, Replace):
                yield "the old object is deleted and the new one is not there yet"
            elif written:
                yield "a part of it is live"
            yield from visible_lines(error.hint)
        case Blocked(because_of=address):
            yield f"not tried: it needs {visible(str(address))}"


def done_words(outcomes: list[Applied]) -> str:
    """Counts of what was done: ``2 created, 1 updated``."""
    counts = Counter(outcome.change.action for outcome in outcomes)
    return ", ".join(f"{counts[action]} {WORDS[action].done}" for action in Action if counts[action])


def result_verdict(report: Report, account: str) -> str:
    """The line that a reader must not miss."""
    done = [outcome for outcome in report.outcomes if isinstance(outcome, Applied)]
    name = visible(account)
    if not report.outcomes:
        return f"Nothing was applied to account {name}."
    if len(done) == len(report.outcomes):
        return f"Applied to account {name}: {done_words(done)}."
    kinds: list[tuple[type[Outcome], str]] = [(Failed, "failed"), (Blocked, "blocked"), (Stopped, "not begun")]
    counts = [(sum(isinstance(o, kind) for o in report.outcomes), word) for kind, word in kinds]
    rest = ", ".join(f"{number} {word}" for number, word in counts if number)
    how = "Interrupted" if report.interrupted else "Partly applied" if report.written else "Nothing was applied"
    return f"{how}: {len(done)} of {len(report.outcomes)} changes are done in account {name}; {rest}."


def not_done_lines(report: Report, *, color: bool) -> Iterator[str]:
    """What failed or hangs on it, each with its reason; then what was not begun, for which there is only one."""
    told = [outcome for outcome in report.failed if not isinstance(outcome, Stopped)]
    if told:
        yield painted("Not done", Hue.BOLD, color=color)
        for outcome in told:
            yield f"  {change_text(outcome.change, color=color)}"
            yield from (f"      {line}" for line in _why(outcome))
        yield ""
    stopped = [outcome for outcome in report.failed if isinstance(outcome, Stopped)]
    if stopped:
        yield painted("Not begun: the run was stopped", Hue.BOLD, color=color)
        yield from (f"  {change_text(outcome.change, color=color)}" for outcome in stopped)
        yield ""


def result_lines(
    report: Report, *, account: str, next_command: str | None, diagnostics: Sequence[Diagnostic], view: View = PLAIN
) -> Iterator[str]:
    """What is live and, where anything is not, both lists."""
    color = view.color
    done = [outcome for outcome in report.outcomes if isinstance(outcome, Applied)]
    if report.failed:
        if done:
            yield painted("Done", Hue.BOLD, color=color)
            yield from (f"  {change_text(outcome.change, color=color)}" for outcome in done)
            yield ""
        yield from not_done_lines(report, color=color)
    noted = (outcome for outcome in report.outcomes if isinstance(outcome, Applied | Failed))
    notes = diagnostics_lines([*diagnostics, *(note for outcome in noted for note in outcome.notes)], view)
    yield from notes
    if notes:
        yield ""
    yield from (painted(line, Hue.BOLD, color=color) for line in sentence(result_verdict(report, account), view))
    if next_command:
        yield f"Next: {visible(next_command)}"


def result(
    report: Report,
    *,
    account: str,
    next_command: str | None = None,
    diagnostics: Sequence[Diagnostic] = (),
    view: View = PLAIN,
) -> str:
    """How an apply ended."""
    lines = result_lines(report, account=account, next_command=next_command, diagnostics=diagnostics, view=view)
    return "".join(f"{line}\n" for line in lines)
