"""A mark below the character that is wrong."""

from __future__ import annotations

import pytest

from edgevision.app.file.file_fault import mark


@pytest.mark.parametrize("index", [0, 3, 49, 50, 51, 120, 200])
def test_the_mark_is_below_its_character(index):
    text = "".join(chr(33 + n % 90) for n in range(200)).replace("@", "a")
    shown, below = mark(text, index)
    assert len(below) - 1 < len(shown) or index == 200
    if index < 200:
        assert shown[below.index("^")] == text[index]


def test_signs_that_move_the_cursor_are_blanks():
    assert mark("a\tb\x1b", 2)[0] == "    a b "
