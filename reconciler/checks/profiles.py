"""The messaging profiles that are judged, and how findings name them. None quotes an address: it may hold a token."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reconciler.adapters.pagination import list_all
from reconciler.checks.check import Look, Row
from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.session import ReadSession

PROFILES = "/messaging_profiles"
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a finding is about: what people call it, its id, its address where it is recorded, its row.

    ``account`` is the option that a command needs to be about the same account.
    """

    what: str
    id: str
    address: Address | None
    row: Row
    account: str

    @property
    def is_on(self) -> bool:
        """Whether it sends at all: ``enabled`` is not false."""
        return self.row.get("enabled") is not False

    def text(self, name: str) -> str:
        """A text field; unset ones come as null or as nothing (guide §20)."""
        value = self.row.get(name)
        return value.strip() if isinstance(value, str) else ""

    def to_set(self, field: str) -> str:
        """What to do where ``field`` should have another value."""
        if self.address:
            plan = f"reconciler plan --only {self.address}{self.account}"
            return f"set {field} in the manifest of {self.address}, then type: {plan}"
        return f"set {field} in the portal, or have it managed: reconciler export{self.account}"

    def finding(self, code: str, severity: Severity, says: str, *, detail: str = "", hint: str = "") -> Diagnostic:
        """A finding whose summary is ``says``, after what the thing is called where it has no address."""
        name = self.text("name") or self.text("agent_name")
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        called = f'{self.what} "{short}" ({self.id})' if short else f"{self.what} {self.id}"
        return Diagnostic(
            code=code,
            severity=severity,
            summary=says if self.address else f"{called}: {says}",
            detail=detail,
            hint=hint,
            address=self.address,
        )


async def profiles(look: Look) -> tuple[Thing, ...]:
    """Every profile in the scope, in the order of the list. Raises ApiError."""
    rows = await list_all(look.session, PROFILES)
    return things(look, "profile", "id", rows)


def things(look: Look, what: str, key: str, rows: Collection[Row]) -> tuple[Thing, ...]:
    """Those of the rows that are in the scope. ``key`` is the field with the id."""
    judged = look.scope.of(list(rows), lambda row: str(row[key]))
    option, recorded = account_option(look.account), look.scope.recorded
    return tuple(Thing(what, str(row[key]), recorded.get(str(row[key])), row, option) for row in judged)


async def numbers(session: ReadSession) -> list[Row]:
    """The messaging settings of every phone number (guide §5). Raises ApiError."""
    return list(await list_all(session, "/phone_numbers/messaging"))


def of_profile(rows: Collection[Row], profile: Thing) -> list[Row]:
    """The rows that are on the profile."""
    return [row for row in rows if row.get("messaging_profile_id") == profile.id]
