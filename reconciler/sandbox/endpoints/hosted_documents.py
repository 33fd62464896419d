"""Documents of a hosted order (guide 10): the letter of authorisation and a bill, as multipart PDF files.

Kept are their names and sizes, in the collection `hosted_order_documents`. An order that waited for a
human goes back to `pending`; the review itself is `hosted_progress`.
"""

import re
from typing import Final

from reconciler.sandbox import rest
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.endpoints.hosted_orders import COLLECTION, enveloped, waiting_order
from reconciler.sandbox.idents import plain_uuid
from reconciler.sandbox.refusals import Problem, Refusal, refuse

DOCUMENTS: Final = "hosted_order_documents"
PARTS: Final = ("loa", "bill")
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


def _upload(call: Call) -> Answer:
    order = waiting_order(call)
    files = {name: data for name, data in _parts(call.content_type, call.raw).items() if name in PARTS}
    if not files:
        raise Refusal(422, [Problem("10004", "one of loa and bill is required", "/loa")])
    problems = [
        Problem("10014", f"{name} is not a PDF file", f"/{name}")
        for name, data in files.items()
        if not data.startswith(b"%PDF-")
    ]
    if problems:
        raise Refusal(422, problems)
    for name, data in files.items():
        document_id = plain_uuid()
        document = {"id": document_id, "document": name, "size": len(data)}
        call.account.insert(DOCUMENTS, document, row_id=document_id, parent=order.id)
    if order.document["status"] not in {"pending", "loa_file_successful"}:
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
