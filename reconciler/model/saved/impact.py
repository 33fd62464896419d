"""What a change touches, inside a saved plan: ``show`` tells it as it was when the plan was made."""

from __future__ import annotations

from typing import Any

from reconciler.model.fields import Fields
from reconciler.model.impact import Impact, Touched, Traffic


def impact_document(impact: Impact) -> dict[str, Any]:
    """Labels are covered by now where they would tell a secret."""
    traffic = impact.traffic
    return {
        "touched": [{"what": one.what, "count": one.count, "labels": list(one.labels)} for one in impact.touched],
        "opt_outs": impact.opt_outs,
        "traffic": traffic and {"sent": traffic.sent, "received": traffic.received, "shared": traffic.shared},
        "unknown": list(impact.unknown),
    }


def impact_from(fields: Fields) -> Impact:
    """The reverse of ``impact_document``. Raises Unreadable."""
    traffic = fields.inner_or_none("traffic")
    impact = Impact(
        touched=tuple(_touched(Fields(one, "what is touched")) for one in fields.items("touched")),
        opt_outs=fields.count("opt_outs"),
        traffic=None if traffic is None else _traffic(traffic),
        unknown=fields.texts("unknown"),
    )
    fields.done()
    return impact


def _touched(fields: Fields) -> Touched:
    touched = Touched(fields.text("what"), fields.count("count"), fields.texts("labels"))
    fields.done()
    return touched


def _traffic(fields: Fields) -> Traffic:
    traffic = Traffic(fields.count("sent"), fields.count("received"), fields.flag("shared"))
    fields.done()
    return traffic
