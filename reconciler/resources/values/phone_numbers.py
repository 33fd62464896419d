"""Phone numbers: of any country in E.164 form, or American, which is ``+1`` and ten digits (guide §19.4).

Only the shape is checked. Canada and the Caribbean share ``+1``, and which area code lies where changes;
Telnyx's own examples (``+15551234567``) hold digits that no exchange has.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from reconciler.model.spec import Confidential
from reconciler.resources.values.refusal import refusal

_E164: Final = r"\+[1-9]\d{7,14}"
_AMERICAN: Final = r"\+1[2-9]\d{9}"
TOLL_FREE: Final = frozenset({"800", "833", "844", "855", "866", "877", "888"})
_WRITTEN_OUT: Final = re.compile(r"[\s().\-/]+")


def _digits_meant(value: str) -> str:
    digits = _WRITTEN_OUT.sub("", value).removeprefix("+").removeprefix("1")
    return f"write +1{digits}" if re.fullmatch(r"[2-9]\d{9}", digits, re.ASCII) else "write + and digits only"


def e164(value: str) -> str:
    """A number of any country, as the API writes it."""
    if re.fullmatch(_E164, value, re.ASCII) is None:
        message = '"{value}" is not a phone number in E.164 form'
        raise refusal("number-not-e164", message, value=value, hint=_digits_meant(value))
    return value


def hostable(value: str) -> str:
    """A number whose texting can come to Telnyx: American, toll-free or not (guide §10)."""
    e164(value)
    if re.fullmatch(_AMERICAN, value, re.ASCII) is None:
        message = '"{value}" is not a US number, and only those can be hosted'
        raise refusal("hosted-not-us", message, value=value, hint="US numbers are +1 and ten digits")
    return value


def american_long_code(value: str) -> str:
    """A US number that is neither toll-free nor a short code (guide §4)."""
    if re.fullmatch(_AMERICAN, value, re.ASCII) is None:
        message = '"{value}" is not a US long code'
        raise refusal("alpha-fallback-invalid", message, value=value, hint=_digits_meant(value))
    if value[2:5] in TOLL_FREE:
        message = '"{value}" is toll-free; the fallback must be a long code'
        raise refusal("alpha-fallback-invalid", message, value=value, hint="name a local US number")
    return value


PhoneNumber: Final = Confidential("a phone number")
"""Personal data: whose number it is may be known to anybody who reads the repository."""

_SHAPE: Final = Field(json_schema_extra={"pattern": f"^{_AMERICAN}$"})
OwnedNumber = Annotated[str, AfterValidator(e164), Field(json_schema_extra={"pattern": f"^{_E164}$"})]
HostableNumber = Annotated[str, AfterValidator(hostable), _SHAPE]
AmericanLongCode = Annotated[str, AfterValidator(american_long_code), _SHAPE]
