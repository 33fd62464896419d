"""Every JSON document is what its schema says, and its keys stand in the order of design §6."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from reconciler.model.diagnostic import Diagnostic
from reconciler.render.document import plan_document
from reconciler.render.format import formats
from reconciler.render.schemas import json_schemas

from .cases import EMPTY, ERROR, PLAN, WARNING
from .golden import texts
from .reports import SEVERAL

SCHEMAS = json_schemas()
TEXTS = texts()
OF = {
    "plan": ["plan", "plan-blocked", "plan-empty"],
    "drift": ["drift", "drift-ledger-lost"],
    "apply": ["result-partial", "result-done"],
    "rehearsal": ["rehearsal", "rehearsal-failed", "rehearsal-idle"],
    "diagnostics": ["diagnostics"],
    "status": ["status"],
    "doctor": ["doctor", "doctor-failed"],
    "adopt": ["adopt"],
    "hosted-codes": ["hosted-codes", "hosted-codes-checked"],
    "rotate-secret": ["rotate-secret"],
    "history": ["history", "history-audited", "history-of-one"],
    "ledger-list": ["ledger-list"],
    "ledger-show": ["ledger-show"],
    **{name: [name] for name in SEVERAL},
    "export": ["export", "export-merged"],
}


def test_every_document_has_a_schema() -> None:
    """Sixteen documents: what ``schemas/`` will hold."""
    assert set(SCHEMAS) == {*OF, "events"}
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in OF.items() for case in cases])
def test_documents_are_valid(name: str, case: str) -> None:
    """Each golden document validates, and says its version first."""
    document = json.loads(TEXTS[f"{case}.json"])
    Draft202012Validator(SCHEMAS[name]).validate(document)
    assert next(iter(document.items())) == ("format_version", "1.0")


@pytest.mark.parametrize("line", TEXTS["events.jsonl"].splitlines())
def test_events_are_valid(line: str) -> None:
    """Each line of the stream is a document of its own."""
    Draft202012Validator(SCHEMAS["events"]).validate(json.loads(line))


@pytest.mark.parametrize("name", sorted(OF))
def test_schemas_are_closed(name: str) -> None:
    """A key that nobody declared, or one that is missing, is noticed."""
    document: dict[str, Any] = json.loads(TEXTS[f"{OF[name][0]}.json"])
    validator = Draft202012Validator(SCHEMAS[name])
    with pytest.raises(ValidationError):
        validator.validate({**document, "extra": 1})
    document.popitem()
    with pytest.raises(ValidationError):
        validator.validate(document)


def test_plan_keys_stand_in_the_documented_order() -> None:
    """People read JSON too: the order is that of design §6."""
    document = plan_document(PLAN)
    keys = str.split
    assert list(document) == [
        "format_version",
        "account",
        "fingerprint",
        "summary",
        "changes",
        "diagnostics",
        "requests",
    ]
    assert list(document["changes"][0]) == (
        [
            "address",
            "kind",
            "name",
            "action",
            "reason",
            "remote_id",
            "source",
            "depends_on",
            "blocked_by",
            "moved_from",
            "ledger_only",
            "diffs",
            "unassigns",
            "impact",
            "consequences",
        ]
    )
    assert list(document["changes"][0]["diffs"][0]) == [
        "path",
        "before",
        "after",
        "sensitive",
        "forces_replace",
        "source",
    ]
    assert list(document["diagnostics"][0]) == keys("code severity summary detail hint address source")
    assert list(document["summary"]) == list(SCHEMAS["plan"]["$defs"]["SummaryShape"]["properties"])


def test_changes_keep_the_order_of_execution() -> None:
    """What runs first stands first; only findings are sorted by place."""
    document = plan_document(PLAN)
    assert [change["address"] for change in document["changes"]] == [str(c.address) for c in PLAN.changes]


@pytest.mark.parametrize("findings", [[], [ERROR], [WARNING, ERROR]])
def test_findings_alone_make_a_whole_document(findings: list[Diagnostic]) -> None:
    """JSON is complete whatever stopped the command."""
    document = json.loads(formats()["json"].diagnostics(findings))
    Draft202012Validator(SCHEMAS["diagnostics"]).validate(document)
    assert len(document["diagnostics"]) == len(findings)


def test_empty_plan_is_a_document() -> None:
    """Nothing to do is said in full as well."""
    assert plan_document(EMPTY)["summary"]["noop"] == 2
