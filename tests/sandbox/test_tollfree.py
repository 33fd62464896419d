"""Toll-free verification: two shapes, a full-body PATCH, one open request per number, and a review by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
import telnyx
from telnyx import Telnyx

from .site import NOWHERE, Site, SiteFactory
from .verification import NUMBER, REQUEST

AT = "/messaging_tollfree/verification/requests"
COLLECTION = "tollfree_verifications"


@pytest.fixture
def ready(site: Site) -> Site:
    """An account whose toll-free number is on a profile."""
    site.data("PATCH", f"/phone_numbers/{NUMBER}/messaging", {"messaging_profile_id": site.profile()["id"]})
    return site


def _words(body: Any) -> Any:
    """The body in the SDK's spelling of its fields."""
    if isinstance(body, list):
        return [_words(entry) for entry in body]
    if isinstance(body, dict):
        return {re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name).lower(): _words(value) for name, value in body.items()}
    return body


def _ask(site: Site, method: str, path: str, body: Any = None) -> Any:
    answer = site.ask(method, path, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _move(site: Site, status: str, **more: Any) -> None:
    site.admin("POST", "advance", status=status, **more)


def test_life(ready: Site) -> None:
    """Submitted, reviewed, verified: the SDK reads each answer, and GET shows what POST does not."""
    sdk = ready.sdk()
    api = sdk.messaging_tollfree.verification.requests
    made = api.create(**_words(REQUEST))
    assert (made.verification_status, made.business_name) == ("In Progress", "Acme")
    assert made.verification_request_id
    assert [entry.phone_number for entry in made.phone_numbers] == [NUMBER]
    read = api.retrieve(made.id)
    assert read.created_at
    assert (read.verification_status, read.reason) == ("In Progress", None)
    fuller = api.update(made.id, **_words(REQUEST | {"businessAddr2": "14th Floor"}))
    assert (fuller.id, fuller.business_addr2) == (made.id, "14th Floor")
    for status in ("Waiting For Vendor", "Verified"):
        ready.admin("POST", "advance")
        assert api.retrieve(made.id).verification_status == status
    assert ready.admin("POST", "advance") == []
    (row,) = api.list(page=1, page_size=20, phone_number=NUMBER)
    assert row.id == made.id
    history = api.retrieve_status_history(made.id, page_number=1, page_size=20)
    assert [entry.verification_status for entry in history.records] == ["In Progress", "Waiting For Vendor", "Verified"]
    assert history.total_records == 3
    with pytest.raises(telnyx.BadRequestError):
        api.delete(made.id)
    ready.admin("POST", "advance", order=made.id, status="Rejected")
    api.delete(made.id)
    with pytest.raises(telnyx.NotFoundError):
        api.retrieve(made.id)


def test_shapes_differ(ready: Site) -> None:
    """POST and PATCH name the request's own id; GET and the list tell times and the reason."""
    written = _ask(ready, "POST", AT, REQUEST)
    assert "verificationRequestId" in written
    assert written.keys().isdisjoint({"createdAt", "updatedAt", "reason", "businessAddr2"})
    _move(ready, "Waiting For Customer", reason="no opt-in shown")
    read = _ask(ready, "GET", f"{AT}/{written['id']}")
    assert (read["reason"], read["verificationStatus"]) == ("no opt-in shown", "Waiting For Customer")
    assert read.keys() - written.keys() == {"createdAt", "updatedAt", "reason"}
    assert written.keys() - read.keys() == {"verificationRequestId"}
    assert _ask(ready, "GET", f"{AT}?page=1&page_size=5")["records"] == [read]


def test_patch_wants_everything(ready: Site) -> None:
    """A part is refused field by field; a whole body replaces, null unsets, and what is left out is unset too."""
    made = _ask(ready, "POST", AT, REQUEST | {"businessAddr2": "14th Floor", "isvReseller": "No"})
    at = f"{AT}/{made['id']}"
    status, errors = ready.refused("PATCH", at, {"businessName": "Other"})
    assert (status, {code for code, _ in errors}, len(errors)) == (422, {"10004"}, 17)
    changed = _ask(ready, "PATCH", at, REQUEST | {"businessName": "Other", "isvReseller": None})
    assert changed["businessName"] == "Other"
    assert changed.keys().isdisjoint({"businessAddr2", "isvReseller"})
    assert (changed["id"], changed["verificationRequestId"]) == (made["id"], made["verificationRequestId"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("In Progress", "In Progress"),
        ("Waiting For Vendor", "Waiting For Vendor"),
        ("Waiting For Customer", "In Progress"),
        ("Verified", "In Progress"),
        ("Rejected", "In Progress"),
    ],
)
def test_what_a_patch_does_to_the_review(ready: Site, before: str, after: str) -> None:
    """It starts again where somebody had come to a result, a good one included."""
    at = f"{AT}/{_ask(ready, 'POST', AT, REQUEST)['id']}"
    _move(ready, before)
    assert _ask(ready, "PATCH", at, REQUEST)["verificationStatus"] == after
    assert _ask(ready, "GET", at)["verificationStatus"] == after


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"businessName": "x" * 501}, "10025", "/businessName"),
        ({"productionMessageContent": "x" * 1001}, "10025", "/productionMessageContent"),
        ({"businessContactPhone": "555"}, "10016", "/businessContactPhone"),
        ({"messageVolume": "1000"}, "10032", "/messageVolume"),
        ({"useCase": "Spam"}, "10032", "/useCase"),
        ({"phoneNumbers": []}, "10033", "/phoneNumbers"),
        ({"phoneNumbers": [{}]}, "10004", "/phoneNumbers/0/phoneNumber"),
        ({"phoneNumbers": [{"phoneNumber": NUMBER}] * 2}, "10015", "/phoneNumbers/1/phoneNumber"),
        ({"phoneNumbers": [{"phoneNumber": "+15550100001"}]}, "10015", "/phoneNumbers/0/phoneNumber"),
        ({"phoneNumbers": [{"phoneNumber": "+18335550199"}]}, "10017", "/phoneNumbers/0/phoneNumber"),
        ({"optInWorkflowImageURLs": []}, "10033", "/optInWorkflowImageURLs"),
        ({"optInWorkflowImageURLs": [{"url": "x" * 2084}]}, "10025", "/optInWorkflowImageURLs/0/url"),
        ({"businessRegistrationCountry": "USA"}, "10015", "/businessRegistrationCountry"),
        ({"entityType": "LLC"}, "10032", "/entityType"),
        ({"ageGatedContent": None}, "10026", "/ageGatedContent"),
        ({"businessState": None}, "10026", "/businessState"),
    ],
)
def test_bad_requests(ready: Site, change: dict[str, Any], code: str, pointer: str) -> None:
    """Refused on POST and PATCH alike."""
    assert ready.refused("POST", AT, REQUEST | change) == (422, [(code, pointer)])
    made = _ask(ready, "POST", AT, REQUEST)
    assert ready.refused("PATCH", f"{AT}/{made['id']}", REQUEST | change) == (422, [(code, pointer)])


