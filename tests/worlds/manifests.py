"""What a team wants, as a value.

Names, keywords and numbers come from small pools, so that old and new, ours and strangers' meet all the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.worlds.universe import Documents

LOCAL_NAMES = {
    "MessagingProfile": ("alpha", "beta", "gamma"),
    "AutoResponse": ("leave", "bye", "info"),
    "AlphanumericSenderId": ("acme", "emca"),
    "HostedNumberOrder": ("port1", "port2"),
    "RcsAgent": ("support", "marketing"),
    "PhoneNumberMessaging": ("desk", "till"),
    "ShortCode": ("codes", "spare"),
    "HostedNumber": ("front", "back"),
    "TollfreeVerification": ("login", "promo"),
    "RcsTestNumber": ("anna", "berta"),
}
REFERENCES = {
    "AutoResponse": "messaging_profile",
    "AlphanumericSenderId": "messaging_profile",
    "HostedNumberOrder": "messaging_profile",
    "RcsAgent": "profile",
    "PhoneNumberMessaging": "messaging_profile",
    "ShortCode": "messaging_profile",
    "HostedNumber": "messaging_profile",
}
FOUND_BY = {
    "RcsAgent": "agent_id",
    "PhoneNumberMessaging": "phone_number",
    "ShortCode": "short_code",
    "HostedNumber": "phone_number",
}
"""Kinds of what every account has from the beginning, and what says which one is meant."""
FILES = ("a.yaml", "b.yaml", "more/c.yaml")
PROFILE_NAMES = ("Alpha", "Beta", "Gamma")
KEYWORDS = ("LEAVE", "BYE", "OUT", "DETAILS")
SENDERS = ("ACME", "EMCA")
NUMBERS = ("+12025550101", "+12025550102")
AGENTS = ("a1f09c3e5d7b4862", "b2e18d4f6c8a5973")
OWNED = {
    "PhoneNumberMessaging": ("+15550100001", "+18005550101"),
    "ShortCode": ("12345", "54321"),
    "HostedNumber": ("+12025550181", "+12025550182", "+12025550183"),
}
"""The last hosted number is not there, and waited for."""
TOLL_FREE = ("+18885550100", "+18885550101", "+18885550102")
HANDSETS = ("+13125551201", "+13125551202")
PERSON = "jo.canary@acme.example"
"""Personal data, which a manifest spells out and nobody else may."""
REQUEST = {
    "businessName": "Acme Inc.",
    "businessRegistrationNumber": "12-3456789",
    "businessRegistrationType": "EIN",
    "businessRegistrationCountry": "US",
    "corporateWebsite": "https://acme.example",
    "businessAddr1": "600 Congress Avenue",
    "businessCity": "Austin",
    "businessState": "Texas",
    "businessZip": "78701",
    "businessContactFirstName": "Jo",
    "businessContactLastName": "Doe",
    "businessContactEmail": PERSON,
    "businessContactPhone": "+15125550100",
    "messageVolume": "10,000",
    "useCase": "2FA",
    "useCaseSummary": "Codes for signing in.",
    "productionMessageContent": "Acme: your code is 123456. Reply STOP to end.",
    "optInWorkflow": "A box to tick at checkout.",
    "optInWorkflowImageURLs": [{"url": "https://acme.example/a.png"}],
    "additionalInformation": "Customers only.",
}
"""What a toll-free verification must say, its numbers apart."""
Key = tuple[str, str]
"""Kind and local name."""


@dataclass(frozen=True)
class Manifest:
    """One document."""

    kind: str
    name: str
    file: str
    spec: Mapping[str, Any]
    lifecycle: Mapping[str, Any] = field(default_factory=dict)
    renamed_from: str | None = None

    @property
    def key(self) -> Key:
        """Its address."""
        return self.kind, self.name

    @property
    def parent(self) -> str | None:
        """The local name of the profile that it refers to."""
        return self.spec.get(REFERENCES.get(self.kind, ""))

    def document(self) -> dict[str, Any]:
        """As it stands in its file."""
        metadata = {"name": self.name, **({"renamed_from": self.renamed_from} if self.renamed_from else {})}
        return {
            "apiVersion": "telnyx.reconciler/v1",
            "kind": self.kind,
            "metadata": metadata,
            **({"lifecycle": dict(self.lifecycle)} if self.lifecycle else {}),
            "spec": dict(self.spec),
        }


class Manifests(dict[Key, Manifest]):
    """All documents of a team, by address; edits answer a new value."""

    def of_kind(self, kind: str) -> list[Manifest]:
        """The documents of a kind."""
        return [each for each in self.values() if each.kind == kind]

    def files(self) -> Documents:
        """As files."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for manifest in self.values():
            found.setdefault(manifest.file, []).append(manifest.document())
        return found

    def with_one(self, manifest: Manifest) -> Manifests:
        """Added or changed; nobody claims any more to have had its name."""
        kept = {
            key: replace(each, renamed_from=None) if (each.kind, each.renamed_from) == manifest.key else each
            for key, each in self.items()
        }
        return Manifests({**kept, manifest.key: manifest})

    def without(self, key: Key) -> Manifests:
        """Removed, and with a profile whatever cannot be without it."""
        kept = Manifests()
        for each in self.values():
            if each.key == key:
                continue
            if key[0] == "MessagingProfile" and each.parent == key[1]:
                if each.kind in FOUND_BY:
                    kept[each.key] = replace(each, spec={**each.spec, REFERENCES[each.kind]: None})
                continue
            kept[each.key] = each
        return kept

    def moved(self, key: Key, file: str) -> Manifests:
        """In another file."""
        return Manifests({**self, key: replace(self[key], file=file)})

    def renamed(self, key: Key, name: str, *, told: bool) -> Manifests:
        """Under another local name, references included. ``told``: with ``renamed_from``."""
        old = self[key]
        found = Manifests()
        for each in self.values():
            if each.key == key:
                continue
            if old.kind == "MessagingProfile" and each.parent == old.name:
                each = replace(each, spec={**each.spec, REFERENCES[each.kind]: name})  # noqa: PLW2901 - its new form
            found[each.key] = each
        return found.with_one(replace(old, name=name, renamed_from=old.name if told else None))
