"""What a just observer of one universe knows: who made what, what was let go, and which secrets there were."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.ledger import Entry
from tests.worlds.ending import Row
from tests.worlds.universe import COLLECTIONS, Universe

OVER = frozenset({"deleted", "failed", "carrier_rejected", "ineligible_carrier"})
KEY_FIELDS = frozenset({"name", "keywords"})
One = tuple[str, str]
"""Kind and remote id."""


@dataclass
class Chronicle:
    """Of one universe.

    released            forgotten on purpose
    indistinguishable   made by others while an interrupted create of ours was unsettled: nothing but the audit log
                        can tell whose it is
    orphaned            ours when the ledger was lost
    unrecognisable      given another natural key by others before it was recorded
    """

    universe: Universe
    released: set[One] = field(default_factory=set)
    indistinguishable: set[One] = field(default_factory=set)
    orphaned: set[One] = field(default_factory=set)
    unrecognisable: set[One] = field(default_factory=set)
    lagging: bool = False
    tokens: list[str] = field(default_factory=list)
    """Every secret that the ledger can know of."""
    deletable: set[Address] = field(default_factory=set)
    """Addresses whose manifest ever said ``on_remove: delete``."""
    _tokens_made: int = 0
    _read: int = 0
    _made: set[One] = field(default_factory=set)
    _renamed: set[str] = field(default_factory=set)
    _kinds: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kinds = {remote_id: kind for kind in COLLECTIONS for remote_id in self.universe.rows(kind)}
        self.rotate()

    def _catch_up(self) -> None:
        events = self.universe.audit(self._read)
        self._read += len(events)
        for event in events:
            one = self.identity(event)
            if event["change_type"] == "create" and event["change_made_by"] == "account_owner":
                self._made.add(one)
            if event["change_type"] == "update" and KEY_FIELDS & {each["field"] for each in event["changes"]}:
                self._renamed.add(event["resource_id"])

    @property
    def made(self) -> set[One]:
        """Everything that this program created, alive or not."""
        self._catch_up()
        return self._made

    @property
    def renamed(self) -> set[str]:
        """Ids of objects whose natural key was changed since they were made."""
        self._catch_up()
        return self._renamed

    def identity(self, event: Row) -> One:
        """Which object an audit event speaks of: it names no kind, but the fields of its creation tell."""
        remote_id = event["resource_id"]
        if remote_id not in self._kinds:
            self._kinds[remote_id] = _kind_of({each["field"] for each in event["changes"]})
        kind = self._kinds[remote_id]
        if kind == "RcsTestNumber":
            said = {each["field"]: each["to"] for each in event["changes"]}
            return kind, f"{said['agent_id']}/{said['phone_number']}"
        return kind, remote_id

    def kind_of(self, remote_id: str) -> str:
        """The kind of an object that was made in this universe."""
        self._catch_up()
        return self._kinds.get(remote_id, "")

    def alive(self, one: One) -> bool:
        """Whether an object exists, and counts as existing."""
        row = self.universe.rows(one[0]).get(one[1])
        return row is not None and row.get("status") not in OVER

    def said_delete(self, address: Address) -> bool:
        """Whether a manifest ever asked for the removal of an object that others had made."""
        return address in self.deletable

    def lost(self) -> None:
        """The ledger is gone, and with it every claim, and the knowledge of which values were secrets."""
        self.orphaned |= self.made
        self.released.clear()
        self.unlearn()

    def unlearn(self) -> None:
        """Nobody knows any more which of the values in the account are secrets; new ones come into use."""
        self.tokens.clear()
        self.rotate()

    def rotate(self) -> None:
        """Another secret from now on. The old ones stay secrets."""
        self._tokens_made += 1
        self.universe.token = f"canary-{self._tokens_made}-5f2c"
        self.tokens.append(self.universe.token)


def one_of(entry: Entry) -> One:
    """Which object an entry records. An invite has no id that the account would know."""
    if entry.address.kind == "RcsTestNumber":
        return entry.address.kind, f"{entry.applied['agent']}/{entry.applied['phone_number']}"
    return entry.address.kind, entry.remote.id


def _kind_of(fields: set[str]) -> str:
    tells = {
        "alphanumeric_sender_id": "AlphanumericSenderId",
        "keywords": "AutoResponse",
        "phone_numbers": "HostedNumberOrder",
        "whitelisted_destinations": "MessagingProfile",
        "phoneNumbers": "TollfreeVerification",
        "agent_id": "RcsTestNumber",
    }
    return next((kind for name, kind in tells.items() if name in fields), "other")
