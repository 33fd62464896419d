"""What a toll-free verification may say (guide §13).

The closed sets are the API's; commas are part of a volume. A number counts as toll-free by its code alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from reconciler.model.normalise import as_set
from reconciler.resources.values.countries import KNOWN, hint_for
from reconciler.resources.values.phone_numbers import TOLL_FREE, e164
from reconciler.resources.values.refusal import refusal

POLITICAL: Final = "Political"

# fmt: off
VOLUMES: Final = (
    "10", "100", "1,000", "10,000", "100,000", "250,000", "500,000", "750,000", "1,000,000", "5,000,000",
    "10,000,000+",
)
USE_CASES: Final = (
    "2FA", "App Notifications", "Appointments", "Auctions", "Auto Repair Services", "Bank Transfers", "Billing",
    "Booking Confirmations", "Business Updates", "COVID-19 Alerts", "Career Training", "Chatbot",
    "Conversational / Alerts", "Courier Services & Deliveries", "Emergency Alerts", "Events & Planning",
    "Financial Services", "Fraud Alerts", "Fundraising", "General Marketing", "General School Updates",
    "HR / Staffing", "Healthcare Alerts", "Housing Community Updates", "Insurance Services", "Job Dispatch",
    "Legal Services", "Mixed", "Motivational Reminders", "Notary Notifications", "Order Notifications", POLITICAL,
    "Public Works", "Real Estate Services", "Religious Services", "Repair and Diagnostics Alerts", "Rewards Program",
    "Surveys", "System Alerts", "Voting Reminders", "Waitlist Alerts", "Webinar Reminders", "Workshop Alerts",
)
# fmt: on


def _no_longer_than(longest: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > longest:
            message = "{length} characters; the API takes {longest}"
            raise refusal("tfv-too-long", message, length=len(value), longest=longest, hint="shorten it")
        return value

    return AfterValidator(check)


LONGEST: Final = 500
Text = Annotated[str, _no_longer_than(LONGEST), Field(json_schema_extra={"maxLength": LONGEST})]
Sample = Annotated[str, _no_longer_than(1000), Field(json_schema_extra={"maxLength": 1000})]


def _stated(value: str) -> str:
    if not value.strip():
        message = "it is empty, and requests without business registration are rejected since February 2026"
        raise refusal("tfv-registration-missing", message, hint="write what the business is registered as")
    return value


def _registered_in(value: str) -> str:
    code = value.upper()
    if code not in KNOWN:
        message = '"{value}" is not a country code'
        raise refusal("tfv-country-invalid", message, value=value, hint=hint_for(value))
    return code


Registration = Annotated[Text, AfterValidator(_stated)]
RegistrationCountry = Annotated[
    str, AfterValidator(_registered_in), AfterValidator(_stated), Field(json_schema_extra={"pattern": "^[A-Z]{2}$"})
]


def _volume(value: Any) -> Any:
    plain = str(value).replace(",", "").replace("_", "").removesuffix("+")
    meant = next((volume for volume in VOLUMES if volume.replace(",", "").removesuffix("+") == plain), None)
    if isinstance(value, bool) or value is None or value in VOLUMES:
        return value
    hint = f'write "{meant}", in quotes' if meant else "write one of " + ", ".join(f'"{one}"' for one in VOLUMES)
    raise refusal("tfv-enum", '"{value}" is no volume that the API knows', value=str(value), hint=hint)


Volume = Annotated[str, BeforeValidator(_volume), Field(json_schema_extra={"enum": list(VOLUMES)})]


def _use_case(value: str) -> str:
    if value in USE_CASES:
        return value
    meant = next((one for one in USE_CASES if one.casefold() == value.strip().casefold()), None)
    hint = f'write "{meant}"' if meant else "reconciler explain TollfreeVerification.useCase lists them"
    raise refusal("tfv-enum", '"{value}" is no use case that the API knows', value=value, hint=hint)


UseCase = Annotated[str, AfterValidator(_use_case), Field(json_schema_extra={"enum": list(USE_CASES)})]


def toll_free(value: str) -> str:
    """A number that can be verified: ``+1`` and one of the seven toll-free codes."""
    e164(value)
    if re.fullmatch(r"\+1\d{10}", value, re.ASCII) is None or value[2:5] not in TOLL_FREE:
        message = '"{value}" is not a toll-free number'
        hint = "only numbers of the codes 800, 833, 844, 855, 866, 877 and 888 are verified in this way"
        raise refusal("tfv-not-toll-free", message, value=value, hint=hint)
    return value


TOLL_FREE_SHAPE: Final = r"^\+18(00|33|44|55|66|77|88)\d{7}$"


class ListedNumber(BaseModel):
    """A number, as the API lists it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    phoneNumber: Annotated[str, AfterValidator(toll_free), Field(json_schema_extra={"pattern": TOLL_FREE_SHAPE})]


