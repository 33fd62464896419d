"""Handing in papers: once, only what was reviewed, only what the object still waits for, and written down at once.

An upload has no natural key: nothing can be looked for when its answer is lost, so it is never sent again by this run
(design §5). The next plan sees by the object's status whether it still waits.

    ledger                    API                 killed after this step, the next plan
    ------------------------  ------------------  ------------------------------------------------------------
    Recorded(entry)                               hands the papers in, where the object waits for them
                              POST file_upload    hands them in once more, where it still waits: harmless
    Recorded(entry, papers)                       has nothing to do
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from reconciler.errors import OutcomeUnknown, Stale
from reconciler.executor.run import Progress, Run
from reconciler.model.answers import decode
from reconciler.model.handing_in import paper_states, seal_of
from reconciler.model.ledger import Entry, Recorded
from reconciler.model.observed import Observed
from reconciler.model.paper import Paper, PaperState, names_paper
from reconciler.model.plan import Adopt, Create, Replace, Update


async def hand_in(
    run: Run, change: Create | Replace | Update | Adopt, entry: Entry, observed: Observed, progress: Progress
) -> tuple[Entry, Observed]:
    """Send the papers of a change, if it has any, and answer the entry and the object as they are then.

    ``entry`` is recorded already. Raises Stale for a file that is not the one that was reviewed, and ApiError.
    """
    kind, resource = run.kind_of(change), change.desired.resource
    reviewed = {diff.path[-1] for diff in change.diffs if names_paper(diff.path)}
    if kind.papers is None or not reviewed:
        return entry, observed
    found = paper_states(kind, resource, observed, entry, run.salt)
    due = {
        name: resource.papers[name] for name in kind.papers.names if found[name] is PaperState.DUE and name in reviewed
    }
    if not due:
        return entry, observed
    files = {name: _content(name, paper) for name, paper in due.items()}
    try:
        row = await kind.papers.send(run.session, entry.remote, files)
    except OutcomeUnknown as error:
        raise OutcomeUnknown(
            error.summary,
            request=error.request,
            hint="no request tells which papers an object has: plan again; while it waits for them they are sent "
            "once more, which does no harm",
        ) from error
    progress.written = True
    handed_in = {**entry.papers, **{name: seal_of(paper, run.salt) for name, paper in due.items()}}
    recorded = replace(entry, papers=handed_in)
    await run.note(Recorded(recorded))
    return recorded, decode(kind, row, entry.remote.parent_id)


def _content(name: str, paper: Paper) -> bytes:
    content = paper.read()
    if hashlib.sha256(content).hexdigest() != paper.digest:
        raise Stale(f"the file of {name} was changed since it was reviewed, and was not uploaded", hint="plan again")
    return content
