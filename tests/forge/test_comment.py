"""``comment``: one for each account, in place, with the plan before it; nothing of others is touched, nothing twice."""

from __future__ import annotations

import pytest
from starlette.responses import JSONResponse

from tests.forge.hosts import TOKEN, GitHubHost, always, once
from tests.forge.stage import Stage


def test_posted_then_kept_in_place(stage: Stage) -> None:
    """The same comment shows the newest plan, with the one before it folded, and none before that."""
    first = stage.saved("alerts")
    assert stage.comment().code == 0
    second = stage.saved("alerts", "billing")
    assert stage.comment().code == 0
    third = stage.saved("support")
    done = stage.comment("plan.json")
    assert done.code == 0, done.err
    [body] = stage.bodies
    assert body.startswith("<!-- reconciler:default/default -->\n<!-- fingerprint=")
    shown, _, folded = body.partition("<details><summary>The previous plan of aaaaaaaaaaaa</summary>")
    assert third in shown
    assert second in folded
    assert first not in body
    assert body.count("<details><summary>The previous") == 1
    assert "updated" in done.err
    run = "https://github.example/acme/messaging/actions/runs/500"
    run = run if stage.name == "github" else "https://gitlab.example/acme/messaging/-/jobs/1"
    assert f"Made of commit `aaaaaaaaaaaa` by [this run]({run})." in shown


def test_the_same_plan_again_keeps_the_fold(stage: Stage) -> None:
    """A job that is repeated must not push out what was there before."""
    first, _ = stage.saved("alerts"), stage.comment()
    second, _ = stage.saved("alerts", "billing"), stage.comment()
    before = stage.bodies
    writes = len(stage.host.writes())
    assert "unchanged" in stage.comment().err
    assert stage.bodies == before
    assert len(stage.host.writes()) == writes
    assert stage.comment(GITHUB_RUN_ID="777", CI_PIPELINE_ID="777").code == 0
    [body] = stage.bodies
    assert " run=777 " in body.split("\n")[1]
    shown, _, folded = body.partition("<details><summary>The previous")
    assert second in shown
    assert first in folded
    assert second not in folded


def test_needs_no_key_and_asks_telnyx_nothing(stage: Stage) -> None:
    """Promise 1: it holds no session of the account at all. The wire to Telnyx never sees the forge's token."""
    stage.saved("alerts")
    for each in stage.telnyx.requests():
        assert TOKEN not in str(each)
    stage.telnyx.forget_requests()
    assert stage.comment().code == 0
    assert stage.telnyx.requests() == []


def test_found_behind_many_pages(stage: Stage) -> None:
    """Others have said a lot; links to elsewhere are not followed."""
    stage.saved("alerts")
    other = {"body": "+1", "user": {"login": "ann", "type": "User"}, "author": {"id": 1}, "system": False}
    stage.host.comments += [{"id": -number, **other} for number in range(300, 0, -1)]
    stage.comment()
    asked = len(stage.host.requests)
    stage.saved("billing")
    assert stage.comment().code == 0
    assert len(stage.host.comments) == 301
    assert sum(line.startswith("GET") and "7" in line for line in stage.host.requests[asked:]) == 4


def test_a_mark_in_the_comment_of_somebody_else(stage: Stage) -> None:
    """Who quotes us is not overwritten, in whatever way the mark is quoted."""
    stage.saved("alerts")
    stage.comment()
    [ours] = stage.host.comments
    people = {"user": {"login": "ann", "type": "User"}, "author": {"id": 1}, "system": False}
    quoted = {**ours, "body": f"> {ours['body']}\nwhy?"}
    stage.host.comments[:0] = [{**ours, "id": -2, **people}, {**quoted, "id": -1}]
    before = [dict(row) for row in stage.host.comments[:2]]
    newest = stage.saved("billing")
    assert stage.comment().code == 0
    assert stage.host.comments[:2] == before
    assert newest in stage.bodies[2]


def test_by_its_own_name_where_the_token_is_a_persons(github: Stage) -> None:
    """Then the comment of a bot with our mark is not ours either."""
    assert isinstance(github.host, GitHubHost)
    github.saved("alerts")
    github.comment()
    github.host.app_token = False
    assert github.comment().code == 0
    assert len(github.bodies) == 2
    assert github.host.comments[1]["user"]["login"] == "ci"


