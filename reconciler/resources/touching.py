"""What a risky change touches around a messaging profile: numbers and senders, opt-outs, traffic (guide §2 to §11).

The names under which the API counts traffic are in no schema ("open-ended maps", guide §9): they are those of the
examples in Telnyx's reference, and whatever looks different is not guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from reconciler.adapters.pagination import count_all, list_within
from reconciler.adapters.rest import joined
from reconciler.errors import ApiError
from reconciler.model.impact import DAYS, Traffic
from reconciler.model.kind import Attached, Fact
from reconciler.model.observed import Remote
from reconciler.model.plan import SENSITIVE, Change, Delete, Replace, desired_of
from reconciler.model.probe import Ask, Measure, OptOuts, Probe, Row, Things
from reconciler.model.session import Query, ReadSession
from reconciler.resources.attached import (
    HOSTED_NUMBERS,
    NUMBERS,
    PROFILES,
    SENDERS,
    SHORT_CODES,
    a_hosted_number,
    a_number,
    a_sender,
    a_short_code,
)

SAMPLE: Final = 3
"""How many are named."""
HOLDER: Final = "messaging_profile_id"
Where = tuple[str, Query]


def _below(collection: str) -> Callable[[str], Where]:
    return lambda profile: (f"{joined(PROFILES, profile)}/{collection}", {})


def _filtered(path: str) -> Callable[[str], Where]:
    return lambda profile: (path, {f"filter[{HOLDER}]": profile})


def _things(
    what: str,
    fact: Fact,
    attach: Callable[[dict[str, Any]], Attached],
    at: Callable[[str], Where],
    whole: str,
    kind: str | None = None,
) -> Probe:
    """What the API lists by profile (``at``), and for the whole account at ``whole``."""
    nothing = Things(what, 0)

    async def each(session: ReadSession, profile: str) -> Measure:
        path, query = at(profile)
        total, rows = await count_all(session, path, query, size=SAMPLE)
        return Things(what, total, tuple(map(attach, rows)))

    def among(rows: Iterable[Row]) -> Mapping[str, Measure]:
        found: dict[str, list[Attached]] = {}
        for row in rows:
            if profile := row.get(HOLDER):
                found.setdefault(str(profile), []).append(attach(dict(row)))
        return {profile: Things(what, len(held), tuple(held)) for profile, held in found.items()}

    async def every(session: ReadSession, requests: int) -> Mapping[str, Measure] | None:
        rows = await list_within(session, whole, requests=requests)
        return None if rows is None else among(rows)

    return Probe(f"{what}s", each, every, none=nothing, fact=fact, kind=kind, among=among)


def _content(row: Row) -> object:
    # Opt-outs have no id (guide §8).
    return tuple(sorted((name, str(value)) for name, value in row.items()))


async def _opt_outs(session: ReadSession, profile: str) -> Measure:
    # One row is read for the total in its envelope: whom somebody has blocked is no business of a plan.
    path, query = _filtered("/messaging_optouts")(profile)
    return OptOuts((await count_all(session, path, query, size=1, identify=_content))[0])


async def _all_opt_outs(session: ReadSession, requests: int) -> Mapping[str, Measure] | None:
    rows = await list_within(session, "/messaging_optouts", requests=requests, identify=_content)
    if rows is None:
        return None
    counts: dict[str, int] = {}
    for row in rows:
        counts[str(row.get(HOLDER))] = counts.get(str(row.get(HOLDER)), 0) + 1
    return {profile: OptOuts(count) for profile, count in counts.items()}


_FRAME: Final[Query] = {"time_frame": f"{DAYS}d"}


def traffic_in(overview: Any, profile: str) -> Traffic | None:
    """The messages that an overview counts for ``profile``; None for a shape that nobody has documented."""
    match overview:
        case {"outbound": {"sent": int(sent)}, "inbound": {"received": int(received)}}:
            numbers = not isinstance(sent, bool) and not isinstance(received, bool) and min(sent, received) >= 0
            same = overview.get(HOLDER, profile) == profile
            return Traffic(sent, received) if numbers and same else None
        case _:
            return None


async def _traffic(session: ReadSession, profile: str) -> Measure:
    path = f"{joined(PROFILES, profile)}/metrics"
    answer = await session.get(path, _FRAME)
    data = answer.get("data") if isinstance(answer, Mapping) else None
    found = traffic_in(data.get("overview") if isinstance(data, Mapping) else None, profile)
    if found is None:
        raise ApiError(
            f"GET {path}: the API sent no counts of messages that are known",
            request=f"GET {path}",
            code="unusable-answer",
        )
    return found


async def _all_traffic(session: ReadSession, requests: int) -> Mapping[str, Measure] | None:
    rows = await list_within(
        session, "/messaging_profile_metrics", _FRAME, requests=requests, identify=lambda row: str(row[HOLDER])
    )
    if rows is None:
        return None
    found = {str(row[HOLDER]): traffic_in(row, str(row[HOLDER])) for row in rows}
    return {profile: traffic for profile, traffic in found.items() if traffic is not None}


NUMBERS_TOUCHED: Final = _things(
    "phone number", NUMBERS, a_number, _below("phone_numbers"), "/phone_numbers/messaging", kind="PhoneNumberMessaging"
)
SHORT_CODES_TOUCHED: Final = _things(
    "short code", SHORT_CODES, a_short_code, _below("short_codes"), "/short_codes", kind="ShortCode"
)
HOSTED_TOUCHED: Final = _things(
    "hosted number",
    HOSTED_NUMBERS,
    a_hosted_number,
    _filtered("/messaging_hosted_numbers"),
    "/messaging_hosted_numbers",
    kind="HostedNumber",
)
SENDERS_TOUCHED: Final = _things(
    "sender ID",
    SENDERS,
    a_sender,
    _below("alphanumeric_sender_ids"),
    "/alphanumeric_sender_ids",
    kind="AlphanumericSenderId",
)
_USERS: Final = (NUMBERS_TOUCHED, SHORT_CODES_TOUCHED, HOSTED_TOUCHED, SENDERS_TOUCHED)
OPT_OUTS: Final = Probe("opt-outs", _opt_outs, _all_opt_outs, none=OptOuts(0))
TRAFFIC: Final = Probe("traffic", _traffic, _all_traffic)
"""A profile that the list leaves out may have no traffic, or none that is counted yet: unknown."""


def by_profile(change: Change) -> Sequence[Ask | Things]:
    """A profile itself: all that sends and receives with it, and, when it goes, whom it must not write to."""
    profile = change.remote.id if change.remote is not None else None
    probes = [*_USERS, OPT_OUTS] if isinstance(change, Delete | Replace) else _USERS
    return [Ask(probe, profile) for probe in (*probes, TRAFFIC)]


def what_uses(profile: Remote) -> Sequence[Ask]:
    """All that sends and receives with a profile."""
    return [Ask(probe, profile.id) for probe in (*_USERS, TRAFFIC)]


def profile_before(change: Change, reference: str, field: str = HOLDER) -> Any:
    """The id of the profile that an object has before a change; None for none, SENSITIVE where that is a secret.

    ``reference`` names it in the manifest, ``field`` in the API.
    """
    if isinstance(change, Delete):
        return change.observed_fields.get(field)
    moved = next((diff for diff in change.diffs if diff.path == (reference,)), None)
    desired = desired_of(change)
    return moved.before if moved is not None else desired.values.get((reference,)) if desired is not None else None


def around(change: Change, reference: str, *, field: str = HOLDER) -> Sequence[Ask]:
    """What something on a profile touches there: its traffic; and its opt-outs, when it moves to another one.

    A block holds on the profile where it was made, so whoever was blocked there is none on the new one (guide §8).
    """
    profile = profile_before(change, reference, field)
    if not isinstance(profile, str) or not profile:  # "" is none, too (guide §5)
        return ()
    object_id = None if profile == SENSITIVE else profile
    moves = not isinstance(change, Delete) and any(diff.path == (reference,) for diff in change.diffs)
    probes = (OPT_OUTS, TRAFFIC) if moves else (TRAFFIC,)
    return [Ask(probe, object_id, shared=True) for probe in probes]
