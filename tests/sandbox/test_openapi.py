"""Every answer of every served operation, good or bad, against the official OpenAPI description."""

from __future__ import annotations

import re

import pytest

from reconciler.sandbox.routes import ROUTES

from .journey import NUMBER, ORDERS, REPLY, REQUESTS, travel
from .openapi import Description, description_path
from .site import NOWHERE, Site
from .unserved import UNSERVED, reason_against
from .verification import REQUEST
from .witness import Witness


@pytest.fixture(scope="module")
def description() -> Description:
    """The official description, where it can be found."""
    path = description_path()
    if not path.exists():
        pytest.skip(f"no OpenAPI description at {path}; set TELNYX_OPENAPI")
    return Description.load(path)


def _filled(path: str) -> str:
    """The path with an id of nothing in each place."""
    return re.sub(r"\{\w+\}", NOWHERE, path)


def test_answers(site: Site, description: Description) -> None:
    """Every served operation answers success in the documented status and shape."""
    witness = Witness(site, description)
    travel(witness, site)
    assert witness.complaints == []
    templates = {(route.method, description.template(route.path)) for route in ROUTES}
    assert witness.served == templates


def test_every_operation_is_served_or_said_not_to_be(description: Description) -> None:
    """One of both, with a reason for what is missing; nothing is listed that does not exist."""
    described = {
        (method.upper(), path)
        for path, operations in description.document["paths"].items()
        for method in operations
        if method in {"get", "post", "put", "patch", "delete"}
    }
    served = {(route.method, description.template(route.path)) for route in ROUTES}
    missing = {operation for operation in described if reason_against(*operation)}
    assert served & missing == set()
    assert served | missing == described
    used = {reason_against(*operation) for operation in missing}
    assert used == {reason for places in UNSERVED.values() for reason in places.values()}


def test_errors(site: Site, description: Description) -> None:
    """401 everywhere, 404 for every unknown id, 422 for every bad body: all in the documented shape."""
    witness = Witness(site, description)
    for route in ROUTES:
        path = _filled(route.path)
        witness.ask(route.method, path, key="stranger")
        if "{" in route.path:
            any_body = REPLY | REQUEST | {"phone_numbers": [NUMBER]}
            files = {"loa": b"%PDF-1.4"} if route.body == "raw" else None
            witness.ask(route.method, path, None if files else any_body, files=files)
    profile = site.profile()["id"]
    bad = [
        ("POST", "/messaging_profiles", {}),
        ("PATCH", f"/messaging_profiles/{profile}", {"enabled": "yes"}),
        ("POST", f"/messaging_profiles/{profile}/autoresp_configs", {"op": "help"}),
        ("POST", "/alphanumeric_sender_ids", {}),
        ("GET", "/alphanumeric_sender_ids?page[size]=0", None),
        ("POST", ORDERS, {"phone_numbers": ["1"]}),
        ("POST", f"{ORDERS}/eligibility_numbers_check", {}),
        ("GET", "/messaging_optouts?created_at[gte]=yesterday", None),
        ("GET", "/audit_events?sort=up", None),
        ("GET", "/messaging_profile_metrics?time_frame=1y", None),
        ("GET", "/messaging_profile_metrics?page[size]=0", None),
        ("GET", f"/messaging_profiles/{profile}/metrics?time_frame=1y", None),
        ("POST", "/messaging_numbers_bulk_updates", {}),
        ("GET", REQUESTS, None),
        ("POST", REQUESTS, {}),
        ("POST", "/messaging/rcs/bulk_capabilities", {}),
    ]
    for method, path, body in bad:
        witness.ask(method, path, body)
    assert witness.complaints == []
    statuses = {status for _, _, status in witness.statuses}
    assert statuses == {400, 401, 404, 422}


def test_required_bodies(site: Site, description: Description) -> None:
    """Where the description requires a body, none is refused with 400, before anything is looked up."""
    checked = 0
    for route in ROUTES:
        template = description.template(route.path)
        if route.body == "raw" or not description.required_body(route.method, template):
            continue
        assert site.ask(route.method, _filled(route.path)).status_code == 400, f"{route.method} {route.path}"
        checked += 1
    assert checked == 13


def test_the_judge_is_strict(description: Description) -> None:
    """A wrong type, a missing field and an undocumented field are all noticed."""
    good = {"data": [], "meta": {"page_number": 1, "page_size": 20, "total_pages": 0, "total_results": 0}}
    assert description.complaints("GET", "/messaging_profiles", 200, good) == []
    for spoiled in (
        {**good, "data": [{"enabled": "yes"}]},
        {**good, "meta": {"page_number": 1}},
        {**good, "data": [{"surprise": 1}]},
        {**good, "data": [{"created_at": "yesterday", "id": "x"}]},
    ):
        assert description.complaints("GET", "/messaging_profiles", 200, spoiled)
