"""Which part of a project a run speaks for."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.address import Address


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the project a run speaks for.

    ``whole`` says that PATHS were omitted, so that every manifest of the account was loaded; ``prune`` that what is
    recorded and no longer desired goes; ``loaded_files`` are the manifests' files as entries remember them; ``only``
    narrows the plan to some addresses and what they depend on, and switches pruning off. ``fixes_drift``: of what they
    refer to, only what does not exist yet comes along. A saved plan does not keep that: it keeps its changes.
    """

    whole: bool = True
    prune: bool = True
    loaded_files: frozenset[str] = frozenset()
    only: frozenset[Address] | None = None
    fixes_drift: bool = False
