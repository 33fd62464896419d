"""Everything that can go wrong, as types, and the exit code each one means.

Nothing here decides by the text of a message: a caller that must tell two failures apart gets two types, or a
field. Messages are lower case, name the place and quote the user's value; a hint says what to do next.

    ReconcilerError
    ├── UsageError                  the command line cannot be carried out as typed            64
    ├── InvalidInput                manifests or configuration are wrong: every finding         1
    ├── PlanRefused                 the plan has errors, blocked changes or lacks consent       1
    ├── LedgerError                 the ledger cannot be read or written                        1
    │   └── LockLost                our hold on the account ended before the run did            1
    ├── Locked                      another process holds this account                          5
    ├── Stale                       the world moved between review and apply                    3
    ├── ForgeError                  the host of the pull request cannot be asked or told        1
    │   ├── ForgeDenied             it answered 401, 403 or 404: the token may not do this      1
    │   └── ForgeInvalid            it answered 400, 413 or 422: not in this form               1
    ├── Interrupted                 stopped by a signal                                       130
    └── ApiError                    the conversation with the API failed                        1
        ├── Unreachable             the request certainly never reached the API
        ├── OutcomeUnknown          it may have been carried out: no usable answer came back
        └── Refused                 the API answered, and said no
            ├── Unauthorised        401
            ├── Forbidden           402, 403
            ├── NotFound            404
            ├── Invalid             every other 4xx
            ├── RateLimited         429, apart from:
            ├── SpendLimitReached   429 with code 40333: waiting does not help
            └── ServerFailed        5xx
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from reconciler.model.diagnostic import Diagnostic


class ExitCode(IntEnum):
    """What the process tells its caller (design §6)."""

    OK = 0
    ERROR = 1
    CHANGES = 2
    STALE = 3
    PARTLY_APPLIED = 4
    LOCKED = 5
    USAGE = 64
    INTERRUPTED = 130


class ReconcilerError(Exception):
    """The root: a failure with a code for programs, a summary and a hint for people."""

    exit_code: ClassVar[ExitCode] = ExitCode.ERROR
    default_code: ClassVar[str] = "error"

    def __init__(self, summary: str, *, hint: str = "", code: str | None = None) -> None:
        """Keep the three parts apart so that every renderer can lay them out."""
        super().__init__(summary)
        self.summary = summary
        self.hint = hint
        self.code = code or self.default_code


class UsageError(ReconcilerError):
    """The command line cannot be carried out as typed."""

    exit_code = ExitCode.USAGE
    default_code = "usage"


class InvalidInput(ReconcilerError):
    """Manifests or configuration are wrong. Carries every finding, not the first."""

    default_code = "invalid-input"

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Take the findings in any order; renderers sort them by place."""
        super().__init__(f"{len(diagnostics)} finding(s)")
        self.diagnostics = tuple(diagnostics)


class PlanRefused(ReconcilerError):
    """The plan may be read but not applied; the diagnostics say why."""

    default_code = "plan-refused"

    def __init__(
        self, summary: str, *, hint: str = "", code: str | None = None, diagnostics: Sequence[Diagnostic] = ()
    ) -> None:
        """Keep the reasons beside the verdict."""
        super().__init__(summary, hint=hint, code=code)
        self.diagnostics = tuple(diagnostics)


class LedgerError(ReconcilerError):
    """The ledger cannot be read, understood or written."""

    default_code = "ledger"


class LockLost(LedgerError):
    """Our hold on the account ended, or is about to, before the run did: nothing further may be written."""

    default_code = "lock-lost"


class Locked(ReconcilerError):
    """Another process is applying to this account."""

    exit_code = ExitCode.LOCKED
    default_code = "locked"


class Stale(ReconcilerError):
    """The world moved between review and apply. Nothing was written."""

    exit_code = ExitCode.STALE
    default_code = "stale"

    def __init__(self, summary: str, *, hint: str = "", diagnostics: Sequence[Diagnostic] = ()) -> None:
        """Name every object that moved."""
        super().__init__(summary, hint=hint)
        self.diagnostics = tuple(diagnostics)


class ForgeError(ReconcilerError):
    """The host of the pull request (GitHub, GitLab) cannot be asked or told. Nothing in an account is concerned."""

    default_code = "forge"


class ForgeDenied(ForgeError):
    """401, 403 or 404: the token is wrong, or may not do this."""

    default_code = "forge-denied"


class ForgeInvalid(ForgeError):
    """400, 413 or 422: it takes this, but not in this form; a comment may be too long."""

    default_code = "forge-invalid"


class Interrupted(ReconcilerError):
    """Stopped by a signal after saving what was done."""

    exit_code = ExitCode.INTERRUPTED
    default_code = "interrupted"


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the API's ``errors`` list (guide §18.3). Only ``code`` and ``title`` are guaranteed."""

    code: str
    title: str
    detail: str = ""
    pointer: str = ""


class ApiError(ReconcilerError):
    """The conversation with the API failed. ``request`` is ``METHOD /path``, never a body or a key."""

    default_code = "api"

    def __init__(self, summary: str, *, request: str, hint: str = "", code: str | None = None) -> None:
        """Remember which request failed."""
        super().__init__(summary, hint=hint, code=code)
        self.request = request


class Unreachable(ApiError):
    """The request certainly never reached the API: no connection was made."""

    default_code = "unreachable"


class OutcomeUnknown(ApiError):
    """The request may have been carried out: it was sent and no usable answer came back."""

    default_code = "unknown-outcome"


class Refused(ApiError):
    """The API answered and said no. Branch on the type, which follows the HTTP status (guide §18.3)."""

    default_code = "refused"

    def __init__(
        self,
        summary: str,
        *,
        request: str,
        status: int,
        problems: Sequence[Problem] = (),
        request_id: str = "",
        hint: str = "",
        retry_after: float | None = None,
    ) -> None:
        """Keep the server's own words; ``retry_after`` is in seconds."""
        super().__init__(summary, request=request, hint=hint)
        self.status = status
        self.problems = tuple(problems)
        self.request_id = request_id
        self.retry_after = retry_after


class Unauthorised(Refused):
    """401: the key is missing, wrong, expired or revoked."""

    default_code = "unauthorised"


class Forbidden(Refused):
    """402 and 403: the key is known but may not do this, or the account lacks funds or a feature."""

    default_code = "forbidden"


class NotFound(Refused):
    """404: no such object, or not in this account."""

    default_code = "not-found"


class Invalid(Refused):
    """Every other 4xx: the request itself is wrong; ``problems`` point at fields."""

    default_code = "invalid-request"


class RateLimited(Refused):
    """429: too many requests; waiting helps."""

    default_code = "rate-limited"


class SpendLimitReached(Refused):
    """429 with code 40333: the profile's daily limit. Waiting does not help (guide §2, quirks)."""

    default_code = "spend-limit-reached"


class ServerFailed(Refused):
    """5xx: the API failed. A write may or may not have been carried out."""

    default_code = "server-failed"
