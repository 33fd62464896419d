"""``export``: the live account as manifests, proven to plan as nothing before a file is written, then recorded as ours.

The documents are read back through the loader and planned against the very objects that they were made from. What is
not an empty plan is refused, so that no export can be the cause of a change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from shlex import quote

from reconciler.api import Client, connect
from reconciler.errors import UsageError
from reconciler.executor.observe import observe
from reconciler.export import Selection, TerraformState, View, children, collections, compose, parents, prefix_of
from reconciler.ledger.store import HeldLedger
from reconciler.manifest import yaml_text
from reconciler.manifest.wording import quoted, suggestion
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.exported import Composed, Document, ExportReport, Held, Split, Variable, Writing, WrittenFile
from reconciler.model.ledger import Ledger
from reconciler.model.observed import World
from reconciler.planner.situation import Situation
from reconciler.planner.unmanaged import known_alone, unreadable
from reconciler.workflow.connecting import endpoint, target
from reconciler.workflow.export_place import Place, beside, place_of, terraform_state
from reconciler.workflow.export_proof import Declared, Proof, declared, proven
from reconciler.workflow.export_read_only import read_only
from reconciler.workflow.looking import same_account
from reconciler.workflow.plan import check_kinds
from reconciler.workflow.provenance import checkout
from reconciler.workflow.recording_ownership import record_ownership
from reconciler.workflow.run_record import caught_up, kept_up
from reconciler.workflow.setting import Setting
from reconciler.workflow.unfinished import check_finished
from reconciler.workflow.writing_files import Intended, intend, write

_CLASSES = re.compile(r"\[(?:!.|[^!])[^\]]*\]", re.DOTALL)
"""As fnmatch reads them: the first character is one of the class, also where it is a bracket."""
_FILLED_IN = re.compile(rb"\$\{(?:env|file):[^{}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What was asked for. ``folder`` None means: the first folder of the account.

    ``force`` replaces files that differ; ``terraform`` is a state file to take names from. ``wait`` is for the lock,
    in seconds.
    """

    folder: str | None = None
    selection: Selection = field(default_factory=Selection)
    split: Split = Split.KIND
    records: bool = True
    force: bool = False
    terraform: str | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Export:
    """An export under way: what was asked for, and what was found out first."""

    setting: Setting
    request: ExportRequest
    place: Place
    state: TerraformState


async def export(setting: Setting, request: ExportRequest) -> ExportReport:
    """Write manifests for what is live, and record it as ours. Nothing in the account is touched.

    Raises UsageError, and InvalidInput with every reason not to write; ApiError, Locked and LedgerError. When the
    ledger fails last, the files are written already: the same command carries on.
    """
    _check_selection(setting, request.selection)
    place = place_of(setting, request.folder, records=request.records)
    work = _Export(
        setting=setting,
        request=request,
        place=place,
        state=terraform_state(request.terraform, setting.kinds),
    )
    if not request.records:
        snapshot = await setting.ledger.snapshot()
        return await _exported(work, snapshot.ledger, None)
    around = setting.around
    async with setting.ledger.lock(around.command, around.now(), wait=request.wait) as held:
        return await _exported(work, held.ledger, held)


async def _exported(work: _Export, ledger: Ledger, held: HeldLedger | None) -> ExportReport:
    setting, request, place = work.setting, work.request, work.place
    check_kinds(ledger, setting.kinds)
    check_finished(ledger, setting.account.name)
    seen, beside_them = await _seen(work, ledger)
    known = declared(setting, place, seen, strictly=request.selection.missing)
    view = _view(work, seen, known)
    composed = compose(view, request.selection, request.split)
    files: Mapping[str, Sequence[Document]] = composed.files
    if request.selection.missing:
        files = beside(files, place.folder)
    texts = {name: yaml_text(documents).encode() for name, documents in files.items()}
    intended, refused = intend(place.folder, place.shown, texts, force=request.force)
    recorded = {name: place.name(name) for name in files}
    refused += known.elsewhere({document.address: recorded[name] for name in files for document in files[name]})
    refused += known.lost({each.shown for each in intended if _forgets(each)})
    proof = proven(setting, place, composed, texts, seen, refused)
    write(intended)
    if held is not None:
        await _remember(setting, held, proof, place)
    return ExportReport(
        account=setting.account.name,
        files=tuple(
            WrittenFile(path=each.shown, writing=each.writing, manifests=len(files[name]))
            for each, name in zip(intended, files, strict=True)
        ),
        variables=tuple(_compared(each, setting.around.environment) for each in composed.variables),
        diagnostics=(
            *composed.decisions,
            *beside_them,
            *_mapped(work.state, composed, view),
            *_not_exported(seen, request.selection),
        ),
        recorded=len(proof.changes) if held is not None else 0,
        records=held is not None,
    )


