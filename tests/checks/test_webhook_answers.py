"""What is made of the answers of webhook addresses; the asking itself is tested beside the transport."""

from __future__ import annotations

import pytest

from reconciler.model.checkup import Condition
from reconciler.model.reach import Answered, BadCertificate, NoAnswer, NoSuchHost, NotPublic, Reached

from .stage import Over, Stage, codes, only, profile, words

FIRST, SECOND = "https://a.example/canary", "https://b.example/canary"


class Reaching:
    """Answers what it is told to, and counts."""

    def __init__(self, *answers: Reached) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def __call__(self, url: str) -> Reached:
        """The next answer, or the last one."""
        self.asked.append(url)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@pytest.mark.parametrize(
    ("reached", "code", "outcome", "says"),
    [
        (Answered(200, 0.1), None, Condition.OK, ""),
        (Answered(405, 2.0), None, Condition.OK, ""),
        (Answered(404, 0.1), None, Condition.OK, ""),
        (Answered(302, 0.1), None, Condition.OK, ""),
        (Answered(200, 2.1), "doctor-webhook-slow", Condition.WARNING, "after 2.1 s"),
        (Answered(503, 9.0), "doctor-webhook-fails", Condition.WARNING, "answers 503"),
        (NoSuchHost(), "doctor-webhook-no-host", Condition.ERROR, "no address"),
        (NotPublic(), "webhook-url-not-public", Condition.WARNING, "was not asked"),
        (BadCertificate("has expired"), "doctor-webhook-certificate", Condition.ERROR, "its certificate has expired"),
        (NoAnswer("connection refused"), "doctor-webhook-unreachable", Condition.WARNING, "connection refused"),
    ],
)
def test_an_answer(reached: Reached, code: str | None, outcome: Condition, says: str) -> None:
    """Errors are what nobody could reach; the rest may be otherwise for Telnyx. No address is quoted."""
    stage = Stage({"messaging_profiles": [profile(webhook_url=FIRST)]})
    found = stage.one("webhook_answers", reach=Reaching(reached))
    assert (found.outcome, codes(found)) == (outcome, [code] if code else [])
    assert "canary" not in words(found)
    assert "a.example" not in words(found)
    if code:
        assert says in only(found).summary
        assert only(found).summary.startswith('profile "Profile 1"')
        assert "webhook_url" in only(found).summary


def test_each_address_is_asked_once() -> None:
    """Profiles and agents, both fields, whoever shares an address; a finding for each that does."""
    rows = [
        profile(1, webhook_url=FIRST, webhook_failover_url=SECOND),
        profile(2, webhook_url=FIRST),
        profile(3, webhook_url=""),
    ]
    agent = {"agent_id": "a1", "agent_name": "Support", "webhook_url": SECOND}
    reach = Reaching(Answered(503, 0.1), Answered(200, 0.1))
    found = Stage({"messaging_profiles": rows, "rcs_agents": [agent]}).one("webhook_answers", reach=reach)
    assert sorted(reach.asked) == [FIRST, SECOND]
    assert codes(found) == ["doctor-webhook-fails"] * 2
    assert found.summary.startswith("2 of 4 addresses")


def test_nothing_is_sent_unless_somebody_asks_for_it() -> None:
    """Then it is not known, and the way to know is told."""
    stage = Stage({"messaging_profiles": [profile()]})
    found = stage.one("webhook_answers")
    assert (found.outcome, found.findings, stage.app.asked) == (Condition.UNKNOWN, (), [])
    assert "--probe" in found.summary


def test_agents_that_cannot_be_read_leave_the_profiles() -> None:
    """An account without RCS is refused their list."""
    over: Over = {"/messaging/rcs/agents": (403, {"errors": []})}
    reach = Reaching(Answered(200, 0.1))
    found = Stage({"messaging_profiles": [profile(webhook_url=FIRST)]}, over=over).one("webhook_answers", reach=reach)
    assert (reach.asked, codes(found)) == ([FIRST], ["doctor-not-read"])
