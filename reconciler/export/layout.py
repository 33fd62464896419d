"""Which file each document goes to. The names depend on addresses alone, so that a file stays where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconciler.export.naming import Names, kebab
from reconciler.model.address import Address
from reconciler.model.exported import Split

SUFFIX = ".yaml"
EVERYTHING = "manifests"
RESERVED = ("reconciler",)
"""Never the name of a manifest's file: ``reconciler.yaml`` configures a project, in whatever folder it lies."""


def folder_of(kind: str) -> str:
    """``MessagingProfile`` → ``messaging-profiles``; ``PhoneNumberMessaging``, which has no plural, as it is."""
    return kebab(kind) if kind.endswith("ing") else f"{kebab(kind)}s"


def laid_out(addresses: Iterable[Address], owners: Mapping[Address, Address], split: Split) -> dict[Address, str]:
    """The file of each address. ``owners`` tells what an address hangs on, where that is exported, too."""
    names: dict[str, Names] = {}
    files: dict[Address, str] = {}

    def own_file(address: Address) -> str:
        if address not in files:
            folder = folder_of(address.kind)
            name = names.setdefault(folder, Names(RESERVED)).claim(address.name)
            files[address] = f"{folder}/{name}{SUFFIX}"
        return files[address]

    wanted = list(addresses)
    owned = {owners[address] for address in wanted if address in owners}
    found: dict[Address, str] = {}
    for address in wanted:
        match split:
            case Split.NONE:
                found[address] = EVERYTHING + SUFFIX
            case Split.KIND:
                found[address] = folder_of(address.kind) + SUFFIX
            case Split.RESOURCE:
                found[address] = own_file(address)
            case Split.PROFILE:
                owner = address if address in owned else owners.get(address)
                found[address] = folder_of(address.kind) + SUFFIX if owner is None else own_file(owner)
    return found
