"""The edits that people make to manifests. Every one leaves manifests that load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from tests.worlds.manifests import (
    AGENTS,
    FILES,
    FOUND_BY,
    HANDSETS,
    KEYWORDS,
    LOCAL_NAMES,
    NUMBERS,
    OWNED,
    PROFILE_NAMES,
    REQUEST,
    SENDERS,
    TOLL_FREE,
    Manifest,
    Manifests,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]
Spec = dict[str, Any]

_URLS = st.sampled_from(
    [None, "https://a.example.com", "https://b.example.com/x", "https://s.example.com/${env:TOKEN}"]
)
_POOL = st.fixed_dictionaries(
    {"long_code_weight": st.integers(0, 2), "toll_free_weight": st.integers(1, 2), "skip_unhealthy": st.booleans()},
    optional={"sticky_sender": st.booleans()},
)
_PROFILE = st.fixed_dictionaries(
    {"whitelisted_destinations": st.lists(st.sampled_from(["US", "CA", "GB"]), min_size=1, unique=True)},
    optional={
        "webhook_url": _URLS,
        "number_pool_settings": st.none() | _POOL,
        "daily_spend_limit": st.sampled_from(["1", "1.0", "25.00"]),
        "smart_encoding": st.booleans(),
    },
)
_ANSWER = st.fixed_dictionaries(
    {"op": st.sampled_from(["stop", "info"]), "country_code": st.sampled_from(["US", "CA"])},
    optional={"resp_text": st.sampled_from([None, "You will hear no more of us.", "Good-bye, says ${env:TOKEN}."])},
)
_FALLBACK = st.fixed_dictionaries(
    {}, optional={"us_long_code_fallback": st.sampled_from([None, "+15125550142", "+15125550143"])}
)
_TAGS = st.fixed_dictionaries(
    {}, optional={"tags": st.lists(st.sampled_from(["ours", "both", "theirs"]), max_size=2, unique=True)}
)
_VERIFICATION = st.fixed_dictionaries(
    {"businessName": st.sampled_from(["Acme Inc.", "Acme LLC"])},
    optional={
        "helpMessageResponse": st.sampled_from([None, "Acme: write to us."]),
        "webhookUrl": st.sampled_from(["https://a.example.com/tfv", "https://s.example.com/${env:TOKEN}"]),
    },
)
_AGENT = st.fixed_dictionaries({}, optional={"webhook_url": _URLS})
_LIFECYCLE: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.just({}),
    st.fixed_dictionaries(
        {},
        optional={
            "on_remove": st.sampled_from(["delete", "delete", "retain"]),
            "prevent_destroy": st.sampled_from([False, False, True]),
        },
    ),
)


def edited(draw: Draw, manifests: Manifests) -> Manifests:
    """One edit, of whatever sort."""
    deed = draw(st.sampled_from(["declare", "declare", "change", "change", "remove", "rename", "move"]))
    if deed == "declare" or not manifests:
        return declared(draw, manifests, draw(st.sampled_from(sorted(LOCAL_NAMES))))
    key = draw(st.sampled_from(sorted(manifests)))
    match deed:
        case "change":
            made = _drawn(draw, manifests, key[0], key[1], manifests[key])
            return manifests if made is None else manifests.with_one(made)
        case "remove":
            return manifests.without(key)
        case "rename":
            names = _free_names(manifests, key[0])
            return (
                manifests.renamed(key, draw(st.sampled_from(names)), told=draw(st.booleans())) if names else manifests
            )
        case _:
            return manifests.moved(key, draw(st.sampled_from(FILES)))


def declared(draw: Draw, manifests: Manifests, kind: str) -> Manifests:
    """With one more of a kind, where there can be one more."""
    names = _free_names(manifests, kind)
    made = _drawn(draw, manifests, kind, draw(st.sampled_from(names))) if names else None
    return manifests if made is None else manifests.with_one(made)


def _free_names(manifests: Manifests, kind: str) -> list[str]:
    """Local names that are not in use."""
    return [name for name in LOCAL_NAMES[kind] if (kind, name) not in manifests]


def _drawn(draw: Draw, manifests: Manifests, kind: str, name: str, old: Manifest | None = None) -> Manifest | None:
    """A manifest for this address that goes together with the others; None where there is none."""
    others = [each for each in manifests.of_kind(kind) if each.name != name]
    profiles = [each.name for each in manifests.of_kind("MessagingProfile")]
    spec = _SPECS[kind](draw, others, profiles, old)
    if spec is None:
        return None
    file = old.file if old else draw(st.sampled_from(FILES))
    return Manifest(kind, name, file, spec, draw(_LIFECYCLE), old.renamed_from if old else None)


def _profile(draw: Draw, others: list[Manifest], _: list[str], __: Manifest | None) -> Spec:
    used = {each.spec.get("name") for each in others}
    name = draw(st.sampled_from([None, *(name for name in PROFILE_NAMES if name not in used)]))
    return {**({"name": name} if name else {}), **draw(_PROFILE)}


def _answer(draw: Draw, others: list[Manifest], profiles: list[str], _: Manifest | None) -> Spec | None:
    free = [word for word in KEYWORDS if not any(word in each.spec["keywords"] for each in others)]
    if not profiles or not free:
        return None
    words = draw(st.lists(st.sampled_from(free), min_size=1, max_size=2, unique=True))
    return {"messaging_profile": draw(st.sampled_from(profiles)), "keywords": words, **draw(_ANSWER)}


def _sender(draw: Draw, others: list[Manifest], profiles: list[str], _: Manifest | None) -> Spec | None:
    used = {(each.parent, each.spec["alphanumeric_sender_id"]) for each in others}
    free = [(profile, sender) for profile in profiles for sender in SENDERS if (profile, sender) not in used]
    if not free:
        return None
    profile, sender = draw(st.sampled_from(free))
    return {"messaging_profile": profile, "alphanumeric_sender_id": sender, **draw(_FALLBACK)}


def _order(draw: Draw, others: list[Manifest], profiles: list[str], old: Manifest | None) -> Spec | None:
    if old is not None:
        return dict(old.spec)  # an order never changes
    free = [number for number in NUMBERS if not any(number in each.spec["phone_numbers"] for each in others)]
    if not free:
        return None
    profile = draw(st.sampled_from([{}, *({"messaging_profile": name} for name in profiles)]))
    return {"phone_numbers": [draw(st.sampled_from(free))], **profile}


def _agent(draw: Draw, others: list[Manifest], profiles: list[str], old: Manifest | None) -> Spec | None:
    used = {each.spec["agent_id"] for each in others}
    free = [old.spec["agent_id"]] if old is not None else [agent for agent in AGENTS if agent not in used]
    if not free:
        return None
    profile = draw(st.sampled_from([{}, {"profile": None}, *({"profile": name} for name in profiles)]))
    return {"agent_id": draw(st.sampled_from(free)), **draw(_AGENT), **profile}


def _assigned(kind: str) -> Callable[[Draw, list[Manifest], list[str], Manifest | None], Spec | None]:
    """Something that the account owns: on a profile, on none, or wherever it is."""
    field = FOUND_BY[kind]

    def drawn(draw: Draw, others: list[Manifest], profiles: list[str], old: Manifest | None) -> Spec | None:
        used = {each.spec[field] for each in others}
        free = [old.spec[field]] if old is not None else [one for one in OWNED[kind] if one not in used]
        if not free:
            return None
        profile = draw(
            st.sampled_from([{}, {"messaging_profile": None}, *({"messaging_profile": name} for name in profiles)])
        )
        return {field: draw(st.sampled_from(free)), **draw(_TAGS), **profile}

    return drawn


def _verification(draw: Draw, others: list[Manifest], _: list[str], old: Manifest | None) -> Spec | None:
    used = [number["phoneNumber"] for each in others for number in each.spec["phoneNumbers"]]
    free = [number for number in TOLL_FREE if number not in used]
    if old is None and not free:
        return None
    numbers = draw(st.lists(st.sampled_from(free), min_size=1, max_size=2, unique=True)) if old is None else ()
    listed = old.spec["phoneNumbers"] if old is not None else [{"phoneNumber": number} for number in numbers]
    return {**REQUEST, "phoneNumbers": listed, **draw(_VERIFICATION)}


def _invite(draw: Draw, others: list[Manifest], _: list[str], old: Manifest | None) -> Spec | None:
    if old is not None:
        return dict(old.spec)  # another number is another invite
    used = [each.spec for each in others]
    every = [{"agent": {"id": agent}, "phone_number": number} for agent in AGENTS for number in HANDSETS]
    return dict(draw(st.sampled_from([spec for spec in every if spec not in used])))


_SPECS: Mapping[str, Callable[[Draw, list[Manifest], list[str], Manifest | None], Spec | None]] = {
    "MessagingProfile": _profile,
    "AutoResponse": _answer,
    "AlphanumericSenderId": _sender,
    "HostedNumberOrder": _order,
    "RcsAgent": _agent,
    **{kind: _assigned(kind) for kind in OWNED},
    "TollfreeVerification": _verification,
    "RcsTestNumber": _invite,
}
