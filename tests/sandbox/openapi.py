"""The official OpenAPI description as a judge of answers: operations, and validators for their responses.

It is an OpenAPI 3.1 document, so its schemas are JSON Schema 2020-12; `nullable` of 3.0 is translated in case an
older file is put in its place. Objects of successful answers are closed here, so that a field nobody documented
is noticed; error objects stay open, because the audit log documents fewer fields than guide 18.3 reports.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

FORMATS = FormatChecker(["uuid"])


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    """A time with a zone; opt-outs document a space where RFC 3339 has a T."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


HERE = Path(__file__).resolve()


def description_path() -> Path:
    """Where the description lies; it need not exist."""
    given = os.environ.get("TELNYX_OPENAPI")
    return Path(given) if given else HERE.parents[3] / "shared" / "telnyx-messaging-openapi.yaml"


@dataclass(frozen=True)
class Description:
    """The parsed description."""

    document: dict[str, Any]

    @classmethod
    def load(cls, path: Path) -> Description:
        """Read it with the C parser: it is 430 kB."""
        with path.open("rb") as stream:
            return cls(yaml.load(stream, Loader=yaml.CSafeLoader))

    def template(self, path: str) -> str:
        """The path template that a request path belongs to."""
        found: list[str] = [
            template for template in self.document["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        ]
        return min(found, key=lambda template: template.count("{"))

    def operation(self, method: str, path: str) -> dict[str, Any]:
        """The operation of a request."""
        operation: dict[str, Any] = self.document["paths"][self.template(path)][method.lower()]
        return operation

    def required_body(self, method: str, path: str) -> bool:
        """Whether the operation documents its body as required."""
        return bool(self.operation(method, path).get("requestBody", {}).get("required"))

    def complaints(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What the description has against this answer."""
        responses = self.operation(method, path)["responses"]
        response = responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")
        if response is None:
            return [f"{status} is not documented"]
        response = self._resolve(response)
        if "content" not in response:
            return ["a body where none is documented"] if status < 400 and body is not None else []
        schema = self._plain(response["content"]["application/json"]["schema"], closed=status < 400)
        validator = Draft202012Validator(schema, format_checker=FORMATS)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]

    def _resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            target: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def _plain(self, schema: dict[str, Any], *, closed: bool) -> dict[str, Any]:
        """The schema with references filled in, null spelled 3.1's way, and unlisted properties forbidden."""
        schema = dict(self._resolve(schema))
        if schema.pop("nullable", False):
            schema["type"] = [schema["type"], "null"]
        for word in ("anyOf", "oneOf", "allOf"):
            if word in schema:
                schema[word] = [self._plain(entry, closed=closed) for entry in schema[word]]
        if isinstance(schema.get("items"), dict):
            schema["items"] = self._plain(schema["items"], closed=closed)
        if "properties" in schema:
            schema["properties"] = {
                name: self._plain(entry, closed=closed) for name, entry in schema["properties"].items()
            }
            schema.setdefault("additionalProperties", not closed)
        # `/v2` documents `["*"]` in words but not in the pattern of the items (guide 20).
        if schema.get("pattern") == "^[A-Z]{2}$":
            schema["pattern"] = r"^([A-Z]{2}|\*)$"
        return schema
