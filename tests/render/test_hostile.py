"""Names that others chose do nothing but show, in every format and every place where one can stand."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace as changed

import pytest
from hypothesis import given, strategies as st

from reconciler.errors import Invalid, ReconcilerError
from reconciler.model.address import Address
from reconciler.model.adoption import Adopted, Adoption
from reconciler.model.attribution import (
    Attributions,
    Author,
    Blamed,
    Known,
    Ours,
    OutsideChange,
    OutsideField,
    Told,
)
from reconciler.model.checkup import Checkup, Condition, Examined
from reconciler.model.codes import CodeEnd, CodesReport, CodeStatus
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import Changed, DriftReport, FieldDrift, Missing, Unmanaged
from reconciler.model.events import Applied, Blocked, Failed, Observing, Outcome, Report, Settling, Stopped
from reconciler.model.exported import ExportReport, Variable, Writing, WrittenFile
from reconciler.model.history import (
    Actor,
    ChangeEnded,
    Ending,
    FieldChange,
    HistoryLine,
    HistoryReport,
    Lift,
    PlannedChange,
    RunBegun,
    RunEnded,
    past_runs,
)
from reconciler.model.impact import Impact, Touched, Traffic
from reconciler.model.inventory import EntryReport, Inventory
from reconciler.model.kind import Attached
from reconciler.model.ledger import Entry, Intent, IntentKind
from reconciler.model.observed import Remote
from reconciler.model.plan import Action, Move, Plan
from reconciler.model.reference import Unknown
from reconciler.model.rehearsal import Cost, Crash, NextApply, Rehearsal
from reconciler.model.rotation import RotationReport
from reconciler.model.source import Source
from reconciler.model.standing import Awaiting, Missed, Moved, Part, Stage, Standing, Turn, Underway
from reconciler.model.status import Holder, Status
from reconciler.render.escape import code, fenced, json_text, shown, visible
from reconciler.render.events import event_line
from reconciler.render.format import formats, shows_nothing
from reconciler.render.progress import progress
from reconciler.render.text.underway import heard_words

from .changes import PROFILE, create, delete, desired, diff, entry, replace, update

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "\u202egpj.exe",
    "\u2066hidden\u2069",
    "a\nPlan: 0 to delete.",
    "a\r\x08b",
    "\u2028line\x85line",
    "x\x00y",
    "\ud800",
    "\U000e0041tag",
    "::error file=a::forged",
    "a\n::add-mask::x",
    "##[error]forged",
    "| a | b |",
    "`code` ``` fence",
    "\\| pipe \\\\| pipe",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[link](javascript:alert(1)) ![i](http://evil/x.png)",
    "**bold** _it_ # head > quote - list 1. list",
    "@everyone #123 https://evil.example www.evil.example",
    "&lt;b&gt; &#x202e;",
    "[bold red]rich[/]",
    "x" * 5000,
)

FORMATS = [format_ for format_ in formats().values() if format_.plan is not shows_nothing]
"""Those that show a plan."""

OURS = re.compile(r"::(error|warning|notice) ((file|line|col|title)=[^:,]*,?)+::.*")
"""A command that annotates: nothing in its properties ends them."""


def place(name: str) -> Source:
    """A file of that name."""
    return Source(name, 1, 1)


def plan_of(name: str) -> Plan:
    """A plan in which everything is called ``name``."""
    fields = (diff("name", name, name + "2", added=(name,), removed=(name,), source=place(name)),)
    changes = (
        create(PROFILE, name, diff("name", None, name), diff(name, None, {name: [name]}), source=place(name)),
        update(PROFILE, name, *fields, blocked_by=name),
        replace(PROFILE, name, diff("name", name, name, forces_replace=True)),
        delete(PROFILE, name, diff("resp_text", name, None), reason=name),
        Move(
            address=Address(PROFILE, name),
            reason="renamed",
            desired=desired(Address(PROFILE, name)),
            remote=Remote(name),
            digest="",
            entry=entry(Address(PROFILE, name), name),
            moved_from=Address(PROFILE, name),
        ),
    )
    return Plan(
        account=name,
        project=name,
        changes=changes,
        diagnostics=(finding(name),),
        lifted=(name,),
        fingerprint=name,
        unassigned={Address(PROFILE, name): (Attached(name, name, name),)},
        impact={
            Address(PROFILE, name): Impact(
                touched=(Touched(name, 2, (name,)), Touched("phone number", 1, (name, name))),
                opt_outs=1,
                traffic=Traffic(1, 1),
                unknown=(name, "traffic"),
            )
        },
    )


def finding(name: str) -> Diagnostic:
    """A finding about ``name``."""
    return Diagnostic(
        code=name, severity=Severity.ERROR, summary=name, detail=name, hint=name, source=place(name or "f")
    )


def outcomes_of(name: str) -> tuple[Outcome, ...]:
    """Every way to end, for ``name``."""
    change = create(PROFILE, name)
    error = Invalid(name, request=f"POST /{name}", status=422, request_id=name, hint=name)
    return (
        Applied(change, (finding(name),)),
        Failed(change, error),
        Failed(replace(PROFILE, name), error, written=True, notes=(finding(name),)),
        Blocked(change, Address(PROFILE, name)),
        Stopped(change),
    )


def drift_of(name: str) -> DriftReport:
    """Drift in which everything is called ``name``."""
    address = Address(PROFILE, name)
    field = FieldDrift(path=(name,), recorded=name, observed=name)
    line = Blamed(commit=name, author=name, when=name, summary=name)
    known = Known(author=Author(role=name, user_id=name, name=name), when=name, event=name)
    ours = Ours(actor=Actor(name=name), when=name, event=name, started=name, command=name, commit=name)
    return DriftReport(
        attributions=Attributions({(address, None): Told(ours, line), (address, field.path): Told(known, line)}),
        account=name,
        found=(
            Missing(address=address, remote=Remote(name)),
            Changed(address=address, remote=Remote(name), fields=(field,), source=place(name)),
        ),
        counted_unmanaged=(Unmanaged(kind=name, remote=Remote(name), label=name),),
        unmanaged=(Unmanaged(kind=name, remote=Remote(name), label=name),),
        not_looked_at=(name,),
        diagnostics=(finding(name),),
    )


def status_of(name: str) -> Status:
    """A status in which everything is called ``name``."""
    return Status(
        account=name,
        ledger=name,
        endpoint=name,
        organization_id=name,
        holder=Holder(1, name, name, name, name),
        last_run={"command": name, "finished": name, "outcomes": {name: 1}},
        intents=(Intent(address=Address(PROFILE, name), action=IntentKind.CREATE, remote=Remote(name)),),
        recorded={name: 1},
        underway=tuple(underway_of(name, turn) for turn in Turn),
        notices=(finding(name),),
    )


def underway_of(name: str, turn: Turn) -> Underway:
    """Something that takes days, likewise."""
    standing = Standing(
        what=name,
        status=name,
        turn=turn,
        words=name,
        reason=name,
        hint=name,
        waits_for=name,
        usual=name,
        parts=(Part(name, name, turn, name),),
    )
    return Underway(
        address=Address(PROFILE, name),
        remote_id=name,
        standing=standing,
        commands=(name,),
        history=(Stage(name, name, name),),
    )


def codes_of(name: str) -> CodesReport:
    """Codes that were sent, likewise."""
    ends = (CodeEnd(name, CodeStatus.NOT_SENT, name),)
    return CodesReport(
        account=name, address=Address(PROFILE, name), ends=ends, commands=(name,), notes=(finding(name),)
    )


def heard_of(name: str) -> str:
    """What is told while something is waited for, likewise."""
    thing = underway_of(name, Turn.TELNYX)
    before = changed(thing.standing, parts=(Part(name, "before", Turn.TELNYX),))
    heard = (
        Awaiting([thing]),
        Moved(changed(thing.standing, status="before"), thing),
        Moved(before, thing),
        Missed(ReconcilerError(name), 1.0),
    )
    return "".join(f"{heard_words(each)}\n" for each in heard)


def checkup_of(name: str) -> Checkup:
    """A checkup in which everything is called ``name``."""
    about = finding(name)
    checks = [
        Examined(name=name, summary=name, outcome=outcome, findings=(about, changed(about, source=None)))
        for outcome in Condition
    ]
    return Checkup(account=name, endpoint=name, checks=tuple(checks), diagnostics=(about,))


def history_of(name: str) -> HistoryReport:
    """A history in which everything is called ``name``."""
    address = Address(PROFILE, name)
    fields = (FieldChange(path=name, before=name, after=name), FieldChange(path=name, before=1, after=Unknown(address)))
    planned = PlannedChange(address=address, action=Action.UPDATE, remote_id=name, moved_from=address, fields=fields)
    begun = RunBegun(
        run=name,
        started=name,
        command=name,
        tool=name,
        actor=Actor(name=name, system=name, run=name),
        commit=name or "c",
        dirty=True,
        plan_saved=name,
        fingerprint=name or "f",
        lifted=(Lift(guard=name, by=name),),
        changes=(planned,),
    )
    failed = ChangeEnded(address=address, ending=Ending.FAILED, remote_id=name, written=True, error=name)
    lines: list[HistoryLine] = [
        begun,
        RunEnded(run=name, finished=name, changes=(failed,)),
        changed(begun, run=f"{name}2"),
    ]
    outside = OutsideChange(
        address=address,
        remote_id=name,
        when=name,
        author=Author(role=name, user_id=name, name=name),
        change=name,
        event=name,
        fields=(OutsideField(path=name, before=name, after=[name]),),
        others=(name,),
    )
    return HistoryReport(
        account=name,
        address=address,
        field=name,
        runs=past_runs(lines),
        outside=(outside,),
        commits={name: Blamed(commit=name, author=name, when=name, summary=name)},
        notes=(finding(name),),
    )


def sealed_entry(name: str) -> Entry:
    """An entry in which everything is called ``name``, with a secret."""
    return changed(
        entry(Address(PROFILE, name), name),
        remote=Remote(name, name),
        project=name,
        file=name,
        applied={name: name, "s": f"hmac:{name}"},
        answered={name: [name], "only": name},
        secrets=("s",),
        references=(Address(PROFILE, name),),
    )


def inventory_of(name: str) -> Inventory:
    """A list in which everything is called ``name``."""
    return Inventory(
        account=name,
        ledger=name,
        entries=(sealed_entry(name),),
        intents=status_of(name).intents,
        notes=(finding(name),),
    )


def adoption_of(name: str) -> Adoption:
    """An adoption, likewise."""
    address = Address(PROFILE, name)
    adopted = (Adopted(address, name, (name,)),)
    return Adoption(account=name, adopted=adopted, already=(address,), absent=(address,), notes=(finding(name),))


def recorded_of(name: str) -> EntryReport:
    """One address, likewise."""
    return EntryReport(
        account=name, ledger=name, entry=sealed_entry(name), intent=status_of(name).intents[0], notes=(finding(name),)
    )


def rehearsal_of(name: str) -> Rehearsal:
    """A rehearsal in which everything is called ``name``."""
    after = NextApply(converges=False, cost=Cost(), reasons=(finding(name),))
    ours = (Address(PROFILE, name),)
    crash = Crash(after_writes=1, writes=1, missing=ours, unrecorded=ours, done=ours, not_done=ours, next_apply=after)
    report = Report(outcomes_of(name))
    return Rehearsal(account=name, fingerprint=name, faults=name, report=report, crash=crash, next_apply=after)


def export_of(name: str) -> ExportReport:
    """An export in which everything is called ``name``."""
    variable = Variable(
        name=name, address=Address(PROFILE, name), field=name, remote_id=name, what=name, value="never-shown"
    )
    files = (WrittenFile(path=name, writing=Writing.WRITTEN, manifests=1),)
    return ExportReport(account=name, files=files, variables=(variable,), diagnostics=(finding(name),), recorded=1)


def all_texts(name: str) -> dict[str, str]:
    """Everything that can be shown, of things called ``name``."""
    found = {}
    for key, format_ in formats().items():
        found[f"{key} plan"] = format_.plan(plan_of(name))
        found[f"{key} diagnostics"] = format_.diagnostics([finding(name)])
        found[f"{key} drift"] = format_.drift(drift_of(name))
        found[f"{key} result"] = format_.result(
            Report(outcomes_of(name)), account=name, next_command=name, diagnostics=[finding(name)]
        )
        if format_.status is not None:
            found[f"{key} status"] = format_.status(status_of(name))
        found[f"{key} checkup"] = format_.checkup(checkup_of(name))
        if format_.history is not None:
            found[f"{key} history"] = format_.history(history_of(name)) + format_.history(
                changed(history_of(name), address=None)
            )
        if format_.inventory is not None:
            found[f"{key} inventory"] = format_.inventory(inventory_of(name))
        if format_.adoption is not None:
            found[f"{key} codes"] = format_.codes(codes_of(name))
            found[f"{key} adoption"] = format_.adoption(adoption_of(name))
        found[f"{key} rotation"] = format_.rotation(
            RotationReport(account=name, address=Address(PROFILE, name), file=name, notes=(finding(name),))
        )
        if format_.entry is not None:
            found[f"{key} entry"] = format_.entry(recorded_of(name))
        if format_.export is not None:
            found[f"{key} export"] = format_.export(export_of(name))
        if format_.rehearsal is not None:
            found[f"{key} rehearsal"] = format_.rehearsal(rehearsal_of(name), diagnostics=[finding(name)])
    events = (Observing(name), Settling((Address(PROFILE, name),), 1.0), *outcomes_of(name))
    found["events"] = "".join(map(event_line, events))
    stream = io.StringIO()
    emit = progress(stream).of()
    for event in events:
        emit(event)
    found["progress"] = stream.getvalue()
    found["heard"] = heard_of(name)
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_invisible_and_no_command_gets_out(name: str) -> None:
    """Every character shows, and no line obeys a CI system's syntax."""
    for where, text in all_texts(name).items():
        assert text.replace("\n", "").isprintable(), where
        text.encode("utf-8")
        for line in text.split("\n"):
            ours = where.startswith("github ") and OURS.fullmatch(line)
            assert ours or not line.lstrip().startswith("::"), where
            assert "##[" not in line, where


