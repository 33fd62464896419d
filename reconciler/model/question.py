"""What only the API can tell of values that are about to be created: a kind's question, declared as data.

It is asked once per plan, about all creates together, by a session that cannot write; so it costs the reading of a
plan one request, and of a plan without such creates none. An apply does not ask again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.model.session import ReadSession

if TYPE_CHECKING:
    from reconciler.model.plan import Create

Place = tuple[str | int, ...]
"""A path of the document, such as ``("spec", "phone_numbers", 1)``."""

Verdicts = Mapping[str, str]
"""What the API says of each value. A value that is missing was not answered."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What an answer means for a create. With ``warns`` it is a warning; else it blocks the create, as a guard does.

    ``code`` names the guard or the warning; ``at`` is the value that it speaks of.
    """

    code: str
    summary: str
    hint: str
    at: Place
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """``about``, ``objections`` and ``unanswered`` are pure.

    guard       the name by which its objections are lifted: ``--allow GUARD[:ADDRESS]``
    about       what of a create it is about, with the place of each value
    ask         every value at once → the verdicts. Raises ApiError
    objections  what the verdicts mean for a create
    unanswered  the code of the warning where there is no answer: a question that fails stops nothing, since the
                create itself is checked by the API as well, and an outage of the one must not be an outage of all
    """

    guard: str
    about: Callable[[Create], Mapping[Place, str]]
    ask: Callable[[ReadSession, Sequence[str]], Awaitable[Verdicts]]
    objections: Callable[[Create, Verdicts], Sequence[Objection]]
    unanswered: str
