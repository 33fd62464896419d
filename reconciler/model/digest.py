"""Short names for values: digests of observed objects, and HMACs where the value itself must not be kept."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from reconciler.model.answers import writable
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Observed
from reconciler.model.paths import dotted


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret value that is known by its seal alone, as in a saved plan."""

    seal: str


def canonical_json(value: Any) -> str:
    """One spelling for equal values: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest_of(kind: ResourceKind, observed: Observed) -> str:
    """``sha256:…`` over the normalised writable fields: never timestamps, health or statuses (design §4)."""
    fields = {dotted(path): value for path, value in writable(kind, observed).items()}
    return "sha256:" + hashlib.sha256(canonical_json(fields).encode()).hexdigest()


def sealed(value: Any, salt: str) -> str:
    """``hmac:…`` of a secret value with the ledger's own salt: equal secrets are seen to be equal, and no more."""
    return "hmac:" + hmac.new(salt.encode(), canonical_json(value).encode(), hashlib.sha256).hexdigest()


def sealed_value(value: Any, salt: str) -> Sealed:
    """A secret as its seal; one that is sealed already stays as it is."""
    return value if isinstance(value, Sealed) else Sealed(sealed(value, salt))
