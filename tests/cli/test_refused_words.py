"""Command lines that make no sense: said in one finding, with what to do, before anything is looked at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.workspace import Emulator, Workspace, emulator, profile

USAGE = 64


@pytest.fixture(scope="module")
def telnyx() -> Iterator[Emulator]:
    """One for all: nothing may reach it."""
    with emulator() as made:
        yield made


@pytest.fixture(scope="module")
def planned(telnyx: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A folder with a manifest and a saved plan, which no refusal may change."""
    workspace = Workspace.at(tmp_path_factory.mktemp("refused") / "project", telnyx)
    workspace.declare(profile("a"))
    assert workspace.call("plan", "--out", "plan.json").code == 0
    return workspace


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("show nothing.json", 'there is no file "nothing.json"', "reconciler plan --out FILE"),
        ("show manifests.yaml", '"manifests.yaml" is not a saved plan', "reconciler plan --out FILE"),
        ("apply plan.json manifests.yaml", "a saved plan is applied alone", "give its file and no other path"),
        ("apply plan.json --max-deletes 1", "--max-deletes does not go with a saved plan", "plan again with"),
        (
            "apply plan.json --account other",
            'this plan was made for account "default", not for "other"',
            "",
        ),
        ("apply plan.json --max-age soon", '"soon" is no age such as 30m, 12h or 7d', "reconciler apply --help"),
        ("plan --max-deletes many", '"many" is neither a number nor a percentage such as 25%', "plan --help"),
        ("plan --max-deletes 101%", '"101%" is neither a number nor a percentage such as 25%', "plan --help"),
        ("apply --settle nan", '"nan" is not a finite number', "reconciler apply --help"),
        ("explain MessagingProfile.nmae", 'MessagingProfile has no field "nmae"', 'did you mean "name"?'),
        ("adopt sales=4001", '"sales=4001" is no ADDRESS=REMOTE_ID', "an ADDRESS is KIND/NAME"),
        ("adopt Profil/x=4001", 'no kind "Profil"', 'did you mean "MessagingProfile"?'),
        ("adopt messagingprofile/x=4001", 'no kind "messagingprofile"', 'did you mean "MessagingProfile"?'),
        ("adopt Fax/x=4001", 'no kind "Fax"', "known kinds: AlphanumericSenderId, AutoResponse"),
        ("export --kind Profil", 'no kind "Profil"', 'did you mean "MessagingProfile"?'),
        ("export --kind Fax", 'no kind "Fax"', "known kinds: AlphanumericSenderId, AutoResponse"),
        ("export --name [", '--name "[" has a [ that nothing closes', "close it with ]; for the character itself"),
        ("export --name a[]", '--name "a[]" has a [ that nothing closes', "close it with ]"),
        ("export --name [a]b[!]", '--name "[a]b[!]" has a [ that nothing closes', "close it with ]"),
        (
            "import",
            "reconciler export writes manifests of what is live",
            "reconciler adopt records what has a manifest",
        ),
        ("explain profile", 'no kind and no error code "profile"', 'did you mean "MessagingProfile"?'),
        ("explain likly-rename", 'no kind and no error code "likly-rename"', 'did you mean "likely-rename"?'),
        ("explain fax", 'no kind and no error code "fax"', "known: AlphanumericSenderId, AutoResponse"),
        (
            "ledger migrate s3://bucket --lock-method PUT",
            "only a ledger at an http address has a lock of its own",
            "leave out its options",
        ),
    ],
)
def test_refused(line: str, message: str, hint: str, planned: Workspace, telnyx: Emulator) -> None:
    """What and what next; no request, and no traceback."""
    telnyx.forget_requests()
    done = planned.call(*line.split())
    assert done.code == USAGE, done.out + done.err
    assert message in done.err
    assert hint in done.err
    assert telnyx.requests() == []