def test_one_comment_for_each_account(stage: Stage) -> None:
    """And each is found again by itself."""
    settings = "accounts: {dev: {rate: 1000}, prod: {rate: 1000}}\nproject: acme"
    stage.workspace.write(settings, "reconciler.yaml")
    stage.saved("alerts", out="dev.json", account="dev")
    fingerprint = stage.saved("billing", out="prod.json", account="prod")
    for _ in range(2):
        assert stage.comment("dev.json", "prod.json").code == 0
    dev, prod = stage.bodies
    assert dev.startswith("<!-- reconciler:acme/dev -->\n")
    assert prod.startswith("<!-- reconciler:acme/prod -->\n")
    assert fingerprint in prod
    twice = stage.comment("dev.json", "dev.json", "prod.json")
    assert twice.code == 0
    (stage.workspace.folder / "copy.json").write_bytes((stage.workspace.folder / "dev.json").read_bytes())
    assert stage.comment("dev.json", "copy.json").code == 64


def test_an_answer_that_was_lost_is_not_posted_twice(stage: Stage) -> None:
    """The comment is there, and nobody said so."""
    stage.saved("alerts")
    stage.host.trouble = once("POST ", "lose")
    done = stage.comment()
    assert done.code == 0, done.err
    assert len(stage.bodies) == 1
    assert len(stage.host.writes()) == 1


def test_waits_where_it_is_asked_to(stage: Stage) -> None:
    """GitHub's secondary limits are a 403; a POST that was turned away is sent again, once."""
    stage.saved("alerts")
    limit = JSONResponse({"message": "You have exceeded a secondary rate limit"}, 403, headers={"retry-after": "1"})
    stage.host.trouble = once("POST ", limit)
    assert stage.comment().code == 0
    assert len(stage.bodies) == 1
    assert len(stage.host.writes()) == 2


def test_a_quota_that_ends_in_an_hour_is_not_waited_for(github: Stage) -> None:
    """It fails at once, and the reviewer finds the plan in the summary."""
    fingerprint = github.saved("alerts")
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-limit": "1000", "x-ratelimit-reset": "4000000000"}
    github.host.trouble = always("GET ", JSONResponse({"message": "API rate limit exceeded"}, 403, headers=headers))
    done = github.comment()
    assert done.code == 1
    assert "[forge]" in done.err
    assert len(github.host.requests) == 1
    assert fingerprint in github.summary


@pytest.mark.parametrize("status", [401, 403, 404])
def test_without_permission_the_summary_is_told(stage: Stage, status: int) -> None:
    """With a warning that says what the forge said, and exit code 0: the plan is fine."""
    fingerprint = stage.saved("alerts")
    words = {"message": f"Resource not accessible to {TOKEN}"}
    stage.host.trouble = always("POST ", JSONResponse(words, status))
    done = stage.comment()
    assert done.code == 0
    assert "[not-posted]" in done.err
    where = "in the job summary" if stage.name == "github" else "on standard output"
    assert f"HTTP {status}: Resource not accessible to (secret)); the plan stands {where}" in done.err
    assert "the comment could not be posted (" in done.err
    assert fingerprint in (stage.summary if stage.name == "github" else done.out)


def test_without_a_token_nobody_is_asked(stage: Stage) -> None:
    """A pull request from a fork has none."""
    fingerprint = stage.saved("alerts")
    done = stage.comment(GITHUB_TOKEN="", GITLAB_TOKEN="")
    assert done.code == 0
    assert "[not-posted]" in done.err
    assert fingerprint in (stage.summary if stage.name == "github" else done.out)
    assert stage.host.requests == []


def test_a_run_without_a_pull_request(stage: Stage) -> None:
    """As on a schedule."""
    fingerprint = stage.saved("alerts")
    done = stage.comment(**stage.merge)
    assert done.code == 0
    assert "no pull request" in done.err
    assert fingerprint in (stage.summary if stage.name == "github" else done.out)
    assert stage.host.requests == []


