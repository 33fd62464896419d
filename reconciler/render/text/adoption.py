"""What was adopted, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.address import Address
from reconciler.model.adoption import Adopted, Adoption
from reconciler.model.plan import Action
from reconciler.render.escape import visible
from reconciler.render.paint import ACTION_HUES, Hue, painted
from reconciler.render.view import PLAIN, View
from reconciler.render.words import WORDS, counted


def _line(one: Adopted, *, color: bool) -> str:
    done = painted(f"{WORDS[Action.ADOPT].sign} {WORDS[Action.ADOPT].done}", ACTION_HUES[Action.ADOPT], color=color)
    differs = f" · differs in {', '.join(map(visible, one.differs))}" if one.differs else ""
    told = painted(f"id {visible(one.remote_id)}{differs}", Hue.DIM, color=color)
    return f"  {done}  {visible(str(one.address))}  {told}"


def _listed(addresses: Sequence[Address]) -> str:
    return ", ".join(visible(str(address)) for address in addresses)


def adoption_lines(adoption: Adoption, *, color: bool = False) -> Iterator[str]:
    """A line for each object, then what is left."""
    for one in adoption.adopted:
        yield _line(one, color=color)
    if adoption.already:
        yield f"  recorded already: {_listed(adoption.already)}"
    if adoption.absent:
        yield f"  not in the account: {_listed(adoption.absent)}"
    if not adoption.adopted:
        yield painted("Nothing to adopt.", Hue.BOLD, color=color)
        return
    yield painted(
        f"Recorded {counted(len(adoption.adopted), 'object')} as ours. Nothing in the account was changed.",
        Hue.BOLD,
        color=color,
    )
    if changing := sum(bool(one.differs) for one in adoption.adopted):
        yield f"{counted(changing, 'object')} not as declared: reconciler plan shows what the next apply would change."


def adoption(adoption: Adoption, *, view: View = PLAIN) -> str:
    """What was adopted."""
    return "".join(f"{line}\n" for line in adoption_lines(adoption, color=view.color))
