"""SARIF: what the standard and code scanning ask of it, and that an alert stays the same alert."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator

from reconciler.errors import ExitCode
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.page import Page
from reconciler.model.several import AccountEnd, Checked, Several
from reconciler.model.source import Source
from reconciler.render.sarif import FORMAT
from reconciler.render.view import Checkout, View

from .sarif_rules import SCHEMA

PAGE = Page(code="unknown-field", severity=Severity.ERROR, what="What.", why="Why.", next="Next.")
VIEW = View(checkout=Checkout(root="/home/me/repo", folder="telnyx"), page_of={PAGE.code: PAGE}.get)
FINDING = Diagnostic(
    code="unknown-field",
    severity=Severity.ERROR,
    summary='no field "enabeld"',
    hint="did you mean enabled?",
    source=Source("a b:é.yaml", 9, 3),
)


def run_of(*findings: Diagnostic, view: View = VIEW) -> Any:
    """The one run, which follows the standard."""
    return checked(FORMAT.diagnostics(findings, view=view))


def checked(text: str) -> Any:
    """The one run of a log."""
    document = json.loads(text)
    Draft202012Validator(SCHEMA).validate(document)
    [run] = document["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return run


def test_a_finding_is_a_result_with_its_place_and_its_page() -> None:
    """With a relative, quoted address; the rule says what is written about the code."""
    run = run_of(FINDING)
    [result] = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 9, "startColumn": 3}
    assert place["artifactLocation"]["uri"] == "telnyx/a%20b%3A%C3%A9.yaml"
    assert unquote(place["artifactLocation"]["uri"]) == "telnyx/a b:é.yaml"
    assert result["message"]["text"] == 'no field "enabeld"\ndid you mean enabled?'
    [rule] = run["tool"]["driver"]["rules"]
    assert (rule["shortDescription"]["text"], rule["help"]["text"]) == ("What.", "Why.\n\nNext.")
    assert "# unknown-field" in rule["help"]["markdown"]


def test_only_rules_that_occur_are_listed_and_severities_are_levels() -> None:
    """Once each, however many results they have."""
    warned = replace(FINDING, code="b", severity=Severity.WARNING)
    run = run_of(FINDING, warned, replace(warned, summary="x"), replace(FINDING, code="c", severity=Severity.INFO))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["b", "c", "unknown-field"]
    assert sorted(result["level"] for result in run["results"]) == ["error", "note", "warning", "warning"]


def test_an_alert_stays_the_same_when_lines_move() -> None:
    """And two of the same are two."""

    def hashes(*findings: Diagnostic) -> list[str]:
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run_of(*findings)["results"]]

    moved = replace(FINDING, source=Source("a b:é.yaml", 90, 3))
    elsewhere = replace(FINDING, source=Source("b.yaml", 9, 3))
    assert hashes(FINDING) == hashes(moved)
    assert hashes(FINDING) != hashes(elsewhere)
    assert hashes(FINDING) != hashes(replace(FINDING, summary='no field "enabled2"'))
    first, second = hashes(FINDING, moved)
    assert (first.endswith(":1"), second.endswith(":2"), first[:-2] == second[:-2]) == (True, True, True)


@pytest.mark.parametrize("source", [None, Source("<stdin>", 2), Source("/etc/a.yaml", 2), Source("../../b.yaml", 2)])
def test_what_has_no_line_in_the_repository_is_a_notification(source: Source | None) -> None:
    """Code scanning refuses a file with a result that has no location."""
    run = run_of(replace(FINDING, source=source), FINDING)
    assert len(run["results"]) == 1
    [told] = run["invocations"][0]["toolExecutionNotifications"]
    assert (told["descriptor"]["id"], told["level"]) == ("unknown-field", "error")
    assert told["message"]["text"].startswith(f"{source}: no field" if source else "no field")
    assert run["invocations"][0]["executionSuccessful"] is False


def test_nothing_found_is_a_run_without_results() -> None:
    """Which closes the alerts of the last one."""
    run = run_of()
    assert (run["results"], run["invocations"][0]["executionSuccessful"]) == ([], True)


def test_paths_of_the_machine_stay_on_it() -> None:
    """In messages, too."""
    text = FORMAT.diagnostics([replace(FINDING, hint="declared in /home/me/repo/reconciler.yaml")], view=VIEW)
    assert "/home/me" not in text
    assert "declared in reconciler.yaml" in text


def test_a_name_makes_no_link() -> None:
    """Plain messages may hold links (§3.11.6)."""
    [result] = run_of(replace(FINDING, summary="[x](https://evil.example) [y]"))["results"]
    assert result["message"]["text"].startswith("\\[x\\](https://evil.example) \\[y\\]")


def test_several_accounts_share_one_run_and_its_results() -> None:
    """What is wrong in the manifests is told once, with the accounts that it is wrong for."""
    only = replace(FINDING, summary="only there")
    ends = (
        AccountEnd(account="dev", code=ExitCode.ERROR, told=Checked(diagnostics=(FINDING,))),
        AccountEnd(account="prod", code=ExitCode.ERROR, told=Checked(diagnostics=(FINDING, only))),
    )
    run = checked(FORMAT.several(Several(ends), view=VIEW))
    assert [result["properties"]["accounts"] for result in run["results"]] == [["dev", "prod"], ["prod"]]
