"""Plans, reports and findings built by hand: one of everything that is shown."""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Any

from reconciler.errors import ExitCode, Invalid, Problem
from reconciler.model.address import Address
from reconciler.model.adoption import Adopted, Adoption
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import Changed, DriftReport, FieldDrift, Missing, Unmanaged
from reconciler.model.events import Applied, Began, Blocked, Event, Failed, Observing, Report, Settling, Stopped
from reconciler.model.exported import ExportReport, Variable, Writing, WrittenFile
from reconciler.model.history import (
    Actor,
    ChangeEnded,
    Ending,
    FieldChange,
    HistoryReport,
    Lift,
    PlannedChange,
    RunBegun,
    RunEnded,
    past_runs,
)
from reconciler.model.inventory import EntryReport, Inventory
from reconciler.model.ledger import Entry, Intent, IntentKind, Origin
from reconciler.model.observed import Remote
from reconciler.model.plan import (
    SENSITIVE,
    Action,
    Adopt,
    Change,
    Create,
    Delete,
    Desired,
    FieldDiff,
    Forget,
    Move,
    Noop,
    Plan,
    Protected,
    Record,
    Replace,
    Requests,
    Update,
)
from reconciler.model.reference import Unknown
from reconciler.model.rehearsal import Cost, Crash, NextApply, Rehearsal
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.several import AccountEnd, Checked, Ran, Several
from reconciler.model.source import Source
from reconciler.model.status import Holder, Status

PROFILE, RESPONSE, SENDER = "MessagingProfile", "AutoResponse", "AlphanumericSenderId"
STOP_TEXT = "Acme: you will receive no more messages. Reply START to rejoin, or write to help@acme.example."


def place(line: int, column: int = 1, file: str = "profiles.yaml") -> Source:
    """A place in a manifest."""
    return Source(file, line, column)


def desired(address: Address) -> Desired:
    """What renderers never look into: all that they show is in the diffs."""
    return Desired(Resource(address, {}, lambda _: place(1)), {}, {}, ())


def entry(address: Address, remote: str) -> Entry:
    """A recorded object."""
    return Entry(
        address=address,
        remote=Remote(remote),
        origin=Origin.CREATED,
        project="default",
        file="profiles.yaml",
        on_remove=OnRemove.DELETE,
    )


def diff(path: str, before: Any, after: Any, **more: Any) -> FieldDiff:
    """A difference; the path is dotted."""
    return FieldDiff(path=tuple(path.split(".")), before=before, after=after, **more)


def create(kind: str, name: str, *diffs: FieldDiff, **more: Any) -> Create:
    """A create."""
    address = Address(kind, name)
    more = {"reason": "new", "source": place(1), **more}
    return Create(address=address, desired=desired(address), diffs=diffs, **more)


def update(kind: str, name: str, *diffs: FieldDiff, **more: Any) -> Update:
    """An update of an object with an id made from its name."""
    return Update(**_existing(kind, name, "spec-differs"), diffs=diffs, **more)


def _existing(kind: str, name: str, reason: str) -> dict[str, Any]:
    address = Address(kind, name)
    return {
        "address": address,
        "reason": reason,
        "source": place(14),
        "remote": Remote(f"id-{name}"),
        "digest": "sha256:0",
        "desired": desired(address),
        "entry": entry(address, f"id-{name}"),
    }


def replace(kind: str, name: str, *diffs: FieldDiff) -> Replace:
    """A replace."""
    return Replace(**_existing(kind, name, "cannot-update"), diffs=diffs)


def delete(kind: str, name: str, *diffs: FieldDiff, **more: Any) -> Delete:
    """A delete; ``diffs`` are what is lost."""
    values = {**_existing(kind, name, "not-desired"), "source": None, **more}
    del values["desired"]
    return Delete(**values, diffs=diffs)


def adopt(kind: str, name: str, *diffs: FieldDiff) -> Adopt:
    """An adoption that would change something."""
    values = _existing(kind, name, "natural-key")
    del values["entry"]
    return Adopt(**values, diffs=diffs, needs_consent=bool(diffs))


