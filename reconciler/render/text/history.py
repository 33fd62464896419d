"""What was done, for people: whole runs, the changes of one object, or how one field went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from reconciler.model.attribution import Blamed, OutsideChange
from reconciler.model.history import Ending, HistoryReport, PastChange, PastRun, Result
from reconciler.model.paths import undotted
from reconciler.model.plan import Action, FieldDiff
from reconciler.render.attribution_words import author_words, time_words
from reconciler.render.escape import visible
from reconciler.render.paint import ACTION_HUES, Hue, painted
from reconciler.render.text.diagnostics import diagnostics_lines
from reconciler.render.text.layout import cells, headed
from reconciler.render.text.values import field_lines
from reconciler.render.view import PLAIN, View
from reconciler.render.words import WORDS, counted

MOST_LISTED = 20
"""Changes of a run; of more, people are told how many there are."""

_RESULTS = {
    Result.COMPLETE: ("done", Hue.GREEN),
    Result.PARTIAL: ("partly done", Hue.RED),
    Result.FAILED: ("failed", Hue.RED),
    Result.INTERRUPTED: ("interrupted", Hue.YELLOW),
    Result.UNFINISHED: ("no end is recorded: it was cut short, or is under way", Hue.RED),
}
_ENDINGS = {Ending.UNKNOWN: "unknown: the run has not said"}
_SHORT_COMMIT = 12
_WITHIN = 0.999999
"""Seconds: the log's stamps end at the second, in which our own runs have a time to the microsecond."""


def _time(stamp: str) -> str:
    return f"{visible(stamp[:19].replace('T', ' '))} UTC"


def _head(run: PastRun, *, color: bool) -> Iterator[str]:
    word, hue = _RESULTS[run.result]
    ours = Counter(change.change.action for change in run.changes if change.end.ending is Ending.APPLIED)
    done = ", ".join(f"{ours[action]} {WORDS[action].done}" for action in Action if ours[action])
    rest = Counter(change.end.ending.value for change in run.changes if change.end.ending is not Ending.APPLIED)
    told = [done] * bool(done) + [f"{number} {ending}" for ending, number in sorted(rest.items())]
    when = painted(_time(run.begun.started), Hue.BOLD, color=color)
    yield f"{when}  {painted(word, hue, color=color)}{': ' if told else ''}{', '.join(told)}"


def _whence(run: PastRun, commit: Blamed | None, *, color: bool) -> Iterator[str]:
    begun = run.begun
    actor = begun.actor
    yield f"  {visible(begun.command)}"
    on = f" on {visible(actor.system)}" if actor.system else ""
    yield f"  by {visible(actor.name)}{on}{f', {visible(actor.run)}' if actor.run else ''}"
    if begun.commit:
        dirty = ", with changes that were not committed" if begun.dirty else ""
        author = f" of {visible(commit.author)}, {_time(commit.when)}: {visible(commit.summary)}" if commit else ""
        yield f"  from commit {visible(begun.commit[:_SHORT_COMMIT])}{author}{dirty}"
    if begun.fingerprint:
        saved = f", saved {_time(begun.plan_saved)}" if begun.plan_saved else ""
        yield painted(f"  plan {visible(begun.fingerprint)}{saved}", Hue.DIM, color=color)
    for lift in begun.lifted:
        yield painted(f"  guard {visible(lift.guard)} lifted by {visible(lift.by)}", Hue.YELLOW, color=color)


