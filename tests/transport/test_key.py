"""A key is refused before it can break a header, and never shown."""

from __future__ import annotations

import pytest

from reconciler.errors import UsageError
from reconciler.transport.key import ApiKey


@pytest.mark.parametrize(
    "value", ["", "KEY1\n", "KEY 1", "KEY\t1", "KEY\x00", "KEY\x7f", "KÉY", "KEY1\r\nx-evil: 1", " KEY1"]
)
def test_a_key_that_cannot_stand_in_a_header_is_refused_by_variable(value: str) -> None:
    """The message names the variable and quotes nothing."""
    with pytest.raises(UsageError) as caught:
        ApiKey(value, variable="MY_KEY")
    assert "MY_KEY" in str(caught.value)
    assert not value.strip() or value.strip() not in str(caught.value) + caught.value.hint


def test_no_representation_shows_the_key() -> None:
    """Repr, str, format and masking."""
    key = ApiKey("KEY0123_abc", variable="MY_KEY")
    assert "0123" not in f"{key!r} {key} {[key]}"
    assert key.mask("got KEY0123_abc?") == "got (secret)?"
    assert key.authorization() == "Bearer KEY0123_abc"