WARNING = Diagnostic(
    code="spend-limit-raised",
    severity=Severity.WARNING,
    summary='daily_spend_limit goes from "10.00" to "25.00"',
    hint="lifted by --allow spend-limit-raised",
    address=Address(PROFILE, "support"),
    source=place(16, 3),
)
ERROR = Diagnostic(
    code="unknown-reference",
    severity=Severity.ERROR,
    summary='no MessagingProfile named "suport"',
    detail="ShortCode/main refers to it",
    hint='did you mean "support"?',
    source=place(14, 5, "manifests/support.yaml"),
)

CHANGES: tuple[Change, ...] = (
    delete(
        RESPONSE,
        "old-help",
        diff("op", "info", None),
        diff("keywords", ["HELP", "INFO"], None),
        diff("resp_text", "Acme: msgs. " * 25, None),
    ),
    create(
        PROFILE,
        "marketing-us",
        diff("name", None, "Marketing US", source=place(9, 3)),
        diff("whitelisted_destinations", None, ["US", "CA"]),
        diff("webhook_url", None, SENSITIVE, sensitive=True),
        diff("number_pool_settings", None, {"long_code_weight": 1, "skip_unhealthy": True}),
    ),
    update(
        PROFILE,
        "support",
        diff("daily_spend_limit", "10.00", "25.00", source=place(16, 3)),
        diff("webhook_url", "https://a.example/hook", None),
        diff("whitelisted_destinations", ["US", "GB"], ["US", "CA"], added=("CA",), removed=("GB",)),
        diff("webhook_failover_url", SENSITIVE, SENSITIVE, sensitive=True),
    ),
    Move(**_existing(PROFILE, "sales", "renamed"), moved_from=Address(PROFILE, "sales-eu")),
    adopt(PROFILE, "legacy", diff("mobile_only", False, True)),
    create(
        RESPONSE,
        "marketing-us-stop",
        diff("messaging_profile", None, Unknown(Address(PROFILE, "marketing-us"))),
        diff("op", None, "stop"),
        diff("keywords", None, ["STOP", "UNSUBSCRIBE"]),
        diff("resp_text", None, STOP_TEXT),
        source=place(20),
        depends_on=(Address(PROFILE, "marketing-us"),),
    ),
    update(
        RESPONSE,
        "support-stop",
        diff("keywords", ["STOP"], ["STOP", "UNSUBSCRIBE"], added=("UNSUBSCRIBE",)),
        diff("resp_text", STOP_TEXT, STOP_TEXT + " Bye."),
    ),
    replace(SENDER, "acme", diff("alphanumeric_sender_id", "ACME", "ACME2", forces_replace=True)),
    Forget(address=Address(SENDER, "kept"), reason="retained", remote=Remote("id-kept")),
    Record(**_existing(SENDER, "stale", "ledger-outdated")),
    Protected(address=Address(PROFILE, "vip"), reason="prevent-destroy", remote=Remote("id-vip")),
    Noop(address=Address(PROFILE, "quiet"), reason="unchanged"),
    Noop(address=Address(PROFILE, "calm"), reason="unchanged"),
)

PLAN = Plan(
    account="default",
    project="default",
    changes=CHANGES,
    diagnostics=(WARNING,),
    lifted=("spend-limit-raised",),
    fingerprint="sha256:5f2c",
    requests=Requests(reads=4, writes=8, estimated_seconds=0.84),
)
BLOCKED = Plan(
    account="default",
    project="default",
    changes=(
        delete(PROFILE, "support", diff("name", "Support", None), blocked_by="attached-numbers"),
        create(PROFILE, "support-2", diff("name", None, "Support")),
    ),
    diagnostics=(
        Diagnostic(
            code="attached-numbers",
            severity=Severity.ERROR,
            summary="2 phone numbers still use this profile",
            detail="+15550100\n+15550101",
            hint="move them to another profile, or --allow attached-numbers:MessagingProfile/support",
            address=Address(PROFILE, "support"),
        ),
    ),
)
EMPTY = Plan(account="default", project="default", changes=CHANGES[-2:])