@pytest.mark.parametrize("name", [name for name in HOSTILE if "\n" in name])
def test_names_make_no_lines(name: str) -> None:
    """A newline in a name is shown, not obeyed. Findings are left out: a detail of ours may have several lines."""
    for format_ in FORMATS:
        forged, plain = (
            format_.plan(changed(plan_of(text), diagnostics=())) for text in (name, name.replace("\n", "__"))
        )
        assert forged.count("\n") == plain.count("\n")


@pytest.mark.parametrize("name", HOSTILE)
def test_json_carries_the_very_value(name: str) -> None:
    """Harmless to a terminal, exact for a parser."""
    document = json.loads(formats()["json"].plan(plan_of(name)))
    assert document["changes"][0]["name"] == name
    assert document["changes"][0]["diffs"][1]["after"] == {name: [name]}


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_json_text_is_exact_and_visible(value: str) -> None:
    """For every string there is, lone surrogates included."""
    text = json_text(value)
    assert text.isprintable()
    assert json.loads(text) == json.loads(json.dumps(value))


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_visible_is_one_printable_line(value: str) -> None:
    """For every string there is."""
    assert visible(value).isprintable()


@given(st.text(alphabet='`|\\<>&*_[]()! \nab"', max_size=20))
def test_markdown_cells_hold_no_markup(value: str) -> None:
    """Outside of a code span without backticks, pipes and backslashes there is only HTML made of entities."""
    cell = code(shown(value))
    if cell.startswith("`"):
        assert not set(cell[1:-1]) & set("`|\\")
    else:
        inner = cell.removeprefix("<code>").removesuffix("</code>")
        assert re.fullmatch(r"(?:[\w ]|&#\d+;)*", inner)


@given(st.text(alphabet="`ab\n ", max_size=40))
def test_fences_cannot_be_closed_from_inside(value: str) -> None:
    """The fence is longer than any run of backticks in the text."""
    fence, *inner = fenced(value).split("\n")
    marks = fence.removesuffix("text")
    assert marks not in "\n".join(inner[:-1])
    assert inner[-1] == marks


def test_long_names_are_shown_in_full() -> None:
    """A name is what tells two objects apart: it is never shortened, in any format."""
    name = "n" * 5000
    for format_ in FORMATS:
        assert name in format_.plan(plan_of(name))
