"""Where news of drift is sent, and what was told there last. Pure; knows no address but those that are no secret."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from reconciler.model.digest import sealed
from reconciler.model.drift import Changed, DriftReport
from reconciler.model.fields import Fields, Unreadable, parsed, spelled
from reconciler.model.paths import dotted

FORMS = "slack:env:VARIABLE, webhook:env:VARIABLE or webhook:https://ADDRESS"
NO_DRIFT = "none"
NOBODY_KNOWS = "unknown"
"""Two runs told different things at once: whatever is found next is news."""

VERSION = 1
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Channel(StrEnum):
    """What a message looks like, and who understands it."""

    SLACK = "slack"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One receiver: the ``variable`` that holds its address, or the ``address`` itself where that is no secret."""

    channel: Channel
    variable: str = ""
    address: str = field(default="", repr=False)

    def __str__(self) -> str:
        """As it was spelled; of an address the server alone, since the rest of it may be a token."""
        if self.variable:
            return f"{self.channel}:env:{self.variable}"
        parts = urlsplit(self.address)
        return f"{self.channel}:{parts.scheme}://{parts.hostname or ''}"


def parse_destination(text: str) -> Destination:
    """Read one spelling. Raises ValueError, which never quotes what may be a secret."""
    name, _, rest = text.partition(":")
    if name not in set(Channel):
        raise ValueError(f"a destination is {FORMS}")
    channel = Channel(name)
    if rest.startswith("env:"):
        variable = rest.removeprefix("env:")
        if not _VARIABLE.fullmatch(variable):
            raise ValueError(f"{channel}:env: is followed by the name of a variable, such as {channel}:env:DRIFT_URL")
        return Destination(channel=channel, variable=variable)
    if channel is Channel.SLACK:
        raise ValueError(
            "the address of a Slack webhook is a password, and command lines are seen and logged: "
            "put it into a variable and write slack:env:VARIABLE"
        )
    return Destination(channel=channel, address=rest)


def state_of(report: DriftReport, salt: str) -> str:
    """A name for what has drifted: which objects, which of their fields, and what those are in the account now.

    What the manifests say, what waits for an apply, places and times are not in it: none of them is a change of drift.
    """
    if not report.has_drift:
        return NO_DRIFT
    drifted: list[Any] = [
        [str(one.address), "changed", *_fields(one)] if isinstance(one, Changed) else [str(one.address), "missing"]
        for one in report.found
    ]
    strangers = [[f"{one.kind}/{one.remote.id}", "unmanaged"] for one in report.counted_unmanaged]
    return sealed(sorted(drifted + strangers, key=lambda part: str(part[0])), salt)


def _fields(one: Changed) -> Iterable[list[Any]]:
    drifted = (field for field in one.fields if field.is_drift)
    return sorted(([dotted(each.path), each.seal or each.observed] for each in drifted), key=lambda pair: str(pair[0]))


@dataclass(frozen=True, slots=True)
class Told:
    """What one receiver knows, and how many messages it got."""

    state: str = NO_DRIFT
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """What all receivers of an account know. ``salt`` makes the digests in it useless to others.

    ``serial`` rises with each writing, and ``lineage`` names the record for as long as it is kept.
    """

    lineage: str
    salt: str
    serial: int = 0
    told: Mapping[str, Told] = field(default_factory=dict)

    def key(self, *parts: Any) -> str:
        """The name of a receiver in the record: its address may be a secret."""
        return sealed(parts, self.salt)

    def known_to(self, key: str) -> Told:
        """What a receiver knows; of one that is new, that there is no drift."""
        return self.told.get(key, Told())

    def event_id(self, key: str, state: str) -> str:
        """The name of the message that tells ``state``: the same each time it is tried, and never used again."""
        return str(uuid.uuid5(uuid.UUID(self.lineage), f"{key} {self.known_to(key).count} {state}"))

    def after(self, found: Notified | None, keys: Iterable[str], state: str) -> Notified:
        """The record once ``keys`` were told ``state``, on top of ``found``: what somebody else wrote meanwhile.

        A receiver that was told something else meanwhile may have got the two in any order.
        """
        now = self if found is None else found
        told = dict(now.told)
        for key in keys:
            before, other = self.known_to(key), now.known_to(key)
            if other == before or other.state == state:
                told[key] = Told(state, max(before.count + 1, other.count))
            else:
                told[key] = Told(NOBODY_KNOWS, max(before.count, other.count) + 1)
        return replace(now, serial=now.serial + 1, told=told)


def record_bytes(record: Notified) -> bytes:
    """The record as it is kept."""
    told = {key: {"state": one.state, "count": one.count} for key, one in sorted(record.told.items())}
    head = {"version": VERSION, "serial": record.serial, "lineage": record.lineage, "salt": record.salt}
    return spelled({**head, "told": told}, indent=1) + b"\n"


def record_in(content: bytes) -> Notified:
    """The record in these bytes. Raises Unreadable."""
    try:
        fields = Fields(parsed(content), "the record")
        if fields.count("version") != VERSION:
            raise Unreadable("it was written by another version")
        uuid.UUID(lineage := fields.text("lineage"))
        told = {key: _told(Fields(value, f'"{key}"')) for key, value in fields.mapping("told").items()}
        record = Notified(lineage=lineage, salt=fields.text("salt"), serial=fields.count("serial"), told=told)
        fields.done()
    except ValueError as error:
        raise Unreadable(str(error)) from None
    return record


def _told(fields: Fields) -> Told:
    told = Told(fields.text("state"), fields.count("count"))
    fields.done()
    return told