def _page(url: str) -> str:
    if not url or len(url) > _LONGEST_URL:
        message = "the URL has {length} characters; the API takes 1 to {longest}"
        raise refusal("tfv-too-long", message, length=len(url), longest=_LONGEST_URL, hint="link to another page")
    return url


_LONGEST_URL: Final = 2083


class Picture(BaseModel):
    """A page or picture that shows how people opt in, as the API lists it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    url: Annotated[
        str,
        AfterValidator(_page),
        Field(json_schema_extra={"format": "uri", "minLength": 1, "maxLength": _LONGEST_URL}),
    ]


def _rows(entries: list[BaseModel]) -> list[dict[str, Any]]:
    return [entry.model_dump() for entry in entries]


def _numbers(entries: list[ListedNumber]) -> list[dict[str, Any]]:
    numbers = [entry.phoneNumber for entry in entries]
    if not numbers:
        raise refusal("tfv-no-numbers", "a verification of no number", hint="name at least one number")
    repeated = sorted({number for number in numbers if numbers.count(number) > 1})
    if repeated:
        message = "{numbers} repeated"
        raise refusal("tfv-number-repeated", message, numbers=", ".join(repeated), hint="once is enough")
    return _rows(list(entries))


def _pictures(entries: list[Picture]) -> list[dict[str, Any]]:
    if not entries:
        message = "no page or picture shows how people opt in"
        raise refusal("tfv-no-pictures", message, hint="name at least one: reviewers look at it")
    return _rows(list(entries))


AT_LEAST_ONE: Final = {"minItems": 1}
Numbers = Annotated[
    list[ListedNumber], AfterValidator(_numbers), Field(json_schema_extra={**AT_LEAST_ONE, "uniqueItems": True})
]
Pictures = Annotated[list[Picture], AfterValidator(_pictures), Field(json_schema_extra={**AT_LEAST_ONE})]


def as_numbers(value: Any) -> Any:
    """The numbers of a list of objects, as a set."""
    return as_set(_each(value, "phoneNumber"))


def as_pages(value: Any) -> Any:
    """The addresses of a list of objects, as a set."""
    return as_set(_each(value, "url"))


def numbers_of(value: Any) -> frozenset[str]:
    """The numbers that a request lists, in whatever shape; of one that nobody has documented, none."""
    numbers = as_numbers(value)
    return frozenset(one for one in numbers if isinstance(one, str)) if isinstance(numbers, list) else frozenset()


def as_listed(value: Any) -> Any:
    """As a manifest writes numbers: objects in order, without what an answer may say beside them."""
    numbers = as_numbers(value)
    return [{"phoneNumber": one} for one in numbers] if isinstance(numbers, list) else value


def as_pictured(value: Any) -> Any:
    """As ``as_listed``, for pages."""
    pages = as_pages(value)
    return [{"url": one} for one in pages] if isinstance(pages, list) else value


def _each(value: Any, name: str) -> Any:
    if not isinstance(value, list | tuple):
        return value
    return [each.get(name) if isinstance(each, Mapping) else each for each in value]