DRIFT = DriftReport(
    account="default",
    found=(
        Missing(address=Address(SENDER, "acme"), remote=Remote("id-acme")),
        Changed(
            address=Address(PROFILE, "support"),
            remote=Remote("id-support"),
            fields=(
                FieldDrift(path=("webhook_url",), recorded="https://a.example", observed="https://evil.example"),
                FieldDrift(path=("webhook_failover_url",), recorded="a", observed="b", sensitive=True),
            ),
            source=place(14),
        ),
    ),
    counted_unmanaged=(Unmanaged(kind=RESPONSE, remote=Remote("id-x", "id-support"), label="info HELP"),),
    unmanaged=(Unmanaged(kind=PROFILE, remote=Remote("id-y"), label="Other"),),
    not_looked_at=("RcsAgent", "HostedNumberOrder"),
    requests=Requests(reads=5),
)

REFUSED = Invalid(
    "the API refused the auto-response: keyword is taken",
    request="POST /messaging_profiles/id-support/autoresp_configs",
    status=422,
    problems=(Problem("10015", "Invalid"),),
    request_id="req-1",
    hint="take STOP out of the other auto-response first",
)
NOTE = Diagnostic(
    code="ignored-field",
    severity=Severity.WARNING,
    summary="the API ignored mobile_only",
    detail="sent True, answered False",
    address=Address(PROFILE, "marketing-us"),
)
REPORT = Report(
    (
        Applied(CHANGES[1], (NOTE,), remote_id="id-made"),
        Applied(CHANGES[2]),
        Failed(CHANGES[5], REFUSED),
        Failed(CHANGES[7], REFUSED, written=True),
        Blocked(CHANGES[6], Address(RESPONSE, "marketing-us-stop")),
        Stopped(CHANGES[0]),
    )
)
DONE = Report((Applied(CHANGES[1]), Applied(CHANGES[2]), Applied(CHANGES[6])))

NEXT_APPLY = NextApply(converges=True, cost=Cost(reads=20, writes=1, seconds=10.526))
CRASH = Crash(
    after_writes=6,
    writes=7,
    missing=(Address(SENDER, "acme"),),
    unrecorded=(Address(PROFILE, "marketing-us"),),
    done=(Address(PROFILE, "support"),),
    not_done=tuple(Address(RESPONSE, f"stop-{number}") for number in range(12)),
    next_apply=NEXT_APPLY,
)
REHEARSAL = Rehearsal(
    account="default",
    fingerprint="sha256:5f2c",
    rate=9.5,
    cost=Cost(reads=9, writes=7, seconds=0.2105),
    report=DONE,
    crash=CRASH,
)
REHEARSAL_FAILED = Rehearsal(
    account="default",
    fingerprint="sha256:5f2c",
    faults="outage",
    rate=9.5,
    cost=Cost(reads=27, writes=15, seconds=20.105),
    report=REPORT,
    crash=Crash(
        after_writes=1,
        writes=7,
        missing=(),
        unrecorded=tuple(Address(PROFILE, f"p{number}") for number in range(12)),
        done=(),
        not_done=(),
        next_apply=NextApply(converges=False, cost=Cost(reads=3, writes=0, seconds=0.1), reasons=(ERROR,)),
    ),
    next_apply=NextApply(converges=False, cost=Cost(reads=3, writes=0, seconds=0.1), reasons=(ERROR,)),
)
REHEARSAL_IDLE = Rehearsal(account="default", fingerprint="sha256:5f2c", rate=9.5)

