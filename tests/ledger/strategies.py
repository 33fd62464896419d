"""Hypothesis strategies for ledgers and lines: every shape, and names that nobody would choose."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.ledger import (
    Begun,
    Entry,
    HalfReplaced,
    Header,
    Identified,
    Intended,
    Intent,
    IntentKind,
    Ledger,
    Line,
    Origin,
    Recorded,
    Refiled,
    Removed,
    Rotated,
    Rotating,
    Settled,
)
from reconciler.model.observed import Remote
from reconciler.model.reference import Unknown
from reconciler.model.resource import OnRemove

texts = st.text(max_size=12) | st.sampled_from(
    ["\x1b[31mred\x1b[0m", "\u202egpj.exe", "a\nb", "\x85", "\u2028", "\udcff", "\x00", '"', "\\", "🙂"]
)
names = texts.filter(bool)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(texts, v, max_size=3), max_leaves=6)
kinds = st.sampled_from(["MessagingProfile", "AutoResponse", "ShortCode"])
addresses = st.builds(Address, kinds, names)
ids = texts.filter(lambda text: text.strip(".") and not any(unicodedata.category(c) in {"Cc", "Cs"} for c in text))
remotes = st.builds(Remote, ids, st.none() | ids)
leaves = st.dictionaries(texts, values, max_size=3)
tuples = st.lists(texts, max_size=3).map(tuple)

entries = st.builds(
    Entry,
    address=addresses,
    remote=remotes,
    origin=st.sampled_from(Origin),
    project=texts,
    file=texts,
    on_remove=st.sampled_from(OnRemove),
    prevent_destroy=st.booleans(),
    applied=leaves,
    answered=leaves,
    secrets=tuples,
    references=st.lists(addresses, max_size=2).map(tuple),
    attempt=st.integers(min_value=0),
    proven=tuples,
)
intents = st.builds(
    Intent,
    address=addresses,
    action=st.sampled_from(IntentKind),
    identity=st.none() | st.lists(scalars | st.builds(Unknown, addresses), max_size=3).map(tuple),
    shared=tuples,
    seen=tuples,
    remote=st.none() | remotes,
    entry=st.none() | entries,
    carried=leaves,
    sealed=tuples,
)
lines: st.SearchStrategy[Line] = st.one_of(
    st.builds(Intended, st.lists(intents, max_size=3).map(tuple)),
    st.builds(Recorded, entries, st.none() | addresses),
    st.builds(Refiled, st.dictionaries(addresses, texts, max_size=3)),
    st.builds(Removed, addresses),
    st.builds(HalfReplaced, addresses),
    st.builds(Settled, addresses),
    st.builds(Identified, texts, st.none() | texts),
    st.builds(Begun, texts),
    st.builds(Rotating, addresses, texts),
    st.builds(Rotated, addresses),
)
headers = st.builds(
    Header,
    lineage=names,
    serial=st.integers(min_value=0, max_value=10**6),
    account=texts,
    endpoint=texts,
    organization_id=st.none() | texts,
    salt=names,
)
ledgers = st.builds(
    Ledger,
    headers,
    st.lists(entries, max_size=3).map(lambda found: {one.address: one for one in found}),
    st.lists(intents, max_size=3).map(lambda found: {one.address: one for one in found}),
    st.none() | leaves,
    tuples,
    st.dictionaries(addresses, texts, max_size=2),
)