def test_what_is_too_long_is_said_shorter(stage: Stage) -> None:
    """The verdict, every delete and where the whole is; first without the fold, then without the fields."""
    stage.saved("alerts")
    stage.comment()
    [first] = stage.bodies
    second = stage.saved("alerts", "billing")
    stage.host.longest = int(len(first) * 1.9)
    assert stage.comment().code == 0
    [body] = stage.bodies
    assert second in body
    assert "too long to be kept" in body
    assert "webhook_url" in body
    stage.host.longest = 950
    third = stage.saved("alerts", "billing", "support")
    assert stage.comment().code == 0
    [body] = stage.bodies
    assert third in body
    assert "3 to create" in body
    assert "The plan is too long" in body
    assert "webhook_url" not in body


def test_deletes_are_named_in_the_short_form(stage: Stage) -> None:
    """They are what nobody may miss."""
    stage.saved("alerts", "billing")
    stage.workspace.apply("manifests.yaml")
    stage.workspace.declare()
    made = stage.workspace.call("plan", "--allow-empty", "--max-deletes", "2", "--out", "plan.json")
    assert made.code == 0, made.err
    stage.host.longest = 900
    assert stage.comment().code == 0
    [body] = stage.bodies
    assert "- delete `MessagingProfile/alerts`" in body
    assert "- delete `MessagingProfile/billing`" in body


def test_a_host_that_fails_fails_the_job(github: Stage) -> None:
    """An older plan would stay in the comment; the newest is in the summary. Reads are tried five times."""
    fingerprint = github.saved("alerts")
    github.host.trouble = always("GET ", JSONResponse({"message": TOKEN}, 503, headers={"retry-after": "0"}))
    done = github.comment()
    assert done.code == 1
    assert "HTTP 503" in done.err
    assert len(github.host.requests) == 5
    assert fingerprint in github.summary


def test_twins_become_one(stage: Stage) -> None:
    """Two runs at one moment have both posted."""
    stage.saved("alerts")
    stage.comment()
    [one] = stage.host.comments
    stage.host.comments.append({**one, "id": 10**9})
    newest = stage.saved("billing")
    assert stage.comment().code == 0
    first, second = stage.bodies
    assert newest in first
    assert second.startswith("Superseded by")


def test_never_in_the_clear(stage: Stage) -> None:
    """The token crosses no network unencrypted."""
    stage.saved("alerts")
    done = stage.comment(GITHUB_API_URL="http://forge.example/api", CI_API_V4_URL="http://forge.example/api")
    assert done.code == 64
    assert "unencrypted" in done.err
    assert "telnyx.com" not in done.err


def test_a_redirect_does_not_get_the_token(stage: Stage) -> None:
    """Whatever the host answers, nobody else is asked."""
    stage.saved("alerts")
    stage.host.trouble = always("GET ", JSONResponse({}, 307, headers={"location": f"{stage.host.store}/steal"}))
    assert stage.comment().code == 1
    assert stage.host.stored == []


def test_summary_and_outputs(github: Stage) -> None:
    """For the steps after it, also without any comment."""
    fingerprint = github.saved("alerts")
    done = github.comment("--no-comment", "--summary")
    assert done.code == 0
    assert github.host.requests == []
    assert fingerprint in github.summary
    assert github.outputs == {"has-changes": "true", "fingerprint": fingerprint, "plan-file": "plan.json"}


def test_a_summary_that_cannot_be_written(github: Stage) -> None:
    """The runner's own file is gone, or is none."""
    github.saved("alerts")
    done = github.comment("--no-comment", "--summary", GITHUB_STEP_SUMMARY=str(github.workspace.folder))
    assert done.code == 1
    assert "[unwritable]" in done.err


def test_misuse(github: Stage) -> None:
    """Each with what to do instead."""
    assert "add --github or --gitlab" in github.run("comment").err
    assert github.comment("absent.json").code == 64
    github.saved("alerts")
    assert "no run of GitHub Actions" in github.comment(GITHUB_REPOSITORY="").err
    assert "no job of GitLab" in github.run("comment", "--gitlab").err
    assert "no event" in github.comment(GITHUB_EVENT_PATH="/dev/null").err