STATUS = Status(
    account="default",
    ledger="/project/.reconciler/default.ledger.json",
    endpoint="https://api.telnyx.com/v2",
    organization_id="org-1",
    holder=Holder(4711, "ci-7", "runner", "reconciler apply", "2026-03-01T12:00:00Z"),
    last_run={
        "command": "reconciler apply --auto-approve",
        "finished": "2026-02-28T09:00:00+00:00",
        "outcomes": {"applied": 3, "failed": 1},
        "interrupted": False,
    },
    intents=(Intent(address=Address(PROFILE, "new"), action=IntentKind.CREATE),),
    recorded={RESPONSE: 1, PROFILE: 2},
    entries={Address(PROFILE, "main"): "id-main", Address(PROFILE, "b"): "id-b", Address(RESPONSE, "stop"): "id-stop"},
    notices=(NOTE,),
)

_MAIN, _STOP = Address(PROFILE, "main"), Address(RESPONSE, "stop")
_FIRST = RunBegun(
    run="1",
    started="2026-02-27T09:00:00.000000Z",
    command="reconciler apply --auto-approve",
    tool="0.1.0",
    actor=Actor(name="ana@laptop"),
    fingerprint="sha256:1111",
    changes=(
        PlannedChange(
            address=_MAIN,
            action=Action.CREATE,
            fields=(
                FieldChange(path="name", before=None, after="Main"),
                FieldChange(path="webhook_url", before=None, after=SENSITIVE, sensitive=True),
            ),
        ),
        PlannedChange(
            address=_STOP,
            action=Action.CREATE,
            fields=(
                FieldChange(path="messaging_profile", before=None, after=Unknown(_MAIN), id_of=_MAIN),
                FieldChange(path="resp_text", before=None, after=STOP_TEXT),
            ),
        ),
    ),
)
_SECOND = RunBegun(
    run="2",
    started="2026-02-28T09:00:00.000000Z",
    command="reconciler apply plan.json",
    tool="0.1.0",
    actor=Actor(name="alice", system="GitHub Actions", run="https://github.example/acme/m/actions/runs/7"),
    commit="0123456789abcdef0123456789abcdef01234567",
    dirty=True,
    plan_saved="2026-02-28T08:00:00+00:00",
    fingerprint="sha256:2222",
    lifted=(Lift(guard="max-deletes", by="the saved plan"),),
    changes=(
        PlannedChange(
            address=_MAIN,
            action=Action.UPDATE,
            remote_id="id-main",
            fields=(FieldChange(path="name", before="Main", after="Primary"),),
        ),
        PlannedChange(
            address=_STOP,
            action=Action.DELETE,
            remote_id="id-stop",
            fields=(FieldChange(path="resp_text", before=STOP_TEXT, after=None),),
        ),
    ),
)
HISTORY = HistoryReport(
    account="default",
    runs=past_runs(
        [
            _FIRST,
            RunEnded(
                run="1",
                finished="2026-02-27T09:00:02.000000Z",
                changes=(
                    ChangeEnded(address=_MAIN, ending=Ending.APPLIED, remote_id="id-main", written=True),
                    ChangeEnded(address=_STOP, ending=Ending.APPLIED, remote_id="id-stop", written=True),
                ),
            ),
            _SECOND,
            RunEnded(
                run="2",
                finished="2026-02-28T09:00:02.000000Z",
                changes=(
                    ChangeEnded(address=_MAIN, ending=Ending.APPLIED, remote_id="id-main", written=True),
                    ChangeEnded(address=_STOP, ending=Ending.FAILED, remote_id="id-stop", error="server-failed"),
                ),
            ),
            changed(_FIRST, run="3", started="2026-03-01T09:00:00.000000Z"),
        ]
    ),
    notes=(NOTE,),
)
HISTORY_OF_ONE = changed(
    HISTORY,
    address=_STOP,
    runs=tuple(changed(run, changes=run.changes[1:]) for run in HISTORY.runs),
    notes=(),
)
RECORDED = changed(
    entry(_MAIN, "id-main"),
    prevent_destroy=True,
    applied={"name": "Main", "webhook_url": "hmac:0123456789abcdef"},
    answered={"name": "MAIN", "webhook_url": "hmac:0123456789abcdef"},
    secrets=("webhook_url",),
)
ADOPTION = Adoption(
    account="default",
    adopted=(
        Adopted(Address(PROFILE, "sales"), "id-sales"),
        Adopted(Address(RESPONSE, "sales-stop"), "id-stop", ("keywords", "resp_text")),
    ),
    already=(Address(PROFILE, "support"),),
    absent=(Address(PROFILE, "new"),),
    notes=(WARNING,),
)
INVENTORY = Inventory(
    account="default",
    ledger="/project/.reconciler/default.ledger.json",
    entries=(RECORDED, changed(entry(_STOP, "id-stop"), origin=Origin.ADOPTED, on_remove=OnRemove.RETAIN)),
    intents=STATUS.intents,
    notes=(NOTE,),
)
ENTRY = EntryReport(
    account="default",
    ledger="/project/.reconciler/default.ledger.json",
    entry=RECORDED,
    intent=Intent(address=_MAIN, action=IntentKind.DELETE, remote=Remote("id-main")),
)

