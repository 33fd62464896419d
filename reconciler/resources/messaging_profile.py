"""Messaging profiles: what gives numbers their webhooks, allow-list, spend cap and pool (guide §2).

Never replaced: applications embed the id, and the secret, the sticky mappings and the opt-outs die with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from reconciler.adapters.rest import RestAdapter, joined, written_answer
from reconciler.model.consequence import Consequence, Sort
from reconciler.model.kind import Facts, Guard, Json, ResourceKind
from reconciler.model.normalise import as_decimal, as_set
from reconciler.model.observed import Remote
from reconciler.model.plan import SENSITIVE, Adopt, Change, Delete, FieldDiff, Update
from reconciler.model.rotation import Rotation
from reconciler.model.session import WriteSession
from reconciler.model.spec import (
    Clear,
    Cleared,
    Compared,
    CreateOnly,
    Default,
    LocalNameByDefault,
    NoDefault,
    Settings,
    Spec,
    unstated,
)
from reconciler.resources.attached import ATTACHMENT_GUARDS, CHILDREN, NUMBERS, POINTERS, PROFILES
from reconciler.resources.touching import by_profile, what_uses
from reconciler.resources.values.amounts import DollarAmount
from reconciler.resources.values.countries import EVERYWHERE, AllowList
from reconciler.resources.values.refusal import refusal
from reconciler.resources.values.senders import LegacySender
from reconciler.resources.values.web_address import ClearableAddress, TokenInside, WebAddress

NullClears: Final = Cleared(Clear.NULL)
Label = Annotated[str, Field(min_length=1, max_length=64)]


def _weight(value: float) -> float:
    if not math.isfinite(value) or value < 0:
        message = "a weight of {value} is not zero or more"
        raise refusal("number-pool-weight-negative", message, value=value, hint="write 0 to leave that type out")
    return int(value) if value.is_integer() else value


def _version(value: Any) -> Any:
    if isinstance(value, int):
        message = "the version is a string, not the number {value}"
        raise refusal("webhook-version-not-string", message, value=value, hint=f'write "{value}", in quotes')
    return value


Weight = Annotated[float, AfterValidator(_weight), Field(json_schema_extra={"minimum": 0})]


class NumberPoolSettings(Settings):
    """The pool: every long code and toll-free number on the profile, chosen from by weight."""

    long_code_weight: Annotated[
        Weight, Field(description="share of long codes; a ratio, 0 leaves them out", examples=[1])
    ]
    toll_free_weight: Annotated[
        Weight, Field(description="share of toll-free numbers; a ratio, 0 leaves them out", examples=[10])
    ]
    skip_unhealthy: Annotated[
        bool, Field(description="leave out numbers with under 25 % delivery or over 75 % spam reports", examples=[True])
    ]
    sticky_sender: Annotated[
        bool,
        Default(False),
        Field(
            description="same number for the same recipient, for 8 days; turning it off forgets all pairs",
            examples=[True],
        ),
    ] = unstated
    geomatch: Annotated[
        bool, Default(False), Field(description="prefer the recipient's area code; North America only", examples=[True])
    ] = unstated

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if self.long_code_weight == 0 and self.toll_free_weight == 0:
            message = "both weights are 0, so the pool would be empty"
            hint = "give one type a weight, or write number_pool_settings: null to turn the pool off"
            raise refusal("number-pool-zero-weights", message, hint=hint)
        return self


class UrlShortenerSettings(Settings):
    """Links made by public shorteners are rewritten to a domain of yours."""

    domain: Annotated[
        str, Field(min_length=1, description="one of the account's URL shortener domains", examples=["acme.example"])
    ]
    prefix: Annotated[str, NoDefault(), Field(description="shown after the domain", examples=["go"])] = unstated
    replace_blacklist_only: Annotated[
        bool,
        NoDefault(),
        Field(description="rewrite only links that Telnyx has blacklisted", examples=[True]),
    ] = unstated
    send_webhooks: Annotated[
        bool, NoDefault(), Field(description="report clicks to the profile's webhooks", examples=[True])
    ] = unstated


class MessagingProfileSpec(Spec):
    """What may be set on a profile. ``v1_secret`` and the redaction fields are not ours to write."""

    name: Annotated[
        str,
        LocalNameByDefault(),
        Field(
            min_length=1,
            description="display name, and how an existing profile is found; default metadata.name",
            examples=["Marketing US"],
        ),
    ] = unstated
    whitelisted_destinations: Annotated[
        AllowList,
        Compared(as_set),
        Field(
            description='countries that may be sent to, as ISO 3166-1 codes, or ["*"] for everywhere',
            examples=[["US", "CA"]],
        ),
    ]
    enabled: Annotated[
        bool, Default(True), Field(description="false refuses every send; default true", examples=[False])
    ] = unstated
    webhook_url: Annotated[
        ClearableAddress,
        Default(""),
        Field(
            description="where inbound messages and delivery reports go; default none",
            examples=["https://hooks.example.com/telnyx"],
        ),
    ] = unstated
    webhook_failover_url: Annotated[
        ClearableAddress,
        Default(""),
        Field(description="tried when webhook_url fails; default none", examples=["https://backup.example.com/telnyx"]),
    ] = unstated
    webhook_api_version: Annotated[
        Literal["1", "2", "2010-04-01"],
        BeforeValidator(_version),
        Default("2"),
        Field(description='format of the webhooks, a string; default "2"', examples=["2"]),
    ] = unstated
    number_pool_settings: Annotated[
        NumberPoolSettings | None,
        NullClears,
        Default(None),
        Field(
            description="send from a pool of numbers; default off",
            examples=[{"long_code_weight": 1, "toll_free_weight": 10, "skip_unhealthy": True}],
        ),
    ] = unstated
    url_shortener_settings: Annotated[
        UrlShortenerSettings | None,
        NullClears,
        Default(None),
        Field(description="replace public short links; default off", examples=[{"domain": "acme.example"}]),
    ] = unstated
    alpha_sender: Annotated[
        LegacySender | None,
        NullClears,
        Default(None),
        Field(
            description="older way to one alphanumeric sender; prefer AlphanumericSenderId; default none",
            examples=["ACME"],
        ),
    ] = unstated
    daily_spend_limit: Annotated[
        DollarAmount,
        Compared(as_decimal),
        NoDefault(),
        Field(
            description='US dollars until midnight UTC, a string such as "25.00"; inert until enabled',
            examples=["25.00"],
        ),
    ] = unstated
    daily_spend_limit_enabled: Annotated[
        bool, Default(False), Field(description="whether daily_spend_limit is enforced; default false", examples=[True])
    ] = unstated
    mms_fall_back_to_sms: Annotated[
        bool, Default(False), Field(description="send SMS where MMS cannot go; default false", examples=[True])
    ] = unstated
    mms_transcoding: Annotated[
        bool, Default(False), Field(description="shrink images and video to fit; default false", examples=[True])
    ] = unstated
    mobile_only: Annotated[
        bool, Default(False), Field(description="send to mobile numbers only; default false", examples=[True])
    ] = unstated
    smart_encoding: Annotated[
        bool,
        Default(False),
        Field(description="replace look-alike characters so that texts stay GSM-7; default false", examples=[True]),
    ] = unstated
    ai_assistant_id: Annotated[
        Label | None,
        NullClears,
        Default(None),
        Field(description="AI assistant that answers inbound texts; default none", examples=["assistant-1b2c3d4e"]),
    ] = unstated
    health_webhook_url: Annotated[
        WebAddress,
        CreateOnly(),
        Default(None),
        TokenInside,
        Field(
            description="deprecated by Telnyx; can only be set when creating",
            examples=["https://hooks.example.com/health"],
        ),
    ] = unstated
    resource_group_id: Annotated[
        Label,
        CreateOnly(),
        Default(None),
        Field(description="resource group; can only be set when creating", examples=["emea"]),
    ] = unstated

    @field_validator("daily_spend_limit_enabled")
    @classmethod
    def _limit_above_zero(cls, enabled: bool, info: ValidationInfo) -> bool:
        limit = info.data.get("daily_spend_limit")
        if enabled and limit is not None and Decimal(limit) == 0:
            message = 'an enforced daily_spend_limit of "{value}" stops every message'
            hint = "raise the limit, or write enabled: false to stop sending"
            raise refusal("spend-limit-format", message, value=limit, hint=hint)
        return enabled


def _diff(change: Change, field: str) -> FieldDiff | None:
    """The difference in a field of an existing profile: creates widen and raise nothing."""
    if not isinstance(change, Update | Adopt):
        return None
    return next((diff for diff in change.diffs if diff.path == (field,)), None)


def _amount(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def spend_limit_raised(change: Change, _: Facts) -> str | None:
    """A limit that grows, or is no longer enforced."""
    switch, limit = _diff(change, "daily_spend_limit_enabled"), _diff(change, "daily_spend_limit")
    if switch is not None:
        # Switched on, whatever its amount: it was no limit before.
        return None if switch.after is True else "the daily spend limit would no longer be enforced"
    if limit is None or limit.before is None:
        return None
    if SENSITIVE in (limit.before, limit.after):
        return "the daily spend limit changes, and its amounts are secret: it may be a raise"
    before, after = _amount(limit.before), _amount(limit.after)
    if before is not None and after is not None and after <= before:
        return None
    return f"the daily spend limit would rise from {limit.before} to {limit.after} US dollars"


def destinations_widened(change: Change, _: Facts) -> str | None:
    """An allow-list that becomes everywhere."""
    diff = _diff(change, "whitelisted_destinations")
    if diff is None:
        return None
    if diff.after == SENSITIVE:
        return "the allowed destinations change, and they are secret: they may become everywhere"
    if EVERYWHERE in (diff.after or ()) and EVERYWHERE not in (diff.before or ()):
        return "every country could be sent to, costly ones included"
    return None


def lost_with_it(change: Change, _: Facts) -> Sequence[Consequence]:
    """What another profile of the same name does not have (guide §2)."""
    if isinstance(change, Delete):
        text = "its id, its v1_secret and its pairs of sender and recipient are lost for good"
        return (Consequence(Sort.IRREVERSIBLE, text),)
    sticky = ("number_pool_settings", "sticky_sender")
    if isinstance(change, Update | Adopt) and any(diff.path == sticky and diff.before is True for diff in change.diffs):
        text = "turning sticky_sender off forgets at once which number each recipient knows"
        return (Consequence(Sort.IRREVERSIBLE, text),)
    return ()


ADAPTER: Final = RestAdapter(PROFILES)


async def _another_secret(session: WriteSession, remote: Remote) -> Json:
    """POST without a body; the answer is the profile with its new ``v1_secret`` (guide §2)."""
    path = f"{joined(PROFILES, remote.id)}/actions/regenerate_secret"
    return written_answer(await session.post(path), f"POST {path}", ADAPTER.remote_id)


KIND = ResourceKind(
    name="MessagingProfile",
    spec=MessagingProfileSpec,
    adapter=ADAPTER,
    identity=("name",),
    computed=frozenset({"created_at"}),
    tells_apart=("created_at", "whitelisted_destinations", "webhook_url"),
    counted=(NUMBERS,),
    terraform="telnyx_messaging_profile",  # of petsinc/telnyx, where its id is the API's
    loses_identity=True,
    risky=frozenset(
        {
            "enabled",
            "whitelisted_destinations",
            "webhook_url",
            "webhook_failover_url",
            "webhook_api_version",
            "daily_spend_limit",
            "daily_spend_limit_enabled",
        }
    ),
    impact=by_profile,
    rotation=Rotation(
        secret="v1_secret",  # noqa: S106 - the name of a field
        request=_another_secret,
        breaks="whatever verifies or signs with the old one stops working at once",
        touches=what_uses,
    ),
    consequences=lost_with_it,
    facts=CHILDREN + POINTERS,
    guards=(
        *ATTACHMENT_GUARDS,
        Guard("spend-limit-raised", spend_limit_raised),
        Guard("destinations-widened", destinations_widened),
    ),
)
