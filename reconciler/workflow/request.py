"""What a planning command was asked for. Apart from ``plan`` so that parsing a command line loads no HTTP client."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.policy import Policy
from reconciler.workflow.setting import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What was asked for: which manifests, which part of them, and what is allowed.

    ``desires_nothing`` reads no manifests at all, so that everything recorded is to go: that is ``destroy``.
    ``impact`` asks what risky changes touch, which costs reads that nothing else needs.
    """

    reading: Reading = field(default_factory=Reading)
    desires_nothing: bool = False
    prune: bool = False
    only: tuple[Address, ...] = ()
    allow_adopt: bool = False
    policy: Policy = field(default_factory=Policy)
    impact: bool = True
