"""Plans, reports and findings built by hand: one of everything that is shown."""

from __future__ import annotations

import dataclasses
from datetime import date

from reconciler.errors import Invalid, Problem
from reconciler.model.address import Address
from reconciler.model.attribution import (
    Attributions,
    Author,
    Blamed,
    Known,
    NotBlamed,
    Ours,
    Told,
    Unattributed,
    Why,
)
from reconciler.model.consequence import Consequence, Sort
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import (
    Changed,
    DriftReport,
    FieldDrift,
    FieldState,
    Ignored,
    Missing,
    Unlisted,
    Unmanaged,
    Unrecorded,
)
from reconciler.model.drift_rule import IgnoreRule
from reconciler.model.events import Applied, Began, Blocked, Event, Failed, Observing, Report, Settling, Stopped
from reconciler.model.history import Actor
from reconciler.model.impact import Impact, Touched, Traffic
from reconciler.model.kind import Attached
from reconciler.model.observed import Remote
from reconciler.model.plan import (
    SENSITIVE,
    Change,
    EndpointRequests,
    Forget,
    Move,
    Noop,
    Plan,
    Protected,
    Record,
    Requests,
)
from reconciler.model.reference import Unknown
from reconciler.model.source import Source

from .changes import PROFILE, RESPONSE, SENDER, adopt, create, delete, diff, existing, place, replace, update

STOP_TEXT = "Acme: you will receive no more messages. Reply START to rejoin, or write to help@acme.example."


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
    Move(**existing(PROFILE, "sales", "renamed"), moved_from=Address(PROFILE, "sales-eu")),
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
    Record(**existing(SENDER, "stale", "ledger-outdated")),
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
    requests=Requests(
        reads=4,
        writes=8,
        estimated_seconds=14.2,
        rate=9.5,
        per_endpoint=(
            EndpointRequests("GET /messaging_profiles", made=4, planned=8),
            EndpointRequests("GET /messaging_profiles/{}/autoresp_configs", planned=2),
            EndpointRequests("PATCH /messaging_profiles/{}", planned=120),
            EndpointRequests("POST /alphanumeric_sender_ids", planned=1),
        ),
    ),
    consequences={
        Address(RESPONSE, "support-stop"): (Consequence(Sort.COST, "every reply is billed"),),
        Address(RESPONSE, "old-help"): (Consequence(Sort.IRREVERSIBLE, "what it answered is lost"),),
    },
    impact={
        Address(RESPONSE, "old-help"): Impact(unknown=("phone numbers", "traffic")),
        Address(PROFILE, "support"): Impact(
            touched=(
                Touched("phone number", 1204, ("+15550100", "+15550101", "+15550102")),
                Touched("short code", 1, ("12345",)),
            ),
            traffic=Traffic(48210, 1),
        ),
        Address(SENDER, "acme"): Impact(
            touched=(Touched("sender ID", 1, (SENSITIVE,)),),
            opt_outs=12,
            traffic=Traffic(1, 0, shared=True),
            unknown=("hosted numbers",),
        ),
        Address(PROFILE, "legacy"): Impact(traffic=Traffic(0, 0)),
    },
)
_HOOK = diff("webhook_url", "https://old.example/hook", "https://new.example/hook")
WIDE_NAMES = dataclasses.replace(
    PLAN,
    changes=(
        *CHANGES,
        update(PROFILE, "重要なお知らせ", _HOOK),
        *(update(RESPONSE, f"région-{n:02}-cafe\u0301", _HOOK) for n in range(14)),
    ),
)
"""As ``PLAN``, with names that are wider or narrower than they are long, and changes that are alike."""
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
TAKEN_OFF = (
    Attached("HostedNumber", "1", "+15550200001"),
    *(Attached("PhoneNumberMessaging", str(number), f"+1555010{number:04}") for number in range(12)),
    Attached("ShortCode", "2", SENSITIVE),
)
UNASSIGNING = Plan(
    account="default",
    project="default",
    changes=(delete(PROFILE, "support", diff("name", "Support", None)), delete(PROFILE, "idle")),
    fingerprint="sha256:5f2c",
    requests=Requests(reads=9, writes=16),
    unassigned={Address(PROFILE, "support"): TAKEN_OFF},
    impact={Address(PROFILE, "support"): Impact(opt_outs=412)},
)
"""Each number by name, however many they are."""
EMPTY = Plan(account="default", project="default", changes=CHANGES[-2:])

