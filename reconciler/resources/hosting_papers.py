"""The papers of a hosted order: a signed letter of authorisation and the last bill (guide §10).

PDF only; 5 MB each is what clients in the wild keep to. Both may come in one call or in two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reconciler.adapters.rest import joined, written_answer
from reconciler.model.account import account_option
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.observed import Observed, Remote
from reconciler.model.paper import OPTION, SECTION, Papers, PaperState, PaperStates
from reconciler.model.resource import Resource
from reconciler.model.session import WriteSession
from reconciler.resources.values.hosting import PATH, STEPS, TAKES_PAPERS

UPLOAD: Final = "actions/file_upload"
CALLED: Final = {"loa": "letter of authorisation", "bill": "bill"}


def wanted(order: Observed) -> frozenset[str] | None:
    """The papers that an order waits for; None once nobody reads any more of them."""
    return TAKES_PAPERS.get(str(order.attributes.get("status")))


async def send(session: WriteSession, remote: Remote, files: Mapping[str, bytes]) -> Mapping[str, Any]:
    """Upload papers in one request. Raises OutcomeUnknown, and other ApiErrors."""
    path = f"{joined(PATH, remote.id)}/{UPLOAD}"
    answer = await session.upload(path, files, media_type="application/pdf")
    return written_answer(answer, f"POST {path}", lambda row: str(row["id"]))


def tell(resource: Resource, order: Observed, papers: PaperStates, account: str) -> Sequence[Diagnostic]:
    """Which papers the order waits for in vain, and which it has refused, so that the same file will not do."""
    status = str(order.attributes.get("status"))
    found = []
    for name in CALLED:
        if name not in (wanted(order) or ()):
            continue
        match papers[name]:
            case PaperState.UNKNOWN:
                found.append(_missing(resource, order, name, account))
            case PaperState.HANDED_IN if status != "pending":
                found.append(_refused(resource, order, name, status))
            case _:
                pass
    return found


def _missing(resource: Resource, order: Observed, name: str, account: str) -> Diagnostic:
    return Diagnostic(
        code="hosted-documents-missing",
        severity=Severity.WARNING,
        summary=f"order {order.remote.id} waits for its {CALLED[name]}, and no file is named",
        hint=f"write options: {{{OPTION}: {{{name}: FILE.pdf}}}}, "
        f"or reconciler hosted documents {resource.address} --{name} FILE.pdf{account_option(account)}",
        address=resource.address,
        source=resource.place(SECTION),
    )


def _refused(resource: Resource, order: Observed, name: str, status: str) -> Diagnostic:
    return Diagnostic(
        code="hosted-document-refused",
        severity=Severity.WARNING,
        summary=f"order {order.remote.id} is {status}, and its {CALLED[name]} was uploaded from this very file",
        hint=f"{STEPS[status].hint}: put another file in its place; the same one is not sent again",
        address=resource.address,
        source=resource.place((*SECTION, name)),
    )


PAPERS: Final = Papers(
    names=tuple(CALLED),
    form="a PDF file",
    magic=b"%PDF-",
    largest=5 * 1024 * 1024,
    malformed="hosted-document-format",
    wanted=wanted,
    endpoint=f"POST {PATH}/{{}}/{UPLOAD}",
    send=send,
    tell=tell,
)
