"""Pydantic's findings in our words: a stable code, the user's value and place, and what to do next.

A kind's own validators raise ``PydanticCustomError(code, message, {"hint": …})``: its type is the code, as it is.
A finding that touches a secret quotes nothing and repeats no validator's words, which may hold the value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core.core_schema import ErrorType

from reconciler.manifest.envelope import API_VERSION, NAME_PATTERN, NAME_RULE
from reconciler.manifest.fields import field_names_at, is_required, reference_paths
from reconciler.manifest.interpolation import DocumentPath
from reconciler.manifest.places import AnyPlaces
from reconciler.manifest.wording import error, named, nearest, quoted, suggestion, visible
from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic

MAX_FINDINGS = 50
"""Findings of one document. Somebody who has more has one problem, not fifty."""

_BUILT_IN = frozenset(get_args(ErrorType))
_EXPECTED = {
    "string_type": "a string",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "decimal_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "is_instance_of": "something else",
}
_SUBJECT = re.compile(r"^(?:String|Input|List|Tuple|Set|Frozenset|Dictionary|Value|Number|Decimal|URL) should ")
_CHOICES = ("literal_error", "enum")
_LISTED = 20
"""Words that a message lists before it stops."""
_NAMES = (("metadata", "name"), ("metadata", "renamed_from"))
_NO_VALUE = "its value is a secret and is not shown"


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that was validated: everything that a finding about it needs to know."""

    model: type[BaseModel]
    value: Any
    places: AnyPlaces
    address: Address | None = None
    secrets: Collection[DocumentPath] = ()
    unfilled: Collection[DocumentPath] = ()


def reworded(problem: ValidationError, checked: Checked) -> Iterator[Diagnostic]:
    """One finding for each thing that is wrong, and one more if there are too many."""
    found = _at_places(problem.errors(include_url=False), checked)
    yield from islice((_finding(item, checked) for item in found), MAX_FINDINGS)
    rest = sum(1 for _ in found)
    if rest:
        summary = f"{rest} more findings in this document"
        yield error("too-many-findings", summary, checked.places(()), address=checked.address)


@dataclass(slots=True)
class _Item:
    """One of pydantic's errors, at a path of the document. ``expected`` joins what the options of a union want."""

    path: DocumentPath
    kind: str
    message: str
    value: Any
    context: dict[str, Any]
    expected: list[str]
    is_key: bool = False


def _at_places(errors: Iterable[Any], checked: Checked) -> Iterator[_Item]:
    """Every error once: what the options of a union each say about one value is one error."""
    options: dict[DocumentPath, _Item] = {}
    references = reference_paths(checked.model)
    for raw in errors:
        path, in_union = _document_path(raw, checked.value, references)
        if path in checked.unfilled:
            continue
        expected = _EXPECTED.get(raw["type"])
        item = _Item(path, raw["type"], raw["msg"], raw["input"], raw.get("ctx") or {}, [expected] if expected else [])
        item.is_key = raw["loc"][-1:] == ("[key]",)
        first = options.setdefault(path, item) if in_union else item
        if first is item:
            yield item
        elif expected and expected not in first.expected:
            first.expected.append(expected)


def _document_path(raw: Any, document: Any, references: Collection[DocumentPath]) -> tuple[DocumentPath, bool]:
    """Where in the document an error is: pydantic's location without the labels of unions."""
    path: list[str | int] = []
    value = document
    in_union = False
    location = raw["loc"]
    skip = False
    for index, step in enumerate(location):
        last = index == len(location) - 1
        if skip:  # the tag of a reference's form
            skip = False
        elif isinstance(value, dict) and step in value:
            path.append(step)
            value = value[step]
            skip = tuple(path) in references
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            path.append(step)
            value = value[step]
        elif last and raw["type"] == "missing":
            path.append(step)
        else:
            in_union = True
    return tuple(path), in_union


def where(path: DocumentPath) -> str:
    """A path as a person writes it; fields of the spec without the word."""
    steps = path[1:] if len(path) > 1 and path[0] == "spec" else path
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{visible(step)}" for step in steps)
    return text.removeprefix(".") or "the document"