ANNA = Known(
    author=Author(role="organization_member", user_id="6f1b3a52-0000-4000-8000-000000000001", name="Anna Ek"),
    when="2026-03-01T08:00:00Z",
    event="e-1",
)
LINE = Blamed(
    commit="0123456789abcdef0123456789abcdef01234567",
    author="Bob",
    when="2026-02-01T08:00:00Z",
    summary="move the hook",
)
RULE = IgnoreRule(
    reason="the pilot is run by hand",
    source=Source("reconciler.yaml", 8, 7),
    address="*/id-z",
    expires=date(2027, 3, 1),
)
DRIFT = DriftReport(
    account="default",
    found=(
        Missing(address=Address(SENDER, "acme"), remote=Remote("id-acme")),
        Changed(
            address=Address(PROFILE, "support"),
            remote=Remote("id-support"),
            fields=(
                FieldDrift(
                    path=("webhook_url",),
                    recorded="https://a.example",
                    observed="https://evil.example",
                    desired="https://a.example",
                    source=place(15),
                ),
                FieldDrift(
                    path=("webhook_failover_url",), recorded="a", observed="b", state=FieldState.BOTH, sensitive=True
                ),
                FieldDrift(
                    path=("daily_spend_limit",),
                    recorded="10",
                    observed="10",
                    desired="20",
                    state=FieldState.UNAPPLIED,
                    source=place(17),
                ),
                FieldDrift(
                    path=("whitelisted_destinations",),
                    recorded=["US"],
                    observed=[f"{first}{second}" for first in "ABC" for second in "DEFGHIJ"],
                    desired=["CA", "US"],
                    state=FieldState.BOTH,
                    source=place(18),
                ),
                FieldDrift(path=("enabled",), recorded=True, observed=False),
                FieldDrift(path=("mobile_only",), recorded=False, observed=True),
            ),
            source=place(15),
        ),
    ),
    unapplied=(
        Changed(
            address=Address(PROFILE, "alerts"),
            remote=Remote("id-alerts"),
            fields=(
                FieldDrift(path=("enabled",), recorded=True, observed=True, desired=False, state=FieldState.UNAPPLIED),
            ),
            source=place(30),
        ),
    ),
    unrecorded=(Unrecorded(address=Address(PROFILE, "new"), source=place(40)),),
    ignored=(
        Ignored(what=Unmanaged(kind=RESPONSE, remote=Remote("id-z", "id-support"), label="info HELP"), rule=RULE),
        Ignored(what=Missing(address=Address(SENDER, "old"), remote=Remote("id-old")), rule=RULE),
        Ignored(
            what=Changed(
                address=Address(PROFILE, "support"),
                remote=Remote("id-support"),
                fields=(FieldDrift(path=("name",), recorded="a", observed="b"),),
            ),
            rule=IgnoreRule(reason="renamed by `sales`", source=Source("reconciler.yaml", 3, 7), field="name"),
        ),
    ),
    attributions=Attributions(
        {
            (Address(SENDER, "acme"), None): Told(Unattributed(Why.NOT_REACHED), NotBlamed.SHALLOW),
            (Address(PROFILE, "support"), ("webhook_url",)): Told(ANNA, LINE),
            (Address(PROFILE, "support"), ("webhook_failover_url",)): Told(ANNA, LINE),
            (Address(PROFILE, "support"), ("enabled",)): Told(
                Ours(
                    actor=Actor(name="ci"),
                    when="2026-02-28T09:00:01Z",
                    event="e-2",
                    started="2026-02-28T09:00:00.000000Z",
                    command="reconciler apply",
                    commit="fedcba98765432100123456789abcdef01234567",
                ),
                NotBlamed.NO_REPOSITORY,
            ),
            (Address(PROFILE, "support"), ("mobile_only",)): Told(
                Known(author=Author(role="telnyx"), when="later", event="e-3")
            ),
        }
    ),
    counted_unmanaged=(Unmanaged(kind=RESPONSE, remote=Remote("id-x", "id-support"), label="info HELP"),),
    unmanaged=(Unmanaged(kind=PROFILE, remote=Remote("id-y"), label="Other"),),
    not_looked_at=("RcsAgent", "HostedNumberOrder"),
    unlisted=(Unlisted(kind=RESPONSE, parent_kind=PROFILE, parents=("id-y",)),),
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

EVENTS: tuple[Event, ...] = (
    Observing("checking"),
    Began(CHANGES[1], 1, 6),
    Began(CHANGES[2], 2, 6),
    Applied(CHANGES[2]),
    Settling((CHANGES[1].address,), 9.5),
    *(outcome for outcome in REPORT.outcomes if outcome.change is not CHANGES[2]),
)

FAILURE = (ERROR,)
