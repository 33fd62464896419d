"""Whether the numbers of the profiles deliver, can text at all, and are in a pool that has any (guide §2, §5, §21).

Numbers are told by their last digits and their ids: who they belong to is nobody's business in a log.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.checks.check import Check, Look, Looked, Row
from reconciler.checks.profiles import Thing, numbers, of_profile, profiles
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.listed import lined

LEAST_DELIVERED = 0.25
MOST_SPAM = 0.75
"""Shares at which a pool with ``skip_unhealthy`` leaves a number out (guide §2)."""

_NAMED = 10
"""Numbers of a finding, on a line each."""
_WEIGHTS = {"longcode": "long_code_weight", "tollfree": "toll_free_weight"}


class Health(NamedTuple):
    """What was measured over ``messages``: the shares that were delivered, and that were blocked as spam."""

    messages: int
    delivered: float
    spam: float

    @property
    def is_bad(self) -> bool:
        """As ``skip_unhealthy`` judges."""
        return self.delivered < LEAST_DELIVERED or self.spam > MOST_SPAM


async def _look(look: Look) -> Looked:
    judged = await profiles(look)
    rows = await numbers(look.session)
    findings: list[Diagnostic] = []
    seen: list[Row] = []
    for profile in judged:
        mine = of_profile(rows, profile)
        seen += mine
        findings += _findings(profile, mine)
    measured = sum(health_of(row) is not None for row in seen)
    summary = f"{len(seen)} of {len(rows)} numbers are on these profiles; {measured} of them have traffic"
    return Looked(summary, tuple(findings))


def health_of(row: Row) -> Health | None:
    """None without messages, and for what is no share: one of the reference's own examples is 10 of 1."""
    match row.get("health"):
        case {
            "message_count": int(messages),
            "success_ratio": int() | float() as delivered,
            "spam_ratio": int() | float() as spam,
        } if messages > 0 and 0 <= delivered <= 1 and 0 <= spam <= 1:
            return Health(messages, delivered, spam)
        case _:
            return None


def _findings(profile: Thing, rows: Collection[Row]) -> Iterator[Diagnostic]:
    bad = [(row, health) for row in rows if (health := health_of(row)) and health.is_bad]
    if bad:
        told = [
            f"{called(row)}: {one.delivered:.0%} delivered, {one.spam:.0%} taken for spam, of {one.messages} messages"
            for row, one in bad
        ]
        yield profile.finding(
            "doctor-number-unhealthy",
            Severity.WARNING,
            f"{len(bad)} of {len(rows)} numbers deliver badly",
            detail=lined(told, _NAMED),
            hint="look at their failed messages in the portal; a registration or an opt-in may be missing",
        )
    for is_wrong, code, what, hint in _WRONG:
        if wrong := [called(row) for row in rows if is_wrong(row)]:
            summary = f"{len(wrong)} of {len(rows)} numbers {what}"
            yield profile.finding(code, Severity.WARNING, summary, detail=lined(wrong, _NAMED), hint=hint)
    yield from _pool(profile, rows)


def _cannot_text(row: Row) -> bool:
    features = row.get("features")
    return isinstance(features, Mapping) and "sms" in features and features["sms"] is None


def _has_wrong_product(row: Row) -> bool:
    product, eligible = row.get("messaging_product"), row.get("eligible_messaging_products")
    return bool(product) and isinstance(eligible, list) and bool(eligible) and product not in eligible


_WRONG = (
    (
        _cannot_text,
        "number-sms-incapable",
        "cannot text (40100)",
        "take them off the profile, or have messaging enabled for them in the portal",
    ),
    (
        _has_wrong_product,
        "number-product-ineligible",
        "have a messaging product that they are not eligible for",
        "give them one that they are eligible for: messaging_product in the manifest, or in the portal",
    ),
)
"""What a number by itself may lack: how to tell, the code, the words, the next step."""


def _pool(profile: Thing, rows: Collection[Row]) -> Iterator[Diagnostic]:
    pool = profile.row.get("number_pool_settings")
    if not isinstance(pool, Mapping) or not pool:
        return
    weighed = [row for row in rows if _weight(pool, row) > 0]
    usable = [row for row in weighed if not (pool.get("skip_unhealthy") and (one := health_of(row)) and one.is_bad)]
    if not usable:
        why = "all that it has are left out by skip_unhealthy" if weighed else "none has a type with a weight"
        yield profile.finding(
            "number-pool-no-numbers",
            Severity.WARNING,
            "its number pool holds no number that may be used",
            detail=f"{len(rows)} numbers are on the profile, and {why}; sends from the pool fail (40321)",
            hint=profile.to_set("number_pool_settings"),
        )


def _weight(pool: Mapping[str, Any], row: Row) -> float:
    """By the number's type, which has three spellings (guide §5)."""
    weight = pool.get(_WEIGHTS.get(re.sub("[^a-z]", "", str(row.get("type")).lower()), ""))
    return weight if isinstance(weight, int | float) else 0


def called(row: Row) -> str:
    """``…0189 (id 1293384261075731499)``."""
    return f"…{str(row.get('phone_number', ''))[-4:]} (id {row.get('id')})"


CHECK = Check(name="numbers", place=100, look=_look)
