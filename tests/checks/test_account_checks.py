"""Key, account, balance, audit log, clock and rates: what reads tell of them, and what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from reconciler.checks.check import Scope
from reconciler.errors import PlanRefused
from reconciler.model.address import Address
from reconciler.model.checkup import Condition
from reconciler.model.diagnostic import Severity
from tests.api.connecting import SECRET, VARIABLE

from .stage import NOW, Over, Stage, codes, only, profile, refusal, words

NO = (403, refusal("10010", "Authorization failed"))


@pytest.mark.parametrize("well_formed", [True, False])
def test_a_key_that_is_not_accepted(well_formed: bool) -> None:
    """An error that names the variable and never the key, not even if the server repeats it; its shape is told."""
    stage = Stage(over={"*": (401, refusal("10009", f"the key {SECRET} is no good"))})
    found = stage.one("key", well_formed=well_formed)
    assert (found.outcome, codes(found)) == (Condition.ERROR, ["doctor-key-rejected"])
    assert VARIABLE in only(found).hint
    assert ("does not look like" in only(found).detail) is not well_formed
    assert SECRET not in words(found)
    assert SECRET[8:] not in words(found)


def test_a_key_of_which_nothing_is_known() -> None:
    """The API fails for everybody: an error, which says nothing about the key. One list that is read is enough."""
    found = Stage(over={"*": (503, refusal("10037"))}).one("key")
    assert (found.outcome, codes(found)) == (Condition.ERROR, ["doctor-api-fails"])
    assert "503" in only(found).summary
    some = Stage(faults=["GET /short_codes * status-before=503"]).one("key")
    assert (some.outcome, codes(some)) == (Condition.UNKNOWN, ["doctor-not-read"])


def test_lists_that_the_key_may_not_read() -> None:
    """A warning where the ledger records such objects, since no plan can be made; else nobody may miss it."""
    over: Over = {"/messaging/rcs/agents": NO, "/short_codes": NO}
    recorded = {"a1": Address("ShortCode", "main")}
    found = Stage(over=over).one("key", scope=Scope(recorded))
    told = {finding.summary.split()[0]: finding.severity for finding in found.findings}
    assert told == {"ShortCode": Severity.WARNING, "RcsAgent": Severity.INFO}
    assert set(codes(found)) == {"doctor-list-denied"}
    assert "it may read 6 of 8 lists" in found.summary
    assert found.outcome is Condition.WARNING


def test_only_the_first_page_of_a_list_is_asked_for() -> None:
    """Whoever has 1,000 numbers is asked no more than whoever has none."""
    stage = Stage({"phone_numbers": [{"id": str(n), "phone_number": f"+1512555{n:04}"} for n in range(600)]})
    stage.one("key")
    assert stage.app.asked.count("/phone_numbers/messaging") == 1


@pytest.mark.parametrize(
    ("code", "name", "outcome"),
    [
        ("20012", "doctor-account-inactive", Condition.ERROR),
        ("20013", "doctor-account-inactive", Condition.ERROR),
        ("20014", "doctor-account-level", Condition.WARNING),
        ("20016", "doctor-account-level", Condition.WARNING),
        ("20017", "doctor-account-level", Condition.WARNING),
        ("10038", "doctor-account-level", Condition.WARNING),
    ],
)
def test_refusals_tell_the_state_of_the_account(code: str, name: str, outcome: Condition) -> None:
    """Once, although two lists are closed by it. The status counts first: the same code in a 422 says nothing."""
    over: Over = {
        "/messaging_hosted_number_orders": (403, refusal(code)),
        "/messaging_hosted_numbers": (403, refusal(code)),
    }
    found = Stage(over=over).one("account")
    assert (found.outcome, codes(found)) == (outcome, [name])
    odd = Stage(over={"/messaging_hosted_number_orders": (422, refusal(code))}).one("account")
    assert codes(odd) == []


def test_a_level_that_nothing_tells_is_not_known() -> None:
    """Never guessed; whose account it is, rows tell."""
    found = Stage({"messaging_profiles": [profile()]}, organization="7d9c4f60-0000-4000-8000-000000000001").one(
        "account"
    )
    assert (found.outcome, found.findings) == (Condition.UNKNOWN, ())
    assert "level is not known" in found.summary
    assert "organization 7d9c4f60-0000-4000-8000-000000000001" in found.summary


def test_another_account_than_the_ledgers() -> None:
    """The same refusal that every plan would meet."""
    asked: list[str | None] = []

    def same(organization: str | None) -> None:
        asked.append(organization)
        raise PlanRefused("this ledger belongs to organization x", hint="correct the key", code="wrong-account")

    found = Stage(organization="7d9c4f60-0000-4000-8000-000000000001").one("account", same_account=same)
    assert (found.outcome, codes(found)) == (Condition.ERROR, ["wrong-account"])
    assert asked == ["7d9c4f60-0000-4000-8000-000000000001"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "no managed accounts"),
        ({"quirks": ["not-a-manager"]}, "no managed accounts"),
        (
            {"seed": {"managed_accounts": [{"organization_name": "A"}, {"organization_name": "B"}]}},
            "2 managed accounts",
        ),
        ({"over": {"/managed_accounts": (500, {})}}, "not known (server-failed)"),
    ],
)
def test_accounts_that_it_manages(options: Any, told: str) -> None:
    """Not being a manager is what most accounts are."""
    found = Stage(**options).one("account")
    assert told in found.summary
    assert found.findings == ()


@pytest.mark.parametrize(
    ("row", "outcome", "told"),
    [
        (
            {"balance": "-12.50", "credit_limit": "100"},
            Condition.OK,
            "87.50 USD may be spent; the balance is -12.50 USD",
        ),
        ({"balance": "0.00", "credit_limit": "0.01"}, Condition.OK, "0.01 USD"),
        ({"balance": "-100.00", "credit_limit": "100"}, Condition.ERROR, "0.00 USD"),
        ({"balance": "-101", "credit_limit": "100"}, Condition.ERROR, "-1.00 USD"),
    ],
)
def test_the_balance(row: Any, outcome: Condition, told: str) -> None:
    """What counts is what may be spent, credit included; an amount of nothing is an error."""
    found = Stage({"balance": [row]}).one("balance")
    assert (found.outcome, codes(found)) == (outcome, ["doctor-no-funds"] if outcome is Condition.ERROR else [])
    assert told in found.summary


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"data": []},
        {"data": {"balance": "1"}},
        {"data": {"balance": "1", "available_credit": "NaN"}},
        {"data": {"balance": "1", "available_credit": "lots"}},
        {"data": {"balance": "1", "available_credit": 5}},
    ],
)
def test_a_balance_that_makes_no_sense_is_not_known(body: Any) -> None:
    """Never taken for nothing, or for plenty."""
    found = Stage(over={"/balance": (200, body)}).one("balance")
    assert (found.outcome, codes(found)) == (Condition.UNKNOWN, ["doctor-not-read"])


def test_the_audit_log() -> None:
    """Denied is a warning; what fails otherwise is not known."""
    assert Stage().one("audit_log").outcome is Condition.OK
    denied = Stage(over={"/audit_events": NO}).one("audit_log")
    assert (denied.outcome, codes(denied)) == (Condition.WARNING, ["doctor-audit-denied"])
    assert Stage(over={"/audit_events": (500, {})}).one("audit_log").outcome is Condition.UNKNOWN


def _dated(ahead: float) -> dict[str, str]:
    """The headers of a server whose clock is behind ours by so much."""
    return {"date": format_datetime(datetime.fromtimestamp(NOW - ahead, UTC), usegmt=True)}


@pytest.mark.parametrize(
    ("ahead", "outcome", "told"),
    [
        (0, Condition.OK, "within 1 s"),
        (29, Condition.OK, "within 28 s"),
        (31, Condition.OK, "within 30 s"),
        (-30, Condition.OK, "within 30 s"),
        (40, Condition.WARNING, "39 s ahead of"),
        (-40, Condition.WARNING, "40 s behind"),
        (86_400, Condition.WARNING, "86399 s ahead of"),
    ],
)
def test_the_clock(ahead: float, outcome: Condition, told: str) -> None:
    """Beyond 30 s, after what an answer cannot tell: dates are whole seconds."""
    found = Stage(over={"/balance": (200, {"data": {"balance": "1", "available_credit": "1"}}, _dated(ahead))}).all(
        "clock", "balance"
    )["clock"]
    assert (found.outcome, codes(found)) == (outcome, ["doctor-clock-skew"] if outcome is Condition.WARNING else [])
    assert told in found.summary


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}])
def test_a_clock_that_nobody_tells(headers: dict[str, str]) -> None:
    """No date is no skew."""
    over: Over = {"/balance": (200, {}, headers)}
    assert Stage(over=over).all("clock", "balance")["clock"].outcome is Condition.UNKNOWN


def _quota(limit: int, reset: float) -> dict[str, str]:
    return {"x-ratelimit-limit": str(limit), "x-ratelimit-remaining": "1", "x-ratelimit-reset": str(reset)}


@pytest.mark.parametrize(
    ("headers", "rate", "found_codes", "told"),
    [
        (_quota(10, 1), None, [], "10 requests per window"),
        (_quota(10, 1), 10.0, [], "none was refused"),
        (_quota(10, 1), 12.0, ["doctor-rate-too-high"], "10 requests"),
        (_quota(10, 60), 12.0, [], "10 requests"),
        ({}, 12.0, [], "not known"),
    ],
)
def test_rates(headers: dict[str, str], rate: float | None, found_codes: Sequence[str], told: str) -> None:
    """A limit of a longer window cannot be compared with a rate."""
    over: Over = {"*": (200, {"data": []}, headers)}
    found = Stage(over=over).all("rate_limits", "audit_log", rate=rate)["rate_limits"]
    assert codes(found) == list(found_codes)
    assert told in found.summary


def test_requests_that_were_refused_for_their_number() -> None:
    """Somebody else uses the account; which endpoints is told."""
    found = Stage(faults=["GET /audit_events 1-2 rate-limit=1"]).all("rate_limits", "audit_log")
    assert codes(found["rate_limits"]) == ["doctor-rate-limited"]
    assert only(found["rate_limits"]).summary.startswith("2 of 3 requests")
    assert only(found["rate_limits"]).detail == "GET /audit_events"
    assert found["audit_log"].outcome is Condition.OK
