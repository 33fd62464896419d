"""Why fields of live objects are not in their manifests, for people: one finding for all that share a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from reconciler.export.stating import Withheld
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.listed import listed

LISTED = 5
"""Addresses that one finding names."""

Cases: TypeAlias = dict[tuple[str, str, str], list[tuple[Address, Withheld]]]
"""What is left out, by kind, field and rule."""

_REASONS: Mapping[str, str] = {
    "surrogate": "it holds half a character, which no file can",
    "altered": "a manifest cannot spell it as it is",
}
"""Why a value cannot be stated, where it is not the kind's own rule that says so."""


def why(withheld: Withheld) -> str:
    """The reason, as a part of a sentence."""
    reason = _REASONS.get(withheld.rule) or f"its value breaks the rule {withheld.rule}"
    return f"{reason} ({withheld.hint})" if withheld.hint else reason


def left_out(cases: Cases) -> Iterator[Diagnostic]:
    """A finding for each field and rule of a kind, with the first addresses. One object alone keeps its address."""
    for (kind, field, _), found in cases.items():
        address, first = found[0]
        summary, detail, alone = f"{field} is left out: {why(first)}", "", len(found) == 1
        if not alone:
            alike = {each.hint for _, each in found} == {first.hint}
            reason = why(first if alike else replace(first, hint=""))
            summary, detail = f"{field} of {len(found)} objects of kind {kind} is left out: {reason}", _listed(found)
        yield Diagnostic(
            code="field-left-out",
            severity=Severity.WARNING,
            summary=summary,
            detail=detail,
            hint="it stays as it is in the account; to manage it, write a value that a manifest may hold",
            address=address if alone else None,
        )


def _listed(found: list[tuple[Address, Withheld]]) -> str:
    return listed(sorted(str(address) for address, _ in found), LISTED)
