"""Which papers are to be handed in: what the manifest names, the ledger remembers and the object waits for.

    object takes papers   handed in (ledger)     file now       then
    --------------------  ---------------------  -------------  ------------------------------------------------
    no                    any                    any            nothing: what is under review or done is left alone
    yes                   this very file         the same       nothing; where it was refused, the kind says so
    yes                   another file           named          handed in again
    yes, waits for some   nothing known          named          handed in
    yes, waits for none   nothing known          named          nothing: somebody may have handed it in by hand

"Nothing known" is a new object, a lost ledger, or an upload whose answer was lost or whose run was killed before it
could write it down: to hand in the same paper again is harmless as long as the object waits for papers. All of them go
together then, whichever it waits for: what it waits for next is otherwise another change. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.digest import sealed_value
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry
from reconciler.model.observed import Observed
from reconciler.model.paper import OPTION, SECTION, Paper, PaperState, PaperStates
from reconciler.model.plan import SENSITIVE, FieldDiff
from reconciler.model.resource import Resource

SHOWN = 8
"""Digits of a digest that are shown: enough to tell two papers apart, and too few to try guesses against."""


def seal_of(paper: Paper, salt: str) -> str:
    """The paper's content as ledgers and saved plans know it."""
    return sealed_value(paper.digest, salt).seal


def paper_states(
    kind: ResourceKind, resource: Resource, observed: Observed | None, entry: Entry | None, salt: str
) -> PaperStates:
    """What is known of each paper of the kind. ``observed`` None: the object is yet to be created."""
    if kind.papers is None:
        return {}
    known = _known(observed, entry)
    wanted = frozenset(kind.papers.names) if observed is None else kind.papers.wanted(observed)
    return {name: _state(resource.papers.get(name), known.get(name), wanted, salt) for name in kind.papers.names}


def _known(observed: Observed | None, entry: Entry | None) -> Mapping[str, str]:
    """The seals of what was handed in for this very object."""
    return entry.papers if entry is not None and observed is not None and entry.remote == observed.remote else {}


def _state(paper: Paper | None, known: str | None, wanted: frozenset[str] | None, salt: str) -> PaperState:
    if paper is None:
        return PaperState.UNKNOWN if known is None else PaperState.HANDED_IN
    if known is not None and known == seal_of(paper, salt):
        return PaperState.HANDED_IN
    due = bool(wanted) or (wanted is not None and known is not None)
    return PaperState.DUE if due else PaperState.AT_REST


def paper_diffs(
    kind: ResourceKind, resource: Resource, observed: Observed | None, entry: Entry | None, salt: str
) -> tuple[FieldDiff, ...]:
    """The papers that are to be handed in, as reviewers see them: never what is in them."""
    if not resource.papers:
        return ()
    found = paper_states(kind, resource, observed, entry, salt)
    before = _known(observed, entry)
    due = (name for name, state in found.items() if state is PaperState.DUE)
    return tuple(_diff(resource, name, uploaded=name in before) for name in due)


def _diff(resource: Resource, name: str, *, uploaded: bool) -> FieldDiff:
    paper, secret = resource.papers[name], OPTION in resource.secret_options
    path = SENSITIVE if secret else paper.path
    return FieldDiff(
        path=(*SECTION, name),
        before="uploaded" if uploaded else None,
        after=f"{path} ({paper.size} bytes, sha256 {str(paper.digest)[:SHOWN]}…)",
        source=resource.place((*SECTION, name)),
    )


def paper_findings(
    kind: ResourceKind, resource: Resource, observed: Observed, entry: Entry | None, *, salt: str, account: str
) -> Sequence[Diagnostic]:
    """What people must know of the papers of an object, where any was ever named."""
    if kind.papers is None or not (resource.papers or (entry is not None and entry.papers)):
        return ()
    return kind.papers.tell(resource, observed, paper_states(kind, resource, observed, entry, salt), account)
