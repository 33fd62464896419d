"""Documents of a hosted order (guide 10): the letter of authorisation and a bill, as multipart PDF files.

Kept are their names, sizes and digests, in the collection `hosted_order_documents`. An order that waited for
one of these papers goes back to `pending`; the review itself is `hosted_progress`.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from reconciler.sandbox import rest
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.endpoints.hosted_orders import COLLECTION, REPAIRED_BY, enveloped, waiting_order
from reconciler.sandbox.idents import plain_uuid
from reconciler.sandbox.refusals import Problem, Refusal, refuse

DOCUMENTS: Final = "hosted_order_documents"
PARTS: Final = ("loa", "bill")
LARGEST: Final = 5 * 1024 * 1024
"""Bytes of one file: what clients in the wild keep to (guide 10)."""
_MAGIC: Final = b"%PDF-"
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME = re.compile(rb'name="([^"]*)"')


def _parts(content_type: str, raw: bytes) -> dict[str, bytes]:
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or found is None:
        raise refuse(415, "10029", "documents are sent as multipart/form-data")
    parts = {}
    for section in raw.split(b"--" + found[1].encode()):
        head, separator, content = section.partition(b"\r\n\r\n")
        if separator and (name := _NAME.search(head)):
            parts[name[1].decode()] = content.removesuffix(b"\r\n")
    return parts


def _problems(name: str, data: bytes) -> Iterator[Problem]:
    if not data.startswith(_MAGIC):
        yield Problem("10014", f"{name} is not a PDF file", f"/{name}")
    elif len(data) > LARGEST:
        yield Problem("10033", f"{name} has more than {LARGEST} bytes", f"/{name}")


def _upload(call: Call) -> Answer:
    order = waiting_order(call)
    files = {name: data for name, data in _parts(call.content_type, call.raw).items() if name in PARTS}
    if not files:
        raise Refusal(422, [Problem("10004", "one of loa and bill is required", "/loa")])
    problems = [problem for name, data in files.items() for problem in _problems(name, data)]
    if problems:
        raise Refusal(422, problems)
    for name, data in files.items():
        document_id = plain_uuid()
        digest = hashlib.sha256(data).hexdigest()
        document = {"id": document_id, "document": name, "size": len(data), "sha256": digest}
        call.account.insert(DOCUMENTS, document, row_id=document_id, parent=order.id)
    if not REPAIRED_BY.get(order.document["status"], frozenset()).isdisjoint(files):
        order = call.account.update(COLLECTION, order, {**order.document, "status": "pending"})
    return rest.single(call, order)


ROUTES = (
    Route(
        "POST",
        "/messaging_hosted_number_orders/{id}/actions/file_upload",
        enveloped(_upload),
        body="raw",
    ),
)
