"""What is emitted is read back as the very same values, by our loader and by a plain YAML 1.1 parser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, strategies as st

from reconciler.manifest.documents import DocumentStream
from reconciler.manifest.emitting import yaml_text
from reconciler.manifest.interpolation import Interpolation
from reconciler.model.address import Address
from reconciler.model.exported import Document, FromEnvironment

BITING = (
    *("NO", "no", "y", "Yes", "on", "OFF", "true", "null", "~", "012", "0o17", "0x1F", "1_000", "1e3", ".inf"),
    *("12:30", "1:02:03", "2024-01-31", "+15551234567", "=", "<<", "-", "?", ":", "#", "&", "*", "!", "|", ">", "@"),
    *("%", "`", '"', "'", "[]", "{}", ",", "a:", "a:b", "a#b", "a #b", "key: value", "${env:X}", "$${", "$$${x}"),
    *("---", "...", "", " ", " a", "a ", "\ufeff", "\x85", "\u2028", "\t", "\x07", "\x00", "\u202e", "\U0001f600"),
)
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(BITING),
    st.lists(st.sampled_from([*BITING, " ", "\n", "word"]), max_size=6).map("".join),
)
SCALARS = st.one_of(
    TEXT, st.booleans(), st.none(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.one_of(
    SCALARS, st.lists(SCALARS, max_size=5), st.dictionaries(st.just("inner") | TEXT, SCALARS, max_size=3)
)


def emitted(spec: Any, **known: Any) -> str:
    """One document."""
    return yaml_text([Document(address=Address("Kind", "name"), spec=spec, **known)])


def read(text: str) -> Any:
    """The spec as our loader has it, interpolation included."""
    stream = DocumentStream(text.encode(), "test.yaml")
    [document] = list(stream)
    assert stream.findings == []
    filled = Interpolation({}, Path("nowhere")).fill(document.value, document.places)
    assert (filled.findings, filled.secrets) == ([], set())
    return filled.value["spec"]


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=3))
@example({"a": "line\nanother\n"})
@example({"a": "${env:HOME}", "b": ["${x", "$${y}"], "c": {"id": "${z}"}})
def test_round_trip(spec: dict[str, Any]) -> None:
    """By our own loader: nothing is taken for a number, a word or an instruction that is none."""
    assert read(emitted(spec)) == spec


@pytest.mark.parametrize("text", BITING)
def test_other_parsers_agree(text: str) -> None:
    """YAML 1.1, as PyYAML reads it, sees strings, too; apart from what our interpolation doubles."""
    for spec in ({"a": text}, {"a": [text]}, {"a": {"id": text}}):
        found = yaml.load(emitted(spec), Loader=yaml.CSafeLoader)["spec"]
        assert found == spec or "${" in text


def test_as_a_person_would_write_it() -> None:
    """Plain where that is safe, flow lists while they fit, blocks for texts of several lines, comments where due."""
    spec = {
        "name": "Alerts US",
        "webhook_url": "https://a.example/hooks/sms",
        "webhook_failover_url": FromEnvironment("SPARE"),
        "whitelisted_destinations": ["CA", "NO", "US"],
        "phone_numbers": [FromEnvironment("NUMBER")],
        "webhook_api_version": "1",
        "resp_text": "Reply STOP\nto end.",
        "number_pool_settings": {"long_code_weight": 1, "skip_unhealthy": True},
        "messaging_profile": {"id": "4001"},
    }
    remarks = {("spec", "name"): ("why\nit is so",), ("spec",): ("one", "two")}
    assert emitted(spec, remote_id="4002", options={"attempt": 2}, remarks=remarks) == (
        """\
apiVersion: telnyx.reconciler/v1
kind: Kind
metadata:
  name: name
  remote_id: "4002"
options:
  attempt: 2
# one
# two
spec:
  # why it is so
  name: Alerts US
  webhook_url: https://a.example/hooks/sms
  webhook_failover_url: ${env:SPARE}
  whitelisted_destinations: [CA, "NO", US]
  phone_numbers: ["${env:NUMBER}"]
  webhook_api_version: "1"
  resp_text: |-
    Reply STOP
    to end.
  number_pool_settings:
    long_code_weight: 1
    skip_unhealthy: true
  messaging_profile:
    id: "4001"
"""
    )


def test_half_a_character_is_refused() -> None:
    """No file can hold it, and no replacement is the same value."""
    with pytest.raises(ValueError, match="half a character"):
        emitted({"a": "\ud800"})
