"""``issue``: one open issue while there is drift, closed when there is none. Writes to the forge, never to Telnyx."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.errors import ExitCode, ForgeDenied, ForgeError
from reconciler.forge.board import Board
from reconciler.forge.message import issue_mark
from reconciler.forge.opening import ci_run, open_forge
from reconciler.forge.posting import marked, put
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.workflow.actor import actor
from reconciler.workflow.runner_files import append_summary
from reconciler.workflow.setting import Surroundings

_HEADING = "\n#### "


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What the issue is about: ``name`` tells it from others of ours, ``title`` and ``label`` are for a new one."""

    name: str
    title: str
    label: str = ""
    author: str = ""
    """Whose issues are kept up to date; empty: the token's own."""


@dataclass(slots=True)
class Told:
    """What became of it. ``printed`` is left to standard output: there was no other place."""

    line: str = ""
    warnings: list[Diagnostic] = field(default_factory=list)
    printed: str = ""


async def issue(around: Surroundings, forge: str, report: str, ended: int, about: Issue) -> Told:
    """Open or update it for a report that ``drift`` ended with 2, close it after 0, leave it alone for anything else.

    Without permission the job's summary is told instead. Raises ForgeError.
    """
    run = replace(ci_run(forge, around.environment, lambda path: Path(path).read_bytes()), author=about.author)
    address = actor(around).run
    seen = f"Seen by [this run]({address})." if address else ""
    if ended not in {ExitCode.OK, ExitCode.CHANGES}:
        return Told(f"drift ended with {ended}, which tells neither drift nor its absence: no issue was touched")
    mark = issue_mark(about.name)
    try:
        async with open_forge(run, writes=True) as opened:
            board = await opened.issues()
            if ended == ExitCode.OK:
                return Told(await _close(board, mark, seen))
            texts = [f"{mark}\n{text}\n\n{seen}\n" for text in _by_length(report, address, opened.longest - 1000)]
            posted = await put(board, mark, lambda _: texts, title=about.title, label=about.label)
            return Told(f"{posted.word} {posted.post.url}".rstrip())
    except ForgeDenied as denied:
        closing = ended == ExitCode.OK
        summarized = not closing and append_summary(around.environment, report)
        told = Told(warnings=[_warning(denied, _instead(closing=closing, summarized=summarized))])
        if not closing and not summarized:
            told.printed = report
        return told


async def _close(board: Board, mark: str, seen: str) -> str:
    there = await marked(board, mark)
    for post in there:
        last = post.body.partition("\n")[2].strip()
        text = f"{mark}\n**There is no drift any more.** {seen}\n\n<details><summary>The last report</summary>\n\n"
        await board.replace(post, f"{text}{last}\n\n</details>\n", close=True)
    return " ".join(f"closed {post.url}".rstrip() for post in there) or "no issue is open"


def _by_length(report: str, address: str | None, longest: int) -> list[str]:
    """The report, and what stands above its first object."""
    where = f"[its run]({address}) has the whole" if address else "its run has the whole"
    short = (
        f"{report.partition(_HEADING)[0].strip()[: longest // 2]}\n\nThe report is too long to be shown here: {where}."
    )
    return [report.strip(), short] if len(report) <= longest else [short]


def _instead(*, closing: bool, summarized: bool) -> tuple[str, str]:
    """What was not done, and where the report is."""
    if closing:
        return "closed", "one that is open stays open"
    return "opened", f"the report stands {'in the job summary' if summarized else 'on standard output'}"


def _warning(denied: ForgeError, instead: tuple[str, str]) -> Diagnostic:
    done, where = instead
    summary = f"the issue could not be {done} ({denied.summary}); {where}"
    return Diagnostic(code="not-posted", severity=Severity.WARNING, summary=summary, hint=denied.hint)
