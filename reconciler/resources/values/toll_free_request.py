"""What a request for toll-free verification says, field by field (guide §13). What becomes of it stands elsewhere."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from reconciler.model.spec import (
    Clear,
    Cleared,
    Compared,
    Confidential,
    Default,
    NoDefault,
    Spec,
    Written,
    unstated,
)
from reconciler.resources.values.phone_numbers import OwnedNumber
from reconciler.resources.values.refusal import refusal
from reconciler.resources.values.toll_free import (
    POLITICAL,
    Numbers,
    Pictures,
    Registration,
    RegistrationCountry,
    Sample,
    Text,
    UseCase,
    Volume,
    as_listed,
    as_numbers,
    as_pages,
    as_pictured,
)
from reconciler.resources.values.web_address import TokenInside

_NAME: Final = Confidential("a person's name", masked=True)
_STREET: Final = Confidential("an address, which may be where somebody lives", masked=True)
NullClears: Final = Cleared(Clear.NULL)


class TollfreeVerificationSpec(Spec):
    """What a request says. The names are the API's, capitals included; commas are part of a volume."""

    phoneNumbers: Annotated[
        Numbers,
        Compared(as_numbers),
        Written(as_listed),
        Field(
            description="the toll-free numbers to verify: in the account, each on a messaging profile",
            examples=[[{"phoneNumber": "+18885550100"}]],
        ),
    ]
    businessName: Annotated[
        Text, Field(description="the name of the business, as it is registered", examples=["Acme Inc."])
    ]
    doingBusinessAs: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="the name it trades under, where that is another one", examples=["Acme Flowers"]),
    ] = unstated
    entityType: Annotated[
        Literal["SOLE_PROPRIETOR", "PRIVATE_PROFIT", "PUBLIC_PROFIT", "NON_PROFIT", "GOVERNMENT"] | None,
        NullClears,
        Default(None),
        Field(description="what sort of business it is", examples=["PRIVATE_PROFIT"]),
    ] = unstated
    businessRegistrationNumber: Annotated[
        Registration,
        Confidential("a registration number, which may be a person's", masked=True),
        Field(description="under which number it is registered: an EIN, in the US", examples=["12-3456789"]),
    ]
    businessRegistrationType: Annotated[
        Registration, Field(description="what that number is: EIN, CRA, VAT and so on", examples=["EIN"])
    ]
    businessRegistrationCountry: Annotated[
        RegistrationCountry, Field(description="where it is registered, as an ISO 3166-1 code", examples=["US"])
    ]
    corporateWebsite: Annotated[
        Text, Field(description="its website, with https://", examples=["https://acme.example"])
    ]
    businessAddr1: Annotated[Text, _STREET, Field(description="street and number", examples=["600 Congress Avenue"])]
    businessAddr2: Annotated[
        Text, _STREET, NoDefault(), Field(description="second line of the address", examples=["14th floor"])
    ] = unstated
    businessCity: Annotated[Text, Field(description="city, with a capital letter", examples=["Austin"])]
    businessState: Annotated[Text, Field(description="full name of the state, and not two letters", examples=["Texas"])]
    businessZip: Annotated[Text, Field(description="ZIP code", examples=["78701"])]
    businessContactFirstName: Annotated[
        Text, _NAME, Field(description="first name of the person to ask", examples=["Jo"])
    ]
    businessContactLastName: Annotated[
        Text, _NAME, Field(description="last name of the person to ask", examples=["Doe"])
    ]
    businessContactEmail: Annotated[
        Text,
        Confidential("a person's mail address", masked=True),
        Field(description="that person's mail address", examples=["jo@acme.example"]),
    ]
    businessContactPhone: Annotated[
        OwnedNumber,
        Confidential("a phone number", masked=True),
        Field(description="that person's phone number, in E.164 form", examples=["+15125550100"]),
    ]
    messageVolume: Annotated[
        Volume, Field(description="messages a month, one of the API's steps, in quotes", examples=["10,000"])
    ]
    useCase: Annotated[UseCase, Field(description="what the messages are for", examples=["2FA"])]
    useCaseSummary: Annotated[
        Text, Field(description="the same in your own words", examples=["Codes for signing in to the shop."])
    ]
    productionMessageContent: Annotated[
        Sample,
        Field(description="a message as it will be sent", examples=["Acme: your code is 123456. Reply STOP to end."]),
    ]
    optInWorkflow: Annotated[
        Text, Field(description="how people agree to be texted", examples=["A box to tick at checkout."])
    ]
    optInWorkflowImageURLs: Annotated[
        Pictures,
        Compared(as_pages),
        Written(as_pictured),
        Field(description="pages or pictures that show it", examples=[[{"url": "https://acme.example/opt-in.png"}]]),
    ]
    optInConfirmationResponse: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="what people are answered when they agree", examples=["Acme: you are in. STOP to end."]),
    ] = unstated
    optInKeywords: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="words by which people agree, with commas between them", examples=["START, YES"]),
    ] = unstated
    helpMessageResponse: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="what HELP is answered with", examples=["Acme: write to help@acme.example."]),
    ] = unstated
    privacyPolicyURL: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="the privacy policy, for the reviewers", examples=["https://acme.example/privacy"]),
    ] = unstated
    termsAndConditionURL: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="terms and conditions, for the reviewers", examples=["https://acme.example/terms"]),
    ] = unstated
    ageGatedContent: Annotated[
        bool,
        Default(False),
        Field(description="whether the content is for adults only; default false", examples=[True]),
    ] = unstated
    isvReseller: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Field(description="the reseller or software vendor, where there is one", examples=["Resale Ltd."]),
    ] = unstated
    campaignVerifyAuthorizationToken: Annotated[
        Text | None,
        NullClears,
        Default(None),
        Confidential("a token of Campaign Verify", masked=True),
        Field(description="from Campaign Verify; political messages need one", examples=["cv_token_abc123xyz"]),
    ] = unstated
    webhookUrl: Annotated[
        Text,
        TokenInside,
        NoDefault(),
        Field(description="where events of the review go", examples=["https://hooks.example.com/tfv"]),
    ] = unstated
    additionalInformation: Annotated[
        Text, Field(description="anything else for the reviewers", examples=["We text customers only."])
    ]

    @model_validator(mode="after")
    def _political_has_a_token(self) -> Self:
        if self.useCase == POLITICAL and not self.campaignVerifyAuthorizationToken:
            message = "political messages need a campaignVerifyAuthorizationToken"
            hint = "get one from Campaign Verify: without it the request is rejected since 17 February 2026"
            raise refusal("tfv-political-token", message, hint=hint)
        return self
