"""One example of each report that is no plan and no apply."""

from __future__ import annotations

from dataclasses import replace as changed

from reconciler.errors import ExitCode
from reconciler.model.address import Address
from reconciler.model.adoption import Adopted, Adoption
from reconciler.model.attribution import Author, OutsideChange, OutsideField
from reconciler.model.checkup import Checkup, Condition, Examined
from reconciler.model.codes import CodeEnd, CodesReport, CodeStatus, Method
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import Changed, DriftReport, FieldDrift, FieldState, Missing, Unmanaged
from reconciler.model.exported import ExportReport, Held, Variable, Writing, WrittenFile
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
from reconciler.model.ledger import Intent, IntentKind, Origin
from reconciler.model.observed import Remote
from reconciler.model.plan import SENSITIVE, Action, Plan
from reconciler.model.reference import Unknown
from reconciler.model.rehearsal import Cost, Crash, NextApply, Rehearsal
from reconciler.model.resource import OnRemove
from reconciler.model.rotation import RotationEnd, RotationReport
from reconciler.model.several import AccountEnd, Checked, Ran, Several
from reconciler.model.standing import Part, Stage, Standing, Turn, Underway
from reconciler.model.status import Holder, Status

from .cases import ANNA, BLOCKED, DONE, DRIFT, EMPTY, ERROR, FAILURE, LINE, NOTE, PLAN, REPORT, STOP_TEXT, WARNING
from .changes import PROFILE, RESPONSE, SENDER, entry, place

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

_ORDER = Address("HostedNumberOrder", "front-desk")
UNDERWAY = (
    Underway(
        address=_ORDER,
        remote_id="id-order",
        standing=Standing(
            what="order",
            status="pending",
            turn=Turn.YOU,
            words="it waits for the owner",
            hint="request and enter the verification codes, then upload the signed LOA and the last bill",
            parts=(
                Part("+15125550100", "pending", Turn.YOU, "it wants a verification code"),
                Part("+15125550101", "failed_timeout", Turn.FAILED),
            ),
        ),
        commands=(f"reconciler hosted send-codes {_ORDER}", f"reconciler hosted verify {_ORDER}"),
    ),
    Underway(
        address=Address("TollfreeVerification", "codes"),
        remote_id="id-request",
        standing=Standing(
            what="request",
            status="Waiting For Vendor",
            turn=Turn.TELNYX,
            words="the carriers review it",
            hint="nothing to do here; plan again later",
            waits_for="the carriers",
            usual="5 business days to 2 weeks",
        ),
        history=(
            Stage("In Progress", "2026-02-27T09:00:00.000Z"),
            Stage("Waiting For Vendor", "2026-02-28T09:00:00.000Z", "Sent to the carriers."),
        ),
    ),
    Underway(
        address=Address("TollfreeVerification", "old"),
        remote_id="id-rejected",
        standing=Standing(
            what="request",
            status="Rejected",
            turn=Turn.FAILED,
            words="its numbers cannot send",
            reason="No such business.",
            hint="correct the manifest and apply: the request is then reviewed again",
        ),
        commands=("reconciler apply",),
    ),
    Underway(
        address=Address("HostedNumberOrder", "live"),
        remote_id="id-live",
        standing=Standing(what="order", status="successful", turn=Turn.DONE, words="the numbers are live"),
    ),
)
CODES = CodesReport(
    account="default",
    address=_ORDER,
    remote_id="id-order",
    method=Method.SMS,
    ends=(
        CodeEnd("+15125550100", CodeStatus.SENT),
        CodeEnd("+15125550101", CodeStatus.NOT_SENT, "the number cannot receive text messages"),
    ),
    commands=(f"reconciler hosted send-codes {_ORDER} --method call --number +15125550101",),
)
CODES_CHECKED = changed(
    CODES,
    method=None,
    ends=tuple(CodeEnd(f"+1512555010{number}", status) for number, status in enumerate(CodeStatus)),
    notes=(WARNING,),
)

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
    underway=UNDERWAY,
    notices=(NOTE,),
)

