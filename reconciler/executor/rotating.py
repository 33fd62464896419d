"""Having a secret made anew, exactly once, although answers get lost.

The request is never sent again by itself: a second one would make the first new secret worthless, which somebody may
use by then. What a lost answer hides is found out by reading the object, since every answer about it holds the secret:

    POST ── answered with another secret ────────────────────────────────→ that one
      │
      ├─ refused ────────────────────────────────────────────────────────→ fails; nothing changed
      └─ in doubt ── read the object, until settle_seconds after the attempt
                       ├─ its seal is another than before ───────────────→ that one
                       ├─ the same throughout ───────────────────────────→ None: nothing changed
                       └─ told to stop, or the last look failed ─────────→ fails, still in doubt

Secrets are compared by their seals, so that what a killed run had before it is known without being kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import ApiError, OutcomeUnknown
from reconciler.executor.pause import Patience
from reconciler.executor.settle import in_doubt
from reconciler.model.digest import sealed
from reconciler.model.kind import ResourceKind
from reconciler.model.observed import Remote
from reconciler.model.rotation import Rotation
from reconciler.model.session import ReadSession, WriteSession


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretHolder:
    """One object with a secret, and the salt of the ledger that seals it."""

    kind: ResourceKind
    rotation: Rotation
    remote: Remote
    salt: str = field(repr=False)

    def seal(self, secret: str) -> str:
        """What may be kept of a secret."""
        return sealed(secret, self.salt)

    async def row(self, session: ReadSession) -> Mapping[str, Any]:
        """The object as it is now, with a secret in it. Raises ApiError, also where it tells none."""
        row = await self.kind.adapter.read(session, self.remote)
        if self.told(row) is None:
            request = f"read {self.kind.name} {self.remote.id}"
            raise ApiError(
                f"{request}: the answer holds no {self.rotation.secret}",
                request=request,
                hint="see whether the key may read it: without it nobody could tell what a rotation did",
                code="unusable-answer",
            )
        return row

    async def secret(self, session: ReadSession) -> str:
        """The secret as it is now. Raises as ``row`` does."""
        return str(self.told(await self.row(session)))

    def told(self, row: Mapping[str, Any]) -> str | None:
        """The secret in an answer, if it is there."""
        found = row.get(self.rotation.secret)
        return found if isinstance(found, str) and found else None


async def rotate(session: WriteSession, holder: SecretHolder, seal: str, patience: Patience) -> str | None:
    """Answer the new secret; None when it certainly is the one that ``seal`` was made of. Raises ApiError.

    An error that leaves it in doubt is OutcomeUnknown; after any other nothing has changed.
    """
    try:
        row = await holder.rotation.request(session, holder.remote)
    except ApiError as error:
        if not in_doubt(error):
            raise
        doubt = error
    else:
        new = holder.told(row)
        if new is not None and holder.seal(new) != seal:
            return new
        request = f"rotate {holder.kind.name} {holder.remote.id}"
        doubt = OutcomeUnknown(f"{request}: the answer holds no other {holder.rotation.secret}", request=request)
    try:
        return await awaited(session, holder, seal, patience)
    except ApiError as error:
        raise OutcomeUnknown(
            f"{doubt.summary}; and looking failed: {error.summary}", request=doubt.request, hint=error.hint
        ) from doubt


async def awaited(session: ReadSession, holder: SecretHolder, seal: str, patience: Patience) -> str | None:
    """The secret once it is another than that of ``seal``; None when it was the same until the time was up.

    Raises ApiError where the last look failed, and OutcomeUnknown where it was told to stop.
    """
    waits = patience.looks(patience.clock())
    while True:
        failed: ApiError | None = None
        try:
            secret = await holder.secret(session)
        except ApiError as error:
            failed = error
        else:
            if holder.seal(secret) != seal:
                return secret
        wait = next(waits, None)
        if wait is None:
            break
        await patience.pause(wait)
    if failed is not None:
        raise failed
    if patience.stop.is_set():
        request = f"read {holder.kind.name} {holder.remote.id}"
        raise OutcomeUnknown(f"{request}: stopped before it could be told", request=request)
    return None
