"""The object that codes are about: which one a word means, and which of its numbers still want one. Only reads."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.api import Client, connect
from reconciler.errors import PlanRefused, UsageError
from reconciler.executor.observe import read
from reconciler.model.account import account_option
from reconciler.model.codes import CodesReport, Method, OwnershipCodes
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, Ledger
from reconciler.model.observed import Observed
from reconciler.model.plan import SENSITIVE
from reconciler.model.standing import Known, known_of
from reconciler.workflow.connecting import endpoint, target
from reconciler.workflow.looking import same_account
from reconciler.workflow.meant import meant
from reconciler.workflow.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The object that codes are about."""

    account: str
    entry: Entry
    codes: OwnershipCodes
    observed: Observed
    known: Known

    @property
    def secret(self) -> bool:
        """Whether the numbers stay out of sight."""
        return self.codes.path in self.known.secrets

    def wanted(self, *, again: bool = False) -> list[str]:
        """The numbers that still want a code, as far as anybody knows; ``again``: those that were verified, too."""
        return [number for number in self.codes.wanted(self.observed) if again or not self.is_proven(number)]

    def is_proven(self, number: str) -> bool:
        """Whether it was verified from here."""
        return self.known.kept(self.codes.path, number) in self.known.proven

    def shown(self, number: str) -> str:
        """A number for people."""
        return SENSITIVE if self.secret else number

    def command(self, name: str) -> str:
        """One of the two commands, about this object."""
        return f"reconciler hosted {name} {self.entry.address}{account_option(self.account)}"

    def report(self, method: Method | None = None) -> CodesReport:
        """What is told before anything is done."""
        return CodesReport(
            account=self.account, address=self.entry.address, remote_id=self.entry.remote.id, method=method
        )


async def subject_of(setting: Setting, word: str) -> Subject:
    """Who is asked for codes. Only reads, locks nothing. Raises UsageError, PlanRefused, LedgerError, ApiError."""
    ledger = (await setting.ledger.snapshot()).ledger
    entry, codes = entry_meant(setting, ledger, word)
    async with connect(target(setting)) as session:
        return await subject_in(setting, ledger, entry, codes, session)


async def subject_in(setting: Setting, ledger: Ledger, entry: Entry, codes: OwnershipCodes, session: Client) -> Subject:
    """The object as it is now. Raises PlanRefused for a wrong account, and ApiError."""
    same_account(ledger.header, endpoint(setting), None)
    return Subject(
        account=setting.account.name,
        entry=entry,
        codes=codes,
        observed=await read(session, setting.kinds[entry.address.kind], entry.remote),
        known=known_of(entry, None, ledger.header.salt),
    )


def entry_meant(setting: Setting, ledger: Ledger, word: str) -> tuple[Entry, OwnershipCodes]:
    """The entry, and what its kind offers. Raises UsageError, and PlanRefused for what another project manages."""

    def takes_codes(kind: ResourceKind) -> bool:
        return kind.codes is not None

    entry = meant(setting, ledger, word, takes_codes, "takes verification codes")
    codes = setting.kinds[entry.address.kind].codes
    if codes is None:  # which ``meant`` has refused
        raise UsageError(f"{entry.address} takes no verification codes")
    if entry.project != setting.project.name:
        raise PlanRefused(
            f'{entry.address} is managed by the project "{entry.project}", so its codes are left alone',
            hint="send and verify them from there",
            code="not-recorded",
        )
    return entry, codes
