"""Asking what only the API can tell of what is to be created: each kind's question once, about all creates together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.errors import ApiError
from reconciler.executor.together import together
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import Kinds
from reconciler.model.plan import Change, Create
from reconciler.model.question import Question, Verdicts
from reconciler.model.session import ReadSession


@dataclass(frozen=True, slots=True)
class Asked:
    """The verdicts by kind, and a warning for each create that there is none for."""

    verdicts: Mapping[str, Verdicts] = field(default_factory=dict)
    unanswered: tuple[Diagnostic, ...] = ()


async def ask_questions(session: ReadSession, kinds: Kinds, changes: Iterable[Change]) -> Asked:
    """Ask, all kinds at once; a value that several creates name is asked about once. Raises nothing that the API does.

    What the API answers nothing about is a warning at its place, and stops nothing.
    """
    creates: dict[str, list[Create]] = {}
    for change in changes:
        if isinstance(change, Create) and kinds[change.address.kind].question is not None:
            creates.setdefault(change.address.kind, []).append(change)
    asked = [(name, question) for name in creates if (question := kinds[name].question) is not None]
    answers = await together(_answer(session, question, creates[name]) for name, question in asked)
    verdicts: dict[str, Verdicts] = {}
    unanswered: list[Diagnostic] = []
    for (name, question), answer in zip(asked, answers, strict=True):
        known: Verdicts = {} if isinstance(answer, ApiError) else answer
        why = _reason(answer, creates[name]) if isinstance(answer, ApiError) else "the API said nothing of it"
        verdicts[name] = known
        unanswered += (one for change in creates[name] if (one := _unanswered(question, change, known, why)))
    return Asked(verdicts, tuple(unanswered))


async def _answer(session: ReadSession, question: Question, creates: Sequence[Create]) -> Verdicts | ApiError:
    values = dict.fromkeys(value for change in creates for value in question.about(change).values())
    try:
        return await question.ask(session, list(values))
    except ApiError as error:
        return error


def _reason(error: ApiError, creates: Iterable[Create]) -> str:
    """What the API said, unless it may have quoted what it was asked about, and that is a secret."""
    secret = any(change.desired.resource.secrets for change in creates)
    return f"{error.request} failed" if secret else error.summary


def _unanswered(question: Question, change: Create, known: Verdicts, why: str) -> Diagnostic | None:
    """One warning per create, at the first value without an answer; no value is quoted: it may be a secret."""
    places = [place for place, value in question.about(change).items() if value not in known]
    if not places:
        return None
    return Diagnostic(
        code=question.unanswered,
        severity=Severity.WARNING,
        summary=f"{len(places)} of {len(question.about(change))} could not be checked before the create: {why}",
        hint="plan again to check; the API checks it once more when it is created",
        address=change.address,
        source=change.desired.resource.place(places[0]),
    )
