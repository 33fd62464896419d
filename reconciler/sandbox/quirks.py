"""Ways in which Telnyx has been seen, or is suspected, to answer differently: switches, all off by default.

The list with the meaning of each is `MEANING`; guide 2, 10, 20 and 22.4 are where they come from.
Presentation quirks change answers only, never what is stored.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

MEANING: Final = {
    "webhook-url-null": "unset webhook URLs are answered as null",
    "webhook-url-empty": 'unset webhook URLs are answered as ""',
    "reordered-arrays": "destinations, keywords and tags come back in another order",
    "reordered-rows": "rows come in another order within each page, from one request to the next",
    "shifting-pages": "rows move across page boundaries from one request to the next",
    "extra-fields": "objects carry fields that nobody documented",
    "lag": "lag=SECONDS: lists show the state of that long ago; GET by id is immediate",
    "audit-lag": "audit-lag=SECONDS: the audit log shows events that long after they happened",
    "audit-swapped": "the audit log has the new value under `from` and the old one under `to`",
    "bare-orders": "hosted order answers have no `data` envelope",
    "lowercase-eligibility": "eligibility values are lower case",
    "uppercase-keywords": "auto-response keywords come back in upper case",
    "normalised-decimals": '"10" comes back as "10.00"',
    "hyphenated-types": '"long-code" and "toll-free" instead of "longcode" and "tollfree"',
    "underscored-types": '"long_code" and "toll_free", as a page of the documentation spells them',
    "changing-health": "the health of a number differs from one request to the next",
    "bulk-polls": "bulk-polls=N: a bulk assignment is pending for N polls, 0 for none, instead of 2",
    "bulk-resets": "a bulk assignment without assign_only also resets the tags and product of its numbers",
    "whole-gsm-alphabet": "capitals such as Δ and Ç, which one of Telnyx's tables lacks, fit into GSM-7",
    "scheduled-status": "scheduled messages are answered as `scheduled`, which their schema lacks, not as `queued`",
    "null-verification-fields": "unset fields of toll-free verifications come back as null instead of not at all",
    "not-a-manager": "managed accounts are refused with 403 20015, as to whom Telnyx has not approved for them",
    "empty-profile-id": 'unassigned numbers are answered with "" instead of null',
    "cascade": "deleting a profile unassigns its numbers and short codes instead of refusing with 10021",
    "empty-pool-disables": "PATCH with number_pool_settings {} turns the pool off instead of failing",
    "duplicate-senders": "the same sender may be registered twice on one profile",
    "unique-keywords": "a keyword that another auto-response of that profile and country has is refused",
    "minimum-resp-text": "an auto-response text under 20 characters is refused (10025)",
    "short-autoresp-lists": "short-autoresp-lists=N: auto-response lists hold N rows and honour page[number]",
    "ownership-successful": "numbers whose code was verified show `ownership_successful`",
    "strict-hosting": "hosted orders advance only with both papers, their numbers only with a verified code",
    "deleted-orders-vanish": "a deleted hosted order answers 404 and is no longer listed",
}
"""Every quirk and what it does."""

_WITH_VALUE: Final = frozenset({"lag", "audit-lag", "short-autoresp-lists", "bulk-polls"})
_URLS = ("webhook_url", "webhook_failover_url", "health_webhook_url")
_ARRAYS = ("whitelisted_destinations", "keywords", "tags")
_HYPHENATED = {"longcode": "long-code", "tollfree": "toll-free", "shortcode": "short-code"}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Quirks:
    """The switches that are on."""

    names: frozenset[str] = frozenset()
    lag: float = 0.0
    audit_lag: float = 0.0
    autoresp_rows: int = 0
    """Rows per auto-response list; 0 for all."""
    bulk_polls: int | None = None
    """Polls that a bulk assignment takes; None for the usual number."""

    def __contains__(self, name: str) -> bool:
        return name in self.names

    @property
    def rewrites_rows(self) -> bool:
        """Whether any switch changes how a single object looks."""
        return "changing-health" in self.names or not self.names.isdisjoint(_REWRITES)

    def present(self, row: Row, turn: int = 0) -> Row:
        """The object as this server would answer it to the request of this number."""
        for name, rewrite in _REWRITES.items():
            if name in self.names:
                row = rewrite(row)
        if "changing-health" in self.names and "health" in row:
            row = row | {"health": _health_of(row["health"], turn)}
        return row


def parse_quirks(spellings: Iterable[str]) -> Quirks:
    """Switches from their names, `lag=2` style for those with a value; ValueError names a wrong one."""
    values: dict[str, float] = {}
    for spelling in spellings:
        name, equals, argument = spelling.partition("=")
        if name not in MEANING:
            raise ValueError(f"unknown quirk {name!r}: one of {', '.join(sorted(MEANING))}")
        if (name in _WITH_VALUE) != bool(equals):
            raise ValueError(f"quirk {spelling!r}: {MEANING[name]}")
        try:
            values[name] = float(argument) if equals else 0.0
        except ValueError:
            raise ValueError(f"quirk {spelling!r}: {argument!r} is not a number") from None
    return Quirks(
        frozenset(values),
        lag=values.get("lag", 0.0),
        audit_lag=values.get("audit-lag", 0.0),
        autoresp_rows=int(values.get("short-autoresp-lists", 0)),
        bulk_polls=int(values["bulk-polls"]) if "bulk-polls" in values else None,
    )


def reorder_rows(rows: Sequence[Any], turn: int) -> list[Any]:
    """The same rows in an order that differs from one turn to the next."""
    if not rows:
        return []
    cut = turn % len(rows)
    return [*rows[cut:], *rows[:cut]]


def _unset_urls(value: str | None) -> Callable[[Row], Row]:
    def rewrite(row: Row) -> Row:
        return row | {name: value for name in _URLS if name in row and not row[name]}

    return rewrite


def _reverse_arrays(row: Row) -> Row:
    return row | {name: row[name][::-1] for name in _ARRAYS if isinstance(row.get(name), list)}


def _extra_fields(row: Row) -> Row:
    return row | {"beta_insights": {"score": 1, "labels": ["x"]}, "undocumented_flag": None}


def _upper_keywords(row: Row) -> Row:
    return row | {"keywords": [word.upper() for word in row["keywords"]]} if "keywords" in row else row


def _decimals(row: Row) -> Row:
    limit = row.get("daily_spend_limit")
    return row if limit is None else row | {"daily_spend_limit": f"{Decimal(limit):.2f}"}


def _hyphenate(row: Row) -> Row:
    return row | {"type": _HYPHENATED.get(row["type"], row["type"])} if "type" in row else row


def _underscore(row: Row) -> Row:
    return row | {"type": _hyphenate(row)["type"].replace("-", "_")} if "type" in row else row


def _health_of(health: Row, turn: int) -> Row:
    return health | {
        "message_count": health["message_count"] + turn,
        "success_ratio": round(0.9 + turn % 10 / 100, 2),
        "spam_ratio": round(turn % 7 / 100, 2),
    }


def _empty_profile(row: Row) -> Row:
    if row.get("record_type") == "messaging_settings" and row["messaging_profile_id"] is None:
        return row | {"messaging_profile_id": ""}
    return row


def _swap(row: Row) -> Row:
    if row.get("record_type") != "audit_event":
        return row
    return row | {"changes": [change | {"from": change["to"], "to": change["from"]} for change in row["changes"]]}


_REWRITES: Final[dict[str, Callable[[Row], Row]]] = {
    "webhook-url-null": _unset_urls(None),
    "webhook-url-empty": _unset_urls(""),
    "reordered-arrays": _reverse_arrays,
    "extra-fields": _extra_fields,
    "audit-swapped": _swap,
    "uppercase-keywords": _upper_keywords,
    "normalised-decimals": _decimals,
    "hyphenated-types": _hyphenate,
    "underscored-types": _underscore,
    "empty-profile-id": _empty_profile,
}
