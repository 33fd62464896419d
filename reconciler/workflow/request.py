"""What a planning command was asked for. Apart from ``plan`` so that parsing a command line loads no HTTP client."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.policy import Policy
from reconciler.model.selector import Selector
from reconciler.workflow.setting import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What was asked for: which manifests, which part of them, and what is allowed.

    ``desires_nothing`` reads no manifests at all, so that everything recorded is to go: that is ``destroy``.
    ``impact`` asks what risky changes touch, which costs reads that nothing else needs.
    ``deadline`` is in seconds: a plan whose apply takes longer has an error.
    ``drifted`` plans what drifted and nothing else; with a selector or ``only``, what is meant by both.
    """

    reading: Reading = field(default_factory=Reading)
    desires_nothing: bool = False
    prune: bool = False
    only: tuple[Address, ...] = ()
    selector: Selector = field(default_factory=Selector)
    drifted: bool = False
    allow_adopt: bool = False
    policy: Policy = field(default_factory=Policy)
    impact: bool = True
    deadline: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRequest:
    """What ``drift`` was asked for.

    ``full`` reads the lists of all kinds, and below parents that are not managed; ``unmanaged`` shows one by one what
    is not managed. ``attribution``: say who moved what drifted, too.
    """

    reading: Reading = field(default_factory=Reading)
    selector: Selector = field(default_factory=Selector)
    full: bool = False
    unmanaged: bool = False
    attribution: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorRequest:
    """``probe``: send a request to each webhook address. ``unmanaged``: judge what the ledger does not record, too."""

    probe: bool = False
    unmanaged: bool = False
