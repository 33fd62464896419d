"""What a toll-free verification request says (guide 13): its fields and closed sets, as data."""

from collections.abc import Iterator
from typing import Any, Final

from reconciler.sandbox.fields import Field, array, boolean, choice, e164, record, text
from reconciler.sandbox.refusals import Problem

_LONGEST: Final = 500
_LONGEST_CONTENT: Final = 1000
_LONGEST_IMAGE_URL: Final = 2083
STATUSES: Final = (
    "In Progress",
    "Waiting For Telnyx",
    "Waiting For Vendor",
    "Waiting For Customer",
    "Verified",
    "Rejected",
)
# fmt: off
_VOLUMES: Final = (
    "10", "100", "1,000", "10,000", "100,000", "250,000", "500,000", "750,000", "1,000,000", "5,000,000",
    "10,000,000+",
)
_USE_CASES: Final = (
    "2FA", "App Notifications", "Appointments", "Auctions", "Auto Repair Services", "Bank Transfers", "Billing",
    "Booking Confirmations", "Business Updates", "COVID-19 Alerts", "Career Training", "Chatbot",
    "Conversational / Alerts", "Courier Services & Deliveries", "Emergency Alerts", "Events & Planning",
    "Financial Services", "Fraud Alerts", "Fundraising", "General Marketing", "General School Updates",
    "HR / Staffing", "Healthcare Alerts", "Housing Community Updates", "Insurance Services", "Job Dispatch",
    "Legal Services", "Mixed", "Motivational Reminders", "Notary Notifications", "Order Notifications", "Political",
    "Public Works", "Real Estate Services", "Religious Services", "Repair and Diagnostics Alerts", "Rewards Program",
    "Surveys", "System Alerts", "Voting Reminders", "Waitlist Alerts", "Webinar Reminders", "Workshop Alerts",
)
# fmt: on
_ENTITIES: Final = ("SOLE_PROPRIETOR", "PRIVATE_PROFIT", "PUBLIC_PROFIT", "NON_PROFIT", "GOVERNMENT")
_short = text(maximum=_LONGEST)


def _country(value: Any, pointer: str) -> Iterator[Problem]:
    # Upper-cased by the server, so lower case is let in.
    yield from text(pattern="[A-Za-z]{2}")(value, pointer)


def _required(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, _short, required=True) for name in names)


def _optional(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, _short, nullable=True, default=None) for name in names)


FIELDS: Final = (
    *_required(
        "businessName",
        "corporateWebsite",
        "businessAddr1",
        "businessCity",
        "businessState",
        "businessZip",
        "businessContactFirstName",
        "businessContactLastName",
        "businessContactEmail",
    ),
    Field("businessContactPhone", e164, required=True),
    Field("messageVolume", choice(*_VOLUMES), required=True),
    Field("phoneNumbers", array(record((Field("phoneNumber", e164, required=True),)), minimum=1), required=True),
    Field("useCase", choice(*_USE_CASES), required=True),
    *_required("useCaseSummary"),
    Field("productionMessageContent", text(maximum=_LONGEST_CONTENT), required=True),
    *_required("optInWorkflow"),
    Field(
        "optInWorkflowImageURLs",
        array(record((Field("url", text(minimum=1, maximum=_LONGEST_IMAGE_URL), required=True),)), minimum=1),
        required=True,
    ),
    *_required("additionalInformation"),
    *_optional("businessAddr2", "businessRegistrationNumber", "businessRegistrationType"),
    Field("businessRegistrationCountry", _country, nullable=True, default=None),
    *_optional("doingBusinessAs"),
    Field("entityType", choice(*_ENTITIES), nullable=True, default=None),
    *_optional(
        "isvReseller",
        "helpMessageResponse",
        "optInConfirmationResponse",
        "optInKeywords",
        "privacyPolicyURL",
        "termsAndConditionURL",
    ),
    Field("ageGatedContent", boolean, default=False),
    *_optional("webhookUrl", "campaignVerifyAuthorizationToken"),
)
REGISTRATION: Final = ("businessRegistrationNumber", "businessRegistrationType", "businessRegistrationCountry")
"""Nullable in the schema, but the review rejects a request that lacks one of them since early 2026."""
