"""All checks together: found by looking, side by side, and what one cannot read stops no other."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

import reconciler.checks
from reconciler.checks import checks
from reconciler.checks.check import Check, Look, Looked, Scope, Turn
from reconciler.checks.running import examine
from reconciler.checks.sharing import Shared
from reconciler.errors import ApiError, ServerFailed
from reconciler.model.address import Address
from reconciler.model.checkup import NOT_READ, Condition, by_severity, outcome_of
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.session import Query
from reconciler.workflow.pages import pages

from .stage import NOW, Stage, codes, number, profile, profile_id, refusal, words

FOLDER = Path(reconciler.checks.__file__).parent
SOUND = Stage(
    {
        "messaging_profiles": [profile(), profile(2, whitelisted_destinations=["US"])],
        "phone_numbers": [number(1), number(2, 2)],
        "autoresp_configs": [
            {
                "messaging_profile_id": profile_id(2),
                "op": op,
                "country_code": "*",
                "keywords": [op],
                "resp_text": "Acme: hello",
            }
            for op in ("stop", "info", "start")
        ],
    }
)


def test_every_file_with_a_check_is_found() -> None:
    """There is no list to edit, and the order is that of the report."""
    files = {path.stem for path in FOLDER.glob("*.py") if "\nCHECK = " in path.read_text("utf-8")}
    assert {check.look.__module__.rpartition(".")[2] for check in checks()} == files
    assert {check.name for check in checks()} == files
    places = [check.place for check in checks()]
    assert places == sorted(set(places))


def test_a_sound_account_has_nothing_to_tell() -> None:
    """No finding at all, and a line for each check; each path is asked once, pages apart."""
    found = SOUND.all()
    assert {name: codes(one) for name, one in found.items() if one.findings} == {}
    unknown = {name for name, one in found.items() if one.outcome is Condition.UNKNOWN}
    assert unknown == {"account", "clock", "webhook_answers"}
    assert all(one.summary for one in found.values())
    assert sorted(SOUND.app.asked) == sorted(set(SOUND.app.asked))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("status-before=503", "503"),
        ("status-before=403", "403"),
        ("broken-json", "not JSON"),
        ("drop-before", "connection broke"),
        ("rate-limit=1", "429"),
        ("html=502", "502"),
    ],
)
@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/balance", {"balance"}),
        ("/messaging_profiles", {"webhooks", "shortener_domains", "numbers", "replies", "webhook_answers"}),
        ("/messaging/rcs/agents", {"rcs_webhooks"}),
    ],
)
def test_what_cannot_be_read_is_a_finding_and_stops_nothing(
    fault: str, reason: str, path: str, names: set[str]
) -> None:
    """``unknown``, with the reason; every other check is made."""

    async def reach(_: str) -> Any:
        raise AssertionError("no address is known")

    found = Stage(faults=[f"GET {path} * {fault}"]).all(reach=reach)
    for name in names:
        assert found[name].outcome is Condition.UNKNOWN, name
        assert NOT_READ in codes(found[name])
        assert reason in words(found[name])
    unread = {name for name, one in found.items() if NOT_READ in codes(one)}
    assert unread - {"key", "webhook_answers"} == names - {"webhook_answers"}
    assert not any(one.outcome is Condition.ERROR for one in found.values())


class Counting:
    """A session that counts what it is asked, and takes its time."""

    def __init__(self, failing: bool = False) -> None:
        self.asked = 0
        self.failing = failing

    async def get(self, path: str, query: Query | None = None) -> Any:
        """The number of the request."""
        self.asked += 1
        answer = self.asked
        await asyncio.sleep(0)
        if self.failing:
            raise ServerFailed("broken", request=path, status=503)
        return answer, query

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Nothing asks."""
        raise NotImplementedError


def test_what_several_ask_is_asked_once_and_what_one_asks_again_is_asked_again() -> None:
    """A list whose pages moved is read twice by whoever reads it."""

    async def go() -> None:
        session = Counting()
        shared = Shared(session)
        one, other = shared.reader(), shared.reader()
        first = await asyncio.gather(one.get("/a", {"n": 1, "m": 2}), other.get("/a", {"m": 2, "n": 1}))
        assert (session.asked, first[0]) == (1, first[1])
        assert (await one.get("/a", {"n": 1, "m": 2}))[0] == 2
        assert (await one.get("/a", {"n": 2, "m": 2}))[0] == 3
        await shared.end()

    asyncio.run(go())


def test_a_failure_is_shared_too() -> None:
    """Both hear of it, and it was asked once."""

    async def go() -> None:
        session = Counting(failing=True)
        shared = Shared(session)
        found = await asyncio.gather(*(shared.reader().get("/a") for _ in range(3)), return_exceptions=True)
        assert [type(one) for one in found] == [ServerFailed] * 3
        assert session.asked == 1

    asyncio.run(go())


def test_one_that_ends_leaves_what_it_asked_to_the_others() -> None:
    """Its request goes on."""

    async def go() -> None:
        shared = Shared(Counting())
        ended, waiting = (asyncio.ensure_future(shared.reader().get("/a")) for _ in range(2))
        await asyncio.sleep(0)
        ended.cancel()
        assert (await waiting)[0] == 1
        await shared.end()

    asyncio.run(go())


