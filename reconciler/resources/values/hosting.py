"""The statuses of hosted number orders and their numbers, and what each asks of people (guide §10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reconciler.model.diagnostic import Severity

OVER: Final = frozenset({"deleted", "failed", "carrier_rejected", "ineligible_carrier"})
"""Orders that came to nothing, and from which nothing will come."""

_BOTH: Final = frozenset({"loa", "bill"})
TAKES_PAPERS: Final = {
    "pending": _BOTH,
    "loa_file_invalid": frozenset({"loa"}),
    "incomplete_documentation": _BOTH,
    "incorrect_billing_information": frozenset({"bill"}),
    "compliance_review_failed": frozenset[str](),
}
"""Orders to which papers may be uploaded, and those that each waits for. Which statuses take any is documented nowhere;
a public client keeps to these (guide §10). After a failed compliance review only another file can help."""

LIVE: Final = frozenset({"successful"})
"""Numbers that send and receive."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a status means and what comes next. Information where nobody can do anything but wait."""

    meaning: str
    hint: str
    severity: Severity = Severity.WARNING

    @property
    def code(self) -> str:
        """Stable, for programs: whether somebody has to act."""
        match self.severity:
            case Severity.INFO:
                return "hosted-waiting"
            case _:
                return "hosted-action-needed"


_WAIT: Final = "nothing to do here; plan again later"

STEPS: Final = {
    "pending": Step(
        "it waits for the owner",
        "request and enter the verification codes, then upload the signed LOA and the last bill",
    ),
    "loa_file_successful": Step("the documents are under review, 1 to 3 business days", _WAIT, Severity.INFO),
    "provisioning": Step("the numbers are being activated", _WAIT, Severity.INFO),
    "loa_file_invalid": Step(
        "the LOA was refused", "upload a new one: signed, on the current template, with the name on the bill"
    ),
    "incomplete_documentation": Step("a document is missing", "upload the LOA or the bill that is missing"),
    "incorrect_billing_information": Step(
        "the bill does not match", "upload last month's bill of this number, with the name on the LOA"
    ),
    "compliance_review_failed": Step("the compliance review failed, likely for good", "ask Telnyx support why"),
    "carrier_rejected": Step(
        "the losing carrier refused it", "ask that carrier why, then write a higher options.attempt"
    ),
    "ineligible_carrier": Step("that carrier's numbers cannot be hosted", "port the number instead"),
    "failed": Step("it is closed", "find out why, then write a higher options.attempt"),
    "deleted": Step("it was cancelled", "write a higher options.attempt to order again"),
}


def hosted_next(status: str) -> Step | None:
    """The next step, or None when there is none: the numbers are live."""
    if status == "successful":
        return None
    # The webhooks know more statuses than the documents (guide §10): unknown ones are in progress.
    return STEPS.get(status, Step("it is in progress", _WAIT, Severity.INFO))
