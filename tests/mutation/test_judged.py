"""The list of judged survivors is read right, and stands in the form that the run prints."""

from __future__ import annotations

import pytest

from tests.mutation.judged import CAUGHT, SURVIVED, UNKNOWN, Ran, change_of, judgements, read, report

DIFF = """--- reconciler/a.py
+++ reconciler/a.py
@@ -1,3 +1,3 @@
 def here():
-    return  1
+    return  2
"""
ONE = Ran("reconciler.planner.a.here", "return 1  =>  return 2", SURVIVED)
TWO = Ran("reconciler.planner.a.here", "return 1  =>  return None", SURVIVED)


def test_a_change_is_named_by_what_it_changes() -> None:
    """Neither by its number nor by its line: both shift."""
    assert change_of(DIFF) == ONE.change


def test_a_survivor_that_nobody_judged_fails() -> None:
    """And only that one is named; as often as it is there."""
    judged = read([f"# harmless\n{ONE}\n"])
    assert report([ONE], judged) == (["reconciler.planner.a: 0 of 1 caught, 0.0 %"], True)
    told, good = report([ONE, TWO, ONE], judged)
    assert told[1:] == ["", "2 survivors nobody has judged:", str(ONE), str(TWO)]
    assert not good


@pytest.mark.parametrize(("outcome", "told"), [(CAUGHT, True), (UNKNOWN, False)])
def test_a_judgement_that_is_not_needed_is_told(outcome: str, told: bool) -> None:
    """Once its function was run; it fails nothing."""
    lines, good = report([ONE._replace(outcome=outcome)], read([f"# harmless\n{ONE}"]))
    assert good
    assert (str(ONE) in lines) is told


def test_a_reason_may_take_several_lines_and_holds_until_the_block_ends() -> None:
    """Without one, there is no judgement."""
    assert read(["# all\n# harmless\na: b\n\n# equal\nc: d\n"]) == {"all harmless": ["a: b"], "equal": ["c: d"]}
    with pytest.raises(ValueError, match="no reason above"):
        read(["# harmless\na: b\n\nc: d\n"])


def test_every_judgement_has_a_reason_and_the_form_of_a_survivor() -> None:
    """Of the files as they are."""
    for lines in judgements().values():
        assert all(line.startswith("reconciler.") and "  =>" in line for line in lines)
