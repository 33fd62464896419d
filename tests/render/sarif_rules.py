"""What the standard says of the parts of SARIF 2.1.0 that we write, as a JSON schema.

No package of the Python index carries the official schema, which is a file of its own on the pages of OASIS: these are
its objects by section of the standard, with what they require, what they may hold, and nothing else.
"""

from __future__ import annotations

from typing import Any


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**properties, "properties": {"type": "object"}},
        "additionalProperties": False,
    }


def _list(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


_TEXT = {"type": "string"}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}  # §3.27.10, §3.58.6
_POSITIVE = {"type": "integer", "minimum": 1}
_MESSAGE = _object(("text",), text=_TEXT, markdown=_TEXT)  # §3.11, §3.12
_DESCRIPTOR = _object(  # §3.49
    ("id",),
    id=_TEXT,
    shortDescription=_MESSAGE,
    fullDescription=_MESSAGE,
    help=_MESSAGE,
    defaultConfiguration=_object(level=_LEVEL),
)
_RELATIVE = {"type": "string", "pattern": r"^(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$", "not": {"pattern": "^/"}}
_LOCATION = _object(  # §3.28, §3.29, §3.4, §3.30
    physicalLocation=_object(
        ("artifactLocation",),
        artifactLocation=_object(uri=_RELATIVE, uriBaseId=_TEXT),
        region=_object(startLine=_POSITIVE, startColumn=_POSITIVE),
    )
)
_RESULT = _object(  # §3.27
    ("message",),
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=_LEVEL,
    message=_MESSAGE,
    locations=_list(_LOCATION, minItems=1),
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
)
_NOTIFICATION = _object(("message",), descriptor=_object(id=_TEXT), level=_LEVEL, message=_MESSAGE)  # §3.58
_RUN = _object(  # §3.14
    ("tool",),
    tool=_object(  # §3.18, §3.19
        ("driver",),
        driver=_object(("name",), name=_TEXT, semanticVersion=_TEXT, rules=_list(_DESCRIPTOR, uniqueItems=True)),
    ),
    invocations=_list(  # §3.20
        _object(
            ("executionSuccessful",),
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=_list(_NOTIFICATION),
        )
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},  # §3.14.17
    results=_list(_RESULT),
)
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(  # §3.13
        ("version", "runs"),
        **{"$schema": {"type": "string", "format": "uri"}},
        version={"const": "2.1.0"},
        runs=_list(_RUN),
    ),
}
