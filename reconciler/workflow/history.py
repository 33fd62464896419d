"""``history``: what was done with the account, with one of its objects, or with one field.

Looks at nothing live, but for the audit log and git where that is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from reconciler.errors import UsageError
from reconciler.manifest.wording import suggestion
from reconciler.model.address import Address
from reconciler.model.history import HistoryLine, HistoryReport, PastChange, PastRun, RunBegun, past_runs
from reconciler.model.kind import Kinds
from reconciler.model.paths import dotted
from reconciler.workflow.setting import Setting


async def history(
    setting: Setting, subject: str | None = None, limit: int | None = None, *, audit: bool = False
) -> HistoryReport:
    """The runs, the newest first; ``subject`` is ``Kind/name`` or ``Kind/name.field``; at most ``limit`` of them.

    ``audit``: what others did meanwhile, too, and who made the commits. Raises LedgerError, and UsageError for a
    subject that nothing recorded was ever called.
    """
    found = await setting.ledger.history()
    runs = past_runs(found.lines)
    address, field = None, None
    everything = runs
    names: set[Address] | None = None
    if subject is not None:
        recorded = (await setting.ledger.snapshot()).ledger.entries
        address, field = _parsed(subject, {*_named(found.lines), *recorded}, setting.account.name)
        runs, names = _about(runs, address, field)
        if field is not None and not runs:
            _check_field(setting.kinds, address, field)
    report = HistoryReport(
        account=setting.account.name, address=address, field=field, runs=runs[:limit], notes=found.notes
    )
    if not audit:
        return report
    from reconciler.workflow.auditing import with_audit  # noqa: PLC0415 - files alone need no HTTP client

    return await with_audit(report, setting, everything, names, limit=limit)


def _named(lines: Sequence[HistoryLine]) -> set[Address]:
    changes = [change for line in lines if isinstance(line, RunBegun) for change in line.changes]
    return {name for each in changes for name in (each.address, each.moved_from) if name is not None}


def _parsed(subject: str, known: Collection[Address], account: str) -> tuple[Address, str | None]:
    """A name may hold dots, so that only what is known tells where it ends."""
    names = {str(address): address for address in known}
    if subject in names:
        return names[subject], None
    for name in sorted(names, key=len, reverse=True):
        if subject.startswith(f"{name}.") and subject != f"{name}.":
            return names[name], subject.removeprefix(f"{name}.")
    summary = f'nothing called "{subject}" was ever recorded for account "{account}"'
    raise UsageError(summary, hint=suggestion(subject, names, "addresses"))


def _check_field(kinds: Kinds, address: Address, field: str) -> None:
    """A field without a history may be one that never changed, or a mistyped one."""
    kind = kinds.get(address.kind)
    fields = [] if kind is None else [dotted(path) for path in kind.leaves]
    if not any(_within(each, field) for each in fields):
        raise UsageError(f'{address.kind} has no field "{field}"', hint=suggestion(field, fields, "fields"))


def _within(path: str, field: str) -> bool:
    return path == field or path.startswith(f"{field}.")


def _about(runs: Sequence[PastRun], address: Address, field: str | None) -> tuple[tuple[PastRun, ...], set[Address]]:
    """What concerns one object, under the names that it had before, too; and these names."""
    names = {address}
    found: list[PastRun] = []
    for run in runs:
        changes = [change for change in run.changes if change.address in names]
        names.update(each.change.moved_from for each in changes if each.change.moved_from is not None)
        if field is not None:
            changes = [narrowed for change in changes if (narrowed := _narrowed(change, field)).change.fields]
        if changes:
            found.append(replace(run, changes=tuple(changes)))
    return tuple(found), names


def _narrowed(change: PastChange, field: str) -> PastChange:
    fields = tuple(each for each in change.change.fields if _within(each.path, field))
    return replace(change, change=replace(change.change, fields=fields))