def test_a_number_without_a_profile(site: Site) -> None:
    """Owned is not enough."""
    assert site.refused("POST", AT, REQUEST) == (422, [("10013", "/phoneNumbers/0/phoneNumber")])


def test_a_number_that_lost_its_profile(ready: Site) -> None:
    """A request that has it already may be mended all the same."""
    at = f"{AT}/{_ask(ready, 'POST', AT, REQUEST)['id']}"
    ready.data("PATCH", f"/phone_numbers/{NUMBER}/messaging", {"messaging_profile_id": ""})
    assert _ask(ready, "PATCH", at, REQUEST | {"businessName": "Mended"})["businessName"] == "Mended"


def test_one_open_request_per_number(ready: Site) -> None:
    """An open one keeps others out, a rejected one does not."""
    first = _ask(ready, "POST", AT, REQUEST)["id"]
    for status in ("In Progress", "Waiting For Telnyx", "Waiting For Vendor", "Waiting For Customer"):
        _move(ready, status)
        ready.admin("POST", "advance", order=first, status=status)
        assert ready.refused("POST", AT, REQUEST) == (422, [("10012", "/phoneNumbers/0/phoneNumber")])
    ready.admin("POST", "advance", order=first, status="Rejected")
    second = _ask(ready, "POST", AT, REQUEST)["id"]
    # The rejected one cannot come back while the other is open.
    assert ready.refused("PATCH", f"{AT}/{first}", REQUEST) == (422, [("10012", "/phoneNumbers/0/phoneNumber")])
    ready.admin("POST", "advance", order=second, status="Rejected")
    assert _ask(ready, "PATCH", f"{AT}/{first}", REQUEST)["verificationStatus"] == "In Progress"


def test_deletes(ready: Site) -> None:
    """Only a rejected request, with an empty answer; a second time it is unknown."""
    at = f"{AT}/{_ask(ready, 'POST', AT, REQUEST)['id']}"
    for status in ("In Progress", "Waiting For Customer", "Verified"):
        _move(ready, status)
        ready.admin("POST", "advance", order=at.rpartition("/")[2], status=status)
        assert ready.refused("DELETE", at) == (400, [("10015", None)])
    ready.admin("POST", "advance", order=at.rpartition("/")[2], status="Rejected")
    answer = ready.ask("DELETE", at)
    assert (answer.status_code, answer.content) == (200, b"")
    assert ready.refused("DELETE", at) == (404, [("10005", None)])
    assert ready.refused("GET", f"{AT}/{NOWHERE}/status_history?page[number]=1&page[size]=1")[0] == 404


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"businessRegistrationNumber": None}, "businessRegistrationNumber"),
        ({"useCase": "Political"}, "campaignVerifyAuthorizationToken"),
    ],
)
def test_what_the_review_rejects(ready: Site, change: dict[str, Any], reason: str) -> None:
    """Accepted by the schema, rejected by the next step, with a reason that is gone once it was put right."""
    at = f"{AT}/{_ask(ready, 'POST', AT, REQUEST | change)['id']}"
    ready.admin("POST", "advance")
    rejected = _ask(ready, "GET", at)
    assert rejected["verificationStatus"] == "Rejected"
    assert reason in rejected["reason"]
    _ask(ready, "PATCH", at, REQUEST)
    ready.admin("POST", "advance")
    assert _ask(ready, "GET", at)["verificationStatus"] == "Waiting For Vendor"
    assert "reason" not in _ask(ready, "GET", at)


