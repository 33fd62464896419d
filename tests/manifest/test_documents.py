"""From bytes to values and places: anchors, merges, what is refused, and where."""

from __future__ import annotations

from reconciler.manifest.documents import DocumentStream

from .parsing import documents, faults, value_of


def test_merge_keys_yield_to_explicit_ones_and_to_earlier_merges() -> None:
    """Explicit keys win wherever they stand; of several merges the first one wins."""
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 0}\nd: {y: 5, <<: *b}\n"
    assert value_of(text)["c"] == {"x": 0, "y": 1, "z": 2}
    assert value_of(text)["d"] == {"y": 5, "z": 2}


def test_a_quoted_merge_key_is_a_key() -> None:
    """Only a plain << merges."""
    assert value_of('a: {"<<": 1}') == {"a": {"<<": 1}}


def test_merged_values_stand_where_they_were_written() -> None:
    """The place of a merged value is the one in the anchored mapping."""
    (document,) = documents("a: &a\n  x: 1\nb:\n  y: 2\n  <<: *a\n")
    assert [str(document.places(("b", key))) for key in "xy"] == ["m.yaml:2:6", "m.yaml:4:6"]


def test_an_alias_stands_where_it_is_used() -> None:
    """An aliased value is placed at the alias, and what lies inside it at the anchor."""
    (document,) = documents("a: &a [5, 6]\nb: &b 7\nc: [*a, *b]\n")
    assert document.value["c"] == [[5, 6], 7]
    paths: list[tuple[str | int, ...]] = [("c", 0), ("c", 0, 1), ("c", 1)]
    assert [str(document.places(path)) for path in paths] == ["m.yaml:3:5", "m.yaml:1:11", "m.yaml:3:9"]


def test_an_anchor_may_be_used_again_for_another_value() -> None:
    """YAML lets a later anchor of the same name replace the earlier one, within one document."""
    assert value_of("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2]
    assert faults("&a 1\n---\n*a\n") == [
        (
            "m.yaml:3:1: error: nothing is anchored as &a [unknown-alias]"
            " | write &a before the value to repeat, earlier in the same document"
        )
    ]


def test_a_place_falls_back_to_the_key_of_the_nearest_parent() -> None:
    """A path that is not in the document is placed at the deepest part of it that is."""
    (document,) = documents("a:\n  b: [1]\n  c: text\n")
    paths: list[tuple[str | int, ...]] = [("a", "x", "y"), ("a", "b", 7), ("a", "c", "z"), ("x",), ("a", 0)]
    assert [str(document.places(path)) for path in paths] == [
        "m.yaml:1:1",
        "m.yaml:2:3",
        "m.yaml:3:6",
        "m.yaml:1:1",
        "m.yaml:1:1",
    ]


def test_empty_documents_are_none() -> None:
    """Comments, bare marks and nulls are not manifests."""
    for text in ("", "# nothing\n", "---\n---\n...\n", "null\n---\n~\n", "\ufeff"):
        assert documents(text) == []


def test_a_byte_order_mark_shifts_no_column() -> None:
    """Files saved by Windows editors are as good as others."""
    (document,) = documents("\ufeffa: b\r\nc: d\r\n")
    assert document.value == {"a": "b", "c": "d"}
    assert [str(document.places((key,))) for key in "ac"] == ["m.yaml:1:4", "m.yaml:2:4"]


def test_a_missing_mark_between_documents() -> None:
    """Two manifests in one document repeat the keys that every manifest begins with."""
    (first, second) = faults("apiVersion: v\nkind: A\napiVersion: v\nkind: B\n")
    assert "is a --- missing between two manifests?" in first
    assert "is a --- missing between two manifests?" in second


def test_keys_are_unique_strings() -> None:
    """Every wrong key is found, each at its own place."""
    assert faults("a: 1\nb: 1\na: 2\n1: 3\ntrue: 4\n? [x]\n: 5\n") == [
        'm.yaml:3:1: error: the key "a" is written twice [duplicate-key] | keep one of them',
        'm.yaml:4:1: error: a key must be a string, not the number 1 [non-string-key] | quote it: "1"',
        'm.yaml:5:1: error: a key must be a string, not the boolean true [non-string-key] | quote it: "true"',
        "m.yaml:6:3: error: a key must be a string, not a list [non-string-key] | write a string",
    ]


def test_wrong_merges() -> None:
    """A merge takes mappings, once."""
    assert faults("a: &a {x: 1}\nb: {<<: *a, <<: *a}\nc: {<<: 5}\nd: {<<: [*a, 1]}\n") == [
        'm.yaml:2:13: error: the key "<<" is written twice [duplicate-key] | merge several mappings with <<: [*a, *b]',
        "m.yaml:3:9: error: << merges a mapping or a list of mappings [wrong-merge] | write <<: *anchor",
        "m.yaml:4:9: error: << merges a mapping or a list of mappings [wrong-merge] | write <<: *anchor",
    ]


def test_unknown_tags() -> None:
    """Only the core schema's tags are known, and only on values that they fit."""
    hint = " | leave the tag out, and quote a value that is text"
    assert faults("- !foo x\n- !!python/object:os.system x\n- !!int x\n- !!set {a}\n- !!map {}\n- !!str [x]\n") == [
        f'm.yaml:1:3: error: unknown tag "!foo" [unknown-tag]{hint}',
        f'm.yaml:2:3: error: unknown tag "!!python/object:os.system" [unknown-tag]{hint}',
        f'm.yaml:3:3: error: "x" is not a value for !!int [wrong-tag]{hint}',
        'm.yaml:4:3: error: unknown tag "!!set" on a mapping [unknown-tag] | leave the tag out',
        'm.yaml:6:3: error: unknown tag "!!str" on a list [unknown-tag] | leave the tag out',
    ]


def test_documents_before_a_syntax_error_are_read() -> None:
    """Only the rest of the file is lost, and the stream says so."""
    stream = DocumentStream(b"a: 1\n---\nb: [\n---\nc: 1\n", "m.yaml")
    assert [document.value for document in stream] == [{"a": 1}]
    assert not stream.complete
    assert [finding.code for finding in stream.findings] == ["syntax"]


def test_syntax_errors_say_what_to_do() -> None:
    """The usual slips have a hint."""
    cases = {
        "a:\n\tb: 1\n": "m.yaml:2:1: error: a tab cannot indent [syntax] | indent with spaces",
        "a: b: c\n": "m.yaml:1:5: error: mapping values are not allowed in this context [syntax]"
        " | check the indentation, and quote a value that holds a colon and a space",
        "a: @b\n": "m.yaml:1:4: error: found character that cannot start any token [syntax]"
        " | while scanning for the next token, line 1 | quote a value that begins with this character",
        'a: "b\n': "m.yaml:2:1: error: found unexpected end of stream [syntax]"
        " | while scanning a quoted scalar, line 1 | close the quotes",
        "a: [${env:X}]\n": "m.yaml:1:6: error: did not find expected ',' or ']' [syntax]"
        ' | while parsing a flow sequence, line 1 | inside [ ] and { } quote it: "${env:NAME}"',
    }
    for text, expected in cases.items():
        assert faults(text) == [expected]
