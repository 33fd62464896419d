"""``issue``: one for all drift, as long as there is any."""

from __future__ import annotations

import pytest
from starlette.responses import JSONResponse

from tests.forge.hosts import always, once
from tests.forge.stage import Stage
from tests.journeys.workspace import Outcome, profile


def _drift(stage: Stage) -> int:
    """The code that ``drift`` ended with; its report is in a file."""
    done = stage.workspace.call("drift", "--format", "markdown")
    (stage.workspace.folder / "drift.md").write_text(done.out, "utf-8")
    return done.code


def _issue(stage: Stage, ended: int, *arguments: str, **environment: str) -> Outcome:
    settings = {"CI_MERGE_REQUEST_IID": "", **environment}
    return stage.run("issue", stage.option, "--ended", str(ended), "drift.md", *arguments, **settings)


def _text(stage: Stage) -> str:
    [row] = stage.host.issues
    text: str = row["body" if stage.name == "github" else "description"]
    return text


def _open(stage: Stage) -> int:
    return sum(row["state"].startswith("open") for row in stage.host.issues)


@pytest.fixture
def drifting(stage: Stage) -> Stage:
    """An account in which somebody has changed something by hand."""
    stage.workspace.declare(profile("alerts"))
    stage.workspace.apply()
    stage.telnyx.edit("messaging_profiles", "Alerts", enabled=False)
    stage.telnyx.edit("messaging_profiles", "Alerts", whitelisted_destinations=["GB"])
    return stage


def test_opened_updated_closed(drifting: Stage) -> None:
    """Once a day: the first sight opens it, others change its text, the end closes it, and a new one is a new one."""
    assert _drift(drifting) == 2
    opened = _issue(drifting, 2, "--title", "Drift in prod", "--label", "drift")
    assert opened.code == 0, opened.err
    assert _open(drifting) == 1
    assert drifting.host.issues[0]["title"] == "Drift in prod"
    assert drifting.host.issues[0]["labels"] in (["drift"], "drift")
    assert '"GB"' in _text(drifting)
    assert "unchanged" in _issue(drifting, 2).err
    drifting.telnyx.edit("messaging_profiles", "Alerts", whitelisted_destinations=["DE"])
    assert _drift(drifting) == 2
    assert "updated" in _issue(drifting, 2).err
    assert '"DE"' in _text(drifting)
    assert '"GB"' not in _text(drifting)
    drifting.workspace.apply()
    assert _drift(drifting) == 0
    assert "closed" in _issue(drifting, 0).err
    assert _open(drifting) == 0
    assert "There is no drift any more" in _text(drifting)
    assert '"DE"' in _text(drifting), "what it was about is kept"
    assert "no issue is open" in _issue(drifting, 0).err
    drifting.telnyx.edit("messaging_profiles", "Alerts", whitelisted_destinations=["FR"])
    assert _issue(drifting, _drift(drifting)).code == 0
    assert len(drifting.host.issues) == 2


def test_a_drift_that_failed_says_nothing(drifting: Stage) -> None:
    """It neither opens nor closes anything."""
    _issue(drifting, _drift(drifting))
    before = [dict(row) for row in drifting.host.issues]
    drifting.host.requests.clear()
    done = _issue(drifting, 1)
    assert done.code == 0
    assert "no issue was touched" in done.err
    assert drifting.host.issues == before
    assert drifting.host.requests == []


def test_issues_of_others_and_pull_requests_are_left_alone(drifting: Stage) -> None:
    """Also such as quote ours as they are, and those for another name."""
    _issue(drifting, _drift(drifting), "--name", "staging")
    [staging] = drifting.host.issues
    people = {"user": {"login": "ann", "type": "User"}, "author": {"id": 1}}
    drifting.host.issues += [{**staging, "number": -1, "iid": -1, **people}]
    if drifting.name == "github":
        request = {**staging, "body": staging["body"].replace("staging", "prod"), "number": -2, "pull_request": {}}
        drifting.host.issues += [request]
    before = [dict(row) for row in drifting.host.issues]
    assert _issue(drifting, 2, "--name", "prod").code == 0
    assert drifting.host.issues[:-1] == before
    assert _issue(drifting, 0, "--name", "prod").code == 0
    assert drifting.host.issues[:-1] == before


def test_a_lost_answer_opens_no_second_one(drifting: Stage) -> None:
    """It is looked for first."""
    drifting.host.trouble = once("POST ", "lose")
    assert _issue(drifting, _drift(drifting)).code == 0
    assert len(drifting.host.issues) == 1


def test_without_permission(drifting: Stage) -> None:
    """The report is told where it can be."""
    drifting.host.trouble = always("POST ", JSONResponse({"message": "no"}, 403))
    done = _issue(drifting, _drift(drifting))
    assert done.code == 0
    assert "[not-posted]" in done.err
    assert '"GB"' in (drifting.summary or done.out)
    where = "in the job summary" if drifting.summary else "on standard output"
    assert "the issue could not be opened (" in done.err
    assert f"HTTP 403: no); the report stands {where}" in " ".join(done.err.split())


def test_a_report_that_is_too_long(drifting: Stage) -> None:
    """What stands above its first object is enough to go and look."""
    ended = _drift(drifting)
    report = drifting.workspace.folder / "drift.md"
    report.write_text(report.read_text("utf-8") + "x" * 1_000_000, "utf-8")
    assert _issue(drifting, ended).code == 0
    assert "too long to be shown here" in _text(drifting)
    assert len(_text(drifting)) < 60_000
    assert _issue(drifting, 2, "absent.md").code == 64