def _change(past: PastChange, view: View, *, fields: bool) -> Iterator[str]:
    change, end, color = past.change, past.end, view.color
    action = painted(f"{WORDS[change.action].sign} {change.action.value:<9}", ACTION_HUES[change.action], color=color)
    moved = f" (was {visible(str(change.moved_from))})" if change.moved_from else ""
    name, known = f"{visible(str(change.address))}{moved}", [f"id {visible(past.remote_id)}"] if past.remote_id else []
    yield from headed(f"    {action}  ", 17, name, known, name_width=0, indent=" " * 8, view=view)
    if end.ending is not Ending.APPLIED:
        code = f" [{visible(end.error)}]" if end.error else ""
        live = ", and a part of it is live" if end.written else ""
        yield painted(f"        {_ENDINGS.get(end.ending, end.ending.value)}{code}{live}", Hue.RED, color=color)
    if fields:
        diffs = [
            FieldDiff(path=undotted(each.path), before=each.before, after=each.after, sensitive=each.sensitive)
            for each in change.fields
        ]
        yield from field_lines(diffs, change.action, indent=" " * 8, view=view)


def _run(run: PastRun, report: HistoryReport, view: View) -> Iterator[str]:
    color = view.color
    about = report.address is not None
    yield from _head(run, color=color)
    yield from _whence(run, report.commits.get(run.begun.commit or ""), color=color)
    shown = run.changes if about else run.changes[:MOST_LISTED]
    for past in shown:
        # A record writes nothing to the account: what it changed in the ledger is all that there is to say.
        yield from _change(past, view, fields=about or past.change.action is Action.RECORD)
    if len(shown) < len(run.changes):
        yield f"    and {counted(len(run.changes) - len(shown), 'more change')}: name an ADDRESS, or --format json"


def _outside(change: OutsideChange, view: View) -> Iterator[str]:
    color = view.color
    when = painted(time_words(change.when), Hue.BOLD, color=color)
    yield f"{when}  {painted('changed outside', Hue.YELLOW, color=color)}"
    yield f"  by {author_words(change.author)}"
    lead, known = f"    {visible(change.change or 'change')}  ", [f"id {visible(change.remote_id)}"]
    name = visible(str(change.address))
    yield from headed(lead, cells(lead), name, known, name_width=0, indent=" " * 8, view=view)
    diffs = [
        FieldDiff(path=undotted(each.path), before=each.before, after=each.after, sensitive=each.sensitive)
        for each in change.fields
    ]
    yield from field_lines(diffs, _sides(diffs), indent=" " * 8, view=view)
    if change.others:
        yield f"        and {', '.join(map(visible, change.others))}"


def _sides(diffs: Sequence[FieldDiff]) -> Action:
    """Which values are worth showing: of an object that came or went, one of each two."""
    if all(diff.after is None for diff in diffs):
        return Action.DELETE
    return Action.CREATE if all(diff.before is None for diff in diffs) else Action.UPDATE


def _timeline(report: HistoryReport, view: View) -> Iterator[Iterator[str]]:
    """Our runs and what others did, the newest first; of one moment, in the order in which they are known."""
    outside = [(_instant(one.when) + _WITHIN, _outside(one, view)) for one in report.outside or ()]
    if not outside:
        yield from (_run(run, report, view) for run in report.runs)
        return
    runs = [(_instant(run.begun.started), _run(run, report, view)) for run in report.runs]
    for _, lines in sorted([*outside, *runs], key=lambda each: each[0], reverse=True):
        yield lines


def _instant(stamp: str) -> float:
    try:
        found = datetime.fromisoformat(stamp)
    except ValueError:  # by another hand
        return 0.0
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def history_lines(report: HistoryReport, view: View = PLAIN) -> Iterator[str]:
    """The runs, and what others did where that was asked; an empty line between two of them."""
    about = report.address is not None
    for number, lines in enumerate(_timeline(report, view)):
        if number:
            yield ""
        yield from lines
    if not report.runs and not report.outside:
        subject = f"{report.address}.{report.field}" if report.field else str(report.address)
        of = f" of {visible(subject)}" if about else ""
        yield f"Nothing is recorded{of} in the history of account {visible(report.account)}."
    if report.notes:
        yield ""
        yield from diagnostics_lines(report.notes, view)


def history(report: HistoryReport, *, view: View = PLAIN) -> str:
    """What was done."""
    return "".join(f"{line}\n" for line in history_lines(report, view))
