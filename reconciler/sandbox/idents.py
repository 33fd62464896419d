"""Identifiers, secrets and timestamps in the styles of real answers (guide 18.7). Pure but for randomness."""

import hashlib
import secrets
import uuid
from datetime import UTC, datetime
from functools import cache

_NUMBER_ID_FLOOR = 1_293_384_261_075_000_000


def plain_uuid() -> str:
    """A random UUID, for collections without a type prefix."""
    return str(uuid.uuid4())


def profile_id() -> str:
    """A UUID with the `4001` prefix of messaging profiles; its version nibble is therefore arbitrary."""
    return f"4001{plain_uuid()[4:]}"


def message_id() -> str:
    """A UUID with the `403` prefix of messages."""
    return f"403{plain_uuid()[3:]}"


def number_id() -> str:
    """A decimal string beyond 2^53, as phone numbers have: a client that reads it as a float loses digits."""
    return str(_NUMBER_ID_FLOOR + secrets.randbelow(10**15))


@cache
def derived_uuid(*parts: str) -> str:
    """A UUID that depends only on `parts`: stable across processes for organisations, users and seed rows."""
    return str(uuid.UUID(hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]))


def v1_secret() -> str:
    """A profile secret: 24 characters."""
    return secrets.token_hex(12)


def _moment(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC)


def stamp_seconds(now: float) -> str:
    """`2026-01-03T00:00:00Z`, as the audit log writes it."""
    return _moment(now).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp_millis(now: float) -> str:
    """`2019-01-23T18:10:02.574Z`, as profiles, numbers and RCS agents write it."""
    moment = _moment(now)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def stamp_micros(now: float) -> str:
    """`2023-03-21T23:37:45.858535+00:00`, as auto-responses write it."""
    return _moment(now).isoformat(timespec="microseconds")


def stamp_spaced(now: float) -> str:
    """`2025-04-28 12:00:38.631252+00:00`, as opt-outs write it."""
    return _moment(now).isoformat(sep=" ", timespec="microseconds")


def moment(text: str) -> datetime:
    """Any of the styles above, or a date, read as UTC; ValueError when it is none of them."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
