"""``doctor``: is everything around the manifests in order? Reads only, and what cannot be read is a finding."""

from __future__ import annotations

from dataclasses import replace

from reconciler.api import RetryPolicy, Target, connect
from reconciler.checks import checks
from reconciler.checks.check import Heard, Look, Scope
from reconciler.checks.running import examine, unasked
from reconciler.errors import LedgerError, UsageError
from reconciler.model.checkup import Checkup, Condition, Examined, by_severity, outcome_of
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.ledger import Header, Ledger
from reconciler.model.sent import Sent
from reconciler.render.failure import findings_of
from reconciler.transport.base_url import check_base_url
from reconciler.transport.reach import Reacher
from reconciler.workflow.connecting import endpoint, target
from reconciler.workflow.looking import same_account
from reconciler.workflow.request import DoctorRequest
from reconciler.workflow.setting import Setting

PATIENCE = RetryPolicy(attempts=3, deadline=30.0)
"""What fails thrice is worth telling: nobody waits two minutes for a list of what is wrong."""


async def doctor(setting: Setting, request: DoctorRequest) -> Checkup:
    """Every check. Raises UsageError where the built-in sandbox cannot run."""
    header, scope, ledger = await _ledger(setting, everything=request.unmanaged)
    whole = Checkup(account=setting.account.name)
    try:
        goal = target(setting)
    except UsageError as error:
        if setting.is_sandbox:
            raise
        wrong = _wrong("key", "there is none that can be used", "doctor-no-key", error)
        others = unasked((check for check in checks() if check.name != wrong.name), "there is no key")
        return replace(whole, checks=(wrong, *others, ledger))
    try:
        address, local = address_of(goal)
    except UsageError as error:
        wrong = _wrong("endpoint", "cannot be used", "doctor-endpoint", error)
        return replace(whole, checks=(wrong, *unasked(checks(), "there is nowhere to ask"), ledger))
    heard: list[Heard] = []

    def hear(sent: Sent) -> None:
        goal.observer(sent)
        heard.append(Heard(sent, setting.around.now().timestamp()))

    async with connect(replace(goal, observer=hear, policy=PATIENCE)) as session:
        look = Look(
            session=session,
            kinds=setting.kinds,
            scope=scope,
            heard=heard,
            reach=Reacher(private=local) if request.probe else None,
            local=local,
            rate=setting.account.rate,
            variable=setting.account.key_variable,
            well_formed=_looks_right(setting),
            same_account=lambda organization: same_account(header, endpoint(setting), organization),
            account=setting.account.name,
        )
        found = await examine(checks(), look)
    # Only now: an address that is refused may hold a secret.
    told = Examined(name="endpoint", summary=address)
    return replace(whole, endpoint=endpoint(setting), checks=(told, *found, ledger))


async def _ledger(setting: Setting, *, everything: bool) -> tuple[Header, Scope, Examined]:
    """Whose account it should be, what is ours, and whether that can be read. Without it all objects are judged."""
    try:
        snapshot = await setting.ledger.snapshot()
    except LedgerError as error:
        failed = Examined(
            name="ledger",
            summary=f"cannot be used: {setting.ledger.where}",
            outcome=Condition.ERROR,
            findings=tuple(findings_of(error)),
        )
        return Ledger().header, Scope(everything=True), failed
    entries = snapshot.ledger.entries
    recorded = {entry.remote.id: address for address, entry in entries.items()}
    told = f"{len(entries)} objects are recorded in {setting.ledger.where}"
    return (
        snapshot.ledger.header,
        Scope(recorded, everything),
        Examined(
            name="ledger",
            summary=told,
            outcome=outcome_of(snapshot.notes, known=True),
            findings=by_severity(snapshot.notes),
        ),
    )


def address_of(goal: Target) -> tuple[str, bool]:
    """Where requests go, and whether that is this machine. Raises UsageError."""
    if not isinstance(goal.destination, str):
        return "the sandbox in this process", True
    base = check_base_url(goal.destination, variable=goal.base_url_variable)
    return base.url, base.loopback


def _looks_right(setting: Setting) -> bool:
    """Whether the key has the shape of Telnyx's keys (guide §18.1)."""
    key = setting.around.environment.get(setting.account.key_variable, "")
    return key.startswith("KEY") and "_" in key


def _wrong(name: str, summary: str, code: str, error: UsageError) -> Examined:
    """A check that found what makes all the others impossible."""
    finding = Diagnostic(code=code, severity=Severity.ERROR, summary=error.summary, hint=error.hint)
    return Examined(name=name, summary=summary, outcome=Condition.ERROR, findings=(finding,))
