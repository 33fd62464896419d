"""The one line that everybody reads is true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.errors import InvalidInput, LedgerError, PlanRefused, ReconcilerError
from reconciler.model.address import Address
from reconciler.model.events import Applied, Report, Stopped
from reconciler.model.plan import Noop, Plan, Protected
from reconciler.render.drift_words import drift_verdict
from reconciler.render.failure import findings_of, request_words
from reconciler.render.format import formats
from reconciler.render.text.result import result_verdict
from reconciler.render.words import REASONS, WORDS, reason_words, verdict

from .cases import BLOCKED, CHANGES, DONE, DRIFT, ERROR, NOTE, REFUSED, REPORT, WARNING
from .changes import PROFILE
from .reports import LOST


def plan(*changes: Noop | Protected, **more: object) -> Plan:
    """A plan of few changes."""
    return Plan(account="a", project="p", changes=changes, **more)  # type: ignore[arg-type]  # test shorthand


MATCHES = "No changes. The account matches the manifests."
SAME = Noop(address=Address(PROFILE, "a"), reason="unchanged")
HELD = Noop(address=Address(PROFILE, "a"), reason="order-failed")
KEPT = Protected(address=Address(PROFILE, "a"), reason="prevent-destroy")


@pytest.mark.parametrize(
    ("reason", "given", "expected"),
    [
        ("nothing at all, as of a selection that selects nothing", plan(), "No changes."),
        ("all equal", plan(SAME), MATCHES),
        ("a create is held back: nothing matches", plan(SAME, HELD), "No changes."),
        ("a removal is held back", plan(KEPT), "Plan: 1 protected."),
        (
            "a warning is no obstacle",
            plan(SAME, diagnostics=(WARNING,)),
            MATCHES,
        ),
        ("errors and no change", plan(diagnostics=(ERROR, ERROR)), "It cannot be applied: 2 errors."),
        (
            "errors beside what is equal",
            plan(SAME, diagnostics=(ERROR,)),
            "Plan: 1 unchanged. It cannot be applied: 1 error.",
        ),
        (
            "blocked",
            BLOCKED,
            "Plan: 1 to create, 1 to delete (1 blocked). It cannot be applied: 1 blocked change.",
        ),
        (
            "blocked beside what is unchanged, and an error of its own",
            replace(BLOCKED, changes=(*BLOCKED.changes, SAME), diagnostics=(*BLOCKED.diagnostics, ERROR)),
            (
                "Plan: 1 to create, 1 to delete (1 blocked), 1 unchanged. "
                "It cannot be applied: 1 error and 1 blocked change."
            ),
        ),
    ],
)
def test_plan_verdict(reason: str, given: Plan, expected: str) -> None:
    """Counts, or that there is nothing to do; never a match that is none."""
    assert verdict(given) == expected


def test_drift_verdict() -> None:
    """With or without a ledger."""
    assert drift_verdict(DRIFT) == "Drift: 1 changed, 1 gone, 1 unknown."
    assert drift_verdict(LOST) == "Drift: 1 changed, 1 gone."
    clean = type(DRIFT)(account="a")
    assert drift_verdict(clean) == "No drift. The account matches the ledger."
    assert drift_verdict(replace(clean, narrowed=True)) == "No drift in what was selected. It matches the ledger."
    assert drift_verdict(type(DRIFT)(account="a", can_tell_who=False)).endswith("matches the manifests.")
    assert drift_verdict(type(DRIFT)(account="a", diagnostics=(ERROR,))) == "Whether there is drift is not known."


@pytest.mark.parametrize(
    ("reason", "report", "start"),
    [
        ("all done", DONE, "Applied to account a: 1 created, 2 updated."),
        ("some failed", REPORT, "Partly applied: 2 of 6 changes are done"),
        ("none done", Report((Stopped(CHANGES[0]),)), "Nothing was applied: 0 of 1"),
        ("stopped", Report((Applied(CHANGES[1]), Stopped(CHANGES[0])), interrupted=True), "Interrupted: 1 of 2"),
        ("empty", Report(()), "Nothing was applied"),
    ],
)
def test_result_verdict(reason: str, report: Report, start: str) -> None:
    """What is done is never overstated."""
    assert result_verdict(report, "a").startswith(start)


def test_every_action_has_words() -> None:
    """And each its own sign."""
    assert len({wording.sign for wording in WORDS.values()}) == len(WORDS)


def test_unknown_reasons_are_readable() -> None:
    """A code that a later planner invents is shown as its words."""
    assert "something-new" not in REASONS
    assert reason_words("something-new") == "something new"


@pytest.mark.parametrize(
    ("error", "codes"),
    [
        (InvalidInput([WARNING, ERROR]), ["unknown-reference", "spend-limit-raised"]),
        (PlanRefused("no", diagnostics=[NOTE]), ["ignored-field", "plan-refused"]),
        (LedgerError("no", hint="do"), ["ledger"]),
        (REFUSED, ["invalid-request"]),
    ],
)
def test_errors_become_findings(error: ReconcilerError, codes: list[str]) -> None:
    """Every failure can be shown in every format."""
    found = findings_of(error)
    assert [finding.code for finding in found] == codes
    for format_ in formats().values():
        assert codes[-1] in format_.diagnostics(found)


def test_request_of_a_failure_is_shown() -> None:
    """What Telnyx's support asks for."""
    assert request_words(REFUSED).endswith("status 422 · request id req-1")
    assert request_words(LedgerError("x")) == ""
