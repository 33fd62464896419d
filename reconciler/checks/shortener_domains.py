"""Whether the domains that profiles shorten links with are the account's: else messages are refused (guide §2, §9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.adapters.pagination import list_all
from reconciler.checks.check import Check, Look, Looked
from reconciler.checks.profiles import Thing, profiles
from reconciler.model.diagnostic import Severity


async def _look(look: Look) -> Looked:
    wanted = [(profile, domain) for profile in await profiles(look) if (domain := _wanted(profile))]
    if not wanted:
        return Looked("no profile shortens links")
    known = {_bare(row.get("url_domain")) for row in await list_all(look.session, "/messaging_url_domains")}
    findings = [
        profile.finding(
            "shortener-domain-unknown",
            Severity.ERROR,
            f'shortens links to "{domain}", which is no domain of the account',
            detail="messages with links are refused (40327)",
            hint=f"the account has: {', '.join(sorted(known - {''})) or 'none'}; ask Telnyx support for another",
        )
        for profile, domain in wanted
        if domain not in known
    ]
    return Looked(f"{len(wanted) - len(findings)} of {len(wanted)} domains are the account's", tuple(findings))


def _wanted(profile: Thing) -> str:
    settings = profile.row.get("url_shortener_settings")
    return _bare(settings.get("domain")) if isinstance(settings, Mapping) else ""


def _bare(domain: Any) -> str:
    """Without the scheme that some answers have, and in lower case."""
    return str(domain or "").strip().lower().rpartition("://")[2].rstrip("/")


CHECK = Check(name="shortener_domains", place=90, look=_look)
