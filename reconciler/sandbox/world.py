"""Everything that one emulated Telnyx holds: accounts, switches, and what has happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.sandbox.account import Account, Actor
from reconciler.sandbox.faults import FaultPlan
from reconciler.sandbox.progress import Course
from reconciler.sandbox.quirks import Quirks
from reconciler.sandbox.requestlog import RequestLog
from reconciler.sandbox.rest import Resource
from reconciler.sandbox.seed import Seed, sow
from reconciler.sandbox.store import Store, account_id


@dataclass(slots=True)
class World:
    """One emulated Telnyx."""

    store: Store
    seed: Seed
    resources: Mapping[str, Resource]
    courses: Sequence[Course]
    faults: FaultPlan
    quirks: Quirks
    clock: Callable[[], float]
    organization: str | None = None
    """The organisation of every account, or None for one each."""
    log: RequestLog = field(default_factory=RequestLog)

    def account(self, key: str, actor: Actor = Actor.API, user: str | None = None) -> Account:
        """The account of a key, seeded on first use."""
        account = Account(self.store, account_id(key), self.quirks, self.clock(), actor, self.organization, user)
        if not self.store.known(account.id):
            sow(account, self.seed, self.resources)
            self.store.commit()  # a refused first request must not take the seed back
        return account
