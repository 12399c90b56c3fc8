"""Nothing that a terminal obeys stays in a text, and nothing that has no encoding."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from edgevision.escapes import UNSAFE, printable


@given(text=st.text(st.characters() | st.sampled_from("\x1b\x07\u202e\u2066\x85")))
def test_a_text_is_safe_afterwards_and_the_rest_stays(text):
    safe = printable(text)
    assert UNSAFE.search(safe) is None
    safe.encode("utf-8")
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in safe)
    if UNSAFE.search(text) is None:
        assert safe == text


def test_escapes_are_those_of_python():
    assert printable("a\x1b]0;t\x07\n\u202e\udce9") == (
        "a\\x1b]0;t\\x07\\n\\u202e\\udce9"
    )