def test_upper_case_country(ready: Site) -> None:
    """The server's doing."""
    made = _ask(ready, "POST", AT, REQUEST | {"businessRegistrationCountry": "us"})
    assert made["businessRegistrationCountry"] == "US"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("", "page"), ("?page=1", "page_size"), ("?page_size=1", "page"), ("?page[number]=1&page[size]=2", "page")],
)
def test_pages_must_be_asked_for(site: Site, query: str, parameter: str) -> None:
    """Flat, and both of them."""
    assert site.refused("GET", AT + query) == (422, [("10004", parameter)])


def test_history_pages(ready: Site) -> None:
    """Bracketed, and both of them too; past the end is empty."""
    at = f"{AT}/{_ask(ready, 'POST', AT, REQUEST)['id']}/status_history"
    assert ready.refused("GET", at) == (422, [("10004", "page[number]")])
    assert ready.refused("GET", f"{at}?page=1&page_size=1") == (422, [("10004", "page[number]")])
    assert ready.refused("GET", f"{at}?page[number]=1") == (422, [("10004", "page[size]")])
    assert ready.refused("GET", f"{at}?page[number]=0&page[size]=1") == (422, [("10033", "page[number]")])
    _move(ready, "Waiting For Customer", reason="blurred picture")
    second = _ask(ready, "GET", f"{at}?page[number]=2&page[size]=1")
    assert [(row["verificationStatus"], row["reason"]) for row in second["records"]] == [
        ("Waiting For Customer", "blurred picture")
    ]
    assert second["total_records"] == 2
    assert _ask(ready, "GET", f"{at}?page[number]=3&page[size]=1")["records"] == []


def _crowd(start: SiteFactory, size: int) -> Site:
    rows = [
        REQUEST | {"businessName": f"Shop {index}", "phoneNumbers": [{"phoneNumber": f"+1800555{index:04}"}]}
        for index in range(size)
    ]
    rows[0] |= {"verificationStatus": "Rejected", "createdAt": "2020-01-01T00:00:00Z"}
    return start(seed={COLLECTION: rows})


def test_sizes_are_clamped_in_silence(start: SiteFactory) -> None:
    """Fewer rows than asked for, nothing that says so, and the SDK's pager finds every row once."""
    site = _crowd(start, 130)
    first = _ask(site, "GET", f"{AT}?page=1&page_size=250")
    assert (len(first["records"]), first["total_records"], len(first)) == (100, 130, 2)
    assert _ask(site, "GET", f"{AT}?page=3&page_size=250")["records"] == []
    rows = list(site.sdk().messaging_tollfree.verification.requests.list(page=1, page_size=250))
    assert len({row.id for row in rows}) == len(rows) == 130


def test_filters(start: SiteFactory) -> None:
    """By number, status, name and date."""
    site = _crowd(start, 3)

    def found(query: str) -> list[str]:
        return [row["businessName"] for row in _ask(site, "GET", f"{AT}?page=1&page_size=9&{query}")["records"]]

    assert found("phone_number=%2B18005550001") == ["Shop 1"]
    assert found("status=Rejected") == ["Shop 0"]
    assert found("business_name=Shop 2") == ["Shop 2"]
    assert found("date_end=2021-01-01T00:00:00Z") == ["Shop 0"]
    assert found("date_start=2021-01-01T00:00:00Z") == ["Shop 1", "Shop 2"]
    assert site.refused("GET", f"{AT}?page=1&page_size=1&status=Pending") == (422, [("10032", "status")])


def test_administration(ready: Site, sdk: Telnyx) -> None:
    """A portal user edits one field; the state is plain; a wrong status or reason is refused."""
    made = _ask(ready, "POST", AT, REQUEST)
    edited = ready.admin("POST", "edit", collection=COLLECTION, id="Acme", set={"businessCity": "Dallas"})
    assert edited["id"] == made["id"]
    assert sdk.messaging_tollfree.verification.requests.retrieve(made["id"]).business_city == "Dallas"
    (row,) = ready.admin("GET", "state", collection=COLLECTION)[COLLECTION]
    assert row["verificationStatus"] == "In Progress"
    for ask in ({"status": "Pending"}, {"reason": 5}):
        answer = ready.http.post(f"{ready.base}/_sandbox/advance", json={"key": ready.key, **ask})
        assert answer.status_code == 422
