"""Annotations: what GitHub reads of them, on which lines they stand, and what becomes of those that are too many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace as changed

import pytest
from hypothesis import given, strategies as st

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.drift import Changed, DriftReport, FieldDrift, FieldState, Missing
from reconciler.model.impact import Impact
from reconciler.model.observed import Remote
from reconciler.model.plan import Change, Plan
from reconciler.model.source import Source
from reconciler.render.github import FORMAT
from reconciler.render.github.annotation import LONGEST, MOST
from reconciler.render.view import Checkout, View

from .changes import PROFILE, RESPONSE, create, delete, diff, replace, update

_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True)
class Read:
    """A command as the runner takes it apart."""

    level: str
    properties: dict[str, str]
    message: str


def _unescaped(text: str, rules: Iterable[tuple[str, str]]) -> str:
    for escaped, plain in rules:
        text = text.replace(escaped, plain)
    return text


def read(text: str) -> list[Read]:
    """As ``ActionCommand.TryParseV2`` of the runner does it: trim, ``::``, name, properties, ``::``, data."""
    found = []
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped.startswith("::") or "::" not in stripped[2:]:
            continue
        head, _, data = stripped[2:].partition("::")
        level, _, properties = head.partition(" ")
        pairs = [each.split("=", 1) for each in properties.split(",") if "=" in each]
        found.append(Read(level, {k: _unescaped(v, _PROPERTY) for k, v in pairs}, _unescaped(data, _DATA)))
    return found


def plan(*changes: Change, findings: Iterable[Diagnostic] = ()) -> Plan:
    """A plan of these."""
    return Plan(account="a", project="p", changes=changes, diagnostics=tuple(findings))


def error(number: int) -> Diagnostic:
    """One of many findings."""
    return Diagnostic(
        code="unknown-field",
        severity=Severity.ERROR,
        summary=f"no field number {number:03}",
        source=Source("a.yaml", number),
    )


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Cn", "Co"])))
def test_what_is_written_is_what_github_reads(text: str) -> None:
    """Per cent signs, colons and commas survive in a title, a path and a message."""
    finding = Diagnostic(
        code=f"c{text}", severity=Severity.WARNING, summary=f"s{text}", source=Source(f"f{text}", 3, 4)
    )
    source = changed(finding.source or Source(""), file=f"f{text.replace('/', '')}")
    [found] = read(FORMAT.diagnostics([changed(finding, source=source)]))
    assert found.message == f"s{text}"
    assert found.properties == {"title": f"c{text}", "file": source.file, "line": "3", "col": "4"}


def test_fields_stand_on_their_lines_and_removals_on_the_manifest() -> None:
    """A reviewer sees beside the line what it does; what destroys something is a warning."""
    text = FORMAT.plan(
        plan(
            update(PROFILE, "a", diff("webhook_url", "x", "y", source=Source("a.yaml", 9, 3))),
            replace(PROFILE, "b", diff("name", "x", "y", source=Source("a.yaml", 29))),
            delete(PROFILE, "c", diff("name", "x", None)),
        )
    )
    found = [(one.level, one.properties.get("line"), one.properties["title"]) for one in read(text)]
    assert found == [
        ("warning", "14", "replace MessagingProfile/b"),
        ("warning", None, "delete MessagingProfile/c"),
        ("notice", "9", "update MessagingProfile/a"),
    ]


def test_fields_that_a_guard_is_about_are_warnings_on_their_lines() -> None:
    """Whether it blocks them or was lifted."""
    spend = diff("daily_spend_limit", "1", "2", source=Source("a.yaml", 5))
    lifted = Diagnostic(
        code="spend-limit-raised", severity=Severity.WARNING, summary="raised", address=update(PROFILE, "b").address
    )
    text = FORMAT.plan(
        plan(
            update(PROFILE, "a", spend, blocked_by="spend-limit-raised"), update(PROFILE, "b", spend), findings=[lifted]
        )
    )
    assert [one.level for one in read(text) if one.properties.get("line") == "5"] == ["warning", "warning"]
    assert "blocked by spend-limit-raised" in text


def test_drift_warns_on_the_line_of_each_field() -> None:
    """And on the manifest of what is gone."""
    address = create(PROFILE, "a").address
    field = FieldDrift(path=("webhook_url",), recorded="x", observed="y", source=Source("a.yaml", 7))
    report = DriftReport(
        account="a",
        found=(
            Changed(
                address=address,
                remote=Remote("i"),
                fields=(field, changed(field, source=None)),
                source=Source("a.yaml", 2),
            ),
            Missing(address=address, remote=None, source=Source("a.yaml", 3)),
        ),
    )
    found = read(FORMAT.drift(report))
    assert [(one.level, one.properties["line"]) for one in found] == [
        ("warning", "3"),
        ("warning", "7"),
        ("warning", "2"),
    ]
    assert '"x" → "y"' in found[1].message


def test_ten_of_each_level_are_annotated_and_the_rest_is_counted_and_logged() -> None:
    """What GitHub would drop in silence is said to be there, and what matters most is not among it."""
    fields = [update(PROFILE, f"u{n:03}", diff("name", "x", f"y{n:03}")) for n in range(30)]
    reviewed = update(RESPONSE, "stop", diff("resp_text", "old", "new"))
    text = FORMAT.plan(
        plan(*fields, reviewed, delete(PROFILE, "gone"), findings=[error(number) for number in range(1, 26)])
    )
    found = read(text)
    levels = [one.level for one in found]
    assert (levels.count("error"), levels.count("warning"), levels.count("notice")) == (MOST, 1, MOST)
    assert found[MOST].properties["title"] == "delete MessagingProfile/gone"
    assert found[MOST + 1].properties["title"] == "update AutoResponse/stop"
    assert found[-1].properties["title"] == "37 more not shown here"
    assert "15 errors, 22 notices" in found[-1].message
    assert text.rstrip("\n").split("\n")[-1].startswith("::notice title=37 more")
    assert all(text.count(f"no field number {number:03}") == 1 for number in range(1, 26))
    assert all(text.count(f'"y{n:03}"') == 1 for n in range(30))


def test_exactly_ten_need_no_summary() -> None:
    """The tenth is one of them."""
    assert len(read(FORMAT.diagnostics([error(number) for number in range(1, MOST + 1)]))) == MOST
    assert "more not shown" not in FORMAT.diagnostics([error(number) for number in range(1, MOST + 1)])


def test_what_is_too_long_for_an_annotation_is_in_the_log() -> None:
    """GitHub would cut it off: whoever reviews a text must be able to read its end."""
    long = "word " * 1000 + "end"
    text = FORMAT.plan(plan(create(RESPONSE, "stop", diff("resp_text", None, long))))
    [found] = read(text)
    assert len(found.message) == LONGEST
    assert found.message.endswith("(in full in the log of this step)")
    assert [line for line in text.split("\n") if not line.startswith("::") and long in line]


@pytest.mark.parametrize(
    ("folder", "file", "path"),
    [
        ("telnyx", "a.yaml", "telnyx/a.yaml"),
        ("telnyx", "../b.yaml", "b.yaml"),
        (".", "/w/repo/sub/c.yaml", "sub/c.yaml"),
        ("telnyx", "/etc/c.yaml", None),
        ("telnyx", "../../c.yaml", None),
        (".", "<stdin>", None),
    ],
)
def test_files_are_named_from_the_root_of_the_repository(folder: str, file: str, path: str | None) -> None:
    """Wherever the command ran; what is outside of it has no line to stand on, and is named in words."""
    view = View(checkout=Checkout(root="/w/repo", folder=folder))
    [found] = read(FORMAT.diagnostics([changed(error(1), source=Source(file, 4, 2))], view=view))
    assert found.properties.get("file") == path
    assert found.message.startswith(f"{file}:4:2: ") == (path is None)


def test_what_waits_for_an_apply_is_no_warning() -> None:
    """The account is as it was left, and the line says what will come."""
    waiting = FieldDrift(
        path=("a",), recorded=1, observed=1, desired=2, state=FieldState.UNAPPLIED, source=Source("a.yaml", 7)
    )
    one = Changed(address=create(PROFILE, "a").address, remote=Remote("i"), fields=(waiting,))
    [found] = read(FORMAT.drift(DriftReport(account="a", unapplied=(one,))))
    assert (found.level, found.properties["line"]) == ("notice", "7")
    assert found.message.split("\n")[:2] == ["a: 1", "the manifest says 2"]


def test_what_an_update_touches_makes_its_fields_warnings() -> None:
    """Numbers and traffic are what a reviewer must know of."""
    change = update(PROFILE, "a", diff("webhook_url", "x", "y"))
    text = FORMAT.plan(changed(plan(change), impact={change.address: Impact(opt_outs=12)}))
    [found] = read(text)
    assert found.level == "warning"
    assert "touches 12 opt-outs stranded" in found.message
