"""What hosted orders refuse, and what becomes of their codes and documents."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from .site import NOWHERE, Site, SiteFactory


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "10004", "/phone_numbers"),
        ({"phone_numbers": []}, "10033", "/phone_numbers"),
        ({"phone_numbers": ["+12125550123"] * 2}, "10015", "/phone_numbers/1"),
        (
            {"phone_numbers": ["+12125550123"], "messaging_profile_id": NOWHERE},
            "10017",
            "/messaging_profile_id",
        ),
    ],
)
def test_bad_orders(site: Site, body: dict[str, Any], code: str, pointer: str) -> None:
    """An order is for at least one number, each once, and for a profile that exists."""
    assert site.refused("POST", "/messaging_hosted_number_orders", body) == (422, [(code, pointer)])


def test_order_documents(site: Site) -> None:
    """PDF only; an upload takes an order that waited for a human back to `pending`."""
    order = site.data("POST", "/messaging_hosted_number_orders", {"phone_numbers": ["+12125550123"]})["id"]
    at = f"/messaging_hosted_number_orders/{order}"
    site.admin("POST", "advance", order=order, status="loa_file_invalid")
    upload = f"{at}/actions/file_upload"
    assert site.ask("POST", upload, files={"loa": b"plain"}).status_code == 422
    assert site.ask("POST", upload, files={"other": b"%PDF-1.4"}).status_code == 422
    assert site.ask("POST", upload, {}).status_code == 415
    answer = site.ask("POST", upload, files={"loa": b"%PDF-1.4\r\n\r\nabc", "bill": b"%PDF-1.7"})
    assert answer.json()["data"]["status"] == "pending"
    kept = site.admin("GET", "state")["hosted_order_documents"]
    assert kept[1]["sha256"] == hashlib.sha256(b"%PDF-1.7").hexdigest()
    assert [(row["document"], row["size"], row["parent"]) for row in kept] == [
        ("loa", 15, order),
        ("bill", 8, order),
    ]


def test_codes_are_replaced_when_asked_for_again(site: Site) -> None:
    """A second request makes the first code worthless; bad bodies are refused."""
    number = "+12125550123"
    order = site.data("POST", "/messaging_hosted_number_orders", {"phone_numbers": [number]})["id"]
    at = f"/messaging_hosted_number_orders/{order}"
    codes = []
    for _ in range(2):
        body = {"phone_numbers": [number], "verification_method": "sms"}
        site.data("POST", f"{at}/verification_codes", body)
        (row,) = site.admin("GET", "state")["verification_codes"]
        codes.append(row["code"])
    outcomes = [
        site.data("POST", f"{at}/validation_codes", {"verification_codes": [{"phone_number": number, "code": code}]})
        for code in codes
    ]
    statuses = [outcome["phone_numbers"][0]["status"] for outcome in outcomes]
    assert statuses == ["verified" if codes[0] == codes[1] else "rejected", statuses[1]]
    assert statuses[1] in {"verified", "already_verified"}
    assert site.refused("POST", f"{at}/verification_codes", {"phone_numbers": [number]}) == (
        422,
        [("10004", "/verification_method")],
    )
    assert site.refused("POST", f"{at}/validation_codes", {"verification_codes": [{"code": "1"}]}) == (
        422,
        [("10004", "/verification_codes/0/phone_number")],
    )


def test_repeated_numbers_are_not_eligible(site: Site) -> None:
    """A number that is asked for twice, and one that no exchange can have."""
    at = "/messaging_hosted_number_orders/eligibility_numbers_check"
    numbers = ["+12125550123", "+12125550123", "+11125550123"]
    rows = site.ask("POST", at, {"phone_numbers": numbers}).json()["phone_numbers"]
    assert [row["eligible_status"] for row in rows] == [
        "NUMBER_CAN_NOT_BE_REPEATED",
        "NUMBER_CAN_NOT_BE_REPEATED",
        "NUMBER_IS_NOT_A_VALID_ROUTING_NUMBER",
    ]


ORDERS = "/messaging_hosted_number_orders"
FIRST, SECOND, THIRD = "+12125550123", "+12125550124", "+12125550125"


def _known(site: Site, number: str, **facts: Any) -> None:
    site.admin("POST", "create", collection="numbers_elsewhere", set={"phone_number": number, **facts})


def _order(site: Site, *numbers: str) -> str:
    row: dict[str, Any] = site.data("POST", ORDERS, {"phone_numbers": list(numbers)})
    return f"{ORDERS}/{row['id']}"


def _verify(site: Site, at: str, number: str, method: str = "sms") -> str:
    """Ask for a code, read it from the handset, and enter it; the outcome."""
    (sent,) = site.data("POST", f"{at}/verification_codes", {"phone_numbers": [number], "verification_method": method})
    codes = site.admin("GET", "state")["verification_codes"]
    (code,) = [row["code"] for row in codes if row["id"] == sent["verification_code_id"]]
    body = {"verification_codes": [{"phone_number": number, "code": code}]}
    (entry,) = site.data("POST", f"{at}/validation_codes", body)["phone_numbers"]
    return str(entry["status"])


@pytest.mark.parametrize(
    ("status", "paper", "after"),
    [
        ("loa_file_invalid", "loa", "pending"),
        ("loa_file_invalid", "bill", "loa_file_invalid"),
        ("incorrect_billing_information", "loa", "incorrect_billing_information"),
        ("incorrect_billing_information", "bill", "pending"),
        ("incomplete_documentation", "bill", "pending"),
        ("compliance_review_failed", "loa", "pending"),
        ("loa_file_successful", "loa", "loa_file_successful"),
    ],
)
def test_which_paper_puts_what_right(site: Site, status: str, paper: str, after: str) -> None:
    """A new bill does not mend a refused letter."""
    at = _order(site, FIRST)
    site.admin("POST", "advance", status=status)
    answer = site.ask("POST", f"{at}/actions/file_upload", files={paper: b"%PDF-1.4"})
    assert answer.json()["data"]["status"] == after


@pytest.mark.parametrize("status", ["provisioning", "successful", "failed", "deleted"])
def test_nothing_is_added_to_what_is_done(site: Site, status: str) -> None:
    """Neither papers nor codes."""
    at = _order(site, FIRST)
    site.admin("POST", "advance", status=status)
    assert site.ask("POST", f"{at}/actions/file_upload", files={"loa": b"%PDF-1.4"}).status_code == 422
    body = {"phone_numbers": [FIRST], "verification_method": "sms"}
    assert site.refused("POST", f"{at}/verification_codes", body) == (422, [("10027", None)])


def test_papers_that_are_too_large(site: Site) -> None:
    """Five megabytes pass, a byte more does not, and nothing of the upload is kept then."""
    upload = f"{_order(site, FIRST)}/actions/file_upload"
    most = 5 * 1024 * 1024
    whole = b"%PDF-1.4".ljust(most)
    answer = site.ask("POST", upload, files={"loa": whole + b"x", "bill": b""})
    assert (answer.status_code, [error["code"] for error in answer.json()["errors"]]) == (422, ["10033", "10014"])
    assert "hosted_order_documents" not in site.admin("GET", "state")
    assert site.ask("POST", upload, files={"loa": whole}).status_code == 200


def test_codes_expire(start: SiteFactory) -> None:
    """After ten minutes the right code is rejected; a new one is good."""
    now = [1_800_000_000.0]
    site = start(clock=lambda: now[0])
    at = _order(site, FIRST)
    site.data("POST", f"{at}/verification_codes", {"phone_numbers": [FIRST], "verification_method": "sms"})
    code = site.admin("GET", "state")["verification_codes"][0]["code"]
    now[0] += 600
    entry = {"verification_codes": [{"phone_number": FIRST, "code": code}]}
    assert site.data("POST", f"{at}/validation_codes", entry)["phone_numbers"][0]["status"] == "rejected"
    assert _verify(site, at, FIRST) == "verified"


def test_landlines_are_called(site: Site) -> None:
    """A text cannot be sent there: that is an error of the number inside a good answer."""
    _known(site, FIRST, landline=True)
    at = _order(site, FIRST)
    body = {"phone_numbers": [FIRST], "verification_method": "sms"}
    (sent,) = site.data("POST", f"{at}/verification_codes", body)
    assert sent.keys() == {"phone_number", "error"}
    assert _verify(site, at, FIRST, "call") == "verified"


def test_eligibility_is_what_is_known(site: Site) -> None:
    """Number by number: what the administrator said, and else what the number itself tells."""
    _known(site, FIRST, eligible_status="NUMBER_CAN_NOT_BE_WIRELESS")
    site.admin("POST", "edit", collection="numbers_elsewhere", id=FIRST, set={"landline": True})
    numbers = [FIRST, SECOND, "+14165550123", "+18765550123", "+447700900123"]
    answer = site.ask("POST", f"{ORDERS}/eligibility_numbers_check", {"phone_numbers": numbers}).json()
    assert [row["eligible_status"] for row in answer["phone_numbers"]] == [
        "NUMBER_CAN_NOT_BE_WIRELESS",
        "ELIGIBLE",
        *["NUMBER_IS_NOT_A_US_NUMBER"] * 3,
    ]


def test_ineligible_numbers_fail_on_the_way(site: Site) -> None:
    """The others become good; an order of which nothing is left fails as a whole."""
    _known(site, FIRST, eligible_status="NUMBER_CAN_NOT_BE_WIRELESS")
    _known(site, SECOND, eligible_status="BILLING_ACCOUNT_CHECK_FAILED")
    mixed, hopeless = _order(site, FIRST, THIRD), _order(site, SECOND)
    for _ in range(3):
        site.admin("POST", "advance")
    row = site.data("GET", mixed)
    assert [entry["status"] for entry in row["phone_numbers"]] == ["failed_ineligible_carrier", "successful"]
    assert row["status"] == "successful"
    row = site.data("GET", hopeless)
    assert (row["status"], row["phone_numbers"][0]["status"]) == ("failed", "failed")
    assert [hosted["phone_number"] for hosted in site.data("GET", "/messaging_hosted_numbers")] == [THIRD]


def test_orders_end_to_end(start: SiteFactory) -> None:
    """The strict review: papers first, then codes; what was not proven fails by itself."""
    site = start(quirks=["strict-hosting"])
    at = _order(site, FIRST, SECOND)
    order = at.rpartition("/")[2]
    site.admin("POST", "advance")
    assert site.data("GET", at)["status"] == "incomplete_documentation"
    site.admin("POST", "advance", order=order)  # nobody did anything
    assert site.data("GET", at)["status"] == "incomplete_documentation"
    site.ask("POST", f"{at}/actions/file_upload", files={"loa": b"%PDF-1.4"})
    site.admin("POST", "advance")
    assert site.data("GET", at)["status"] == "incomplete_documentation"
    site.ask("POST", f"{at}/actions/file_upload", files={"bill": b"%PDF-1.4"})
    assert _verify(site, at, SECOND) == "verified"
    statuses = []
    for _ in range(3):
        site.admin("POST", "advance")
        statuses.append(site.data("GET", at)["status"])
    assert statuses == ["loa_file_successful", "provisioning", "successful"]
    assert [entry["status"] for entry in site.data("GET", at)["phone_numbers"]] == [
        "failed_ownership_verification",
        "successful",
    ]
