"""The bytes of a saved plan, and back. What was cut off, edited or written by a newer program is refused.

The checksum finds accidents; against somebody who edits a file on purpose only the fingerprint helps, which a reviewer
has seen: it is computed anew from what would run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reconciler.errors import PlanRefused
from reconciler.model.address import Address
from reconciler.model.consequence import Consequence, Sort
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.fields import Fields, Unreadable, parsed, spelled as written
from reconciler.model.impact import Impact
from reconciler.model.kind import Attached
from reconciler.model.plan import EndpointRequests, Plan, Requests
from reconciler.model.saved.changes import change_document, change_from, source_document, source_from
from reconciler.model.saved.impact import impact_document, impact_from
from reconciler.model.saved.plan import Owner, Provenance, SavedPlan
from reconciler.model.saved.resources import resource_document, resource_from
from reconciler.model.saved.values import read, spelled
from reconciler.model.scope import Scope

VERSION = 3
"""1: nothing tells what its changes touch. 2: nothing is unassigned, nor told what changes entail, or go to."""
_MARK = b'{"reconciler_plan":'

_HALF = b"\\ud"
_HALF_A_CHARACTER = re.compile(rb"(?<!\\)(?:\\\\)*\\ud[89a-f]")
"""Looked for only where its beginning is, as that is found a hundred times faster.

In our own spelling whole characters are never escaped by their halves.
"""


def is_plan_file(beginning: bytes) -> bool:
    """Whether a file that begins so is a saved plan, or was one before it was cut off."""
    return bool(beginning) and (beginning.startswith(_MARK) or _MARK.startswith(beginning))


def plan_file(saved: SavedPlan, salt: str) -> bytes:
    """The bytes of a file. ``salt`` is what sealed the plan's fingerprint."""
    content = written(_content(saved, salt))
    checksum = hashlib.sha256(content).hexdigest()
    return _MARK + f' {VERSION}, "checksum": "sha256:{checksum}", "content":\n'.encode() + content + b"}\n"


def read_plan_file(data: bytes, name: str) -> SavedPlan:
    """The plan in the bytes of the file ``name``. Raises PlanRefused, whose code says what is wrong."""
    try:
        outer = Fields(parsed(data), "the file")
        version = outer.count("reconciler_plan")
    except (ValueError, Unreadable):
        hint = "was it cut off? save the plan again: reconciler plan --out"
        raise PlanRefused(f'"{name}" is not a whole saved plan', hint=hint, code="plan-truncated") from None
    if version > VERSION:
        raise PlanRefused(
            f'"{name}" was saved by a newer version of this program (format {version}; this one reads {VERSION})',
            hint="upgrade this program, or plan again with this one",
            code="plan-too-new",
        )
    try:
        checksum, content = outer.text("checksum"), outer.mapping("content")
        outer.done()
        spelling = written(content)
        if checksum != "sha256:" + hashlib.sha256(spelling).hexdigest():
            problem = "its checksum is wrong"
        elif _HALF in spelling and _HALF_A_CHARACTER.search(spelling):
            problem = "a text in it has half a character"
        else:
            return _saved(Fields(content, "the plan"))
    except RecursionError:
        problem = "it is nested too deeply"
    except (ValueError, TypeError, OverflowError, Unreadable) as error:
        problem = str(error)
    raise PlanRefused(
        f'"{name}" is not as it was saved: {problem}',
        hint="plan again; a saved plan is applied as it was reviewed, or not at all",
        code="plan-edited",
    )


def _content(saved: SavedPlan, salt: str) -> dict[str, Any]:
    plan, owner, made, scope = saved.plan, saved.owner, saved.made, saved.scope
    return {
        "made": {
            "tool": made.tool,
            "created": made.created,
            "manifests": made.manifests,
            "commit": made.commit,
            "dirty": made.dirty,
        },
        "account": plan.account,
        "endpoint": owner.endpoint,
        "organization_id": owner.organization_id,
        "lineage": owner.lineage,
        "salt": owner.salt,
        "project": plan.project,
        "fingerprint": plan.fingerprint,
        "lifted": list(plan.lifted),
        "changes": [change_document(change, salt) for change in plan.changes],
        "diagnostics": [_finding_document(finding) for finding in plan.diagnostics],
        "requests": {
            "reads": plan.requests.reads,
            "writes": plan.requests.writes,
            "estimated_seconds": plan.requests.estimated_seconds,
            "rate": plan.requests.rate,
            "per_endpoint": [[one.endpoint, one.made, one.planned] for one in plan.requests.per_endpoint],
        },
        "facts": {
            str(address): {name: [list(pair) for pair in attached] for name, attached in facts.items()}
            for address, facts in plan.facts.items()
        },
        "unassigned": {
            str(address): [list(each) for each in attached] for address, attached in plan.unassigned.items()
        },
        "impact": {str(address): impact_document(impact) for address, impact in plan.impact.items()},
        "consequences": {
            str(address): [[one.sort.value, one.text] for one in said] for address, said in plan.consequences.items()
        },
        "reviewed": {str(address): spelled(fields) for address, fields in saved.reviewed.items()},
        "scope": {
            "whole": scope.whole,
            "prune": scope.prune,
            "loaded_files": sorted(scope.loaded_files),
            "only": None if scope.only is None else sorted(map(str, scope.only)),
        },
        "allow_adopt": saved.allow_adopt,
        "resources": [resource_document(resource, salt) for resource in saved.resources],
    }


