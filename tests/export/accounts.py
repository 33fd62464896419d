"""Random accounts of every kind, as three years of clicks leave them: hostile names, twins, what is legal no more."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.export.stage import Seed
from tests.manifest.test_emitting import BITING

DOMAIN = "acct.fyi"
AGENTS = ["a1f09c3e5d7b4862", "b2e18d4f6c8a5973"]
NAMES = st.one_of(
    st.sampled_from(["Alerts", "alerts", "Alerts!", "Alerts US", "Ärzte", "日本語", "🎉", "reconciler", "a" * 300]),
    st.sampled_from([text for text in BITING if text]),
    st.text(min_size=1, max_size=30),
    st.sampled_from(
        ["\x1b[2J", "::error::x", "\u202eevil", "a\nb", "**bold**", "| a | b |", "../../etc", "${env:HOME}"]
    ),
)
TOKENS = ["https://a.example/hooks?token=s3cr3t-canary", "https://a.example/hooks/aB3dE6gH9kL2mN5canary"]
ADDRESSES = st.sampled_from([None, "", "https://a.example/hooks", "http://b.example:8080/x_y~z", *TOKENS])
ILLEGAL = st.sampled_from(
    ["https://user:pass-canary@a.example/", "ftp://a.example", "not a url", "https://a.example/#x"]
)
POOLS = st.fixed_dictionaries(
    {
        "long_code_weight": st.sampled_from([1, 2.5]),
        "toll_free_weight": st.sampled_from([0, 10]),
        "skip_unhealthy": st.booleans(),
    },
    optional={"sticky_sender": st.booleans(), "geomatch": st.booleans()},
)
SHORTENERS = st.fixed_dictionaries(
    {"domain": st.just(DOMAIN)},
    optional={
        "prefix": st.sampled_from(["", "go", "NO", "012"]),
        "replace_blacklist_only": st.booleans(),
        "send_webhooks": st.booleans(),
    },
)
LEGAL_PROFILE = {
    "enabled": st.booleans(),
    "webhook_url": ADDRESSES,
    "webhook_failover_url": ADDRESSES,
    "webhook_api_version": st.sampled_from(["1", "2", "2010-04-01"]),
    "number_pool_settings": st.none() | POOLS,
    "url_shortener_settings": st.none() | SHORTENERS,
    "alpha_sender": st.sampled_from([None, "ACME", "NO", "0123", "a b"]),
    "daily_spend_limit": st.sampled_from(["1", "25.00", "0.10"]),
    "daily_spend_limit_enabled": st.booleans(),
    "mms_transcoding": st.booleans(),
    "smart_encoding": st.booleans(),
    "ai_assistant_id": st.sampled_from([None, "assistant-1", "012"]),
    "resource_group_id": st.sampled_from([None, "group"]),
}
DESTINATIONS = st.one_of(
    st.just(["*"]), st.lists(st.sampled_from(["US", "CA", "NO", "GB", "DE"]), min_size=1, unique=True)
)
TEXTS = st.one_of(
    st.sampled_from(
        ["You will hear no more of us.", "Reply START: to return # any time.", "Two lines,\nof text, at last.\n"]
    ),
    st.text(min_size=20, max_size=60).filter(lambda text: len(text.strip()) >= 20),
)
WORDS = {"start": ["START", "join", "YES"], "stop": ["STOP", "leave", "No"], "info": ["HELP", "who", "012"]}


@st.composite
def _profile(draw: st.DrawFn, number: int, *, legal: bool) -> dict[str, Any]:
    fields = draw(st.fixed_dictionaries({}, optional=LEGAL_PROFILE))
    row: dict[str, Any] = {"id": f"4001{number:04x}-0000-4000-8000-00000000000{number}", **fields}
    row |= {"name": draw(NAMES), "whitelisted_destinations": draw(DESTINATIONS)}
    row["created_at"] = f"2024-01-0{draw(st.integers(1, 9))}T00:00:00Z"
    if not legal and draw(st.booleans()):
        row |= draw(
            st.sampled_from(
                [
                    {"whitelisted_destinations": None},
                    {"number_pool_settings": {}},
                    {"number_pool_settings": {"long_code_weight": 0, "toll_free_weight": 0, "skip_unhealthy": False}},
                    {"daily_spend_limit": "much"},
                    {"name": ""},
                    {"ai_assistant_id": "x" * 65},
                ]
            )
        )
        row["webhook_url"] = draw(ILLEGAL)
    return row


@st.composite
def _response(draw: st.DrawFn, profile: str, *, legal: bool) -> dict[str, Any]:
    op = draw(st.sampled_from(sorted(WORDS)))
    row: dict[str, Any] = {
        "messaging_profile_id": profile,
        "op": op,
        "country_code": draw(st.sampled_from(["*", "US", "NO"])),
        "keywords": draw(st.lists(st.sampled_from(WORDS[op]), min_size=1, max_size=2, unique=True)),
    }
    if draw(st.booleans()):
        row["resp_text"] = draw(TEXTS) if legal or draw(st.booleans()) else "too short"
    if not legal and draw(st.integers(0, 4)) == 0:
        row["keywords"] = [" padded ", "x"]
    return row


@st.composite
def _agent(draw: st.DrawFn, agent: str, profiles: list[str], *, legal: bool) -> dict[str, Any]:
    row = {"agent_id": agent, "agent_name": draw(NAMES), "profile_id": draw(st.sampled_from([None, *profiles]))}
    return row | {"webhook_url": draw(ADDRESSES if legal else ADDRESSES | ILLEGAL)}


@st.composite
def _assigned(draw: st.DrawFn, profiles: list[str], *, legal: bool) -> dict[str, Any]:
    """What may be set on a number or short code, and how its type is spelt."""
    unassigned = [None] if legal else [None, ""]
    tags = NAMES.filter(bool) if legal else NAMES | st.just("")
    return {
        "messaging_profile_id": draw(st.sampled_from([*unassigned, *profiles])),
        "tags": draw(st.lists(tags, max_size=3)),
    }


@st.composite
def _verification(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A request, perhaps from before business registration was asked for; whose it is, is nobody's business."""
    personal = {
        "businessContactFirstName": "canary",
        "businessContactLastName": "canary",
        "businessContactEmail": "canary@home.example",
        "businessContactPhone": "+15125550166",
        "businessAddr1": "1 canary lane",
        "businessRegistrationNumber": draw(st.sampled_from(["078-05-1120 canary", None])),
    }
    texts = {
        name: draw(NAMES)
        for name in ("businessName", "useCaseSummary", "productionMessageContent", "optInWorkflow", "businessCity")
    }
    return {
        **personal,
        **texts,
        "businessRegistrationType": "EIN",
        "businessRegistrationCountry": "US",
        "corporateWebsite": "https://a.example",
        "businessState": "Texas",
        "businessZip": "012",
        "messageVolume": draw(st.sampled_from(["10", "10,000", "many"])),
        "useCase": draw(st.sampled_from(["2FA", "Political", "HR / Staffing"])),
        "phoneNumbers": [{"phoneNumber": f"+1888555{number}{digit}00"} for digit in range(draw(st.integers(1, 2)))],
        "optInWorkflowImageURLs": [{"url": "https://a.example/b"}, {"url": "https://a.example/a"}],
        "additionalInformation": "",
        "verificationStatus": draw(st.sampled_from(["In Progress", "Verified", "Rejected"])),
        **draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "isvReseller": NAMES,
                    "entityType": st.sampled_from([None, "GOVERNMENT"]),
                    "ageGatedContent": st.booleans(),
                    "webhookUrl": ADDRESSES,
                    "campaignVerifyAuthorizationToken": st.just("cv-canary"),
                },
            )
        ),
    }


