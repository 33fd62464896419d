"""Auto-responses: words that opt in, opt out or ask for help, per profile and country; the reply (guide §3).

They live under their profile, are replaced as a whole by PUT, and their answers do not name the profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from reconciler.adapters.pagination import list_unpaged
from reconciler.adapters.rest import endpoint_below, joined, read_answer, written_answer
from reconciler.model.consequence import Consequence, Sort
from reconciler.model.kind import Claim, Facts, Json, ResourceKind, Values, Verb
from reconciler.model.normalise import as_word_set, blank_as_null
from reconciler.model.observed import Remote
from reconciler.model.plan import Change, Create, Replace, desired_of
from reconciler.model.probe import Ask, Things
from reconciler.model.reference import Reference
from reconciler.model.session import ReadSession, WriteSession
from reconciler.model.spec import Clear, Cleared, Compared, CreateOnly, NoDefault, RefTo, Spec, unstated
from reconciler.resources.attached import PROFILES
from reconciler.resources.touching import NUMBERS_TOUCHED, SHORT_CODES_TOUCHED, TRAFFIC
from reconciler.resources.values.countries import EVERYWHERE, HandsetCountry
from reconciler.resources.values.keywords import Keywords, reserved_elsewhere
from reconciler.resources.values.refusal import refusal

SHORTEST_TEXT: Final = 20
LONGEST_TEXT: Final = 1530
"""Ten parts in the most compact encoding: anything longer can be sent in none (guide §19.1)."""


def _op(value: Any) -> Any:
    if isinstance(value, str) and value not in {"start", "stop", "info"}:
        # The documents speak of help and of custom; the API knows neither.
        hint = "write info" if value.lower() in {"help", "custom"} else "write start, stop or info"
        raise refusal("autoresp-op-help", 'there is no op "{value}"', value=value, hint=hint)
    return value


def _text(value: str) -> str:
    if len(value.strip()) < SHORTEST_TEXT:
        message = "the reply has {length} characters; the shortest that is taken has {shortest}"
        hint = "write a full sentence, or null for no reply"
        raise refusal("autoresp-text-too-short", message, length=len(value.strip()), shortest=SHORTEST_TEXT, hint=hint)
    if len(value) > LONGEST_TEXT:
        message = "the reply has {length} characters; ten parts hold {longest}"
        hint = "shorten it: every part is billed"
        raise refusal("autoresp-too-many-segments", message, length=len(value), longest=LONGEST_TEXT, hint=hint)
    return value


class AutoResponseSpec(Spec):
    """What may be set on an auto-response. Changing the profile, the op or the country makes another one."""

    messaging_profile: Annotated[
        Reference,
        RefTo("MessagingProfile", field="messaging_profile_id", in_path=True),
        CreateOnly(),
        Field(description="the profile whose inbound messages it answers", examples=["marketing-us"]),
    ]
    op: Annotated[
        Literal["start", "stop", "info"],
        BeforeValidator(_op),
        CreateOnly(),
        Field(description="what the words do: start opts in, stop opts out, info answers HELP", examples=["stop"]),
    ]
    country_code: Annotated[
        HandsetCountry,
        CreateOnly(),
        Field(description="country of the handset's number, as an ISO 3166-1 code, or * for any", examples=["US"]),
    ]
    keywords: Annotated[
        Keywords,
        Compared(as_word_set),
        Field(
            description="words, 1 to 20, each a whole message in any case; they add to the platform's own",
            examples=[["STOP", "UNSUBSCRIBE"]],
        ),
    ]
    resp_text: Annotated[
        Annotated[
            str,
            AfterValidator(_text),
            Field(json_schema_extra={"minLength": SHORTEST_TEXT, "maxLength": LONGEST_TEXT}),
        ]
        | None,
        Cleared(Clear.OMIT),
        Compared(blank_as_null),
        NoDefault(),
        Field(
            description="the reply, from 20 characters; billed as an outbound message; default none",
            examples=["Acme: you will receive no more messages. Reply START to rejoin."],
        ),
    ] = unstated

    @field_validator("keywords")
    @classmethod
    def _not_reserved(cls, words: list[str], info: ValidationInfo) -> list[str]:
        op = info.data.get("op")
        misplaced = reserved_elsewhere(words, op) if op else {}
        if misplaced:
            message = "{words} cannot be a keyword of op {op}"
            ops = ", ".join(f"{word} belongs to op {owner}" for word, owner in misplaced.items())
            raise refusal("autoresp-reserved-keyword", message, words=", ".join(misplaced), op=op, hint=ops)
        return words


@dataclass(frozen=True, slots=True)
class AutoResponses:
    """The collection under each profile."""

    verbs: frozenset[Verb] = frozenset(Verb)
    sends_whole: bool = True

    def remote_id(self, row: Json) -> str:
        """The ``id`` field."""
        return str(row["id"])

    def endpoint(self, verb: Verb | None) -> str:
        """Below a profile, whichever it is; updates are PUT."""
        return endpoint_below(f"{PROFILES}/{{}}/autoresp_configs", verb, update="PUT")

    async def rows(self, session: ReadSession, parent_id: str | None) -> Sequence[Json]:
        """Those of one profile: the list declares no page parameters."""
        return await list_unpaged(session, self._collection(parent_id))

    async def read(self, session: ReadSession, remote: Remote) -> Json:
        """GET one."""
        path = self._path(remote)
        return read_answer(await session.get(path), f"GET {path}")

    async def create(self, session: WriteSession, body: Json, parent_id: str | None) -> Json:
        """POST one under its profile."""
        path = self._collection(parent_id)
        return written_answer(await session.post(path, body), f"POST {path}", self.remote_id)

    async def update(self, session: WriteSession, remote: Remote, body: Json) -> Json:
        """PUT all of it."""
        path = self._path(remote)
        return written_answer(await session.put(path, body), f"PUT {path}", self.remote_id)

    async def delete(self, session: WriteSession, remote: Remote) -> None:
        """DELETE one; the answer is the bare string ``"OK"``."""
        await session.delete(self._path(remote))

    def _collection(self, parent_id: str | None) -> str:
        if parent_id is None:
            raise ValueError("an auto-response is addressed under its messaging profile")
        return f"{joined(PROFILES, parent_id)}/autoresp_configs"

    def _path(self, remote: Remote) -> str:
        return joined(self._collection(remote.parent_id), remote.id)


def keyword_claims(values: Values) -> frozenset[Claim]:
    """One word does one thing per profile and country; ``*`` is every country."""
    profile = str(values.get(("messaging_profile",)))
    country = str(values.get(("country_code",)) or EVERYWHERE)
    words = as_word_set(values.get(("keywords",)) or [])
    return frozenset(Claim(("keyword", profile, str(word)), country) for word in words)


def touched(change: Change) -> Sequence[Ask | Things]:
    """The numbers that answered these words, and what the profile receives."""
    profile = change.remote.parent_id if change.remote is not None else None
    return [Ask(probe, profile, shared=True) for probe in (NUMBERS_TOUCHED, SHORT_CODES_TOUCHED, TRAFFIC)]


def billed(change: Change, _: Facts) -> Sequence[Consequence]:
    """Each reply is an outbound message, billed per segment (guide §3); an update tells so where the reply is new."""
    desired = desired_of(change)
    replies = desired is not None and isinstance(desired.created_with.get(("resp_text",)), str)
    if not replies or not (
        isinstance(change, Create | Replace) or any(diff.path == ("resp_text",) for diff in change.diffs)
    ):
        return ()
    return (Consequence(Sort.COST, "every reply is billed as an outbound message, per segment"),)


KIND = ResourceKind(
    name="AutoResponse",
    spec=AutoResponseSpec,
    adapter=AutoResponses(),
    identity=("messaging_profile", "op", "country_code"),
    shared="keywords",
    computed=frozenset({"created_at"}),
    tells_apart=("op", "country_code", "keywords", "created_at"),
    replaceable=True,
    exclusive=keyword_claims,
    impact=touched,
    consequences=billed,
)
