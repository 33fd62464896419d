"""Every operation that this server answers, and the match of a request to one of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from reconciler.sandbox.calls import Route
from reconciler.sandbox.endpoints import (
    audit,
    autoresponses,
    balance,
    bulk_updates,
    hosted_codes,
    hosted_documents,
    hosted_numbers,
    hosted_orders,
    hosted_progress,
    managed_accounts,
    message_rows,
    messages,
    metrics,
    mobile_numbers,
    numbers,
    numbers_elsewhere,
    opt_outs,
    profiles,
    rcs_agents,
    rcs_reach,
    senders,
    short_codes,
    tollfree,
    tollfree_progress,
    url_domains,
)
from reconciler.sandbox.progress import Course
from reconciler.sandbox.refusals import not_found, refuse
from reconciler.sandbox.rest import Resource

_MODULES = (
    profiles,
    autoresponses,
    senders,
    numbers,
    mobile_numbers,
    bulk_updates,
    short_codes,
    opt_outs,
    url_domains,
    metrics,
    hosted_orders,
    hosted_codes,
    hosted_documents,
    hosted_numbers,
    rcs_agents,
    rcs_reach,
    tollfree,
    messages,
    managed_accounts,
    balance,
    audit,
)
ROUTES: Final[tuple[Route, ...]] = tuple(route for module in _MODULES for route in module.ROUTES)
RESOURCES: Final[dict[str, Resource]] = {
    resource.collection: resource
    for resource in (
        url_domains.URL_DOMAINS,
        profiles.PROFILES,
        autoresponses.AUTO_RESPONSES,
        senders.SENDERS,
        numbers.PHONE_NUMBERS,
        mobile_numbers.MOBILE_NUMBERS,
        bulk_updates.BULK_UPDATES,
        short_codes.SHORT_CODES,
        opt_outs.OPT_OUTS,
        metrics.TRAFFIC,
        numbers_elsewhere.NUMBERS_ELSEWHERE,
        hosted_orders.ORDERS,
        hosted_numbers.HOSTED_NUMBERS,
        rcs_agents.RCS_AGENTS,
        rcs_reach.CAPABILITIES,
        tollfree.VERIFICATIONS,
        message_rows.MESSAGES,
        managed_accounts.MANAGED_ACCOUNTS,
        balance.BALANCES,
    )
}
"""The collections, by the name that seeds and administration use."""
COURSES: Final[tuple[Course, ...]] = (
    hosted_progress.COURSE,
    tollfree_progress.COURSE,
    bulk_updates.COURSE,
    message_rows.COURSE,
)
"""What the administrator can move along."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A route with the path parameters of one request."""

    route: Route
    params: dict[str, str]


class Router:
    """Finds the route of a request; literal paths win over those with parameters."""

    def __init__(self, routes: Iterable[Route]) -> None:
        ordered = sorted(routes, key=lambda route: route.path.count("{"))
        self._patterns = [(_pattern(route.path), route) for route in ordered]

    def match(self, method: str, raw_path: str) -> Matched:
        """The route, else 404 for an unknown path and 405 for a known path with another method."""
        allowed = set()
        for pattern, route in self._patterns:
            if (found := pattern.fullmatch(raw_path)) is None:
                continue
            if route.method == method:
                return Matched(route, {name: unquote(value) for name, value in found.groupdict().items()})
            allowed.add(route.method)
        if allowed:
            raise refuse(405, "10030", f"allowed here: {', '.join(sorted(allowed))}")
        raise not_found()


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    )
