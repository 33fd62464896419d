"""A saved plan for people: whose it is and when it was made, then the plan."""

from __future__ import annotations

from reconciler.model.saved.plan import SavedPlan
from reconciler.render.escape import visible
from reconciler.render.paint import Hue, painted
from reconciler.render.saved import saved_facts
from reconciler.render.text.plan import plan
from reconciler.render.view import PLAIN, View


def saved(saved: SavedPlan, *, view: View = PLAIN) -> str:
    """A saved plan."""
    facts = list(saved_facts(saved))
    width = max(len(name) for name, _ in facts)
    head = (f"{painted(f'{name:<{width}}', Hue.DIM, color=view.color)}  {visible(value)}\n" for name, value in facts)
    return f"{''.join(head)}\n{plan(saved.plan, view=view)}"