def _compared(variable: Variable, environment: Mapping[str, str]) -> Variable:
    """An empty variable counts as none, as it does for whoever reads the manifest."""
    value = environment.get(variable.name)
    if not value:
        return variable
    return replace(variable, held=Held.SAME if value == variable.value else Held.DIFFERENT)


def _forgets(file: Intended) -> bool:
    """Whether a file is to be replaced by one without all of what it takes from elsewhere: perhaps secrets, by now."""
    before, after = (Counter(_FILLED_IN.findall(content or b"")) for content in (file.before, file.content))
    return file.writing is Writing.REPLACED and not before <= after


async def _remember(setting: Setting, held: HeldLedger, proof: Proof, place: Place) -> None:
    """Record what is ours, and in which files the manifests stand. Raises LedgerError; the files are written by now."""
    if proof.changes:
        await kept_up(held, proof.seen, proof.changes)
        here = checkout(setting.project.root, [place.folder])
        unfolded = await record_ownership(setting, held, proof.changes, proof.seen, here=here)
    else:
        unfolded = await caught_up(held, setting, proof.seen)
    if unfolded is not None:
        raise unfolded


async def _seen(work: _Export, ledger: Ledger) -> tuple[Situation, Sequence[Diagnostic]]:
    """The account, as far as it was asked for, and what can only be named. Raises ApiError.

    Raises PlanRefused for a stranger's account.
    """
    setting = work.setting
    async with connect(target(setting)) as session:
        world = await _look(session, work)
        named = await read_only(session, setting.kinds, work.request.selection)
    same_account(ledger.header, endpoint(setting), world.organization_id)
    seen = Situation(
        kinds=setting.kinds,
        resources=(),
        ledger=ledger,
        world=world,
        account=setting.account.name,
        project=setting.project.name,
    )
    return seen, named


async def _look(session: Client, work: _Export) -> World:
    """Parents first, as their lists are by far the most requests; all other lists are read beside those."""
    kinds, selection = work.setting.kinds, work.request.selection
    whole, above = collections(kinds, selection), parents(kinds, selection)
    world = await observe(session, kinds, [one for one in whole if one.kind in above])
    below = children(kinds, selection, world)
    beside = [one for one in whole if one.kind not in above]
    return await observe(session, kinds, [*below, *beside], world, watch=work.setting.watch)


def _view(work: _Export, seen: Situation, known: Declared) -> View:
    return View(
        kinds=seen.kinds,
        world=seen.world,
        ledger=seen.ledger,
        project=seen.project,
        declared=known.objects,
        addresses=frozenset(known.sources),
        preferred=work.state.names,
        secret=known.secrets,
        variables=replace(known.names, prefix=_prefix(work)),
    )


def _prefix(work: _Export) -> str:
    """What keeps the variables of an account apart from those of others, unless all of them read the same manifests."""
    declared_accounts, account = work.setting.project.accounts, work.setting.account.name
    if len(declared_accounts) == 1 or work.place.everybodys:
        return ""
    return prefix_of(account, [account, *declared_accounts])


def _check_selection(setting: Setting, selection: Selection) -> None:
    """Raise UsageError for what would choose nothing, or not what it seems to."""
    for name in selection.kinds:
        if name not in setting.kinds:
            raise UsageError(f"no kind {quoted(name)}", hint=suggestion(name, setting.kinds, "kinds"))
    for pattern in selection.names:
        if not pattern:
            raise UsageError("--name is empty", hint="leave it out to export all names, or write a pattern: 'Alerts*'")
        if _CLASSES.sub("", pattern).count("["):
            hint = "close it with ]; for the character itself write [[]"
            raise UsageError(f"--name {quoted(pattern)} has a [ that nothing closes", hint=hint)


def _mapped(state: TerraformState, composed: Composed, view: View) -> Iterator[Diagnostic]:
    """What became of everything in a Terraform state."""
    for id_, there in sorted(state.addresses.items(), key=lambda pair: pair[1]):
        here = composed.objects.get(id_) or view.managed(id_)
        if here is not None:
            yield Diagnostic(
                code="terraform-mapped",
                severity=Severity.INFO,
                summary=f"{there} is {here}",
                hint=f"when the plan is empty, take it from Terraform with: terraform state rm {quote(there)}",
                address=here,
            )
        else:
            yield _unmapped(there, "the account shows no such object, or nobody asked for it")
    for there in state.unmapped:
        yield _unmapped(there, "no kind here manages it")


def _not_exported(seen: Situation, selection: Selection) -> Iterator[Diagnostic]:
    """What an export would have to invent: said where it was asked for, or where there is some."""
    for one in unreadable(seen):
        if one.kind in selection.kinds or (one.addresses and not selection.kinds):
            yield known_alone(one)


def _unmapped(there: str, reason: str) -> Diagnostic:
    return Diagnostic(
        code="terraform-not-mapped",
        severity=Severity.WARNING,
        summary=f"{there} is not mapped: {reason}",
        hint="leave it in Terraform",
    )
