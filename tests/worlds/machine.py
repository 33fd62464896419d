"""The machine: two pipelines with one ledger, an account that others work in too, and a fate that kills.

People edit the manifests at their head; a pipeline runs what it last checked out. Every run is followed by the laws,
every universe ends with ``calm_down``.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reconciler.errors import Locked
from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.model.policy import Policy
from reconciler.workflow.request import PlanRequest
from reconciler.workflow.setting import Reading
from tests.worlds.calming import CALM, EVERYTHING_LIFTED, calm_down
from tests.worlds.chronicle import Chronicle, One
from tests.worlds.editing import declared, edited
from tests.worlds.ending import Ending
from tests.worlds.killing import Fate, Place
from tests.worlds.laws import assert_healed, assert_lawful, assert_reviewed, assert_stale
from tests.worlds.manifests import FILES, LOCAL_NAMES, Manifests
from tests.worlds.portal import Deed, deeds, meddle
from tests.worlds.troubles import FAULTS, QUIRKS
from tests.worlds.universe import Universe

MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own, made by tempfile
PIPELINES = st.sampled_from(["one", "two"])


class Worlds(RuleBasedStateMachine):
    """One random universe."""

    tally: ClassVar[Counter[str]] = Counter()
    """What happened in all universes of this process."""

    def __init__(self) -> None:
        super().__init__()
        folder = tempfile.mkdtemp(prefix="worlds-", dir=MEMORY if MEMORY.is_dir() else None)
        self.universe = Universe(Path(folder))
        self.chronicle = Chronicle(self.universe)
        self.head = Manifests()
        self.reviewed: Plan | None = None
        """The plan that was saved last."""
        self.checked_out: dict[str, Manifests] = {}
        for pipeline in ("one", "two"):
            self._check_out(pipeline)

    # people edit manifests

    @initialize(data=st.data(), size=st.integers(1, 6))
    def begin(self, data: Any, size: int) -> None:
        """Most worlds have something in them."""
        some = data.draw(st.permutations(sorted(LOCAL_NAMES)))[:size]  # a list of kinds would repeat a few of them
        for kind in (*("MessagingProfile",) * min(size, 2), *some):
            self.head = declared(data.draw, self.head, kind)

    @rule(data=st.data(), size=st.integers(1, 4))
    def merge(self, data: Any, size: int) -> None:
        """Somebody merges a pull request."""
        for _ in range(size):
            self.head = edited(data.draw, self.head)

    @rule(pipeline=PIPELINES)
    def pull(self, pipeline: str) -> None:
        """A pipeline checks out the newest manifests."""
        self._check_out(pipeline)

    @rule()
    def rotate(self) -> None:
        """The secret in the environment changes."""
        self.chronicle.rotate()

    # others work in the account

    @rule(deed=deeds)
    def portal(self, deed: Deed) -> None:
        """Somebody edits, creates or deletes in the portal."""
        meddle(deed, self.chronicle)

    @rule(quirks=st.sets(st.sampled_from(QUIRKS), max_size=2))
    def server_changes(self, quirks: set[str]) -> None:
        """The API behaves differently from now on."""
        self.universe.disturb(quirks=sorted(quirks))
        self.chronicle.lagging |= "lag=2" in quirks

    # the program runs

    @rule(pipeline=PIPELINES, data=st.data())
    def plan(self, pipeline: str, data: Any) -> None:
        """Plan twice, the manifests in another order: the same plan, and nothing written."""
        first = self._planned(pipeline)
        names = self.checked_out[pipeline]
        shuffled = Manifests({key: names[key] for key in data.draw(st.permutations(sorted(names)))})
        self.universe.check_out(pipeline, shuffled.files())
        second = self._planned(pipeline)
        if first.plan and second.plan and not self.chronicle.lagging:
            assert first.plan.fingerprint == second.plan.fingerprint, (first.plan, second.plan)

    @rule(pipeline=PIPELINES)
    def drift(self, pipeline: str) -> None:
        """Look for drift."""
        ending, _ = self.universe.drift(pipeline)
        assert_lawful(ending, self.chronicle, allow_adopt=False)

    @rule(pipeline=PIPELINES, newest=st.booleans(), lifted=st.booleans(), part=st.none() | st.sampled_from(FILES))
    def apply(self, pipeline: str, newest: bool, lifted: bool, part: str | None) -> None:
        """Apply all or some of the manifests."""
        if newest:
            self._check_out(pipeline)
        part = part if part in self.checked_out[pipeline].files() else None
        self._healthy(self._apply(pipeline, _request(lifted=lifted, part=part)))

    @rule(
        pipeline=PIPELINES, data=st.data(), size=st.integers(0, 3), place=st.sampled_from(Place), nth=st.integers(1, 5)
    )
    def killed(self, pipeline: str, data: Any, size: int, place: Place, nth: int) -> None:
        """Merge, apply, and be killed."""
        self.merge(data, size)
        self._check_out(pipeline)
        ending = self._apply(pipeline, CALM, fate=Fate(place, nth))
        self.tally[f"killed: {place.value}" if ending.killed else "outlived its fate"] += 1
        self._healthy(ending)

    @rule(method=st.sampled_from(["WRITE", "GET", "*"]), nth=st.integers(1, 6), effect=st.sampled_from(FAULTS))
    def faulty(self, method: str, nth: int, effect: str) -> None:
        """Apply while one answer is lost, late or wrong: the run heals itself."""
        self.universe.disturb(f"{method} * {nth} {effect}")
        self._check_out("one")
        self._healthy(self._apply("one", CALM))

    @rule(nth=st.integers(1, 4))
    def refused(self, nth: int) -> None:
        """Apply while the API refuses one write for good."""
        self.universe.disturb(f"WRITE * {nth} spend-limit")
        self._check_out("one")
        self._apply("one", CALM)

    @rule(deed=deeds, rival=st.sampled_from([*[False] * 9, True]), data=st.data(), size=st.integers(0, 3))
    def interleaved(self, deed: Deed, rival: bool, data: Any, size: int) -> None:
        """Between review and first write, somebody is at work in the portal, or the other pipeline wants to apply."""
        moved: set[One] = set()

        def meanwhile() -> None:
            if rival:  # seldom: it waits for the lock in real time
                assert isinstance(self.universe.locked_out("two", CALM), Locked)
                self.tally["locked out"] += 1
            moved.update(meddle(deed, self.chronicle))

        self.merge(data, size)
        self._check_out("one")
        ending = self._apply("one", CALM, meanwhile=meanwhile)
        if deed.verb != "advance" and not self.chronicle.lagging:
            assert_stale(ending, moved)

    @rule(deed=deeds, data=st.data(), size=st.integers(0, 3))
    def overtaken(self, deed: Deed, data: Any, size: int) -> None:
        """Somebody is at work in the portal while the run writes."""
        self.merge(data, size)
        self._check_out("one")
        self._apply("one", CALM, midway=lambda: meddle(deed, self.chronicle))

    @rule(pipeline=PIPELINES)
    def save(self, pipeline: str) -> None:
        """Plan for review: ``plan --out``."""
        self.universe.time.now += 60  # a look that lags would be a plan of the past
        ending = self.universe.plan(pipeline, CALM, out=True)
        self.reviewed = ending.plan if ending.plan is not None and ending.plan.applicable else None
        assert_lawful(ending, self.chronicle, allow_adopt=False)

    @precondition(lambda self: self.reviewed)
    @rule(pipeline=PIPELINES)
    def apply_saved(self, pipeline: str) -> None:
        """Apply what was reviewed, whatever has happened since: as reviewed, or not at all."""
        self._saved(pipeline)

    @rule(pipeline=PIPELINES, place=st.sampled_from(Place), nth=st.integers(1, 5))
    def resumed(self, pipeline: str, place: Place, nth: int) -> None:
        """Plan, apply what was reviewed, be killed, carry on: nothing else moved, so it goes to its end."""
        self._check_out(pipeline)
        self.save(pipeline)
        if self.reviewed is not None:
            ending = self._saved(pipeline, fate=Fate(place, nth))
            again = self._saved(pipeline)
            if ending.killed:
                self.tally["resumed"] += 1
                assert again.error is None, (again.error, getattr(again.error, "diagnostics", ()))
                self._healthy(again)

    @rule()
    def lose_ledger(self) -> None:
        """Somebody removes the ledger, later than any lag."""
        self.universe.time.now += 60
        self.universe.lose_ledger()
        self.chronicle.lost()

    @invariant()
    def counted(self) -> None:
        """Every step counts."""
        self.tally["steps"] += 1

    def teardown(self) -> None:
        """All faults end; what was promised for then must hold."""
        try:
            calm_down(self.chronicle, self.head, "one", self.tally)
            self.tally["scenarios"] += 1
        finally:
            self.universe.close()
            shutil.rmtree(self.universe.folder, ignore_errors=True)

    def _check_out(self, pipeline: str) -> None:
        self.checked_out[pipeline] = self.head
        self.universe.check_out(pipeline, self.head.files())
        deleting = {Address(*each.key) for each in self.head.values() if each.lifecycle.get("on_remove") == "delete"}
        self.chronicle.deletable |= deleting

    def _healthy(self, ending: Ending) -> None:
        if not self.chronicle.lagging:
            assert_healed(ending)

    def _saved(self, pipeline: str, **how: Any) -> Ending:
        assert self.reviewed is not None
        ending = self.universe.apply_saved(pipeline, **how)
        self.tally[f"saved plan {ending}"] += 1
        assert_lawful(ending, self.chronicle, allow_adopt=True)
        assert_reviewed(ending, self.reviewed)
        return ending

    def _planned(self, pipeline: str) -> Ending:
        ending = self.universe.plan(pipeline, CALM)
        assert_lawful(ending, self.chronicle, allow_adopt=False)
        return ending

    def _apply(self, pipeline: str, request: PlanRequest, **how: Any) -> Ending:
        ending = self.universe.apply(pipeline, request, **how)
        self.universe.disturb()
        self.tally[str(ending)] += 1
        assert_lawful(ending, self.chronicle, allow_adopt=request.allow_adopt)
        return ending


def _request(*, lifted: bool, part: str | None = None) -> PlanRequest:
    reading = Reading(paths=(part,) if part else (), allow_empty=True)
    policy = EVERYTHING_LIFTED if lifted else Policy()
    return PlanRequest(reading=reading, allow_adopt=lifted, policy=policy)