def test_what_the_key_may_not_read_is_information() -> None:
    """The check on the key tells whether it matters."""
    for fault, severity in (("403", Severity.INFO), ("500", Severity.WARNING)):
        [found] = Stage(faults=[f"GET /balance * status-before={fault}"]).one("balance").findings
        assert (found.code, found.severity) == (NOT_READ, severity)


def test_checks_run_side_by_side_and_the_last_ones_afterwards() -> None:
    """Each waits for the other; whoever judges what was heard waits for both."""
    order: list[str] = []

    async def go() -> None:
        met = asyncio.Barrier(2)

        def named(name: str, *, waits: bool) -> Any:
            async def look(_: Look) -> Looked:
                if waits:
                    await met.wait()
                order.append(name)
                return Looked(name)

            return look

        made = [
            Check(name="last", place=1, look=named("last", waits=False), turn=Turn.LAST),
            Check(name="a", place=2, look=named("a", waits=True)),
            Check(name="b", place=3, look=named("b", waits=True)),
        ]
        found = await examine(made, Look(session=Counting(), kinds={}, scope=Scope()))
        assert [one.name for one in found] == ["last", "a", "b"]

    asyncio.run(asyncio.wait_for(go(), 5))
    assert order[-1] == "last"


def _finding(code: str, severity: Severity, address: Address | None = None, summary: str = "s") -> Diagnostic:
    return Diagnostic(code=code, severity=severity, summary=summary, address=address)


@pytest.mark.parametrize(
    ("findings", "known", "outcome"),
    [
        ([], True, "ok"),
        ([], False, "unknown"),
        ([_finding("a", Severity.INFO)], True, "ok"),
        ([_finding("a", Severity.WARNING)], False, "warning"),
        ([_finding(NOT_READ, Severity.WARNING)], True, "unknown"),
        ([_finding(NOT_READ, Severity.WARNING), _finding("a", Severity.WARNING)], True, "warning"),
        ([_finding("a", Severity.WARNING), _finding("b", Severity.ERROR)], True, "error"),
    ],
)
def test_the_outcome_is_the_worst_of_the_findings(findings: list[Diagnostic], known: bool, outcome: str) -> None:
    """Not having been able to look is less than a warning, and more than nothing."""
    assert outcome_of(findings, known=known) == outcome


def test_findings_come_by_severity_then_by_address() -> None:
    """What has none comes last among its likes."""
    a, b = Address("Kind", "a"), Address("Kind", "b")
    found = [
        _finding("z", Severity.WARNING),
        _finding("z", Severity.WARNING, b),
        _finding("z", Severity.INFO, a),
        _finding("z", Severity.WARNING, a),
        _finding("z", Severity.ERROR, b),
    ]
    told = [(one.severity.value, str(one.address or "")) for one in by_severity(found)]
    assert told[:3] == [("error", "Kind/b"), ("warning", "Kind/a"), ("warning", "Kind/b")]
    assert told[3:] == [("warning", ""), ("info", "Kind/a")]


def test_only_what_is_recorded_is_judged() -> None:
    """Everything where nothing of the kind is recorded, or where everything is asked for."""
    rows = [{"id": "1"}, {"id": "2"}]

    def judged(scope: Scope) -> list[str]:
        return [str(row["id"]) for row in scope.of(rows, lambda row: str(row["id"]))]

    recorded = {"2": Address("Kind", "b")}
    assert judged(Scope(recorded)) == ["2"]
    assert judged(Scope(recorded, everything=True)) == ["1", "2"]
    assert judged(Scope({"9": Address("Kind", "other")})) == ["1", "2"]
    assert judged(Scope()) == ["1", "2"]


def test_every_severity_that_a_check_gives_is_that_of_its_page_or_less() -> None:
    """A page says how bad its code can be; ``info`` is said where it does not matter."""
    ranks = list(Severity)
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="finding"),
                    args=[ast.Constant(value=code), ast.Attribute(attr=severity), *_],
                ):
                    assert ranks.index(Severity[severity]) >= ranks.index(pages()[str(code)].severity), code


def test_an_api_error_is_told_with_its_own_next_step() -> None:
    """And never ends the run."""

    async def fail(_: Look) -> Looked:
        raise ApiError("GET /x: no", request="GET /x", hint="try that")

    [one] = asyncio.run(
        examine([Check(name="x", place=1, look=fail)], Look(session=Counting(), kinds={}, scope=Scope()))
    )
    assert (one.outcome, one.findings[0].hint) == (Condition.UNKNOWN, "try that")
    assert "GET /x: no" in one.findings[0].summary


def test_a_key_that_is_refused_everywhere_is_one_error() -> None:
    """All the rest is not known, nothing else is asked, and the clock is judged all the same."""
    dated = {"date": format_datetime(datetime.fromtimestamp(NOW - 99, UTC), usegmt=True)}
    stage = Stage(over={"*": (401, refusal("10009", "Authentication failed"), dated)})
    found = stage.all()
    assert {name for name, one in found.items() if one.findings} == {"key", "clock"}
    assert {one.summary for one in found.values()} >= {"not accepted", "not asked: see key"}
    assert {one.outcome for name, one in found.items() if name not in {"key", "clock"}} == {Condition.UNKNOWN}
    assert "/balance" not in stage.app.asked
