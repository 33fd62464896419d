"""Laws over generated input: our values are PyYAML's, places point at their text, and nothing raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings, strategies as st

from reconciler.manifest.documents import DocumentStream
from reconciler.manifest.scalars import plain

from .folder import Folder
from .parsing import documents, faults

# Letters, digits and marks of YAML, but no breaks that only YAML 1.1 counts as lines (NEL, LS, PS).
# Nor numbers of YAML 1.2 alone (1e5, 0o7), which PyYAML, reading YAML 1.1, writes as text without quotes.
ONLY_NEWER_NUMBER = re.compile(r"[-+]?\d+[eE][-+]?\d+|0o[0-7]+")
TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF, exclude_characters="\x7f\x85")) | st.text(
    "ab: #-[]{},&*!|>'\"%@`\n ", max_size=12
)
WORDS = TEXT.filter(lambda text: not ONLY_NEWER_NUMBER.fullmatch(text))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@st.composite
def written(draw: st.DrawFn) -> tuple[Any, str]:
    """A value and a way to write it down: block or flow, with or without quotes."""
    value = draw(JSON)
    flow = draw(st.sampled_from([None, True, False]))
    style = draw(st.sampled_from([None, '"', "'"])) if _only_text(value) else None
    return value, yaml.dump(
        value, default_flow_style=flow, default_style=style, allow_unicode=True, sort_keys=False, width=40
    )


def _only_text(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_only_text, value.values()))
    return all(map(_only_text, value)) if isinstance(value, list) else isinstance(value, str)


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _leaves(item, (*path, key))
    if not isinstance(value, dict | list):
        yield path, value


@given(written())
def test_our_values_are_those_of_pyyaml(case: tuple[Any, str]) -> None:
    """What PyYAML writes and reads, we read alike."""
    value, text = case
    found = list(DocumentStream(text.encode(), "m.yaml"))
    if value is None:
        assert found == []
    else:
        (document,) = found
        assert document.value == yaml.load(text, Loader=yaml.CSafeLoader)
        assert repr(document.value) == repr(value)


@given(written())
def test_places_point_at_their_text(case: tuple[Any, str]) -> None:
    """The text at the place of a scalar, read as a document of its own, begins with that scalar."""
    value, text = case
    rows = re.split("\n", text)
    for document in documents(text):
        for path, leaf in _leaves(value):
            place = document.places(path)
            rest = rows[place.line - 1][place.column - 1 :]
            if isinstance(leaf, str):
                opening = rest[:1] in ("'", '"', "|", ">", "?")
                assert opening or rest.startswith(re.split(r"\s", leaf, maxsplit=1)[0])
            else:
                assert plain(re.split(r"[,\]}\s]", rest, maxsplit=1)[0]) == leaf


@given(st.binary(max_size=200) | st.text("ab:-?[]{}&*!|>'\"%@ \n\t<#,~1.", max_size=60).map(str.encode))
@settings(max_examples=500)
def test_no_bytes_raise(data: bytes) -> None:
    """Whatever is in a file, the parser answers with documents and findings that can be printed."""
    for finding in faults(data):
        assert finding.isprintable()


@given(st.binary(max_size=100) | st.text("ab:-?[]{}&*!|>'\"%@ \n\t<#,~1.", max_size=60).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_manifest_raises(folder: Folder, data: bytes) -> None:
    """The same holds for the whole of loading: a wrong spec, envelope or file is a finding."""
    head = b"apiVersion: telnyx.reconciler/v1\nkind: Profile\nmetadata: {name: a}\nspec:\n  "
    assert all(finding.isprintable() for finding in folder.findings(head + data))
    assert all(finding.isprintable() for finding in folder.findings(data))
