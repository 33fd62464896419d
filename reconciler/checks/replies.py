"""Whether profiles that text people in the US and Canada answer STOP, HELP and START in their own name (guide §3, §21).

The default words work whatever is configured. What carriers expect besides is a reply that names the brand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from reconciler.adapters.pagination import list_unpaged
from reconciler.adapters.rest import joined
from reconciler.checks.check import Check, Look, Looked, Row, unread
from reconciler.checks.profiles import PROFILES, Thing, profiles
from reconciler.errors import ApiError
from reconciler.model.diagnostic import Diagnostic, Severity

_FACING = ("US", "CA")
_ANY = "*"
_CODES: Mapping[str, tuple[str, str]] = {
    "stop": ("STOP", "autoresp-missing-stop"),
    "info": ("HELP", "autoresp-missing-help"),
    "start": ("START", "autoresp-missing-start"),
}
"""By ``op``, which has its own name for HELP (guide §3)."""


async def _look(look: Look) -> Looked:
    facing = [(profile, countries) for profile in await profiles(look) if (countries := _countries(profile))]
    if not facing:
        return Looked("no profile sends to the US or Canada")
    found = await asyncio.gather(*(_rows(look, profile) for profile, _ in facing))
    findings: list[Diagnostic] = []
    whole = 0
    for (profile, countries), rows in zip(facing, found, strict=True):
        if isinstance(rows, ApiError):
            findings.append(unread(rows))
            continue
        missing = [*_missing(profile, countries, rows)]
        whole += not missing
        findings += missing
    return Looked(f"{whole} of {len(facing)} profiles that send to the US or Canada have all three", tuple(findings))


async def _rows(look: Look, profile: Thing) -> Sequence[Row] | ApiError:
    try:
        return await list_unpaged(look.session, f"{joined(PROFILES, profile.id)}/autoresp_configs")
    except ApiError as error:
        return error


def _countries(profile: Thing) -> Sequence[str]:
    """Those of the two that it may send to; none for a profile that is switched off."""
    allowed = profile.row.get("whitelisted_destinations")
    if not isinstance(allowed, list) or not profile.is_on:
        return ()
    return _FACING if _ANY in allowed else [country for country in _FACING if country in allowed]


def _missing(profile: Thing, countries: Sequence[str], rows: Sequence[Row]) -> Iterator[Diagnostic]:
    for op, (word, code) in _CODES.items():
        replying = {str(row.get("country_code")) for row in rows if row.get("op") == op and row.get("resp_text")}
        unanswered = [country for country in countries if not replying & {country, _ANY}]
        if unanswered:
            yield profile.finding(
                code,
                Severity.WARNING,
                f"has no reply of its own to {word} from {' and '.join(unanswered)}",
                detail="the default words work all the same; carriers expect a reply that names the brand",
                hint=f"declare an AutoResponse with op: {op} (reconciler explain AutoResponse); "
                f"then: reconciler plan{profile.account}",
            )


CHECK = Check(name="replies", place=110, look=_look)