CHECKUP = Checkup(
    account="default",
    endpoint="https://api.telnyx.com/v2",
    checks=(
        Examined(name="key", summary="accepted; it may read 9 of 9 lists"),
        Examined(
            name="webhooks",
            summary="1 of 2 profiles have a webhook_url",
            outcome=Condition.WARNING,
            findings=(
                changed(WARNING, code="webhook-url-missing", source=None),
                Diagnostic(
                    code="webhook-url-not-https",
                    severity=Severity.WARNING,
                    summary='profile "Marketing US" (4001): webhook_url is not encrypted (http)',
                    detail="what is sent there holds phone numbers and texts of people",
                    hint="set webhook_url in the portal, or have it managed: reconciler export",
                ),
            ),
        ),
        Examined(
            name="webhook_answers",
            summary="0 of 1 addresses answer within 2 s",
            outcome=Condition.ERROR,
            findings=(changed(ERROR, source=None, address=Address(PROFILE, "main")),),
        ),
        Examined(name="clock", summary="not known: no answer carries a date", outcome=Condition.UNKNOWN),
    ),
)
CHECKUP_FAILED = Checkup(account="nobody", diagnostics=(ERROR,))

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
HISTORY_AUDITED = changed(
    HISTORY,
    outside=(
        OutsideChange(
            address=_STOP,
            remote_id="id-stop",
            when="2026-02-28T10:00:00Z",
            author=ANNA.author,
            change="update",
            event="e-1",
            fields=(
                OutsideField(path="resp_text", before="Bye.", after="Go away."),
                OutsideField(path="webhook_url", before="a", after="b", sensitive=True),
            ),
            others=("v1_secret",),
        ),
        OutsideChange(
            address=_MAIN,
            remote_id="id-main",
            when="2026-02-27T10:00:00Z",
            author=Author(role="telnyx"),
            change="delete",
            event="e-2",
            fields=(OutsideField(path="name", before="Main", after=None),),
        ),
    ),
    commits={name: changed(LINE, commit=name) for name in (_SECOND.commit, _FIRST.commit) if name},
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
ROTATION = RotationReport(
    account="default",
    address=Address(PROFILE, "sales"),
    remote_id="id-sales",
    turn=RotationEnd.UNWRITTEN,
    file="secret.txt",
    notes=(ERROR,),
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
    found=(
        Missing(address=Address(SENDER, "acme"), remote=None, source=place(3)),
        Changed(
            address=Address(PROFILE, "support"),
            remote=Remote("id-support"),
            fields=(
                FieldDrift(
                    path=("enabled",),
                    recorded=None,
                    observed=True,
                    desired=False,
                    state=FieldState.CANNOT_TELL,
                    source=place(9),
                ),
            ),
            source=place(6),
        ),
    ),
    unmanaged=(Unmanaged(kind=PROFILE, remote=Remote("id-y"), label="Other"),),
    lists_unmanaged=True,
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
        Variable(
            name="ALPHANUMERIC_SENDER_ID_MAIN_ACME_US_LONG_CODE_FALLBACK",
            address=Address("AlphanumericSenderId", "main-acme"),
            field="us_long_code_fallback",
            remote_id="id-acme",
            what="a phone number",
            value="+1555-never-shown",
            held=Held.DIFFERENT,
        ),
        Variable(
            name="MESSAGING_PROFILE_MAIN_WEBHOOK_FAILOVER_URL",
            address=_MAIN,
            field="webhook_failover_url",
            remote_id="id-main",
            what="an address with a password or a token in it",
            value="https://b.example/?token=never-shown",
            held=Held.SAME,
        ),
    ),
    diagnostics=(WARNING,),
    recorded=41,
)
EXPORT_MERGED = ExportReport(account="default", recorded=0)
SEVERAL = {
    "plan-accounts": Several(
        (
            AccountEnd(account="dev", code=ExitCode.CHANGES, told=PLAN),
            AccountEnd(account="empty", code=ExitCode.OK, told=EMPTY),
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
    "doctor-accounts": Several(
        (
            AccountEnd(account="dev", code=ExitCode.ERROR, told=CHECKUP),
            AccountEnd(account="new", code=ExitCode.OK, told=Checkup(account="new", checks=CHECKUP.checks[:2])),
            AccountEnd(account="nobody", code=ExitCode.USAGE, told=CHECKUP_FAILED, failure=FAILURE),
        )
    ),
    "diagnostics-accounts": Several(
        (
            AccountEnd(account="dev", code=ExitCode.OK, told=Checked(resources=1, files=2)),
            AccountEnd(account="prod", code=ExitCode.ERROR, told=Checked(diagnostics=(WARNING, ERROR))),
        )
    ),
}
