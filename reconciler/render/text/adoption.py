"""What was adopted, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.address import Address
from reconciler.model.adoption import Adopted, Adoption
from reconciler.model.plan import Action
from reconciler.render.escape import visible
from reconciler.render.paint import ACTION_HUES, Hue, painted
from reconciler.render.text.layout import headed, wrapped
from reconciler.render.view import PLAIN, View
from reconciler.render.words import WORDS, counted


def _lines(one: Adopted, view: View) -> Iterator[str]:
    done = painted(
        f"{WORDS[Action.ADOPT].sign} {WORDS[Action.ADOPT].done}", ACTION_HUES[Action.ADOPT], color=view.color
    )
    differs = [f"differs in {', '.join(map(visible, one.differs))}"] if one.differs else []
    remarks = [f"id {visible(one.remote_id)}", *differs]
    name = visible(str(one.address))
    yield from headed(f"  {done}  ", len("  > adopted  "), name, remarks, name_width=0, indent="      ", view=view)


def _listed(addresses: Sequence[Address]) -> str:
    return ", ".join(visible(str(address)) for address in addresses)


def adoption_lines(adoption: Adoption, view: View = PLAIN) -> Iterator[str]:
    """A line for each object, then what is left."""
    color, width = view.color, view.width
    for one in adoption.adopted:
        yield from _lines(one, view)
    if adoption.already:
        yield from wrapped(f"  recorded already: {_listed(adoption.already)}", width=width, indent="    ")
    if adoption.absent:
        yield from wrapped(f"  not in the account: {_listed(adoption.absent)}", width=width, indent="    ")
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
    return "".join(f"{line}\n" for line in adoption_lines(adoption, view))