LOST = DriftReport(
    account="default",
    found=(Missing(address=Address(SENDER, "acme"), remote=None, source=place(3)),),
    can_tell_who=False,
)

EXPORT = ExportReport(
    account="default",
    files=(
        WrittenFile(path="telnyx/messaging-profiles.yaml", writing=Writing.WRITTEN, manifests=40),
        WrittenFile(path="telnyx/rcs-agents.yaml", writing=Writing.UNCHANGED, manifests=1),
    ),
    variables=(
        Variable(
            name="MESSAGING_PROFILE_MAIN_WEBHOOK_URL",
            address=_MAIN,
            field="webhook_url",
            remote_id="id-main",
            what="an address with a password or a token in it",
            value="https://a.example/?token=never-shown",
        ),
    ),
    diagnostics=(WARNING,),
    recorded=41,
)
EXPORT_MERGED = ExportReport(account="default", recorded=0)

EVENTS: tuple[Event, ...] = (
    Observing("checking"),
    Began(CHANGES[1], 1, 6),
    Began(CHANGES[2], 2, 6),
    Applied(CHANGES[2]),
    Settling((CHANGES[1].address,), 9.5),
    *(outcome for outcome in REPORT.outcomes if outcome.change is not CHANGES[2]),
)

FAILURE = (ERROR,)
SEVERAL = {
    "plan-accounts": Several(
        (
            AccountEnd(account="dev", code=ExitCode.CHANGES, told=PLAN),
            AccountEnd(account="prod", code=ExitCode.ERROR, told=BLOCKED),
            AccountEnd(
                account="staging",
                code=ExitCode.USAGE,
                told=Plan(account="staging", project="", changes=(), diagnostics=FAILURE),
                failure=FAILURE,
            ),
        )
    ),
    "apply-accounts": Several(
        (
            AccountEnd(account="dev", code=ExitCode.OK, told=Ran(report=DONE), written=True),
            AccountEnd(
                account="prod",
                code=ExitCode.PARTLY_APPLIED,
                told=Ran(report=REPORT, next_command="again"),
                written=True,
            ),
            AccountEnd(account="refused", code=ExitCode.ERROR, told=Ran(plan=BLOCKED, diagnostics=(WARNING,))),
            AccountEnd(account="staging", code=ExitCode.LOCKED, told=Ran(diagnostics=FAILURE), failure=FAILURE),
        )
    ),
    "drift-accounts": Several(
        (
            AccountEnd(account="dev", code=ExitCode.CHANGES, told=DRIFT),
            AccountEnd(
                account="prod",
                code=ExitCode.ERROR,
                told=DriftReport(account="prod", diagnostics=FAILURE),
                failure=FAILURE,
            ),
        )
    ),
    "status-accounts": Several((AccountEnd(account="dev", code=ExitCode.OK, told=STATUS),)),
    "diagnostics-accounts": Several(
        (
            AccountEnd(account="dev", code=ExitCode.OK, told=Checked(resources=1, files=2)),
            AccountEnd(account="prod", code=ExitCode.ERROR, told=Checked(diagnostics=(WARNING, ERROR))),
        )
    ),
}
