"""References by local name: to what is declared here or recorded, and never in a circle. Offline."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from reconciler.manifest.declared import Declared, Reference
from reconciler.manifest.wording import error, nearest, quoted
from reconciler.model.address import Address
from reconciler.model.articles import with_article
from reconciler.model.diagnostic import Diagnostic


def unknown_references(
    documents: Sequence[Declared], known: Collection[Address], *, complete: bool
) -> Iterator[Diagnostic]:
    """A finding for each local name that nothing has. ``complete``: every file was read."""
    elsewhere = "" if complete else "; a file that cannot be read may declare it"
    for document in documents:
        for reference in document.references:
            target = reference.target
            if target not in known:
                yield error(
                    "unknown-reference",
                    f"no {target.kind} has this name"
                    if reference.secret
                    else f"no {target.kind} named {quoted(target.name)}",
                    reference.source,
                    detail=f"{document.address} refers to it{elsewhere}",
                    hint="" if reference.secret else _hint(target, known),
                    address=document.address,
                )


def _hint(target: Address, known: Collection[Address]) -> str:
    meant = nearest(target.name, (address.name for address in known if address.kind == target.kind))
    if meant is not None:
        return f'did you mean "{meant}"?'
    others = sorted(address.kind for address in known if address.name == target.name)
    if others:
        wanted = with_article(target.kind)
        return f"{quoted(target.name)} is the name of {with_article(others[0])}; this field takes {wanted}"
    return "for something that is not managed here, write {id: …} or {name: …}"


def reference_cycles(documents: Sequence[Declared]) -> Iterator[Diagnostic]:
    """A finding for each circle, at the reference that closes it. Iterative: chains may be long."""
    edges: Mapping[Address, Sequence[Reference]] = {
        document.address: document.references for document in documents if document.references
    }
    done: set[Address] = set()
    for start in edges:
        if start in done:
            continue
        trail = {start: 0}
        stack = [(start, iter(edges[start]))]
        while stack:
            address, references = stack[-1]
            for reference in references:
                target = reference.target
                if target in trail:
                    yield _cycle([*list(trail)[trail[target] :], target], reference)
                elif target in edges and target not in done:
                    trail[target] = len(trail)
                    stack.append((target, iter(edges[target])))
                    break
            else:
                done.add(address)
                del trail[address]
                stack.pop()


def _cycle(circle: Sequence[Address], closing: Reference) -> Diagnostic:
    return error(
        "reference-cycle",
        f"references form a circle: {_trail(circle)}",
        closing.source,
        hint="none of them could be created first; remove one of these references",
        address=circle[-2],
    )


def _trail(circle: Sequence[Address]) -> str:
    """The addresses of a circle; of a long one its ends."""
    names = [str(address) for address in circle]
    if len(names) > _LONGEST_TRAIL:
        names = [*names[: _LONGEST_TRAIL // 2], "…", *names[-_LONGEST_TRAIL // 2 :]]
    return " → ".join(names)


_LONGEST_TRAIL = 10
"""Addresses that a message names."""