def _saved(fields: Fields) -> SavedPlan:
    made = fields.inner("made")
    provenance = Provenance(
        tool=made.text("tool"),
        created=made.text("created"),
        manifests=made.text("manifests"),
        commit=made.text_or_none("commit"),
        dirty=made.flag("dirty"),
    )
    made.done()
    owner = Owner(
        endpoint=fields.text("endpoint"),
        organization_id=fields.text_or_none("organization_id"),
        lineage=fields.text_or_none("lineage"),
        salt=fields.text_or_none("salt"),
    )
    resources = tuple(resource_from(Fields(item, "a manifest")) for item in fields.items("resources"))
    saved = SavedPlan(
        plan=_plan(fields, {resource.address: resource for resource in resources}),
        owner=owner,
        made=provenance,
        resources=resources,
        scope=_scope(fields.inner("scope")),
        allow_adopt=fields.flag("allow_adopt"),
        reviewed={Address.parse(name): _reviewed(value) for name, value in fields.mapping("reviewed").items()},
    )
    fields.done()
    return saved


def _plan(fields: Fields, resources: dict[Address, Any]) -> Plan:
    requests = fields.inner("requests")
    plan = Plan(
        account=fields.text("account"),
        project=fields.text("project"),
        fingerprint=fields.text("fingerprint"),
        lifted=fields.texts("lifted"),
        changes=tuple(change_from(Fields(item, "a change"), resources) for item in fields.items("changes")),
        diagnostics=tuple(_finding_from(Fields(item, "a finding")) for item in fields.items("diagnostics")),
        requests=_requests(requests),
        facts={Address.parse(name): _facts(value) for name, value in fields.mapping("facts").items()},
        unassigned=_unassigned(fields) if "unassigned" in fields else {},
        impact=_impact(fields) if "impact" in fields else {},
        consequences=_consequences(fields) if "consequences" in fields else {},
    )
    requests.done()
    return plan


def _unassigned(fields: Fields) -> dict[Address, tuple[Attached, ...]]:
    return {
        Address.parse(name): tuple(Attached(*each) for each in _texts(attached))
        for name, attached in fields.mapping("unassigned").items()
    }


def _texts(attached: Any) -> Iterator[tuple[str, str, str]]:
    for each in attached if isinstance(attached, list) else [attached]:
        match each:
            case [str(what), str(one), str(label)]:
                yield what, one, label
            case _:
                raise Unreadable("what is unassigned has no kind, id and name")


def _requests(fields: Fields) -> Requests:
    known = Requests(fields.count("reads"), fields.count("writes"), fields.amount("estimated_seconds"))
    if "per_endpoint" not in fields:
        return known
    rate = fields.amount_or_none("rate")
    return replace(known, rate=rate, per_endpoint=tuple(map(_endpoint, fields.items("per_endpoint"))))


def _endpoint(value: Any) -> EndpointRequests:
    match value:
        case [str(endpoint), int(made), int(planned)] if not {type(made), type(planned)} - {int}:
            return EndpointRequests(endpoint, made, planned)
        case _:
            raise Unreadable("the requests to an endpoint are not its name and two numbers")


def _consequences(fields: Fields) -> dict[Address, tuple[Consequence, ...]]:
    return {
        Address.parse(name): tuple(map(_consequence, said)) for name, said in fields.mapping("consequences").items()
    }


def _consequence(value: Any) -> Consequence:
    match value:
        case [str(sort), str(text)]:
            return Consequence(Sort(sort), text)
        case _:
            raise Unreadable("what a change entails is not a word and a text")


def _impact(fields: Fields) -> dict[Address, Impact]:
    return {
        Address.parse(name): impact_from(Fields(value, f"the impact of {name}"))
        for name, value in fields.mapping("impact").items()
    }


def _reviewed(value: Any) -> dict[str, Any]:
    match value:
        case dict():
            return {name: read(inner) for name, inner in value.items()}
        case _:
            raise Unreadable("the fields of an object are not an object")


def _facts(value: Any) -> dict[str, tuple[tuple[str, str], ...]]:
    match value:
        case dict():
            return {name: tuple((str(what), str(one)) for what, one in attached) for name, attached in value.items()}
        case _:
            raise Unreadable("facts are not an object")


def _scope(fields: Fields) -> Scope:
    only = fields.items_or_none("only")
    scope = Scope(
        whole=fields.flag("whole"),
        prune=fields.flag("prune"),
        loaded_files=frozenset(fields.texts("loaded_files")),
        only=None if only is None else frozenset(Address.parse(str(name)) for name in only),
    )
    fields.done()
    return scope


def _finding_document(finding: Diagnostic) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "summary": finding.summary,
        "detail": finding.detail,
        "hint": finding.hint,
        "address": str(finding.address) if finding.address else None,
        "source": source_document(finding.source),
    }


def _finding_from(fields: Fields) -> Diagnostic:
    finding = Diagnostic(
        code=fields.text("code"),
        severity=fields.one_of("severity", Severity),
        summary=fields.text("summary"),
        detail=fields.text("detail"),
        hint=fields.text("hint"),
        address=fields.address_or_none("address"),
        source=source_from(fields.items_or_none("source")),
    )
    fields.done()
    return finding
