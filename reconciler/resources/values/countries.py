"""Countries: the assigned ISO 3166-1 alpha-2 codes, and ``*`` where the API takes it (guide §19.5)."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from reconciler.resources.values.refusal import refusal

EVERYWHERE: Final = "*"

_ASSIGNED: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
    UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
ASSIGNED: Final = frozenset(_ASSIGNED.split())

# Kosovo's code is user-assigned, yet carriers and Telnyx use it: a warning for the linter, never an error.
KNOWN: Final = ASSIGNED | {"XK"}

_USUALLY_MEANT: Final = {
    "UK": "GB",
    "EN": "GB",
    "EL": "GR",
    "USA": "US",
    "CAN": "CA",
    "MEX": "MX",
    "GBR": "GB",
    "IRL": "IE",
    "DEU": "DE",
    "GER": "DE",
    "FRA": "FR",
    "ESP": "ES",
    "ITA": "IT",
    "NLD": "NL",
    "AUS": "AU",
    "NZL": "NZ",
    "IND": "IN",
    "BRA": "BR",
    "JPN": "JP",
}


def hint_for(code: str) -> str:
    """What somebody who wrote ``code`` probably meant."""
    upper = code.strip().upper()
    if upper in _USUALLY_MEANT:
        return f"write {_USUALLY_MEANT[upper]}"
    if upper == "EU":
        return "the European Union is no country: list its members"
    if upper in KNOWN:
        return f"write {upper}"
    return "use a two-letter ISO 3166-1 code in upper case, such as US or GB"


def known_destination(code: str) -> str:
    """Accept a known country or ``*``."""
    if code not in KNOWN and code != EVERYWHERE:
        message = '"{value}" is not a country code'
        raise refusal("destination-country-invalid", message, value=code, hint=hint_for(code))
    return code


def known_handset_country(code: str) -> str:
    """Accept a known country or ``*``; as ``known_destination``, under the code of auto-responses."""
    if code not in KNOWN and code != EVERYWHERE:
        message = '"{value}" is not a country code, nor * for any country'
        raise refusal("autoresp-country-invalid", message, value=code, hint=hint_for(code))
    return code


def whole_allow_list(codes: list[str]) -> list[str]:
    """Refuse an empty list, and ``*`` in company: only ``["*"]`` alone is defined (guide §2)."""
    if not codes:
        message = "an empty list lets nothing be sent"
        raise refusal("destinations-empty", message, hint='list countries, or write ["*"] for everywhere')
    if EVERYWHERE in codes and len(codes) > 1:
        message = "* stands beside country codes"
        hint = 'write ["*"] alone for everywhere, or list countries only'
        raise refusal("destinations-wildcard-mixed", message, hint=hint)
    return codes


_SHAPE = Field(json_schema_extra={"pattern": r"^([A-Z]{2}|\*)$"})
Destination = Annotated[str, AfterValidator(known_destination), _SHAPE]
AllowList = Annotated[list[Destination], AfterValidator(whole_allow_list), Field(json_schema_extra={"minItems": 1})]
HandsetCountry = Annotated[str, AfterValidator(known_handset_country), _SHAPE]
