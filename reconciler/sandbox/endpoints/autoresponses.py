"""Auto-response configurations of a profile (guide 3): PUT, a bare "OK" on delete, lists in one piece.

Answers name neither their profile nor a record type. Uniqueness is not stated anywhere, so twins are
possible here too, unless the quirk `unique-keywords` is on.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.sandbox import rest
from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.endpoints.profiles import PROFILES
from reconciler.sandbox.fields import Field, array, choice, text
from reconciler.sandbox.filters import Filter
from reconciler.sandbox.idents import plain_uuid, stamp_micros
from reconciler.sandbox.pages import DEFAULT_SIZE, Page, page_of
from reconciler.sandbox.refusals import Problem
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import PARENT, Row

MOST_KEYWORDS: Final = 20
SHORTEST_TEXT: Final = 20
_RESERVED: Final = {"START": "start", "STOP": "stop", "HELP": "info"}


def _fixed(_account: Account, row_id: str) -> Document:
    return {"id": row_id}


def _rules(account: Account, parent: str, document: Document, before: Document | None) -> Iterator[Problem]:
    for index, keyword in enumerate(document["keywords"]):
        if _RESERVED.get(keyword.upper(), document["op"]) != document["op"]:
            detail = f"{keyword.upper()} is reserved for {_RESERVED[keyword.upper()]}"
            yield Problem("10015", detail, f"/keywords/{index}")
    if "unique-keywords" in account.quirks:
        yield from _taken(account, parent, document, before)
    if "minimum-resp-text" in account.quirks and len(document.get("resp_text", " " * 20)) < SHORTEST_TEXT:
        yield Problem("10025", f"resp_text must have at least {SHORTEST_TEXT} characters", "/resp_text")


def _taken(account: Account, parent: str, document: Document, before: Document | None) -> Iterator[Problem]:
    own = before["id"] if before else None
    held = {
        keyword.upper()
        for row in account.rows("autoresp_configs").where(PARENT, parent)
        if row.id != own and row.document["country_code"] == document["country_code"]
        for keyword in row.document["keywords"]
    }
    for index, keyword in enumerate(document["keywords"]):
        if keyword.upper() in held:
            yield Problem("10012", f"{keyword.upper()} belongs to another row", f"/keywords/{index}")


AUTO_RESPONSES = Resource(
    collection="autoresp_configs",
    fields=(
        Field("op", choice("start", "stop", "info"), required=True),
        Field("keywords", array(text(minimum=1), minimum=1, maximum=MOST_KEYWORDS), required=True),
        Field("country_code", text(pattern=r"[A-Z]{2}|\*"), required=True),
        Field("resp_text", text()),
    ),
    identify=plain_uuid,
    fixed=_fixed,
    rules=_rules,
    filters=(
        Filter("country_code", "country_code", "eq"),
        *(
            Filter(f"{field}[{bound}]", field, "after" if bound == "gte" else "before")
            for field in ("created_at", "updated_at")
            for bound in ("gte", "lte")
        ),
    ),
    stamp=stamp_micros,
    replaces=True,
    nested=True,
    alias="op",
)


def _profile(call: Call) -> str:
    return PROFILES.find(call.account, call.params["profile_id"]).id


def _row(call: Call) -> Row:
    return AUTO_RESPONSES.find(call.account, call.params["autoresp_cfg_id"], _profile(call))


def _list(call: Call) -> Answer:
    within = (PARENT, _profile(call))
    if limit := call.account.quirks.autoresp_rows:
        page = Page(page_of(call.query).number, limit)
    else:
        # No page parameters are declared, so none is honoured: one page holds everything.
        total = len(rest.matching(call, AUTO_RESPONSES, within))
        page = Page(1, max(total, DEFAULT_SIZE))
    return rest.listing(call, AUTO_RESPONSES, within=within, page=page)


def _create(call: Call) -> Answer:
    return rest.single(call, AUTO_RESPONSES.create(call.account, call.body, _profile(call)))


def _update(call: Call) -> Answer:
    return rest.single(call, AUTO_RESPONSES.update(call.account, _row(call), call.body))


def _delete(call: Call) -> Answer:
    AUTO_RESPONSES.destroy(call.account, _row(call), AUTO_RESPONSES)
    return Answer('"OK"')


_PATH = "/messaging_profiles/{profile_id}/autoresp_configs"
ROUTES = (
    Route("GET", _PATH, _list),
    Route("POST", _PATH, _create, body="required"),
    Route("GET", _PATH + "/{autoresp_cfg_id}", lambda call: rest.single(call, _row(call))),
    Route("PUT", _PATH + "/{autoresp_cfg_id}", _update, body="required"),
    Route("DELETE", _PATH + "/{autoresp_cfg_id}", _delete),
)
