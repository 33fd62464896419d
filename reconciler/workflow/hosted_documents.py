"""``hosted documents``: hand in the papers of one recorded order, and touch nothing else.

It is an apply of that one address, which goes ahead where the papers are all that differs: the same plan, question,
look before the write, journal and history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reconciler.api import connect_for_writing
from reconciler.errors import PlanRefused, UsageError
from reconciler.manifest.papers import paper_at
from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Ledger
from reconciler.model.paper import Paper, Papers, names_paper
from reconciler.model.plan import Change, Plan, Update
from reconciler.model.resource import Resource
from reconciler.planner.situation import Situation
from reconciler.workflow.carrying_out import AppliedPlan, Conduct, carry_out
from reconciler.workflow.connecting import target
from reconciler.workflow.consent import refusal
from reconciler.workflow.freshness import settled, still_as_reviewed
from reconciler.workflow.meant import meant
from reconciler.workflow.plan import decide, desired_situation
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.run_history import manifests_here
from reconciler.workflow.setting import Reading, Setting


async def documents(
    setting: Setting, reading: Reading, word: str, files: Mapping[str, Path], conduct: Conduct
) -> AppliedPlan:
    """Upload what the order waits for: ``files``, by the name of the paper, before those that its manifest names.

    ``word`` is the order's address, or its name alone.

    Raises UsageError for an address without papers, PlanRefused where anything else would have to be done first or
    the order takes none, and as ``apply`` does, all before the upload.
    """
    around = setting.around
    ground = manifests_here(setting, reading, ())
    request = PlanRequest(reading=reading, impact=False)
    async with setting.ledger.lock(around.command, around.now(), wait=conduct.wait) as ledger:
        address, papers = _meant(setting, ledger.ledger, word)
        given = {name: paper_at(papers, path, f"--{name}") for name, path in files.items()}
        wanted = desired_situation(setting, request, ledger.ledger)
        wanted = replace(
            wanted,
            resources=_with(given, papers, wanted, address, account_option(setting.account.name)),
            scope=replace(wanted.scope, only=frozenset({address}), fixes_drift=True),  # not what it refers to
        )
        async with connect_for_writing(target(setting, ledger.lease)) as sessions:
            seen = await settled(sessions.reading, setting, wanted, patience=conduct.patience, emit=conduct.emit)
            plan = await decide(sessions.reading, setting, request, seen, ledger.notes)
            if refused := refusal(plan, asks=True) or _refused(plan, address, seen, papers):
                return AppliedPlan(plan=plan, refused=refused)
            if not plan.pending:
                return AppliedPlan(plan=plan, notes=(_nothing_left(address),))
            if not conduct.approve(plan):
                return AppliedPlan(plan=plan, declined=True)
            fresh = await still_as_reviewed(sessions.reading, setting, plan, seen, emit=conduct.emit)
            return await carry_out(plan, setting, ledger, sessions, fresh, conduct, ground=ground)


def _meant(setting: Setting, ledger: Ledger, word: str) -> tuple[Address, Papers]:
    """The order, and what its kind takes. Raises UsageError."""

    def takes_papers(kind: ResourceKind) -> bool:
        return kind.papers is not None

    address = meant(setting, ledger, word, takes_papers, "takes papers").address
    papers = setting.kinds[address.kind].papers
    if papers is None:  # which ``meant`` has refused
        raise UsageError(f"{address} takes no papers")
    return address, papers


def _with(
    given: Mapping[str, Paper], papers: Papers, situation: Situation, address: Address, where: str
) -> Sequence[Resource]:
    """What is desired, with the papers of the command line. Raises UsageError where the manifest says otherwise.

    What it names would go before them at the next apply, and undo this upload.
    """
    if address not in situation.desired:
        raise UsageError(
            f"{address} is recorded, and no manifest that was read declares it",
            hint="give the PATHS of its manifest, or none to read all of them",
        )
    own = next(one for one in situation.resources if one.address == address)
    for name, paper in given.items():
        if name in own.papers and own.papers[name].digest != paper.digest:
            raise UsageError(
                f"--{name} is another file than the one that the manifest of {address} names",
                hint="change that one, and leave the option out; or take it out of options.documents",
            )
    if not (own.papers or given):
        raise UsageError(
            f"{address}: no file is named",
            hint="write options.documents in its manifest, or name files: "
            f"reconciler hosted documents {address} {' '.join(f'--{name} FILE.pdf' for name in papers.names)}{where}",
        )
    return [one if one is not own else replace(own, papers={**given, **own.papers}) for one in situation.resources]


def _refused(plan: Plan, address: Address, seen: Situation, papers: Papers) -> PlanRefused | None:
    """Why there is nothing that could be uploaded, or more than that to do."""
    where = account_option(plan.account)
    more = [change for change in plan.pending if not _only_papers(change, address)]
    if more:
        return PlanRefused(
            f"{more[0].address} has other changes to make ({more[0].action}); nothing was uploaded",
            hint=f"reconciler apply --only {address}{where} does both",
            code="other-changes",
        )
    if plan.pending:
        return None
    observed = seen.world.find(address.kind, seen.ledger.entries[address].remote.id)
    if observed is None or papers.wanted(observed) is None:
        return PlanRefused(
            f"{address} takes no papers as it is now; nothing was uploaded",
            hint=f"reconciler status{where} tells where it stands",
            code="takes-no-papers",
        )
    return _all_handed_in(plan, address)


def _all_handed_in(plan: Plan, address: Address) -> PlanRefused | None:
    """The very files that were refused are no use; those that are under review already are no failure."""
    again: list[Diagnostic] = [one for one in plan.diagnostics if one.code == "hosted-document-refused"]
    if not again:
        return None
    return PlanRefused(
        f"{address}: the files are those that were uploaded and refused; nothing was uploaded",
        hint="put other files in their place",
        code=again[0].code,
        diagnostics=again,
    )


def _nothing_left(address: Address) -> Diagnostic:
    return Diagnostic(
        code="already-uploaded",
        severity=Severity.INFO,
        summary="there is nothing to upload; its files are those that were uploaded last",
        address=address,
    )


def _only_papers(change: Change, address: Address) -> bool:
    papers = isinstance(change, Update) and all(names_paper(diff.path) for diff in change.diffs)
    return change.address == address and papers