@st.composite
def _numbers(draw: st.DrawFn, begin: str, profiles: list[str], *, legal: bool) -> list[dict[str, Any]]:
    product = st.sampled_from(["A2P", "P2P"] if legal else ["A2P", "P2P", "RETIRED", ""])
    spelling = st.sampled_from(["longcode", "long-code", "long_code", "toll-free", "tollfree"])
    return [
        {
            "id": f"12933842610757315{index:02}",
            "phone_number": f"{begin}{index:02}",
            "messaging_product": draw(product),
            "type": draw(spelling),
            **draw(_assigned(profiles, legal=legal)),
        }
        for index in range(draw(st.integers(0, 2)))
    ]


@st.composite
def _short_codes(draw: st.DrawFn, profiles: list[str], *, legal: bool) -> list[dict[str, Any]]:
    """One code may be leased in two countries, which only an id tells apart."""
    leased = [("12345", "US"), ("012345", "US"), *([] if legal else [("12345", "CA"), ("odd", "US")])]
    return [
        {
            "id": f"3fa85f64-0000-4000-8000-00000000000{index}",
            "short_code": code,
            "country_code": country,
            **draw(_assigned(profiles, legal=legal)),
        }
        for index, (code, country) in enumerate(leased)
        if draw(st.booleans())
    ]


@st.composite
def accounts(draw: st.DrawFn, *, legal: bool = False) -> Seed:
    """An account. ``legal``: only what the API accepts today and a manifest can say, each profile with its own name."""
    profiles = [draw(_profile(number, legal=legal)) for number in range(draw(st.integers(0, 4)))]
    if legal:
        profiles = list({profile["name"]: profile for profile in profiles}.values())
    ids = [profile["id"] for profile in profiles]
    responses, senders, orders = [], [], []
    for id_ in ids:
        responses += [draw(_response(id_, legal=legal)) for _ in range(draw(st.integers(0, 2)))]
        for sender in draw(
            st.lists(st.sampled_from(["ACME", "acme", "Acme 1", "NO", "0x1F"]), max_size=2, unique=True)
        ):
            fallback = draw(st.sampled_from([None, "+15125550142", *([] if legal else ["+18005550142"])]))
            senders.append(
                {
                    "alphanumeric_sender_id": sender,
                    "messaging_profile_id": id_,
                    **({} if fallback is None else {"us_long_code_fallback": fallback}),
                }
            )
    for number in range(draw(st.integers(0, 2))):
        status = draw(
            st.sampled_from(["pending", "provisioning", *([] if legal else ["successful", "failed", "deleted"])])
        )
        numbers = [f"+1312555{number}{digit}00" for digit in range(draw(st.integers(1, 2)))]
        orders.append(
            {
                "messaging_profile_id": draw(st.sampled_from([None, *ids])),
                "status": status,
                "phone_numbers": numbers,
            }
        )
    return {
        "messaging_profiles": profiles,
        "autoresp_configs": responses,
        "alphanumeric_sender_ids": senders,
        "messaging_hosted_number_orders": orders,
        "rcs_agents": [draw(_agent(agent, ids, legal=legal)) for agent in AGENTS[: draw(st.integers(0, 2))]],
        "phone_numbers": draw(_numbers("+141555501", ids, legal=legal)),
        "messaging_hosted_numbers": draw(_numbers("+141555502", ids, legal=legal)),
        "short_codes": draw(_short_codes(ids, legal=legal)),
        # To make one takes a number on a profile, which no export brings along.
        "tollfree_verifications": []
        if legal
        else [draw(_verification(number)) for number in range(draw(st.integers(0, 2)))],
        "messaging_url_domains": [{"url_domain": DOMAIN, "use_case": "production"}],
    }
