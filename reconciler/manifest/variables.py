"""The variables of ``reconciler.yaml``: declared once with a type, set by accounts, used as ``${var:name}``.

They are values and nothing else: no expressions, no values made of other values, no defaults where they are used.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.manifest.interpolation import DocumentPath
from reconciler.manifest.places import AnyPlaces
from reconciler.manifest.project_file import AccountBlock, VariableBlock
from reconciler.manifest.wording import error, named, quoted, suggestion
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.source import Source
from reconciler.model.variable import Variable

_WORDS = {"string": "a string", "integer": "a whole number", "number": "a number", "boolean": "true or false"}


def wrong_values(document: Mapping[str, Any], places: AnyPlaces) -> Iterator[Diagnostic]:
    """Values that are not of the declared type, and those of variables that nobody declared.

    Of the document as written: what else is wrong with it hides none of this.
    """
    declared = _mapping(document.get("variables"))
    for name, block in declared.items():
        if "default" in _mapping(block):
            yield from _wrong(name, block, block["default"], places(("variables", name, "default")))
    for account, settings in _mapping(document.get("accounts")).items():
        for name, value in _mapping(_mapping(settings).get("variables")).items():
            path = ("accounts", account, "variables", name)
            if name in declared:
                yield from _wrong(name, declared[name], value, places(path))
            else:
                hint = suggestion(name, declared, "variables") or "declare it under variables, with its type"
                yield error(
                    "unknown-variable", f"no variable {quoted(name)} is declared", places.of_key(path), hint=hint
                )


def declared_variables(blocks: Mapping[str, VariableBlock], places: AnyPlaces) -> dict[str, Variable]:
    """Every variable with its default."""
    return {
        name: Variable(name, block.default, places(("variables", name, "default")))
        if "default" in block.model_fields_set
        else Variable(name, None, places.of_key(("variables", name)))
        for name, block in blocks.items()
    }


def account_variables(
    name: str, block: AccountBlock, declared: Mapping[str, Variable], places: AnyPlaces
) -> dict[str, Variable]:
    """Every variable as an account has it."""
    own = {
        variable: Variable(variable, value, places(("accounts", name, "variables", variable)))
        for variable, value in (block.variables or {}).items()
    }
    return {**declared, **own}


Use = tuple[AnyPlaces, DocumentPath, tuple[Variable, ...]]
"""A scalar of a manifest with the variables that were filled into it."""


def with_origins(findings: Iterable[Diagnostic], uses: Iterable[Use]) -> list[Diagnostic]:
    """The findings; those about a value that holds variables say where these stand."""
    found = list(findings)
    files = {finding.source.file for finding in found if finding.source}
    origins: dict[Source, tuple[Variable, ...]] = {
        places(path): variables for places, path, variables in uses if places(()).file in files
    }
    return [
        _with_origin(finding, origins[finding.source]) if finding.source in origins else finding for finding in found
    ]


def _with_origin(finding: Diagnostic, variables: tuple[Variable, ...]) -> Diagnostic:
    word = "variable" if len(variables) == 1 else "variables"
    told = f"the value comes from {word} {', '.join(map(str, variables))}"
    retyped = finding.code == "wrong-type" and finding.hint
    return replace(
        finding,
        detail=f"{finding.detail}\n{told}" if finding.detail else told,
        hint="declare the variable with another type" if retyped else finding.hint,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _wrong(name: str, block: Any, value: Any, source: Source) -> Iterator[Diagnostic]:
    """What is wrong with a value, where its type is known and it is a scalar at all: the rest is said elsewhere."""
    kind = _mapping(block).get("type")
    if not isinstance(kind, str) or kind not in _WORDS or not isinstance(value, str | int | float):
        return
    if not _fits(kind, value):
        summary = f"the variable {quoted(name)} must be {_WORDS[kind]}, not {named(value)}"
        yield error("wrong-type", summary, source, hint=_retyped(kind, value))
    elif isinstance(value, float) and not math.isfinite(value):
        yield error("invalid-value", f"{quoted(value)} is not a finite number", source)
    elif isinstance(value, str) and "${" in value:
        summary = f"a variable holds a plain value, and {quoted(value)} is not filled in"
        yield error("misplaced-interpolation", summary, source, hint="write ${env:NAME} in the manifest itself")


def _retyped(kind: str, value: Any) -> str:
    if kind == "string":
        return f'quote it: "{quoted(value)}"'
    if not isinstance(value, str):
        return "declare another type, or give another value"
    return "write true or false, without quotes" if kind == "boolean" else "write the number without quotes"


def _fits(kind: str, value: Any) -> bool:
    match value:
        case bool():
            return kind == "boolean"
        case int():
            return kind in ("integer", "number")
        case float():
            return kind == "number"
        case _:
            return kind == "string"
