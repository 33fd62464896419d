"""What an RCS agent can reach (guide 12.1): capabilities of numbers, invites of test numbers, and deep links.

Nobody's handset is asked. A number can do what the administrator says in the collection `rcs_capabilities`, and
what most can when it says nothing; an invite is PENDING for good, and kept in `rcs_test_numbers`, which no
operation of this API lists.
"""

from typing import Final
from urllib.parse import quote

from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Route
from reconciler.sandbox.endpoints.rcs_agents import RCS_AGENTS
from reconciler.sandbox.fields import Field, array, e164, is_e164, problems_of, text
from reconciler.sandbox.idents import derived_uuid, plain_uuid
from reconciler.sandbox.refusals import Problem, Refusal, refuse
from reconciler.sandbox.rest import Document, Resource
from reconciler.sandbox.store import Row, encode

_MOST_NUMBERS: Final = 100
_USUAL: Final = ["RICHCARD_STANDALONE", "ACTION_DIAL", "ACTION_OPEN_URL"]
"""Names of features are free text in the specification; these are the carrier platform's."""
TEST_NUMBERS: Final = "rcs_test_numbers"
_REQUEST: Final = (
    Field("agent_id", text(minimum=1), required=True),
    Field("phone_numbers", array(e164, minimum=1, maximum=_MOST_NUMBERS), required=True),
)

CAPABILITIES = Resource(
    collection="rcs_capabilities",
    fields=(
        Field("phone_number", e164, required=True),
        Field("features", array(text(minimum=1)), default=_USUAL),
    ),
    identify=plain_uuid,
    stamp=None,
    alias="phone_number",
)


def _capabilities(account: Account, agent: Row, number: str) -> Document:
    stated = account.rows(CAPABILITIES.collection).where("phone_number", number)
    return {
        "record_type": "rcs.capabilities",
        "agent_id": agent.id,
        "agent_name": agent.document["agent_name"],
        "phone_number": number,
        "features": stated[0].document["features"] if stated else _USUAL,
    }


def _of_many(call: Call) -> Answer:
    if problems := list(problems_of(_REQUEST, call.body, "create")):
        raise Refusal(422, problems)
    agent = call.account.rows(RCS_AGENTS.collection).get(call.body["agent_id"])
    if agent is None:
        raise Refusal(422, [Problem("10017", "agent_id does not exist", "/agent_id")])
    found = [_capabilities(call.account, agent, number) for number in call.body["phone_numbers"]]
    return Answer(encode({"data": found}))


def _number(call: Call) -> str:
    number = call.params["phone_number"]
    if not is_e164(number):
        raise refuse(422, "10016", "phone_number must be in +E.164 format", parameter="phone_number")
    return number


def _of_one(call: Call) -> Answer:
    agent = RCS_AGENTS.find(call.account, call.params["agent_id"])
    return Answer(encode({"data": _capabilities(call.account, agent, _number(call))}))


def _invite(call: Call) -> Answer:
    agent = RCS_AGENTS.find(call.account, call.params["id"])
    number = _number(call)
    invite = {
        "record_type": "rcs.test_number_invite",
        "agent_id": agent.id,
        "phone_number": number,
        "status": "PENDING",
    }
    row_id = derived_uuid("test number", agent.id, number)
    if call.account.rows(TEST_NUMBERS).get(row_id) is None:  # asking again changes nothing
        call.account.insert(TEST_NUMBERS, invite, row_id=row_id, parent=agent.id)
    return Answer(encode({"data": invite}))


def _deep_link(call: Call) -> Answer:
    agent = RCS_AGENTS.find(call.account, call.params["agent_id"])
    number = call.query.get("phone_number", "")
    if number and not is_e164(number):
        raise refuse(422, "10016", "phone_number must be in +E.164 format", parameter="phone_number")
    body = f"&body={quote(call.query['body'])}" if "body" in call.query else ""
    return Answer(encode({"data": {"url": f"sms:{number}?service_id={quote(agent.id)}%40rbm.goog{body}"}}))


ROUTES = (
    Route("POST", "/messaging/rcs/bulk_capabilities", _of_many, body="required"),
    Route("GET", "/messaging/rcs/capabilities/{agent_id}/{phone_number}", _of_one),
    Route("PUT", "/messaging/rcs/test_number_invite/{id}/{phone_number}", _invite),
    Route("GET", "/messages/rcs/deeplinks/{agent_id}", _deep_link),
)
