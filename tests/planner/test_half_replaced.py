"""A replace that was killed between its delete and its create still knows what the old object held."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.ledger import IntentKind
from reconciler.model.observed import Remote
from reconciler.model.paths import Path
from reconciler.model.plan import Create
from reconciler.planner.draft import draft
from tests.planner.worlds import P1, A, answer, intends, live_answer, recorded, situation

STATED: dict[Path, Any] = {
    ("messaging_profile",): "p1",
    ("op",): "stop",
    ("country_code",): "US",
    ("keywords",): ["STOP"],
}


@pytest.mark.parametrize(
    ("carried", "added"),
    [
        ({}, {}),
        ({"resp_text": "from the portal"}, {("resp_text",): "from the portal"}),
        ({"keywords": ["QUIT"], "resp_text": "from the portal"}, {("resp_text",): "from the portal"}),
    ],
    ids=["nothing", "what is not stated", "what is stated by now is ours"],
)
def test_what_is_not_ours_is_created_again(carried: dict[str, Any], added: dict[Path, Any]) -> None:
    """Stated values win; what others had set comes along (promise 5)."""
    wish = answer()
    entry = recorded(answer(op="info", keywords=["INFO"]), live_answer())
    half = intends(wish, IntentKind.REPLACE, remote=Remote("r1", "p1"), seen=("r1",), entry=entry, carried=carried)
    [change] = [
        one
        for one in draft(situation([A, wish], [recorded(A, P1)], [P1], intents=[half])).changes
        if isinstance(one, Create)
    ]
    assert change.reason == "interrupted-replace"
    assert change.desired.created_with == {**STATED, **added}
