"""What hosted orders refuse, and what becomes of their codes and documents."""

from __future__ import annotations

from typing import Any

import pytest

from .site import NOWHERE, Site


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
