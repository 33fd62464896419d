"""``rotate-secret``: have the secret of a recorded object made anew, once, and put it into the file that was named.

The seal of the old secret is in the ledger before the request is sent, and stays there until the new one is in the
file. A run that is killed, or whose file cannot be written, so leaves a word behind: the next one reads the secret from
the API, sees by the seal that it is another, and writes it, without making a third.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.api import Sessions, connect_for_writing
from reconciler.errors import ApiError, LedgerError, NotFound, OutcomeUnknown, PlanRefused, ReconcilerError, UsageError
from reconciler.executor.impact import learn
from reconciler.executor.pause import Patience
from reconciler.executor.rotating import SecretHolder, awaited, rotate
from reconciler.ledger.store import HeldLedger
from reconciler.manifest.wording import suggestion
from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.history import ChangeEnded, Ending, FieldChange, PlannedChange, RunBegun, RunEnded
from reconciler.model.kind import Kinds
from reconciler.model.ledger import Entry, Ledger, Rotated, Rotating
from reconciler.model.observed import World
from reconciler.model.plan import SENSITIVE, Action
from reconciler.model.rotation import Proposed, Rotation, RotationEnd, RotationReport
from reconciler.planner.touching import counted_only
from reconciler.workflow.connecting import endpoint, target
from reconciler.workflow.looking import same_account
from reconciler.workflow.recording_only import record_only
from reconciler.workflow.run_history import beginning, recorded, stamp, stopped
from reconciler.workflow.secret_file import Reservation, SecretFile
from reconciler.workflow.setting import Setting
from reconciler.workflow.unfinished import check_finished


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationConduct:
    """Whom it asks, what it is told when there is something to finish, how long it waits (``wait`` for the lock)."""

    approve: Callable[[Proposed], bool]
    writing: Callable[[], None]
    patience: Patience
    wait: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationEnded:
    """What came of it. ``error`` is why it is not as it should be, where it is not; ``declined``: nobody agreed."""

    report: RotationReport
    declined: bool = False
    error: ReconcilerError | None = None


async def rotate_secret(
    setting: Setting, address: Address, file: SecretFile, conduct: RotationConduct
) -> RotationEnded:
    """Rotate, if whoever is asked agrees; or finish what an earlier run began.

    Raises UsageError, PlanRefused, Locked, LedgerError, ApiError and ReconcilerError, all before the request is sent.
    """
    rotation = rotation_of(setting.kinds, address)
    file.check()
    async with setting.ledger.lock(setting.around.command, setting.around.now(), wait=conduct.wait) as held:
        entry = _managed(setting, held.ledger, address)
        left_behind = held.ledger.rotations.get(address)
        if left_behind is None:
            file.check_free()
        holder = SecretHolder(
            kind=setting.kinds[address.kind], rotation=rotation, remote=entry.remote, salt=held.ledger.header.salt
        )
        run = _Run(setting, held, entry, holder, file, conduct)
        async with connect_for_writing(target(setting, held.lease)) as sessions:
            await run.seal_now(sessions)
            if left_behind is not None:
                made = await awaited(sessions.reading, holder, left_behind, conduct.patience)
                if made is not None:
                    return await run.finish(made)
                file.check_free()
            return await run.rotate(sessions, again=left_behind is not None)


def rotation_of(kinds: Kinds, address: Address) -> Rotation:
    """How the secrets of a kind are made anew. Raises UsageError for one that has none."""
    kind = kinds.get(address.kind)
    if kind is None:
        raise UsageError(f'no kind "{address.kind}"', hint=suggestion(address.kind, kinds, "kinds"))
    if kind.rotation is None:
        able = " and ".join(sorted(name for name, one in kinds.items() if one.rotation))
        raise UsageError(
            f"{address} has no secret that can be rotated: {address.kind} has none",
            hint=f"of all kinds, only {able} has one",
        )
    return kind.rotation


def _managed(setting: Setting, ledger: Ledger, address: Address) -> Entry:
    """The entry, of this project and with nothing pending. Raises PlanRefused and LedgerError."""
    entry, where = ledger.entries.get(address), account_option(setting.account.name)
    check_finished(ledger, setting.account.name, [address])
    if entry is None:
        near = suggestion(str(address), map(str, ledger.entries), "addresses")
        raise PlanRefused(
            f"{address} is not recorded as ours, so its secret is left alone",
            hint=f"write its manifest and record it: reconciler adopt {address}=REMOTE_ID{where}"
            f"{f'; {near}' if near else ''}",
            code="not-recorded",
        )
    if entry.project != setting.project.name:
        raise PlanRefused(
            f'{address} is managed by the project "{entry.project}", so its secret is left alone',
            hint="rotate it from there",
            code="not-recorded",
        )
    return entry


@dataclass(frozen=True, slots=True)
class _Run:
    """One run, with everything that its steps share."""

    setting: Setting
    held: HeldLedger
    entry: Entry
    holder: SecretHolder
    file: SecretFile
    conduct: RotationConduct

    async def seal_now(self, sessions: Sessions) -> str:
        """The seal of the secret as it is. Raises ApiError, and PlanRefused for a wrong account or an object gone."""
        try:
            row = await self.holder.row(sessions.reading)
        except NotFound as error:
            raise PlanRefused(
                f"{self.entry.address} is gone: {error.summary}",
                hint=f"reconciler plan{account_option(self.setting.account.name)} shows what that means for the rest",
                code="no-such-remote",
            ) from error
        organization = row.get("organization_id")
        known = organization if isinstance(organization, str) else None
        same_account(self.held.ledger.header, endpoint(self.setting), known)
        return self.holder.seal(str(self.holder.told(row)))

    async def finish(self, secret: str) -> RotationEnded:
        """Write what an earlier run has made, unless that run had written it already."""
        if not self.file.holds(secret):
            self.file.check_free()
            with self.file.reserved() as reservation:
                self.conduct.writing()
                if error := _put(reservation, secret):
                    return self._ended(RotationEnd.UNWRITTEN, error)
        remembered = PlannedChange(address=self.entry.address, action=Action.RECORD, remote_id=self.entry.remote.id)
        try:
            failed = await record_only(self.setting, self.held, [remembered], [Rotated(self.entry.address)])
        except LedgerError as error:
            failed = error
        return self._ended(RotationEnd.FINISHED, failed)

    async def rotate(self, sessions: Sessions, *, again: bool) -> RotationEnded:
        """Ask, write down what is about to happen, and do it."""
        with self.file.reserved() as reservation:
            if not self.conduct.approve(await self._proposed(sessions, again=again)):
                return RotationEnded(report=self._report(RotationEnd.UNCHANGED), declined=True)
            seal = await self.seal_now(sessions)  # people take their time
            begun = await self._begin(seal)
            self.conduct.writing()
            try:
                secret = await rotate(sessions.writing, self.holder, seal, self.conduct.patience)
            except OutcomeUnknown as error:
                await recorded(self.held, self._end(begun, error, written=True))
                return self._ended(RotationEnd.UNKNOWN, self._in_doubt(error))
            except (ApiError, LedgerError) as error:
                return self._ended(RotationEnd.UNCHANGED, await self._nothing_changed(begun, error))
            if secret is None:
                return self._ended(
                    RotationEnd.UNCHANGED, await self._nothing_changed(begun, _not_rotated(self.entry.address))
                )
            unwritten = _put(reservation, secret)
        if unwritten is not None:
            await recorded(self.held, self._end(begun))
            return self._ended(RotationEnd.UNWRITTEN, unwritten)
        return self._ended(RotationEnd.ROTATED, await self._settled(self._end(begun)))

    async def _proposed(self, sessions: Sessions, *, again: bool) -> Proposed:
        address, remote = self.entry.address, self.entry.remote
        learning = await learn(sessions.reading, {address: self.holder.rotation.touches(remote)}, World())
        nothing = Diagnostic(
            code="carried-on",
            severity=Severity.INFO,
            summary="an earlier run began to rotate this secret, and nothing came of it",
            address=address,
        )
        return Proposed(
            address=address,
            remote_id=remote.id,
            secret=self.holder.rotation.secret,
            breaks=self.holder.rotation.breaks,
            impact=counted_only(learning.of[address]),
            notes=(nothing,) if again else (),
        )

    async def _begin(self, seal: str) -> RunBegun:
        """Two durable lines: who does what, and what the secret is at present. Raises LedgerError."""
        address, remote = self.entry.address, self.entry.remote
        field = FieldChange(path=self.holder.rotation.secret, before=SENSITIVE, after=SENSITIVE, sensitive=True)
        change = PlannedChange(address=address, action=Action.UPDATE, remote_id=remote.id, fields=(field,))
        begun = beginning(self.setting, changes=[change])
        await self.held.append_history([begun])
        try:
            await self.held.append(Rotating(address, seal))
        except LedgerError:
            await recorded(self.held, stopped(self.setting, begun))
            raise
        return begun

    def _end(self, begun: RunBegun, error: ReconcilerError | None = None, *, written: bool | None = None) -> RunEnded:
        ended = ChangeEnded(
            address=self.entry.address,
            ending=Ending.APPLIED if error is None else Ending.FAILED,
            remote_id=self.entry.remote.id,
            written=error is None if written is None else written,
            error=None if error is None else error.code,
        )
        return RunEnded(run=begun.run, finished=stamp(self.setting.around.now()), changes=(ended,))

    async def _settled(self, ended: RunEnded) -> LedgerError | None:
        """Nothing is left to find out. A ledger that cannot be written undoes nothing: the next run finds the file."""
        try:
            await self.held.append(Rotated(self.entry.address))
            await self.held.append_history([ended])
            await self.held.compact()
        except LedgerError as error:
            return error
        return None

    async def _nothing_changed(self, begun: RunBegun, error: ReconcilerError) -> ReconcilerError:
        await self._settled(self._end(begun, error))
        return error

    def _in_doubt(self, error: OutcomeUnknown) -> OutcomeUnknown:
        return OutcomeUnknown(
            error.summary,
            request=error.request,
            hint="type the same command again: it reads the secret, and rotates nothing where it has changed already",
        )

    def _report(self, turn: RotationEnd) -> RotationReport:
        return RotationReport(
            account=self.setting.account.name,
            address=self.entry.address,
            remote_id=self.entry.remote.id,
            turn=turn,
            file=self.file.shown,
        )

    def _ended(self, turn: RotationEnd, error: ReconcilerError | None) -> RotationEnded:
        return RotationEnded(report=self._report(turn), error=error)


def _put(reservation: Reservation, secret: str) -> ReconcilerError | None:
    """Why the secret is not in its file, if it is not."""
    try:
        reservation.put(secret)
    except OSError as error:
        return ReconcilerError(
            f'the secret was rotated, and could not be written to "{reservation.wanted.shown}": '
            f"{(error.strerror or str(error)).lower()}",
            hint="type the same command again, with the same or another --out: it fetches the new secret "
            "from the API and does not rotate it once more",
            code="secret-unwritten",
        )
    return None


def _not_rotated(address: Address) -> ReconcilerError:
    return ReconcilerError(
        f"{address}: the answer was lost, and the secret is still what it was: it was not rotated",
        hint="nothing was changed; type the same command again",
        code="not-rotated",
    )
