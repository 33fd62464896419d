"""Reading request bodies: JSON objects, and the refusals for anything else (guide 18.3)."""

import json
from typing import Any

from reconciler.sandbox.calls import BodyKind
from reconciler.sandbox.refusals import refuse


def json_object(kind: BodyKind, raw: bytes, content_type: str) -> dict[str, Any]:
    """The body of a request as a route wants it: 415 for another type, 400 for none or broken JSON."""
    if kind in {"none", "raw"}:
        return {}
    if not raw:
        if kind == "required":
            raise refuse(400, "10015", "a JSON body is required")
        return {}
    if content_type and content_type.partition(";")[0].strip().lower() != "application/json":
        raise refuse(415, "10029", f"content type {content_type!r} is not application/json")
    try:
        body = json.loads(raw)
    except ValueError:
        raise refuse(400, "10023", "the body is not valid JSON") from None
    if not isinstance(body, dict):
        raise refuse(422, "10026", "the body must be a JSON object", pointer="")
    return body


def glimpse(raw: bytes) -> Any:
    """The JSON of a body for the request log, or None when it is none."""
    try:
        return json.loads(raw)
    except ValueError:
        return None
