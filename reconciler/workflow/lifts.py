"""Are the lifts that were given any? A mistyped permission must not look like a given one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reconciler.errors import InvalidInput, UsageError
from reconciler.manifest.wording import error, suggestion
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.kind import Kinds
from reconciler.planner.guards import PLAN_GUARDS, guard_names


def check_lifts(
    kinds: Kinds, given: Iterable[str], account: Account, addresses: Collection[Address], *, complete: bool
) -> None:
    """Raise UsageError for a word of ``--allow``, InvalidInput for those of ``reconciler.yaml``, that lift nothing.

    ``complete``: the addresses are all that there are, and not those of some files only.
    """
    for word in sorted(given):
        if wrong := _wrong(kinds, word, addresses):
            raise UsageError(f"--allow {word}: {wrong[0]}", hint=wrong[1])
    findings = [
        error("unknown-guard", f'guards.allow names "{word}": {wrong[0]}', source, hint=wrong[1])
        for word, source in zip(account.allowed_guards, account.guard_sources, strict=True)
        if (wrong := _wrong(kinds, word, addresses if complete else None))
    ]
    if findings:
        raise InvalidInput(findings)


def _wrong(kinds: Kinds, word: str, addresses: Collection[Address] | None) -> tuple[str, str] | None:
    """What is wrong with GUARD[:ADDRESS], and what to do. Without ``addresses`` these are not looked up."""
    guard, colon, text = word.partition(":")
    known = guard_names(kinds)
    if guard not in known:
        return f'no guard "{guard}"', suggestion(guard, known, "guards")
    if colon and guard in PLAN_GUARDS:
        return f"{guard} speaks of the whole plan and takes no address", f"write {guard} alone"
    return _wrong_address(kinds, guard, text, addresses) if colon else None


def _wrong_address(
    kinds: Kinds, guard: str, text: str, addresses: Collection[Address] | None
) -> tuple[str, str] | None:
    try:
        address = Address.parse(text)
    except ValueError as failure:
        return str(failure), ""
    having = sorted(name for name, kind in kinds.items() if guard in kind.liftable)
    if address.kind not in having:
        return f"{guard} is a guard of {', '.join(having)}", f"write {guard}:{having[0]}/name"
    if addresses is not None and address not in addresses:
        names = [each.name for each in addresses if each.kind == address.kind]
        return f"{address} is neither declared nor recorded", suggestion(address.name, names, "names")
    return None
