"""Accounts of any size, always the same: as manifests, and as the rows that an API would answer for them."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

Json = dict[str, Any]

FILES = 40
_PLAIN = re.compile(r"[A-Za-z](?:[\w /.-]|:(?! ))*")
_COUNTRIES = ("US", "CA", "GB", "DE", "FR", "ES", "IT", "NL", "SE", "NO", "DK", "FI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How much there is of each kind; the rest refers to the first profiles, one each.

    ``new``: profiles that only the manifests know. ``edited``: profiles, and ``reworded``: auto-responses, whose
    manifests differ from the account.
    """

    profiles: int
    senders: int = 0
    responses: int = 0
    new: int = 0
    edited: int = 0
    reworded: int = 0

    @property
    def size(self) -> int:
        """Resources in the manifests."""
        return self.profiles + self.new + self.senders + self.responses

    def documents(self) -> Iterator[str]:
        """Every manifest, as YAML."""
        for number in range(self.profiles + self.new):
            yield _manifest("MessagingProfile", profile_name(number), _profile(number, edited=number < self.edited))
        for number in range(self.senders):
            yield _manifest("AlphanumericSenderId", f"sender-{number:05}", _sender(number, profile_name(number)))
        for number in range(self.responses):
            spec = {"messaging_profile": profile_name(number), **_response(number, reworded=number < self.reworded)}
            yield _manifest("AutoResponse", f"stop-{number:05}", spec)

    def seed(self) -> Mapping[str, list[Json]]:
        """What the account holds: a seed of the sandbox."""
        return {
            "messaging_profiles": [
                {"id": _id("profile", number), **_profile(number)} for number in range(self.profiles)
            ],
            "alphanumeric_sender_ids": [
                {
                    "id": _id("sender", number),
                    "alphanumeric_sender_id": f"Acme {number:05}",
                    "messaging_profile_id": _id("profile", number),
                }
                for number in range(self.senders)
            ],
            "autoresp_configs": [
                {"id": _id("response", number), "messaging_profile_id": _id("profile", number), **_response(number)}
                for number in range(self.responses)
            ],
        }


def write_manifests(shape: Shape, folder: Path, files: int = FILES) -> None:
    """Spread the manifests over ``files`` files of equal length."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = shape.documents()
    each = -(-shape.size // files)
    for number in range(files):
        (folder / f"part-{number:03}.yaml").write_text("---\n".join(islice(documents, each)), "utf-8")


def profile_name(number: int) -> str:
    """The local name of a profile."""
    return f"profile-{number:05}"


def _profile(number: int, *, edited: bool = False) -> Json:
    return {
        "name": f"Acme Messaging {number:05}",
        "enabled": number % 10 != 0,
        "whitelisted_destinations": sorted({_COUNTRIES[(number + step) % len(_COUNTRIES)] for step in (0, 1, 5)}),
        "webhook_url": f"https://hooks.example.com/{'edited' if edited else 'telnyx'}/inbound/{number:05}",
        "webhook_failover_url": f"https://hooks-backup.example.com/telnyx/inbound/{number:05}",
        "webhook_api_version": "2",
        "number_pool_settings": {
            "long_code_weight": 1 + number % 7,
            "toll_free_weight": 10,
            "skip_unhealthy": True,
            "sticky_sender": number % 2 == 0,
        },
        "daily_spend_limit": f"{25 + number % 500}.00",
        "daily_spend_limit_enabled": True,
        "mms_transcoding": number % 2 == 0,
        "mobile_only": number % 5 == 0,
        "smart_encoding": number % 3 == 0,
    }


def _sender(number: int, profile: str) -> Json:
    return {"alphanumeric_sender_id": f"Acme {number:05}", "messaging_profile": profile}


def _response(number: int, *, reworded: bool = False) -> Json:
    ending = "no further messages" if reworded else "no more messages"
    return {
        "op": "stop",
        "country_code": "US",
        "keywords": ["STOP", "UNSUBSCRIBE"],
        "resp_text": f"Acme {number:05}: you will receive {ending}. Reply START to rejoin.",
    }


def _id(collection: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{collection}/{number}"))


def _manifest(kind: str, name: str, spec: Json) -> str:
    labels = f"  labels: {{team: messaging, env: {'prod' if kind == 'MessagingProfile' else 'shared'}}}\n"
    head = f"apiVersion: telnyx.reconciler/v1\nkind: {kind}\nmetadata:\n  name: {name}\n{labels}spec:\n"
    return head + "".join(_lines(spec, "  "))


def _lines(values: Json, indent: str) -> Iterator[str]:
    """As people write it, and as the examples are: block mappings, short lists in a row, quotes where they matter."""
    for key, value in values.items():
        match value:
            case dict():
                yield f"{indent}{key}:\n"
                yield from _lines(value, indent + "  ")
            case list():
                yield f"{indent}{key}: [{', '.join(map(_scalar, value))}]\n"
            case _:
                yield f"{indent}{key}: {_scalar(value)}\n"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value != "NO":
        return value
    return json.dumps(value)
