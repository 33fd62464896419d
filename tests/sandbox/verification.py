"""A toll-free verification request that the review has nothing against."""

from __future__ import annotations

from typing import Any

NUMBER = "+18005550101"
"""The toll-free number that every account begins with."""
REQUEST: dict[str, Any] = {
    "businessName": "Acme",
    "corporateWebsite": "https://acme.example",
    "businessAddr1": "600 Congress Avenue",
    "businessCity": "Austin",
    "businessState": "Texas",
    "businessZip": "78701",
    "businessContactFirstName": "Ann",
    "businessContactLastName": "Doe",
    "businessContactEmail": "ann@acme.example",
    "businessContactPhone": "+15550100001",
    "messageVolume": "1,000",
    "phoneNumbers": [{"phoneNumber": NUMBER}],
    "useCase": "2FA",
    "useCaseSummary": "Codes for signing in",
    "productionMessageContent": "Your code is 123456. Reply STOP to opt out.",
    "optInWorkflow": "A checkbox on the sign-up page",
    "optInWorkflowImageURLs": [{"url": "https://acme.example/opt-in.png"}],
    "additionalInformation": "None",
    "businessRegistrationNumber": "12-3456789",
    "businessRegistrationType": "EIN",
    "businessRegistrationCountry": "US",
}
