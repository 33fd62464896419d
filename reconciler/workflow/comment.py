"""``comment``: saved plans, where their reviewers look. Writes to the forge and the runner's files, never to Telnyx.

Nothing here opens a session of the account: plans are files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.errors import ForgeDenied, ForgeError
from reconciler.forge.forge import CiRun
from reconciler.forge.message import Stamp, mark_of, plan_posts
from reconciler.forge.opening import ci_run, open_forge
from reconciler.forge.posting import Posted, put
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.saved.plan import SavedPlan
from reconciler.render.abridged import abridged
from reconciler.render.escape import code, visible
from reconciler.render.format import formats
from reconciler.render.view import View
from reconciler.workflow.runner_files import LONGEST_SUMMARY, append_outputs, append_summary, step_outputs
from reconciler.workflow.setting import Surroundings

_SHORT_COMMIT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Where plans are told: as comments of the pull request, in the summary of the job."""

    comment: bool = True
    summary: bool = False
    author: str = ""
    """Whose comments are kept up to date; empty: the token's own."""


@dataclass(slots=True)
class Commented:
    """What was told where. ``printed`` is left to standard output: there was no other place."""

    lines: list[str] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    printed: str = ""


async def comment(
    around: Surroundings, forge: str, plans: Mapping[str, SavedPlan], channels: Channels, view: View
) -> Commented:
    """Tell ``plans``, each under the name of its file, as they are looked at on the web.

    Without permission, or outside of a pull request, the job's summary is told instead, with a warning. Raises
    ForgeError for a forge that fails, after the summary was told: a comment that shows an older plan misleads.
    """
    run = replace(ci_run(forge, around.environment, lambda path: Path(path).read_bytes()), author=channels.author)
    told = Commented()
    append_outputs(around.environment, step_outputs(plans))
    left = list(plans.values()) if channels.comment else []
    why: tuple[str, str] | None = None
    try:
        if left:
            why = await _post(run, left, told, view)
    except ForgeDenied as denied:
        why = denied.summary, denied.hint
    except ForgeError:
        _summarize(around, list(plans.values()), told, view)
        raise
    if channels.summary:
        left = list(plans.values())
    summarized = _summarize(around, left, told, view)
    if why is not None:
        told.warnings.append(_warning(*why, summarized=summarized))
    return told


async def _post(run: CiRun, left: list[SavedPlan], told: Commented, view: View) -> tuple[str, str] | None:
    """Post them in order; what is still in ``left`` in the end was not posted. Answers why not, and what to do."""
    if run.number is None:
        return "this run is of no pull request", "start it by one to have a comment there"
    async with open_forge(run, writes=True) as forge:
        board = await forge.comments(run.number)
        while left:
            saved = left[0]
            posted = await put(
                board, mark_of(saved.plan.project, saved.plan.account), _Texts(run, saved, view, forge.longest)
            )
            told.lines.append(f"account {saved.plan.account}: {_told(posted)}")
            del left[0]
    return None


@dataclass(frozen=True, slots=True)
class _Texts:
    run: CiRun
    saved: SavedPlan
    view: View
    longest: int

    def __call__(self, before: str | None) -> Sequence[str]:
        plan = self.saved.plan
        stamp = Stamp(plan.fingerprint, self.run.head, self.run.run)
        whole, short = (f"{text}\n{_origin(self.run, self.view)}\n" for text in _texts(self.saved, self.view))
        return list(plan_posts(mark_of(plan.project, plan.account), stamp, whole, short, before, self.longest))


def _origin(run: CiRun, view: View) -> str:
    """What a reviewer compares with the top of the pull request: a plan of an older commit is not applied."""
    web = view.whole.startswith(("https://", "http://"))
    by = f" by [this run]({view.whole})" if web else ""
    return f"Made of commit {code(visible(run.head[:_SHORT_COMMIT]))}{by}. The merge applies this plan, or none."


def _texts(saved: SavedPlan, view: View) -> tuple[str, str]:
    """The plan in Markdown, as ``show`` has it, and the short form that says where the whole is."""
    return formats()["markdown"].saved(saved, view=view), abridged(saved, view=view)


def _summarize(around: Surroundings, plans: Sequence[SavedPlan], told: Commented, view: View) -> bool:
    """Tell them where there is no comment; whether that is the job's summary."""
    if not plans:
        return False
    texts = [_texts(saved, view) for saved in plans]
    summary = "\n".join(whole for whole, _ in texts)
    if len(summary.encode("utf-8", "replace")) > LONGEST_SUMMARY:
        summary = "\n".join(short for _, short in texts)
    if append_summary(around.environment, summary):
        told.lines += [f"account {saved.plan.account}: told in the job's summary" for saved in plans]
        return True
    told.printed += summary
    return False


def _told(posted: Posted) -> str:
    return f"{posted.word} {posted.post.url}".rstrip()


def _warning(reason: str, hint: str, *, summarized: bool) -> Diagnostic:
    where = "in the job summary" if summarized else "on standard output"
    summary = f"the comment could not be posted ({reason}); the plan stands {where}"
    return Diagnostic(code="not-posted", severity=Severity.WARNING, summary=summary, hint=hint)
