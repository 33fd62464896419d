"""Pages, filters and orders of lists."""

from __future__ import annotations

import pytest

from .site import NOWHERE, Site, SiteFactory

SEED = {"messaging_profiles": [{"name": f"p{index:03}", "whitelisted_destinations": ["US"]} for index in range(260)]}


@pytest.fixture
def crowded(start: SiteFactory) -> Site:
    """An account with 260 profiles."""
    return start(seed=SEED)


def test_default_page(crowded: Site) -> None:
    """Twenty rows, and totals in `meta`."""
    answer = crowded.ask("GET", "/messaging_profiles").json()
    assert [row["name"] for row in answer["data"]] == [f"p{index:03}" for index in range(20)]
    assert answer["meta"] == {"page_number": 1, "page_size": 20, "total_pages": 13, "total_results": 260}


def test_sizes_are_clamped(crowded: Site) -> None:
    """More than 250 is answered as 250, and `meta` says so."""
    answer = crowded.ask("GET", "/messaging_profiles?page[size]=1000").json()
    assert (len(answer["data"]), answer["meta"]["page_size"], answer["meta"]["total_pages"]) == (250, 250, 2)
    last = crowded.ask("GET", "/messaging_profiles?page[size]=1000&page[number]=2").json()
    assert len(last["data"]) == 10


def test_past_the_end(crowded: Site) -> None:
    """An empty page, not an error."""
    answer = crowded.ask("GET", "/messaging_profiles?page[number]=14").json()
    assert answer["data"] == []
    assert answer["meta"]["total_results"] == 260


@pytest.mark.parametrize("parameter", ["page[number]", "page[size]"])
@pytest.mark.parametrize(("value", "code"), [("0", "10033"), ("-1", "10033"), ("x", "10026")])
def test_impossible_pages(site: Site, parameter: str, value: str, code: str) -> None:
    """Zero, negatives and words are refused, with the parameter named."""
    assert site.refused("GET", f"/messaging_profiles?{parameter}={value}") == (422, [(code, parameter)])


def test_empty_list(site: Site) -> None:
    """No rows are zero pages."""
    assert site.ask("GET", "/messaging_profiles").json() == {
        "data": [],
        "meta": {"page_number": 1, "page_size": 20, "total_pages": 0, "total_results": 0},
    }


def test_autoresponses_know_no_pages(site: Site) -> None:
    """Page parameters are ignored there; everything comes at once."""
    profile = site.profile()["id"]
    at = f"/messaging_profiles/{profile}/autoresp_configs"
    for index in range(23):
        site.data("POST", at, {"op": "stop", "country_code": "US", "keywords": [f"W{index}"]})
    answer = site.ask("GET", f"{at}?page[size]=2&page[number]=9").json()
    assert len(answer["data"]) == 23
    assert answer["meta"] == {"page_number": 1, "page_size": 23, "total_pages": 1, "total_results": 23}


def test_name_filters(site: Site) -> None:
    """`[eq]` is exact, `[contains]` is not; percent-encoded brackets are the same brackets."""
    for name in ("Sales", "Sales EU", "sales"):
        site.profile(name)

    def found(query: str) -> list[str]:
        return [row["name"] for row in site.data("GET", f"/messaging_profiles?{query}")]

    assert found("filter[name][eq]=Sales") == ["Sales"]
    assert found("filter%5Bname%5D%5Beq%5D=Sales") == ["Sales"]
    assert found("filter[name][contains]=ales") == ["Sales", "Sales EU", "sales"]
    assert found("filter[name]=EU") == ["Sales EU"]
    assert found("filter[name][eq]=nothing") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("/messaging_profiles?filter[nmae]=x", "10031"),
        ("/messaging_profiles?sort[name]=asc", "10018"),
        ("/phone_numbers/messaging?sort[phone_number]=up", "10018"),
        ("/phone_numbers/messaging?filter[type]=toll-free", "10032"),
        ("/phone_numbers/messaging?filter[messaging_profile_id]=x", "10022"),
        ("/audit_events?filter[created_after]=x", "10015"),
    ],
)
def test_bad_filters(site: Site, query: str, code: str) -> None:
    """A filter that cannot be meant is refused rather than ignored."""
    status, errors = site.refused("GET", query)
    assert (status, [error for error, _ in errors]) == (422, [code])


def test_sorting(site: Site) -> None:
    """Numbers sort both ways."""
    up, down = (
        [row["phone_number"] for row in site.data("GET", f"/phone_numbers/messaging?sort[phone_number]={way}")]
        for way in ("asc", "desc")
    )
    assert up == sorted(up) == down[::-1]


def test_filters_by_time(start: SiteFactory) -> None:
    """Bounds are inclusive, and compare moments rather than texts."""
    now = [1_800_000_000.0]
    site = start(clock=lambda: now[0])
    profile = site.profile()["id"]
    at = f"/messaging_profiles/{profile}/autoresp_configs"
    for word in ("A", "B"):
        now[0] += 60
        site.data("POST", at, {"op": "stop", "country_code": "US", "keywords": [word]})
    late = site.data("GET", f"{at}?created_at[gte]=2027-01-15T09:02:00%2B01:00")
    assert [row["keywords"] for row in late] == [["B"]]
    early = site.data("GET", f"{at}?updated_at[lte]=2027-01-15T08:01:00Z")
    assert [row["keywords"] for row in early] == [["A"]]


def test_children_of_nothing(site: Site) -> None:
    """A list below an unknown profile is 404."""
    for children in ("phone_numbers", "short_codes", "alphanumeric_sender_ids", "autoresp_configs"):
        assert site.refused("GET", f"/messaging_profiles/{NOWHERE}/{children}") == (404, [("10005", None)])
