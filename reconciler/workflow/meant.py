"""Which recorded object a word on the command line means: an address, or a name where only some kinds are possible."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.errors import UsageError
from reconciler.manifest.wording import suggestion
from reconciler.model.account import account_option
from reconciler.model.address import Address
from reconciler.model.kind import ResourceKind
from reconciler.model.ledger import Entry, Ledger
from reconciler.workflow.ledger_reading import check_recorded
from reconciler.workflow.setting import Setting


def meant(setting: Setting, ledger: Ledger, word: str, able: Callable[[ResourceKind], bool], what: str) -> Entry:
    """The entry that ``word`` names, of a kind that is ``able``; ``what`` says in words what it is able to.

    Raises UsageError, with what may have been meant.
    """
    kinds = sorted(name for name, kind in setting.kinds.items() if able(kind))
    if "/" not in word:
        return _by_name(ledger, word, kinds, what)
    try:
        address = Address.parse(word)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if address.kind not in setting.kinds:
        raise UsageError(f'no kind "{address.kind}"', hint=suggestion(address.kind, setting.kinds, "kinds"))
    if address.kind not in kinds:
        raise UsageError(f"{address}: no {address.kind} {what}", hint=f"of all kinds, only {' and '.join(kinds)} does")
    check_recorded(ledger, [address])
    if address not in ledger.entries:
        raise UsageError(
            f"{address} was begun by a run that did not finish",
            hint=f"run reconciler apply{account_option(setting.account.name)} first: it looks what became of that",
        )
    return ledger.entries[address]


def _by_name(ledger: Ledger, name: str, kinds: list[str], what: str) -> Entry:
    known = {address: entry for address, entry in ledger.entries.items() if address.kind in kinds}
    found = [entry for address, entry in known.items() if address.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f'"{name}" names several', hint=f"write one of {', '.join(sorted(str(one.address) for one in found))}"
        )
    near = suggestion(name, [address.name for address in known], "names")
    raise UsageError(
        f'the ledger records no "{name}" that {what}',
        hint=near or f"there is none at all: declare one ({' or '.join(kinds)}) and apply",
    )
