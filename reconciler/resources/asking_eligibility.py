"""Can the numbers of a hosted order be hosted at all? Asked before it is placed, number by number (guide §10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reconciler.model.plan import SENSITIVE, Create
from reconciler.model.question import Objection, Place, Question, Verdicts
from reconciler.resources.values.eligibility import AT_TELNYX, ELIGIBLE, meaning_of, verdicts_of
from reconciler.resources.values.hosting import NUMBERS


def _numbers(change: Create) -> Mapping[Place, str]:
    numbers = change.desired.values[NUMBERS]
    return {("spec", *NUMBERS, index): str(number) for index, number in enumerate(numbers)}


def _objections(change: Create, verdicts: Verdicts) -> Sequence[Objection]:
    secret = NUMBERS in change.desired.resource.secrets
    return [
        _objection(SENSITIVE if secret else number, verdicts[number], place)
        for place, number in _numbers(change).items()
        if verdicts.get(number, ELIGIBLE) != ELIGIBLE
    ]


def _objection(number: str, verdict: str, place: Place) -> Objection:
    if verdict in AT_TELNYX:
        return Objection(
            "hosted-internal-transfer",
            f"{number} is at Telnyx already, in another account: its owner is asked first",
            "the owner has 72 hours to answer, and silence is a yes; once it is live its 10DLC links are deleted",
            place,
            warns=True,
        )
    meaning = meaning_of(verdict)
    return Objection("hosted-ineligible", f"{number} cannot be hosted: {meaning.why}", meaning.hint, place)


ELIGIBILITY: Final = Question(
    guard="hosted-ineligible",
    about=_numbers,
    ask=verdicts_of,
    objections=_objections,
    unanswered="hosted-eligibility-unknown",
)