def _finding(item: _Item, checked: Checked) -> Diagnostic:
    path, places, address = item.path, checked.places, checked.address
    secret = any(path[: len(s)] == s or s[: len(path)] == path for s in checked.secrets)
    if item.kind == "missing":
        field, owner = str(path[-1]), where(path[:-1])
        hint = f"write apiVersion: {API_VERSION}" if field == "apiVersion" and len(path) == 1 else ""
        return error("missing-field", f'{owner} needs "{field}"', places(path), hint=hint, address=address)
    if item.kind == "extra_forbidden":
        summary = f"unknown field {quoted(str(path[-1]))} in {where(path[:-1])}"
        return error("unknown-field", summary, places.of_key(path), hint=_known_field(path, checked), address=address)
    if secret:
        code, summary, hint = _about_secret(item)
    elif item.kind not in _BUILT_IN:
        code, summary, hint = item.kind, item.message, str(item.context.get("hint", ""))
    else:
        code, summary, hint = _built_in(item, required=item.path != () and is_required(checked.model, item.path))
    place = places.of_key(path) if item.is_key else places(path)
    return error(code, summary, place, hint=hint, address=address)


def _known_field(path: DocumentPath, checked: Checked) -> str:
    name = str(path[-1])
    if len(path) == 1:
        for section in ("spec", "metadata", "lifecycle"):
            if name in field_names_at(checked.model, (section,)):
                return f"write it under {section}"
        if name == "options":
            return "this kind takes no options"
    return suggestion(name, field_names_at(checked.model, path[:-1]), "fields")


def _about_secret(item: _Item) -> tuple[str, str, str]:
    if item.expected:
        return "wrong-type", f"{where(item.path)} must be {' or '.join(item.expected)}; {_NO_VALUE}", ""
    code = "invalid-value" if item.kind in _BUILT_IN else item.kind
    return code, f"{where(item.path)} is not valid; {_NO_VALUE}", ""


def _built_in(item: _Item, *, required: bool) -> tuple[str, str, str]:
    name, value = where(item.path), item.value
    in_spec = len(item.path) > 1 and item.path[0] == "spec" and isinstance(item.path[-1], str)
    if value is None and in_spec and (item.expected or item.kind in _CHOICES):
        return (
            "cannot-clear",
            f"{name} cannot be cleared",
            "state a value" if required else "leave the field out, or state a value",
        )
    if item.expected:
        return "wrong-type", f"{name} must be {' or '.join(item.expected)}, not {named(value)}", _retyped(item)
    if item.path == ("apiVersion",):
        return "wrong-api-version", f'apiVersion must be "{API_VERSION}", not {quoted(value)}', ""
    if item.path in _NAMES or item.context.get("pattern") == NAME_PATTERN:
        return "invalid-name", f"{quoted(value)} is not a name", NAME_RULE
    return ("invalid-value", *(_choice(item, name) if item.kind in _CHOICES else _constraint(item, name)))


def _choice(item: _Item, name: str) -> tuple[str, str]:
    """What to say where one of several words is wanted."""
    expected = str(item.context.get("expected", ""))
    words = re.findall(r"'([^']*)'", expected)
    if len(words) == 1:
        return f'{name} must be "{words[0]}", not {quoted(item.value)}', ""
    shown = ", ".join(f'"{word}"' for word in words[:_LISTED]) if words else expected
    more = ", …" if len(words) > _LISTED else ""
    hint = ""
    if isinstance(item.value, str):
        meant = nearest(item.value, words)
        hint = f'did you mean "{meant}"?' if meant else ""
    elif quoted(item.value) in words:
        hint = f'quote it: "{quoted(item.value)}"'
    return f"{name} must be one of {shown}{more}, not {quoted(item.value)}", hint


def _constraint(item: _Item, name: str) -> tuple[str, str]:
    """What to say where a value has the right type and breaks a rule."""
    if item.kind in ("value_error", "assertion_error"):
        return f"{name}: {item.context.get('error', item.message)}", ""
    message, changed = _SUBJECT.subn("must ", item.message)
    if not changed:
        return f"{name}: {message[:1].lower()}{message[1:]}", ""
    said = "" if isinstance(item.value, list | dict) else f", not {quoted(item.value)}"
    return f"{name} {message}{said}", ""


def _retyped(item: _Item) -> str:
    """What to write instead of a value of the wrong type."""
    value, expected = item.value, item.expected
    match value:
        case bool() | int() | float() if "a string" in expected:
            return f'quote it: "{quoted(value)}"'
        case str() if "true or false" in expected:
            return "write true or false, without quotes"
        case str() if any("number" in one for one in expected) and re.fullmatch(r"-?[0-9.]+", value):
            return "leave out the quotes"
        case str() | int() if "a list" in expected:
            return f"write a list: [{quoted(value)}]"
        case None if "a mapping" in expected:
            required = item.path in (("spec",), ("metadata",))
            return "write its fields below it, indented" if required else "leave it out, or write {}"
        case _:
            return ""
