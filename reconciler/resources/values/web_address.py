"""Addresses that Telnyx calls: absolute http or https, at most 2000 characters (guide §18.3, error 10003)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from reconciler.model.normalise import blank_as_null
from reconciler.model.spec import Clear, Cleared, Compared, Confidential
from reconciler.resources.values.refusal import refusal

LONGEST: Final = 2000
_CODE: Final = "webhook-url-invalid"
_UNSENDABLE: Final = re.compile(r"[\s\x00-\x1f]")
_PLAIN: Final = re.compile(r"https?://[a-z0-9.-]+(/[A-Za-z0-9._~/-]*)?")
"""Addresses that pass every check below, as nearly all do: splitting them costs more than all other checks."""

_TOKEN: Final = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        (?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{12,}  # digits and letters mixed, without a gap
      | (?=[A-Z]*[a-z])(?=[a-z]*[A-Z])[A-Za-z]{20,}
      | [0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-
    )""",
    re.VERBOSE,
)
"""What was drawn by lot rather than made up: a key, a signature, a UUID."""

_DRAWN_LABEL: Final = re.compile(
    r"""(?<![a-z0-9])(?:
        (?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-f0-9]{12,}                       # hexadecimal, with digits and letters
      | [0-9]{12,}
      | (?=[a-z0-9]{10,})(?:[a-z]+[0-9]+[a-z]+[0-9]|[0-9]+[a-z]+[0-9]+[a-z])[a-z0-9]*  # changes three times or more
      | [0-9a-f]{8}-[0-9a-f]{4}-
      | (?=[a-f-]*[0-9])(?=[0-9-]*[a-f])(?:[0-9a-f]{4,}-){2,}[0-9a-f]{4,}
    )""",
    re.VERBOSE,
)
"""The same in a host name, which knows no capitals, and in which people count: ``notifications2``, ``eu-west-1``."""
_WORDLESS: Final = re.compile(r"[a-z]{20,}")
_VOWELS: Final = re.compile(r"[aeiouy]")


def callable_address(url: str) -> str:
    """Refuse what the API would refuse, or could never call."""
    if len(url) <= LONGEST and _PLAIN.fullmatch(url):
        return url
    if len(url) > LONGEST:
        message = "the URL has {length} characters; the API takes {longest}"
        raise refusal(_CODE, message, length=len(url), longest=LONGEST, hint="shorten it")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # the port is parsed, and refused, only when it is read
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.username is not None or parts.password is not None:
        # The value is not quoted: it holds a password.
        raise refusal(_CODE, "the URL holds a user name or password", hint="sign or authenticate requests instead")
    if parts.scheme not in {"http", "https"} or not host or _UNSENDABLE.search(url):
        raise refusal(_CODE, '"{value}" is not a web address', value=url, hint="write https://host/path")
    if "#" in url:
        raise refusal(_CODE, '"{value}" has a fragment, which is never sent', value=url, hint="drop the part from #")
    return url


def looks_secret(url: Any) -> bool:
    """Whether an address seems to hold what only its owner should know: a password, or a token in host, path or query.

    A guess, and on the safe side: whoever knows such an address can send what looks like an event of Telnyx to it.
    Any query counts, as does what looks drawn by lot in the host name or the path.
    """
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return True
    return "@" in parts.netloc or bool(parts.query) or _TOKEN.search(parts.path) is not None or _drawn(host)


def _drawn(host: str) -> bool:
    """Whether a host name holds a label that nobody would have made up. Numeric addresses and umlauts are none."""
    if "%" in host:
        return True
    if ":" in host:
        return False
    labels = [label for label in host.split(".") if not label.startswith("xn--")]
    return any(_DRAWN_LABEL.search(label) or any(map(_wordless, _WORDLESS.findall(label))) for label in labels)


def _wordless(letters: str) -> bool:
    """Letters alone: every language needs more vowels than chance deals out."""
    return len(_VOWELS.findall(letters)) < len(letters) / 4


TokenInside: Final = Confidential("an address with a password or a token in it", looks_secret)

WebAddress = Annotated[
    str,
    AfterValidator(callable_address),
    Field(json_schema_extra={"format": "uri", "maxLength": LONGEST}),
]

BlankIsNull = BeforeValidator(blank_as_null)
"""For what may be absent: ``""`` and ``null`` mean the same to the API, so only one of them is kept."""

ClearableAddress = Annotated[WebAddress | None, BlankIsNull, Cleared(Clear.NULL), Compared(blank_as_null), TokenInside]
