"""SARIF 2.1.0: the findings of ``validate`` for code scanning and for editors.

One run, whatever the number of accounts: code scanning takes one run of a tool and category from a file. What has no
line in the repository (a missing file, standard input) is a notification of the run, since code scanning refuses
results without a location.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html,
https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reconciler import __version__
from reconciler.model.diagnostic import Diagnostic, Severity, by_place
from reconciler.model.several import Checked, Several
from reconciler.model.source import Source
from reconciler.render.escape import json_text, visible, visible_lines
from reconciler.render.format import Format, shows_nothing
from reconciler.render.page import page_text
from reconciler.render.view import PLAIN, View

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding, and the accounts that it was found for where there are several."""

    finding: Diagnostic
    accounts: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """As SARIF calls it (§3.27.10)."""
        return _LEVELS[self.finding.severity]

    @property
    def properties(self) -> Mapping[str, Any]:
        """What is ours and no part of the standard."""
        return {"properties": {"accounts": list(self.accounts)}} if self.accounts else {}


def _message(finding: Diagnostic, view: View, place: Source | None = None) -> Mapping[str, str]:
    """Plain text. Brackets that would make a link (§3.11.6) are escaped: no link is ours."""
    where = f"{visible(str(place))}: " if place else ""
    lines = [where + visible(finding.summary), *visible_lines(finding.detail), *visible_lines(finding.hint)]
    text = view.checkout.shortened("\n".join(lines))
    if "](" in text:
        text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return {"text": text}


def _rule(code: str, view: View) -> Mapping[str, Any]:
    """What is written about a code."""
    page = view.page_of(code)
    if page is None:
        words = {"text": visible(code).replace("-", " ") or "a finding"}
        return {"id": visible(code), "shortDescription": words, "help": words}
    return {
        "id": code,
        "shortDescription": {"text": page.what},
        "fullDescription": {"text": f"{page.what} {page.why}"},
        "help": {"text": f"{page.why}\n\n{page.next}", "markdown": page_text(page)},
        "defaultConfiguration": {"level": _LEVELS[page.severity]},
    }


def _fingerprint(finding: Diagnostic, path: str) -> str:
    """What a finding is, whichever line it stands on: an edit above it makes no new alert of it."""
    about = [finding.code, path, str(finding.address or ""), finding.summary]
    return hashlib.sha256(json_text(about).encode()).hexdigest()[:16]


def _location(source: Source, path: str) -> Mapping[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(path, errors="surrogatepass"), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": source.line, "startColumn": source.column},
        }
    }


def _log(findings: Iterable[_Found], view: View) -> str:
    results: list[Mapping[str, Any]] = []
    notifications: list[Mapping[str, Any]] = []
    failed = False
    codes: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for found in findings:
        finding, source = found.finding, found.finding.source
        path = view.checkout.path_of(source) if source else None
        if source is None or path is None:
            failed = failed or finding.severity is Severity.ERROR
            about: Mapping[str, Any] = {"descriptor": {"id": visible(finding.code)}}
            notifications.append(
                {**about, "level": found.level, "message": _message(finding, view, source), **found.properties}
            )
            continue
        fingerprint = _fingerprint(finding, path)
        seen[fingerprint] += 1
        results.append(
            {
                "ruleId": visible(finding.code),
                "ruleIndex": codes.setdefault(finding.code, len(codes)),
                "level": found.level,
                "message": _message(finding, view),
                "locations": [_location(source, path)],
                "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}"},
                **found.properties,
            }
        )
    driver = {"name": "reconciler", "semanticVersion": __version__, "rules": [_rule(code, view) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": not failed, "toolExecutionNotifications": notifications}],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def diagnostics(findings: Sequence[Diagnostic], *, view: View = PLAIN) -> str:
    """The findings of one account, or of manifests that are no account's."""
    return _log((_Found(finding) for finding in by_place(findings)), view)


def several(several: Several, *, view: View = PLAIN) -> str:
    """What is wrong for several accounts in the same words at the same place is one result."""
    if not all(isinstance(end.told, Checked) for end in several.ends):
        return shows_nothing()
    accounts: dict[Diagnostic, list[str]] = {finding: [] for finding in several.diagnostics}
    for end in several.ends:
        if isinstance(end.told, Checked):
            for finding in end.told.diagnostics:
                accounts.setdefault(finding, []).append(visible(end.account))
    return _log((_Found(finding, tuple(accounts[finding])) for finding in by_place(accounts)), view)


FORMAT = Format(name="sarif", diagnostics=diagnostics, several=several)
