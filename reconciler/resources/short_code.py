"""Short codes. Telnyx leases them; all we may set is the messaging profile they use, and tags (guide §7)."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from reconciler.adapters.rest import RestAdapter
from reconciler.model.kind import Json, ResourceKind, Verb
from reconciler.model.observed import Remote
from reconciler.model.session import WriteSession
from reconciler.model.spec import CreateOnly, Spec, unstated
from reconciler.resources.assigning import ASSIGNMENT_GUARDS, PROFILE, AssignedProfile, Tags, itself_and_its_profile
from reconciler.resources.values.refusal import refusal


def _code(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        message = "a short code is a string, not the number {value}"
        raise refusal("short-code-format", message, value=value, hint=f'write "{value}", in quotes')
    if isinstance(value, str) and re.fullmatch(r"\d{5,6}", value, re.ASCII) is None:
        message = '"{value}" is not a short code'
        raise refusal("short-code-format", message, value=value, hint="write its 5 or 6 digits, without a plus")
    return value


class ShortCodeSpec(Spec):
    """``short_code`` says which one is meant; it can only be what it is, so it is never sent."""

    short_code: Annotated[
        str,
        BeforeValidator(_code),
        CreateOnly(),
        Field(
            description="the 5 or 6 digits, a string; they say which short code is meant",
            examples=["12345"],
            json_schema_extra={"pattern": r"^\d{5,6}$"},
        ),
    ]
    messaging_profile: AssignedProfile = unstated
    tags: Tags = unstated


class ShortCodes(RestAdapter):
    """A plain collection whose every PATCH must name the profile, whatever it is about (guide §7).

    So an update is sent whole, as the object is just before: what nobody states stays as it is.
    """

    __slots__ = ()

    @property
    def sends_whole(self) -> bool:
        """With the profile as it is, at least."""
        return True

    async def update(self, session: WriteSession, remote: Remote, body: Json) -> Json:
        """PATCH everything that can be set; the code itself is read-only."""
        sent = {name: value for name, value in body.items() if name != "short_code"}
        return await RestAdapter.update(self, session, remote, sent)


KIND = ResourceKind(
    name="ShortCode",
    spec=ShortCodeSpec,
    adapter=ShortCodes("/short_codes", verbs=frozenset({Verb.UPDATE})),
    identity=("short_code",),
    computed=frozenset({"country_code"}),
    tells_apart=("country_code",),
    risky=frozenset({PROFILE}),
    impact=itself_and_its_profile("short code", "short_code"),
    guards=ASSIGNMENT_GUARDS,
    create_hint="lease it from Telnyx (portal, Short codes); it can be managed once it is there",
)
